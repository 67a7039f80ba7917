#include <reprise/runner/locate.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <reprise/cdp/browser.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/locators/candidates.hpp>
#include <reprise/locators/matching.hpp>
#include <reprise/runner/recording.hpp>

#include "healing/looks.hpp"
#include "healing/second_opinion.hpp"
#include "history/file_bytes.hpp"
#include "locate/page_preparation.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;
using locators::CandidateList;
using locators::CandidatePath;
using locators::Match;

struct Located {
    Match match{};
    std::optional<CandidatePath> path{};    // of the best candidate
    std::optional<CandidatePath> second{};  // of the runner-up
    Opinion opinion{};
    std::string error{};
    double ms{};
    bool found{};
};

std::string address_of(const LocateEntry& entry, const LocateOptions& options) {
    if (options.url) return *options.url;
    if (!options.base_url || entry.page.find("://") != std::string::npos) return entry.page;
    auto base = *options.base_url;
    if (!base.ends_with('/')) base += '/';
    return base + entry.page.substr(std::min(entry.page.find_first_not_of('/'), entry.page.size()));
}

// The crop of an entry, beside the list or where the program was started. What cannot be used is told: the decision is
// made without it.
std::optional<RecordedLook> look_of(const LocateEntry& entry, const std::string& list) {
    if (entry.crop.empty()) return std::nullopt;
    auto path = std::filesystem::path{list}.parent_path() / entry.crop;
    std::error_code error;
    if (!std::filesystem::exists(path, error)) path = entry.crop;
    const auto png = file_bytes(path);
    try {
        if (!png) throw vision::PictureError("it cannot be read");
        return recorded_look(*png, entry.target.box);
    } catch (const vision::PictureError& problem) {
        fmt::print(stderr, "reprise: {}: decided without the crop {}: {}\n", entry.id, entry.crop, problem.what());
        return std::nullopt;
    }
}

// A page in one state, and what it shows.
class State {
public:
    State(const locators::Page& page, const LocateOptions& options, VisionModel* model)
        : page_{page}, options_{options}, model_{model} {}

    Located locate(const LocateEntry& entry) {
        Located located;
        const auto deadline = cdp::Deadline::after(options_.timeout);
        const auto look = look_of(entry, options_.bundles);
        const auto start = std::chrono::steady_clock::now();
        try {
            auto list = locators::collect_candidates(page_, entry.target, entry.iframe_chain, deadline);
            if (look) compare_looks(list, view(), *look);
            located.match = locators::find_match(entry.target, entry.recorded_page, list.fingerprints);
            if (model_ != nullptr && located.match.candidate && located.match.confidence < options_.threshold) {
                const auto subject = fmt::format("{}\n{}", entry.page, json::serialize(to_json(entry.target)));
                located.opinion =
                    consult(*model_, page_, list, entry.target, {.subject = subject, .threshold = options_.threshold},
                            deadline, located.match);
            }
            const auto& match = located.match;
            if (match.candidate) located.path = locators::path_of(page_, list, *match.candidate, deadline);
            if (match.runner_up) located.second = locators::path_of(page_, list, *match.runner_up, deadline);
            located.found = match.candidate && match.confidence >= options_.threshold;
        } catch (const std::exception& error) {
            located.error = error.what();
        }
        located.ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        return located;
    }

private:
    // Nothing is done to the page between entries: one picture serves them all.
    const View& view() {
        if (!view_) view_ = view_of(page_);
        return *view_;
    }

    const locators::Page& page_;
    const LocateOptions& options_;
    VisionModel* model_;  // null: none is asked
    std::optional<View> view_;
};

double rounded(double value) {
    constexpr double k_tenths = 10;
    return std::round(value * k_tenths) / k_tenths;
}

json::object path_json(const CandidatePath& path) {
    json::object members{{"css", path.css}};
    if (!path.frames.empty()) {
        json::array frames;
        for (const auto& step : path.frames) frames.emplace_back(step.css);
        members["frames"] = std::move(frames);
    }
    if (!path.shadow.empty()) {
        json::array hosts;
        for (const auto& host : path.shadow) hosts.emplace_back(host);
        members["shadow"] = std::move(hosts);
    }
    members["xpath"] = path.xpath;
    members["point"] = json::object{{"x", rounded(path.point.x)}, {"y", rounded(path.point.y)}};
    return members;
}

json::object to_json(const LocateEntry& entry, const Located& located) {
    json::object result{{"id", entry.id}, {"found", located.found}};
    if (located.found && located.path) {
        for (const auto& member : path_json(*located.path)) result.emplace(member.key(), member.value());
    }
    result["confidence"] = rounded(located.match.confidence);
    result["method"] = to_string(located.match.method);
    if (located.second) {
        auto second = path_json(*located.second);
        second["confidence"] = rounded(located.match.runner_up_confidence);
        result["runnerUp"] = std::move(second);
    } else {
        result["runnerUp"] = nullptr;
    }
    if (!located.found && !located.match.doubt.empty()) result["doubt"] = located.match.doubt;
    if (!located.opinion.text.empty()) {
        const auto& opinion = located.opinion;
        result["visionModel"] = json::object{
            {"said", opinion.text}, {"claudeRequest", opinion.request}, {"claudeResponse", opinion.response}};
    }
    if (!located.error.empty()) result["error"] = located.error;
    result["ms"] = rounded(located.ms);
    return result;
}

void tell(const LocateEntry& entry, const Located& located, const LocateOptions& options) {
    const auto& match = located.match;
    fmt::print("{}{}{}\n", entry.id, entry.id.empty() ? "" : ": ", describe(entry.target));
    if (!located.error.empty()) return fmt::print("  not decided: {}\n", located.error);
    if (!located.path) return fmt::print("  gone: nothing on the page can be acted on\n");
    fmt::print("  {}  {}\n  confidence {:.0f} (needed: {}), by {}\n", located.found ? "found" : "not found, nearest is",
               located.path->shown, match.confidence, options.threshold, to_string(match.method));
    if (!located.found && !match.doubt.empty()) fmt::print("  against it: {}\n", match.doubt);
    if (!located.opinion.text.empty()) fmt::print("  {}\n", located.opinion.text);
    for (const auto& step : located.path->frames) fmt::print("  in frame   {}\n", step.css);
    for (const auto& host : located.path->shadow) fmt::print("  in shadow  {}\n", host);
    fmt::print("  css        {}\n  xpath      {}\n  point      {:.0f}, {:.0f}\n", located.path->css,
               located.path->xpath, located.path->point.x, located.path->point.y);
    if (located.second) {
        fmt::print("  runner-up  {} (confidence {:.0f})\n", located.second->shown, match.runner_up_confidence);
    }
    constexpr std::size_t k_most_lines = 12;
    fmt::print("  evidence\n");
    for (std::size_t i = 0; i < std::min(match.evidence.size(), k_most_lines); ++i) {
        fmt::print("    {:+6.2f}  {}\n", match.evidence[i].weight, match.evidence[i].clue);
    }
    fmt::print("  {:.1f} ms\n", located.ms);
}

// Entries that share a page in one state.
std::vector<std::vector<const LocateEntry*>> by_state(const std::vector<LocateEntry>& entries) {
    std::vector<std::vector<const LocateEntry*>> groups;
    for (const auto& entry : entries) {
        const auto group = std::ranges::find_if(groups, [&](const auto& members) {
            return members.front()->page == entry.page && members.front()->prep == entry.prep;
        });
        if (group == groups.end()) {
            groups.push_back({&entry});
        } else {
            group->push_back(&entry);
        }
    }
    return groups;
}

}  // namespace

ExitCode locate(const LocateOptions& options) {
    const auto entries = read_locate_list(options.bundles);
    for (const auto& entry : entries) {
        if (address_of(entry, options).find("://") != std::string::npos) continue;
        throw DataError({.file = options.bundles,
                         .text = fmt::format("entry \"{}\": \"{}\" is no address; give a URL or --base-url", entry.id,
                                             entry.page)});
    }
    std::optional<VisionModel> model;
    if (!options.vision_model.model.empty()) {
        model.emplace(options.vision_model, VisionModel::access_from_environment());
    }
    const auto browser =
        cdp::Browser::launch({.sandbox = options.no_sandbox ? cdp::Sandbox::off : cdp::Sandbox::automatic,
                              .width_px = options.width,
                              .height_px = options.height});
    std::map<std::string, json::object> answers;
    bool decided = false;
    for (const auto& group : by_state(entries)) {
        auto context = locators::new_context(browser);
        const auto page = locators::Page::open(context, {.timeout = options.timeout});
        std::string error;
        try {
            open_state(page, address_of(*group.front(), options), group.front()->prep,
                       cdp::Deadline::after(options.timeout));
        } catch (const Error& problem) {
            error = problem.what();
            fmt::print(stderr, "reprise: {}: {}\n", group.front()->page, error);
        }
        State state{page, options, model ? &*model : nullptr};
        for (const auto* entry : group) {
            Located located;
            if (error.empty()) {
                located = state.locate(*entry);
            } else {
                located.error = error;
            }
            decided = decided || located.error.empty();
            if (options.output) {
                answers[entry->id] = to_json(*entry, located);
            } else {
                tell(*entry, located, options);
            }
        }
        context.close();
    }
    if (options.output) {
        json::array results;
        for (const auto& entry : entries) results.push_back(answers[entry.id]);
        std::ofstream file{*options.output, std::ios::binary};
        file << format_json(results);
        file.close();
        if (!file) {
            fmt::print(stderr, "reprise: cannot write {}\n", *options.output);
            return ExitCode::not_written;
        }
    }
    return decided ? ExitCode::passed : ExitCode::failed;
}

}  // namespace reprise::runner
