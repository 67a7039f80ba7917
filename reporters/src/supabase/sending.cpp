#include "supabase/sending.hpp"

#include <algorithm>

#include "supabase/publish_report.hpp"

namespace reprise::reporters::supabase {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_together{400};  // what happens meanwhile goes in one request
constexpr milliseconds k_between_progress{2'000};
constexpr milliseconds k_first_pause{500};  // after a pass that failed
constexpr milliseconds k_longest_pause{10'000};
constexpr milliseconds k_longest_pause_at_end{2'000};

}  // namespace

std::string owner_of(const Settings& settings) {
    return !settings.user_id.empty() ? settings.user_id : settings.email;
}

Sending::Sending(const Settings& settings, Outbox& outbox, std::filesystem::path folder, const PublishOptions& options)
    : outbox_{outbox},
      folder_{std::move(folder)},
      client_{settings, options.retry},
      sender_{client_, outbox_, folder_},
      thread_{[this] { work(); }} {}

Sending::~Sending() {
    join();
}

void Sending::join() {
    {
        const std::lock_guard lock{mutex_};
        ends_ = true;
        changed_.notify_all();
    }
    client_.stop();
    if (thread_.joinable()) thread_.join();
}

void Sending::wake() {
    const std::lock_guard lock{mutex_};
    woken_ = true;
    changed_.notify_all();
}

// With mutex_. When the next pass is due, if there is anything to send.
Sending::Clock::time_point Sending::next_pass() const {
    if (failed_in_a_row_ == 0) return last_pass_ + (finishing_ ? milliseconds{0} : k_together);
    constexpr int k_most_doublings = 10;
    const auto pause = k_first_pause * (1 << std::min(failed_in_a_row_ - 1, k_most_doublings));
    return last_pass_ + std::min<milliseconds>(pause, finishing_ ? k_longest_pause_at_end : k_longest_pause);
}

void Sending::work() {
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [&] { return woken_ || ends_; });
        while (!ends_ && Clock::now() < next_pass()) changed_.wait_until(lock, next_pass());
        if (ends_) break;
        woken_ = false;
        const bool last = finishing_;
        const bool hurry = last || Clock::now() - last_progress_ >= k_between_progress;
        lock.unlock();
        const auto passed = pass(hurry);
        lock.lock();
        last_pass_ = Clock::now();
        if (hurry) last_progress_ = last_pass_;
        reached_ = sender_.reached();
        changed_.notify_all();
        if (passed == Sender::Passed::never) break;
        failed_in_a_row_ = passed == Sender::Passed::later ? failed_in_a_row_ + 1 : 0;
        if (passed == Sender::Passed::later) woken_ = true;
        if (last && !woken_) break;
    }
    over_ = true;
    changed_.notify_all();
}

Sender::Passed Sending::pass(bool hurry) {
    try {
        return sender_.pass(hurry);
    } catch (const std::exception& error) {
        problem_ = error.what();  // of the outbox
        return Sender::Passed::never;
    }
}

PublishReport Sending::finish(milliseconds budget, milliseconds for_a_stranger) {
    const auto begun = Clock::now();
    {
        std::unique_lock lock{mutex_};
        finishing_ = true;
        woken_ = true;
        failed_in_a_row_ = 0;
        last_pass_ = {};
        changed_.notify_all();
        changed_.wait_until(lock, begun + std::min(budget, for_a_stranger), [&] { return over_ || reached_; });
        if (reached_) changed_.wait_until(lock, begun + budget, [&] { return over_; });
    }
    join();
    PublishReport report{.problems = sender_.problems(),
                         .folder = folder_,
                         .portal = client_.settings().url,
                         .traffic = client_.traffic()};
    if (!problem_.empty()) report.problems.push_back(problem_);
    describe(report, outbox_);
    return report;
}

}  // namespace reprise::reporters::supabase
