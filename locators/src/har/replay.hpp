// A HAR as answers to requests. The file is hostile input: what is wrong in it is told with its place.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <reprise/locators/route.hpp>

#include "har/archive.hpp"

namespace reprise::locators {

class HarReplay {
public:
    // Throws ActionError, which begins with `call`.
    HarReplay(std::string call, std::filesystem::path file);

    // What the file holds for `request`; nullopt: nothing. An answer of status 0 is a request that failed.
    std::optional<FetchedResponse> find(const Request& request) const;

private:
    struct Entry {
        HttpHeaders request_headers{};
        std::optional<std::string> post_data{};
        FetchedResponse response{};
        std::optional<std::string> body_name{};     // it is a file of its own
        std::optional<std::string> body_missing{};  // there was one, and why it was not recorded
        std::string place{};                        // "log.entries[7]"
    };
    void read_entry(const boost::json::value& value, const std::string& place);

    const std::string call_;
    const std::filesystem::path file_;
    HarArchive archive_;
    std::map<std::pair<std::string, std::string>, std::vector<Entry>> entries_;  // by method and address
};

}  // namespace reprise::locators
