#include "verdicts.hpp"

#include <algorithm>
#include <array>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace reprise::bench {
namespace {

namespace json = boost::json;

std::string first_line(const std::string& message) {
    return message.substr(0, message.find('\n'));
}

// The tags of the hosts around a healed element, as fingerprints hold them.
std::string hosts_of(const json::object& bundle) {
    std::string tags;
    const auto* hosts = bundle.if_contains("shadowHosts");
    if (hosts == nullptr || !hosts->is_array()) return tags;
    for (const auto& host : hosts->get_array()) {
        auto css = host.is_object() ? text(host.get_object(), "css") : std::string();
        css = css.substr(css.find_last_of(" >") + 1);
        tags += (tags.empty() ? "" : " ") + css.substr(0, css.find_first_of("#.[:"));
    }
    return tags;
}

// Is the element that the comparison put first one of the right ones?
bool is_right(const Row& row, const std::string& healed_bundle) {
    if (!row.present() || healed_bundle.empty()) return false;
    const auto document = json::parse(healed_bundle);
    const auto& bundle = document.as_object();
    const auto xpath = text(bundle, "xpath");
    const auto hosts = hosts_of(bundle);
    const auto& decision = *row.decision;
    if (row.asked == Asked::unchanged) return xpath == decision.target.xpath;
    return std::ranges::any_of(decision.right, [&](std::size_t i) {
        const auto& print = decision.candidates[i];
        return print.xpath == xpath && (print.shadow.empty() == hosts.empty());
    });
}

void read_healing(const Row& row, const json::object& attempt, int last_step, Judgement& made) {
    const auto* logs = attempt.if_contains("healing");
    if (logs == nullptr || !logs->is_array()) return;
    for (const auto& entry : logs->get_array()) {
        const auto& log = entry.as_object();
        const bool applied = log.at("applied").as_bool();
        made.heals += static_cast<int>(applied);
        if (log.at("stepNumber").to_number<int>() != last_step) continue;
        constexpr double k_percent = 100;
        made.healed = made.healed || applied;
        made.confidence = log.at("confidence").to_number<double>() / k_percent;
        made.best_right = is_right(row, text(log, "healedBundle"));
    }
}

// Why the row says nothing about healing; empty: it does.
std::string obstacle(const Row& row, const Seen& seen, const json::object& attempt, int last_step) {
    const auto* failure = attempt.if_contains("failure");
    if (!seen.opened) return "the page was not served";
    if (failure != nullptr) {
        const auto* step = failure->as_object().if_contains("stepNumber");
        if (step == nullptr || step->to_number<int>() != last_step) {
            return first_line(text(failure->as_object(), "message"));
        }
    }
    if (!seen.broken.empty()) return "its state could not be reached: " + seen.broken;
    if (row.asked == Asked::ablated && !seen.cut) return "the element could not be taken out";
    if (row.present() && !seen.shown) return "the page never showed the element";
    const auto too_early = [](const Press& press) { return press.before_cut; };
    if (row.asked == Asked::ablated && std::ranges::any_of(seen.presses, too_early)) {
        return "pressed before the element was out";
    }
    return {};
}

// The step's time ended before the page came to rest, or in the last look: nothing was found that could be pressed.
bool says_not_found(const std::string& message) {
    constexpr std::array k_refusals{"no element matches", "agrees with only", "fit the bundle equally well",
                                    "are another element's"};
    return std::ranges::any_of(k_refusals, [&](const char* text) { return message.find(text) != std::string::npos; });
}

Verdict verdict_of(const Row& row, const Seen& seen, const json::object* failed, const Judgement& made) {
    const bool right = row.present() && std::ranges::any_of(seen.presses, &Press::right);
    if (failed == nullptr) {
        if (seen.presses.empty()) return Verdict::unmeasured;
        return right ? Verdict::right : Verdict::wrong;
    }
    const auto type = text(*failed, "type");
    if (type == "ElementAbsent" || type == "StrictnessError") return Verdict::refused;
    if (!made.healed && seen.presses.empty() && says_not_found(first_line(text(*failed, "message"))))
        return Verdict::refused;
    // It could not be pressed, or the press was not followed by a click: what it was about counts all the same.
    const bool other = (!seen.presses.empty() && !right) || (made.healed && !made.best_right);
    return other ? Verdict::wrong : Verdict::stuck;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::right:
            return "right";
        case Verdict::wrong:
            return "wrong";
        case Verdict::refused:
            return "refused";
        case Verdict::stuck:
            return "stuck";
        case Verdict::unmeasured:
            return "unmeasured";
    }
    return "";
}

Judgement judge(const Row& row, const Seen& seen, const json::object* test) {
    Judgement made;
    const auto* attempts = test != nullptr ? test->if_contains("attempts") : nullptr;
    if (attempts == nullptr || attempts->as_array().empty()) {
        made.reason = "the report has no such row";
        return made;
    }
    const auto& attempt = attempts->as_array().back().as_object();
    const int last_step = test->at("test").at("totalSteps").to_number<int>();
    read_healing(row, attempt, last_step, made);
    if (made.reason = obstacle(row, seen, attempt, last_step); !made.reason.empty()) return made;
    made.step_ms = attempt.at("steps").as_array().back().at("duration").to_number<double>();
    const auto* failure = attempt.if_contains("failure");
    made.verdict = verdict_of(row, seen, failure != nullptr ? &failure->as_object() : nullptr, made);
    if (made.verdict == Verdict::right && made.healed) made.best_right = true;
    if (!seen.presses.empty()) made.reason = seen.presses.front().element;
    if (failure != nullptr) made.reason = first_line(text(failure->as_object(), "message"));
    if (made.verdict == Verdict::unmeasured) made.reason = "the press was not seen";
    return made;
}

}  // namespace reprise::bench
