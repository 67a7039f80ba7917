#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <reprise/locators/locator.hpp>

#include "element_call.hpp"
#include "observation.hpp"

namespace reprise::locators {

Locator Locator::suggestion(const ActionOptions& options) const {
    return observed(*this, ".suggestion()", options, [&](ElementCall& call) {
        const auto answer = call.demand("read", R"("what":"suggestion")");
        const auto* value = answer.if_contains("value");
        const auto* found = value == nullptr ? nullptr : value->if_object();
        const auto* chain = found == nullptr ? nullptr : found->if_contains("chain");
        if (chain == nullptr || !chain->is_array()) {
            call.fail({{"error", "no_suggestion"}, {"message", "nothing tells this element from others"}});
        }
        Locator suggested{page_, frame_, fmt::format("{}.{}", place_, string_of(*found, "call"))};
        suggested.place_ = place_;
        std::size_t here = 0;  // where the way within the frame begins
        for (std::size_t i = 0; i < links_.size(); ++i) {
            if (links_[i].part.empty()) here = i + 1;
        }
        suggested.links_.assign(links_.begin(), links_.begin() + static_cast<std::ptrdiff_t>(here));
        for (const auto& part : chain->get_array()) suggested.links_.push_back({boost::json::serialize(part)});
        return suggested;
    });
}

}  // namespace reprise::locators
