// Empties an outbox in a thread of its own: soon after something was put into it, later when the portal is away.
//
// Thread-safe but for finish(), which is called once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include <reprise/reporters/supabase/client.hpp>
#include <reprise/reporters/supabase/publisher.hpp>

#include "supabase/outbox.hpp"
#include "supabase/sender.hpp"

namespace reprise::reporters::supabase {

// Part of the ids of recordings that have none: whose they are, as far as it is known without asking.
std::string owner_of(const Settings& settings);

class Sending {
public:
    Sending(const Settings& settings, Outbox& outbox, std::filesystem::path folder, const PublishOptions& options);
    ~Sending();  // what waits stays

    void wake();  // something was put
    // How long the end of a run waits for a portal that has not answered once.
    static constexpr std::chrono::milliseconds k_for_a_stranger{5'000};

    // Sends what is left, for so long at most; for `for_a_stranger` only when the portal has not answered by then.
    PublishReport finish(std::chrono::milliseconds budget, std::chrono::milliseconds for_a_stranger);

private:
    using Clock = std::chrono::steady_clock;

    void work();
    Sender::Passed pass(bool hurry);
    Clock::time_point next_pass() const;
    void join();

    Outbox& outbox_;
    const std::filesystem::path folder_;
    Client client_;
    Sender sender_;        // the thread's
    std::string problem_;  // likewise
    std::mutex mutex_;
    std::condition_variable changed_;
    // The rest is guarded by mutex_.
    bool woken_{};  // there is something to send
    bool finishing_{};
    bool ends_{};
    bool over_{};     // the thread has ended
    bool reached_{};  // the portal has answered
    int failed_in_a_row_{};
    Clock::time_point last_pass_{};
    Clock::time_point last_progress_{};
    std::thread thread_;
};

}  // namespace reprise::reporters::supabase
