#include <reprise/locators/adopt.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "context_state.hpp"

namespace reprise::locators {
namespace {

Context take_part(const cdp::Browser& browser, const std::string& id, const AdoptOptions& options,
                  cdp::Deadline deadline) {
    if (auto known = std::static_pointer_cast<ContextState>(browser.context_owner(id).lock())) {
        return Context{std::move(known)};
    }
    auto router = std::make_shared<Router>(std::nullopt);
    auto bindings = std::make_shared<Bindings>(router);
    auto videos = std::make_shared<Videos>();
    auto target = browser.adopt_context(id,
                                        {.isolated_script = isolated_page_script(),
                                         .request_listener = router,
                                         .binding_listener = bindings,
                                         .screencast_listener = videos},
                                        deadline);
    auto state = std::make_shared<ContextState>(std::move(target), options.base_url, std::move(router),
                                                std::move(bindings), std::move(videos));
    state->target.set_owner(state);
    return Context{std::move(state)};
}

}  // namespace

Context default_context(const cdp::Browser& browser, const AdoptOptions& options) {
    const auto deadline = cdp::Deadline::after(options.timeout);
    const auto ids = browser.context_ids(deadline);
    if (ids.empty()) throw ActionError("default_context(): the browser tells of no context");
    return take_part(browser, ids.front(), options, deadline);
}

std::vector<Context> contexts(const cdp::Browser& browser, const AdoptOptions& options) {
    const auto deadline = cdp::Deadline::after(options.timeout);
    std::vector<Context> found;
    for (const auto& id : browser.context_ids(deadline)) found.push_back(take_part(browser, id, options, deadline));
    return found;
}

}  // namespace reprise::locators
