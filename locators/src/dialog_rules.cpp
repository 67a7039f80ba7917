#include "dialog_rules.hpp"

#include <chrono>
#include <exception>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "context_state.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

constexpr std::chrono::seconds k_patience{5};

}  // namespace

bool DialogRules::wait_until_none_runs(std::unique_lock<std::mutex>& lock) {
    return changed_.wait_for(lock, k_patience, [this] { return running_ == std::thread::id{}; });
}

void DialogRules::set(const std::string& page, cdp::DialogRule rule) {
    Rules gone;  // outlives the lock
    std::unique_lock lock{mutex_};
    if (running_ == std::this_thread::get_id()) throw UsageError("answer_dialogs(): called by a rule");
    if (closed_) throw cdp::ConnectionClosed("answer_dialogs(): the context was closed, or has let go of its handlers");
    if (!wait_until_none_runs(lock)) {
        throw TimeoutError(fmt::format("answer_dialogs(): the rule before still runs after {} s", k_patience.count()));
    }
    if (auto before = rules_.extract(page)) gone.insert(std::move(before));
    if (rule) rules_.emplace(page, std::move(rule));
}

void DialogRules::keep_only(const std::set<std::string>& pages) {
    Rules gone;
    std::unique_lock lock{mutex_};
    if (running_ != std::thread::id{}) return;  // another time will do
    for (auto rule = rules_.begin(); rule != rules_.end();) {
        const auto next = std::next(rule);
        if (!rule->first.empty() && !pages.contains(rule->first)) gone.insert(rules_.extract(rule));
        rule = next;
    }
}

void DialogRules::close() noexcept {
    Rules gone;
    std::unique_lock lock{mutex_};
    closed_ = true;
    if (running_ != std::this_thread::get_id() && wait_until_none_runs(lock)) gone.swap(rules_);
}

const cdp::DialogRule* DialogRules::begin_on_io_thread(const std::string& page) {
    const std::lock_guard lock{mutex_};
    const auto found = rules_.find(page);
    if (closed_ || found == rules_.end()) return nullptr;
    running_ = std::this_thread::get_id();
    return &found->second;
}

void DialogRules::done_on_io_thread() {
    const std::lock_guard lock{mutex_};
    running_ = {};
    changed_.notify_all();
}

std::optional<cdp::DialogAnswer> DialogRules::answer_on_io_thread(const std::string& page, const cdp::Dialog& dialog) {
    for (const auto& whose : {page, std::string()}) {
        const auto* rule = begin_on_io_thread(whose);
        if (rule == nullptr) continue;
        std::optional<cdp::DialogAnswer> answer;
        std::string thrown;
        try {
            answer = (*rule)(dialog);
        } catch (const std::exception& error) {
            thrown = error.what();
        } catch (...) {
            thrown = "something that is no std::exception";
        }
        done_on_io_thread();
        if (answer) return answer;
        if (thrown.empty()) continue;
        router_->report(
            fmt::format("{}.answer_dialogs(): the rule threw for the {} \"{}\": {}; it was answered as if "
                        "there were no rule",
                        whose.empty() ? "context" : "page", dialog.type, dialog.message, thrown));
    }
    return std::nullopt;
}

void ContextState::answer_dialogs(const std::string& page, cdp::DialogRule rule) {
    if (rule) target.hold_new_pages(context_deadline());  // a popup's first script may ask
    std::set<std::string> alive;
    for (const auto& one : target.pages()) alive.insert(one.id());
    dialogs->keep_only(alive);
    dialogs->set(page, std::move(rule));
}

void Context::answer_dialogs(cdp::DialogRule rule) const {
    state_->answer_dialogs({}, std::move(rule));
}

void Page::answer_dialogs(cdp::DialogRule rule) const {
    page_->context.state_->answer_dialogs(page_->target.id(), std::move(rule));
}

std::vector<cdp::Dialog> Page::dialogs() const {
    return page_->target.dialogs();
}

}  // namespace reprise::locators
