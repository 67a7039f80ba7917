// What publishing costs: 10,000 results of 10 steps and 20,000 lines of log, from the first event to the portal's last
// answer. The portal is named by the environment (SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY, SUPABASE_USER_ID).
//
//     publish_speed FOLDER [ROWS] [--steps]      --steps: a line for each step, too
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "portal/support/synthetic_run.hpp"

namespace {

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_megabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace reprise;
    using Clock = std::chrono::steady_clock;
    if (argc < 2) {
        fmt::print(stderr, "publish_speed FOLDER [ROWS] [--steps]\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    const tests::SyntheticRun run{
        .rows = argc > 2 ? std::stoi(argv[2]) : 10'000, .steps = 10, .fails_every = 0, .run_id = folder.string()};
    reporters::EventStream events{nullptr};
    const auto publisher = std::make_shared<reporters::supabase::Publisher>(
        reporters::supabase::settings_from_environment(), folder, std::vector{run.published()}, events.redactor(),
        reporters::supabase::PublishOptions{.at_end = std::chrono::minutes{10}, .log_steps = argc > 3});
    events.add(publisher);
    const auto before = peak_megabytes();
    const auto begun = Clock::now();
    run.play(events, folder);
    const std::chrono::duration<double> played = Clock::now() - begun;
    const auto report = publisher->finish();
    const std::chrono::duration<double> whole = Clock::now() - begun;
    for (const auto& line : report.lines()) fmt::print("{}\n", line);
    fmt::print(
        "events {:.2f} s, all there after {:.2f} s, own CPU {:.2f} s, {} requests, {:.1f} MB sent, peak {:.1f} MB "
        "({:.1f} MB before)\n",
        played.count(), whole.count(), cpu_seconds(), report.traffic.requests,
        static_cast<double>(report.traffic.bytes_sent) / 1e6, peak_megabytes(), before);
    return report.complete() ? 0 : 1;
}
