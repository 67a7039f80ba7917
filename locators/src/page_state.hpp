// What all handles of one page share.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include <reprise/cdp/page_target.hpp>
#include <reprise/locators/page.hpp>

namespace reprise::locators {

class PageState {
public:
    PageState(cdp::PageTarget target, PageOptions options) : target{std::move(target)}, options{std::move(options)} {}

    // Names one action's delivery report.
    std::string next_token() { return "t" + std::to_string(++tokens_); }
    cdp::Deadline deadline(std::optional<Milliseconds> timeout) const {
        return cdp::Deadline::after(timeout.value_or(options.timeout));
    }
    void note_pointer(Point point) {
        if (call_under_way != nullptr) call_under_way->point = point;
    }

    cdp::PageTarget target;
    PageOptions options;
    std::optional<cdp::BrowserContext> context{};  // kept alive by the page that was opened in it
    Call* call_under_way{};                        // the one that the observer was told of

private:
    std::atomic<unsigned> tokens_{0};
};

}  // namespace reprise::locators
