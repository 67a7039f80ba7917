#include <reprise/reporters/healing.hpp>

#include <algorithm>

namespace reprise::reporters {

void HealingStatistics::add(const HealingLog& log) {
    constexpr double k_percent = 100;
    avg_confidence = (avg_confidence * total_attempts + log.confidence) / (total_attempts + 1);
    ++total_attempts;
    successful_heals += static_cast<int>(log.success);
    success_rate = k_percent * successful_heals / total_attempts;
    auto method = std::ranges::find(by_method, log.method, &Method::name);
    if (method == by_method.end()) method = by_method.insert(method, {.name = log.method});
    ++method->attempts;
    method->successes += static_cast<int>(log.success);
}

}  // namespace reprise::reporters
