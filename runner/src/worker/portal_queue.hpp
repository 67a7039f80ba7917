// The job queue of a portal: the functions of supabase/migrations, by their names.
#pragma once

#include <chrono>
#include <string>

#include <reprise/reporters/supabase/client.hpp>

#include "worker/job_queue.hpp"

namespace reprise::runner {

class PortalQueue : public JobQueue {
public:
    // Requests do not last longer than a third of the lease, and are not tried again here: whoever asks knows best for
    // how long it is worth it.
    PortalQueue(reporters::supabase::Settings settings, std::string worker, std::chrono::milliseconds lease,
                std::chrono::seconds stale_after);

    std::optional<Claim> claim(const std::string& claim_id) override;
    JobState heartbeat(const Claim& claim, int current_row) override;
    Answer publish(const Claim& claim, const JobRows& rows) override;
    Answer finish(const Claim& claim, JobState state, const std::string& error_message) override;
    bool release(const Claim& claim) override;
    void upload_picture(const std::string& key, std::string_view png) override;
    void record_metrics(const boost::json::object& metrics) override;
    void stop() noexcept override;

private:
    const std::string worker_;
    const std::chrono::milliseconds lease_;
    const std::chrono::seconds stale_after_;
    reporters::supabase::Client client_;
};

}  // namespace reprise::runner
