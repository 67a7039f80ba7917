// Keeps what a page asked of the network, and counts what has begun and not ended. Sans-I/O. One thread at a time.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/network.hpp>

namespace reprise::cdp {

class NetworkTracker {
public:
    static constexpr std::size_t k_most_kept = 1'000;
    static constexpr std::size_t k_most_held = 50'000;

    // True when the event was one of requests.
    bool on_event(const std::string& session, std::string_view method, const boost::json::object& params);
    // A worker has been attached as `session`: what it asks for is told there, but its script's own request began on
    // the session `parent`, under the worker's id. `frame`: that it belongs to.
    void add_worker(const std::string& session, const std::string& parent, const std::string& worker,
                    const FrameId& frame);
    // The session's process has gone: its requests will never end. That of a frame may have gone because the frame is
    // in another process now: the end of its document is told there.
    enum class Gone { process, frame };
    void forget(const std::string& session, Gone gone = Gone::process);

    int in_flight() const noexcept { return static_cast<int>(in_flight_.size()); }
    Deadline::Clock::time_point quiet_since() const noexcept { return quiet_since_; }  // meaningful at in_flight() == 0

    const std::deque<NetworkRequest>& requests() const noexcept { return requests_; }  // oldest first
    std::size_t seen() const noexcept { return seen_; }
    // How many of the last ones are kept.
    void keep(std::size_t most);

    // What the last event has brought about: which request has come to which stage.
    struct Change {
        std::size_t number;
        NetworkStage stage;
    };
    const std::vector<Change>& changes() const noexcept { return changes_; }
    const NetworkRequest* request(std::size_t number) const;

private:
    // The hops of one request of the browser's, which tells of all under the same id. The headers that went over the
    // wire are told apart, in the order of the hops, before or after all else, and not for hops that took no wire.
    struct Hops {
        std::vector<std::size_t> numbers{};
        std::vector<bool> silent{};  // of these headers are not told
        std::deque<NetworkHeaders> sent{}, received{};
        std::size_t next_sent{}, next_received{};
        bool from_memory{};  // the last one
    };
    void note_post_data(NetworkRequest& request, const boost::json::object& told);
    void on_redirect(const std::string& key, const boost::json::object& params, const boost::json::object& answer);
    void on_response(const std::string& key, const boost::json::object& params);
    void on_headers(const std::string& key, bool received, const boost::json::object& params);
    void match_headers(Hops& hops);
    void complete_if_known(Hops& hops, std::size_t hop);
    void drop_first();
    std::string key_of(const std::string& session, const boost::json::object& params);
    void hand_over(const std::string& before, const std::string& now, const std::string& session);
    void leave_documents(const std::string& session);
    void end_left_behind(const FrameId& frame, const std::string& failure);
    void change(std::size_t number, NetworkStage stage) { changes_.push_back({number, stage}); }
    NetworkRequest* find_number(std::size_t number);
    void on_request(const std::string& session, const std::string& key, const boost::json::object& params);
    void on_end(const std::string& key, const boost::json::object& params, const std::string& failure);
    NetworkRequest* find(const std::string& key);
    void finish(const std::string& key);

    struct Worker {
        std::string id;
        FrameId frame;
    };
    std::map<std::string, Worker> workers_;           // by session
    std::map<std::string, std::string> handed_over_;  // keys: before, and now that another session tells of it
    std::map<std::string, std::string> documents_;    // keys of frames' documents that are kept, by request id
    std::set<std::string> left_behind_;               // keys of documents whose end another session may yet tell
    std::set<std::string> in_flight_;                 // "<session>/<request id>"
    Deadline::Clock::time_point quiet_since_{Deadline::Clock::now()};
    std::deque<NetworkRequest> requests_;
    std::map<std::string, std::size_t> numbers_;  // of those that have not ended, by the same key
    std::map<std::string, double> began_;         // the browser's clock, s, by the same key
    std::map<std::string, Hops> hops_;            // of those that are kept, by the same key
    std::deque<std::string> strangers_;           // keys of hops_ that have no request yet
    std::size_t post_data_bytes_{};               // kept in all
    std::vector<Change> changes_;
    std::size_t seen_{};
    std::size_t most_kept_{k_most_kept};
};

}  // namespace reprise::cdp
