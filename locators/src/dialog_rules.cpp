#include "dialog_rules.hpp"

#include <exception>

#include <fmt/format.h>

#include <reprise/locators/page.hpp>

#include "context_state.hpp"
#include "page_state.hpp"

namespace reprise::locators {

void DialogRules::set(const std::string& page, cdp::DialogRule rule) {
    const std::lock_guard lock{mutex_};
    if (!rule) {
        rules_.erase(page);
    } else {
        rules_[page] = std::make_shared<const cdp::DialogRule>(std::move(rule));
    }
}

void DialogRules::close() noexcept {
    std::map<std::string, Rule> gone;  // what they hold may call back
    const std::lock_guard lock{mutex_};
    gone.swap(rules_);
}

DialogRules::Rule DialogRules::rule_of(const std::string& page) const {
    const std::lock_guard lock{mutex_};
    const auto found = rules_.find(page);
    return found == rules_.end() ? nullptr : found->second;
}

std::optional<cdp::DialogAnswer> DialogRules::answer_on_io_thread(const std::string& page, const cdp::Dialog& dialog) {
    for (const auto& whose : {page, std::string()}) {
        const auto rule = rule_of(whose);  // called without the lock: it may set another one
        if (!rule) continue;
        std::string thrown;
        try {
            if (auto answer = (*rule)(dialog)) return answer;
        } catch (const std::exception& error) {
            thrown = error.what();
        } catch (...) {
            thrown = "something that is no std::exception";
        }
        if (thrown.empty()) continue;
        router_->report(
            fmt::format("{}.answer_dialogs(): the rule threw for the {} \"{}\": {}; it was answered as if "
                        "there were no rule",
                        whose.empty() ? "context" : "page", dialog.type, dialog.message, thrown));
    }
    return std::nullopt;
}

void Context::answer_dialogs(cdp::DialogRule rule) const {
    state_->dialogs->set({}, std::move(rule));
}

void Page::answer_dialogs(cdp::DialogRule rule) const {
    page_->context.state_->dialogs->set(page_->target.id(), std::move(rule));
}

std::vector<cdp::Dialog> Page::dialogs() const {
    return page_->target.dialogs();
}

}  // namespace reprise::locators
