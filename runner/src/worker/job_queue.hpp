// What a worker and a portal say to each other about jobs.
//
// Thread contract: one thread at a time, but for stop(). All throw reporters::supabase::PortalError.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace reprise::runner {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Claim {
    std::string job_id;
    int attempt{};  // the fencing token: what is said under an older one is not heard
    boost::json::object job{};
    boost::json::object recording{};
    std::set<int> finished_rows{};
    SteadyTime held_until{};  // by our own clock, from before the question was asked
};

enum class JobState {
    pending,
    running,
    paused,
    cancelled,
    completed,
    failed,
    lost,     // another attempt has it
    unknown,  // a word that we do not know
};
JobState job_state_from_string(std::string_view word);
std::string_view to_string(JobState state);
// Nothing more is to be done on it, or may be.
inline bool is_over(JobState state) {
    return state == JobState::cancelled || state == JobState::completed || state == JobState::failed ||
           state == JobState::lost;
}

struct JobRows {
    boost::json::array results{}, logs{}, healing{};
    bool empty() const { return results.empty() && logs.empty() && healing.empty(); }
};

class JobQueue {
public:
    struct Answer {
        bool accepted{};
        JobState state{JobState::unknown};
    };

    JobQueue() = default;
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;
    virtual ~JobQueue() = default;

    // None: nothing is waiting. The same `claim_id` again gives the same job: for answers that were lost.
    virtual std::optional<Claim> claim(const std::string& claim_id) = 0;
    virtual JobState heartbeat(const Claim& claim, int current_row) = 0;
    virtual Answer publish(const Claim& claim, const JobRows& rows) = 0;
    virtual Answer finish(const Claim& claim, JobState state, const std::string& error_message) = 0;
    virtual bool release(const Claim& claim) = 0;
    // `key` within the bucket of screenshots; there already is as good.
    virtual void upload_picture(const std::string& key, std::string_view png) = 0;
    virtual void record_metrics(const boost::json::object& metrics) = 0;
    // From any thread: what goes on ends within a second.
    virtual void stop() noexcept = 0;
};

}  // namespace reprise::runner
