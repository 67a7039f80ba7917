#include "cli/heal_command.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <reprise/runner/heal_review.hpp>

namespace reprise::runner {
namespace {

void print_line(const StoredHeal& heal) {
    fmt::print("{:>4}  {:<8}  {:>3.0f} %  {:<18}  {} step {}{}\n", heal.id, to_string(heal.state), heal.log.confidence,
               heal.log.method, heal.recording, heal.log.step_number,
               heal.log.step_label.empty() ? "" : fmt::format(" \"{}\"", heal.log.step_label));
}

ExitCode list(const History& history) {
    const auto heals = history.heals();
    if (heals.empty()) fmt::print("no heals\n");
    reporters::HealingStatistics statistics;
    for (const auto& heal : heals) {
        print_line(heal);
        statistics.add(heal.log);
    }
    if (!heals.empty()) {
        fmt::print("{} heals, mean confidence {:.0f} %\n", statistics.total_attempts, statistics.avg_confidence);
    }
    return ExitCode::passed;
}

void show(const StoredHeal& heal) {
    print_line(heal);
    const auto& log = heal.log;
    fmt::print("      recorded  {}\n      healed    {}\n      element   {}\n      page      {}{}\n      in        {}\n",
               log.original_selector, log.healed_selector, log.element, log.page_url,
               log.page_title.empty() ? "" : fmt::format(" ({})", log.page_title), heal.recording_path);
    for (const auto& picture : log.pictures) fmt::print("      picture   {}\n", picture);
    constexpr std::size_t k_most = 8;
    for (std::size_t i = 0; i < std::min(log.evidence.size(), k_most); ++i) {
        fmt::print("      {:+6.2f}    {}\n", log.evidence[i].second, log.evidence[i].first);
    }
    for (const auto& line : diff_of(heal)) fmt::print("    {}\n", line);
}

// The heals that the user means; says which ids there are not.
std::vector<StoredHeal> chosen(const History& history, const HealOptions& options, bool& missing) {
    std::vector<StoredHeal> heals;
    if (options.all) {
        for (auto& heal : history.heals()) {
            const bool sure = !options.confidence || heal.log.confidence >= *options.confidence;
            if (heal.state == HealState::proposed && sure) heals.push_back(std::move(heal));
        }
        return heals;
    }
    for (const auto id : options.ids) {
        auto heal = history.heal(id);
        if (heal) {
            heals.push_back(std::move(*heal));
        } else {
            fmt::print(stderr, "reprise: there is no heal {}; see reprise heal list\n", id);
            missing = true;
        }
    }
    return heals;
}

ExitCode review(History& history, const HealOptions& options, bool accepts) {
    bool failed = false;
    const auto heals = chosen(history, options, failed);
    if (heals.empty() && !failed) {
        fmt::print(stderr, "reprise: no heal chosen: give ids, or --all\n");
        return ExitCode::nothing_selected;
    }
    for (const auto& heal : heals) {
        try {
            if (accepts) {
                accept(history, heal);
                show(heal);
            } else {
                reject(history, heal);
            }
            fmt::print("{} heal {}{}\n", accepts ? "accepted" : "rejected", heal.id,
                       accepts ? ": written to " + heal.recording_path : std::string());
        } catch (const std::exception& error) {
            fmt::print(stderr, "reprise: {}\n", error.what());
            failed = true;
        }
    }
    return failed ? ExitCode::bad_input : ExitCode::passed;
}

}  // namespace

CLI::App* add_heal_command(CLI::App& app, HealOptions& options) {
    auto* command = app.add_subcommand("heal", "Look through heals, accept or reject them");
    command->require_subcommand(1);
    command->add_option("--history", options.history, "Where runs keep them (default .reprise)")
        ->envname("REPRISE_HISTORY")
        ->type_name("DIR");
    command->fallthrough();
    command->add_subcommand("list", "Every heal that held, oldest first");
    const auto with_ids = [&](const char* name, const char* description) {
        auto* sub = command->add_subcommand(name, description);
        sub->add_option("ids", options.ids, "Numbers as in the list")->type_name("ID");
        return sub;
    };
    with_ids("show", "One heal with its evidence and what it would change");
    for (auto* sub :
         {with_ids("accept", "Write heals into their recordings"), with_ids("reject", "Never use them again")}) {
        sub->add_flag("--all", options.all, "Every one that is proposed");
        sub->add_option("--min-confidence", options.confidence, "With --all: only those at least as sure")
            ->check(CLI::Range(0, 100));
    }
    return command;
}

ExitCode heal(const CLI::App& command, const HealOptions& options) {
    try {
        History history{options.history};
        if (command.got_subcommand("list")) return list(history);
        if (command.got_subcommand("accept")) return review(history, options, true);
        if (command.got_subcommand("reject")) return review(history, options, false);
        bool missing = false;
        const auto heals = chosen(history, options, missing);
        for (const auto& heal : heals) show(heal);
        return missing ? ExitCode::bad_input : ExitCode::passed;
    } catch (const std::exception& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::not_written;
    }
}

}  // namespace reprise::runner
