// Serves the fetched packages to the program under test: each row's pages under a host of its own, with replay.js in
// every document, and notes what the pages tell of the presses they saw.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <reprise/fixtures/http_server.hpp>

#include "replay_rows.hpp"
#include "static_folder.hpp"

namespace reprise::bench {

struct Press {
    std::string type;     // "pointerdown", "mousedown", "click"
    bool right{};         // on the element
    std::string element;  // its markup, clipped
    bool before_cut{};    // of an ablated page: the element was still there
};

// What one row's pages told.
struct Seen {
    bool opened{};       // the page was asked for
    bool shown{};        // the element was there at some time
    bool cut{};          // it was taken out
    std::string broken;  // why the page could not be brought into its state
    std::vector<Press> presses;
};

// `html` with `script` before all other scripts. Free function for tests.
std::string with_script(std::string html, const std::string& script);

// Thread-safe.
class ReplayServer {
public:
    explicit ReplayServer(const std::filesystem::path& pages);

    // Before the program runs.
    void add(const Row& row);
    std::string origin_of(const Row& row) const;
    Seen seen(const std::string& key) const;

private:
    fixtures::HttpResponse page(const fixtures::HttpRequest& request);
    fixtures::HttpResponse note(const fixtures::HttpRequest& request);

    fixtures::StaticFolder files_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> scripts_;  // by row
    std::map<std::string, Seen> seen_;
    fixtures::HttpServer server_;  // last: its handlers use the others
};

}  // namespace reprise::bench
