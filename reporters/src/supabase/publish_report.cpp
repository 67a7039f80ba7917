#include "supabase/publish_report.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace reprise::reporters::supabase {
namespace {

std::string_view name_of(Cargo cargo) {
    switch (cargo) {
        case Cargo::recording:
            return "recordings";
        case Cargo::picture:
            return "pictures";
        case Cargo::result:
            return "results";
        case Cargo::log:
            return "log lines";
        case Cargo::healing:
            return "heals";
        case Cargo::job:
        case Cargo::cancelled:
        case Cargo::progress:
        case Cargo::job_end:
            break;
    }
    return "jobs";
}

PublishReport::Counts& counts_of(PublishReport& report, Cargo cargo) {
    switch (cargo) {
        case Cargo::recording:
            return report.recordings;
        case Cargo::picture:
            return report.pictures;
        case Cargo::result:
            return report.results;
        case Cargo::log:
            return report.logs;
        case Cargo::healing:
            return report.heals;
        case Cargo::job:
        case Cargo::cancelled:
        case Cargo::progress:
        case Cargo::job_end:
            break;
    }
    return report.jobs;
}

void count(PublishReport& report, const Outbox& outbox) {
    const auto all = outbox.counts();
    for (const auto cargo : k_cargoes) {
        const auto& of_cargo = all.at(static_cast<std::size_t>(cargo));
        auto& counts = counts_of(report, cargo);
        // What is told of a job in several entries is one job.
        counts.sent = &counts == &report.jobs && cargo != Cargo::job_end ? 0 : of_cargo.sent;
        counts.waiting = std::max(counts.waiting, of_cargo.waiting);
        counts.refused = std::max(counts.refused, of_cargo.refused);
    }
}

void tell_refusals(PublishReport& report, const Outbox& outbox) {
    constexpr std::size_t k_most = 3;  // of one kind
    std::array<std::size_t, k_cargoes.size()> told{};
    for (const auto& refusal : outbox.refusals()) {
        if (refusal.reason == k_job_refused) continue;
        if (++told.at(static_cast<std::size_t>(refusal.cargo)) > k_most) continue;
        report.problems.push_back(
            fmt::format("{} {} refused: {}", refusal.number, name_of(refusal.cargo), refusal.reason));
    }
}

std::string shown(const PublishReport& report, std::uint64_t PublishReport::Counts::*state) {
    const std::pair<std::string_view, const PublishReport::Counts*> all[]{
        {"recordings", &report.recordings}, {"jobs", &report.jobs},   {"results", &report.results},
        {"log lines", &report.logs},        {"heals", &report.heals}, {"pictures", &report.pictures}};
    std::string text;
    for (const auto& [name, counts] : all) {
        const auto number = counts->*state;
        const auto noun = number == 1 ? name.substr(0, name.size() - 1) : name;
        if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, noun);
    }
    return text;
}

}  // namespace

void describe(PublishReport& report, const Outbox& outbox) {
    count(report, outbox);
    tell_refusals(report, outbox);
}

bool PublishReport::complete() const {
    for (const auto& counts : {recordings, jobs, results, logs, heals, pictures}) {
        if (counts.waiting + counts.refused > 0) return false;
    }
    return true;
}

std::vector<std::string> PublishReport::lines() const {
    std::vector<std::string> lines;
    const auto sent = shown(*this, &Counts::sent);
    const auto waiting = shown(*this, &Counts::waiting);
    const auto refused = shown(*this, &Counts::refused);
    lines.push_back(fmt::format("published to {}: {}", portal, sent.empty() ? "nothing" : sent));
    if (!waiting.empty()) {
        lines.push_back(
            fmt::format("not yet published: {}; `reprise publish {}` sends them", waiting, folder.string()));
    }
    if (!refused.empty()) {
        lines.push_back(
            fmt::format("refused by the portal: {}; `reprise publish {}` tries them again", refused, folder.string()));
    }
    for (const auto& problem : problems) lines.push_back("portal: " + problem);
    return lines;
}

}  // namespace reprise::reporters::supabase
