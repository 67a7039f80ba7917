// What all handles of one page share.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <reprise/cdp/page_target.hpp>
#include <reprise/locators/page.hpp>

#include "locator_handlers.hpp"

namespace reprise::locators {

class PageState : public std::enable_shared_from_this<PageState> {
public:
    PageState(Context page_context, cdp::PageTarget page, PageOptions page_options)
        : context{std::move(page_context)}, target{std::move(page)}, options{std::move(page_options)} {}

    // Every call begins with this or deadline(): what went wrong in a route is told by the next call.
    void throw_route_errors() const;

    // Names one action's delivery report. Other handles of the same page name theirs otherwise.
    static std::string next_token();
    cdp::Deadline deadline(std::optional<Milliseconds> timeout) const {
        throw_route_errors();
        return cdp::Deadline::after(timeout.value_or(options.timeout));
    }
    const std::string& base_url() const;  // the context's
    // Throws UsageError: nothing that is waited for would ever arrive.
    void check_takes_downloads(std::string_view call) const;
    bool wants_handlers() const;  // of locators
    // Tells the observer where the call under way goes.
    void tell_pointer(Point point) {
        if (call_under_way != nullptr) call_under_way->point = point;
    }

    const Context context;  // kept alive by its pages
    cdp::PageTarget target;
    PageOptions options;
    // What is down, and where the pointer is. Actions on elements bring the pointer along and press buttons of their
    // own.
    struct Hands {
        int modifiers{};
        std::vector<std::string> keys{};  // codes
        Point pointer{};
        int buttons{};
        std::optional<boost::json::value> dragged{};
    };
    Hands hands{};
    LocatorHandlers handlers{};
    std::map<std::string, std::string> media{};  // features of emulate_media(), laid over the context's; "": the type
    Call* call_under_way{};                      // the one that the observer was told of
    // Documents of these frames may still be armed by calls that failed; input that is not theirs would be swallowed.
    std::vector<cdp::FrameId> left_watches{};
};

}  // namespace reprise::locators
