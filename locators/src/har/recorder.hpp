// Collects what a context asks of the network, and makes a HAR of it. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <boost/json/object.hpp>

#include <reprise/cdp/page_event.hpp>
#include <reprise/cdp/session.hpp>
#include <reprise/locators/har.hpp>

#include "har/archive.hpp"

namespace reprise::locators {

class HarRecorder : public cdp::PageListener {
public:
    HarRecorder(std::filesystem::path file, HarOptions options, std::string browser);

    void on_network_on_io_thread(const std::string& page, const cdp::Session& session, cdp::NetworkStage stage,
                                 const cdp::NetworkRequest& request) override;
    void stop();
    bool keeps_bodies() const { return content_ != HarContent::omit; }

private:
    struct Entry {
        std::string page;
        cdp::NetworkRequest request;
        std::optional<cdp::PendingAnswer> body{};
        bool body_left_out{};  // too much in all
        std::optional<cdp::PendingAnswer> post_data{};
    };
    bool is_wanted(const std::string& url);
    void ask_for_bodies(Entry& entry, const cdp::Session& session);
    HarArchive archive(cdp::Deadline deadline);
    boost::json::object content_of(Entry& entry, HarArchive& archive, cdp::Deadline deadline) const;

    const std::filesystem::path file_;
    const HarOptions options_;
    const HarContent content_;
    const std::string browser_;
    const std::string call_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Entry> entries_;                                          // guarded by mutex_
    std::map<std::pair<std::string, std::size_t>, std::size_t> places_;  // of those not complete; guarded by mutex_
    double body_bytes_{};                                                // asked for; guarded by mutex_
    bool stopped_{};                                                     // guarded by mutex_
    std::string problem_;                                                // guarded by mutex_
};

}  // namespace reprise::locators
