#include <reprise/reporters/healing_json.hpp>

#include <cmath>

#include <boost/json/array.hpp>

#include "json_object_reader.hpp"
#include "text_sanitizer.hpp"

namespace reprise::reporters {
namespace {

namespace json = boost::json;

double rounded(double value) {
    constexpr double k_hundredths = 100;
    return std::round(value * k_hundredths) / k_hundredths;
}

json::array weighted(const std::vector<std::pair<std::string, double>>& items, const char* name, const char* weight) {
    json::array out;
    for (const auto& [text, value] : items) {
        out.push_back(json::object{{name, repair_utf8(text)}, {weight, rounded(value)}});
    }
    return out;
}

std::vector<std::pair<std::string, double>> weighted_from(const JsonObjectReader& in, std::string_view list,
                                                          std::string_view name, std::string_view weight) {
    return in.list(list, [&](const json::object& item) {
        const JsonObjectReader reader{item};
        return std::pair{reader.text(name), reader.number(weight)};
    });
}

}  // namespace

json::object to_json(const HealingLog& log) {
    json::array pictures;
    for (const auto& picture : log.pictures) pictures.push_back(json::string(repair_utf8(picture)));
    return {{"stepNumber", log.step_number},
            {"stepLabel", repair_utf8(log.step_label)},
            {"method", repair_utf8(log.method)},
            {"confidence", rounded(log.confidence)},
            {"originalSelector", repair_utf8(log.original_selector)},
            {"healedSelector", repair_utf8(log.healed_selector)},
            {"element", repair_utf8(log.element)},
            {"pageUrl", repair_utf8(log.page_url)},
            {"pageTitle", repair_utf8(log.page_title)},
            {"applied", log.applied},
            {"success", log.success},
            {"reason", repair_utf8(log.reason)},
            {"candidates", weighted(log.candidates, "element", "confidence")},
            {"evidence", weighted(log.evidence, "clue", "weight")},
            {"originalBundle", repair_utf8(log.original_bundle)},
            {"healedBundle", repair_utf8(log.healed_bundle)},
            {"pictures", std::move(pictures)},
            {"claudeRequest", repair_utf8(log.claude_request)},
            {"claudeResponse", repair_utf8(log.claude_response)}};
}

HealingLog healing_log_from_json(const json::object& object) {
    const JsonObjectReader in{object};
    return {.step_number = in.integer<int>("stepNumber"),
            .step_label = in.text("stepLabel"),
            .method = in.text("method"),
            .confidence = in.number("confidence"),
            .original_selector = in.text("originalSelector"),
            .healed_selector = in.text("healedSelector"),
            .element = in.text("element"),
            .page_url = in.text("pageUrl"),
            .page_title = in.text("pageTitle"),
            .applied = in.flag("applied"),
            .success = in.flag("success"),
            .reason = in.text("reason"),
            .candidates = weighted_from(in, "candidates", "element", "confidence"),
            .evidence = weighted_from(in, "evidence", "clue", "weight"),
            .original_bundle = in.text("originalBundle"),
            .healed_bundle = in.text("healedBundle"),
            .pictures = in.texts("pictures"),
            .claude_request = in.text("claudeRequest"),
            .claude_response = in.text("claudeResponse")};
}

json::object to_json(const HealingStatistics& statistics) {
    json::object by_method;
    for (const auto& method : statistics.by_method) {
        by_method[method.name] = json::object{{"attempts", method.attempts}, {"successes", method.successes}};
    }
    return {{"totalAttempts", statistics.total_attempts},
            {"successfulHeals", statistics.successful_heals},
            {"failedHeals", statistics.total_attempts - statistics.successful_heals},
            {"successRate", rounded(statistics.success_rate)},
            {"byMethod", std::move(by_method)},
            {"avgConfidence", rounded(statistics.avg_confidence)}};
}

}  // namespace reprise::reporters
