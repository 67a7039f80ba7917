// What all handles of one context share. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <reprise/cdp/command.hpp>
#include <reprise/locators/context.hpp>

#include "bindings.hpp"
#include "clock_state.hpp"
#include "dialog_rules.hpp"
#include "router.hpp"
#include "videos.hpp"

namespace reprise::locators {

// The commands that `options` mean for every page.
std::vector<cdp::SetUpCommand> set_up_commands(const ContextOptions& options);
// Playwright's name of a permission, or any other, as Chromium calls it.
std::string chromium_permission(const std::string& name);

inline cdp::Deadline context_deadline() {
    return cdp::Deadline::after(std::chrono::seconds{30});
}

// Of a page's looks: Chromium's names of media features to their values.
std::map<std::string, std::string> media_features(const ContextOptions& options);

// Who is told of what happens in a context's pages.
struct Listeners {
    std::shared_ptr<Router> router;
    std::shared_ptr<Videos> videos;
    std::shared_ptr<Bindings> bindings{std::make_shared<Bindings>(router)};
    std::shared_ptr<DialogRules> dialogs{std::make_shared<DialogRules>(router)};
};

class ContextState {
public:
    ContextState(cdp::BrowserContext context, std::string base, Listeners listeners)
        : target{std::move(context)},
          base_url{std::move(base)},
          router{std::move(listeners.router)},
          bindings{std::move(listeners.bindings)},
          videos{std::move(listeners.videos)},
          dialogs{std::move(listeners.dialogs)} {}
    ContextState(const ContextState&) = delete;
    ContextState& operator=(const ContextState&) = delete;
    ~ContextState();

    // `page`: PageTarget::id(), or empty for all.
    void add_route(const std::string& page, const UrlMatch& url, RouteHandler handler, const RouteOptions& options);
    void add_route(const std::string& page, const RouteFilter& wanted, RouteHandler handler,
                   const RouteOptions& options);
    // nullopt: all of them.
    void remove_route(const std::string& page, const std::optional<UrlMatch>& url);
    void answer_dialogs(const std::string& page, cdp::DialogRule rule);
    // Tells the browser which requests to hold.
    void apply_rules();
    // `page`: PageTarget::id(), or empty for the context.
    void set_extra_headers(const std::string& page, const HttpHeaders& headers);
    void grant_permissions(const std::vector<std::string>& names, const std::string& origin, cdp::Deadline deadline);
    void clear_permissions(cdp::Deadline deadline);

    const cdp::BrowserContext target;
    const std::string base_url;
    const std::shared_ptr<Router> router;
    const std::shared_ptr<Bindings> bindings;
    const std::shared_ptr<ExposedFunctions> functions{bindings->functions};
    const std::shared_ptr<WebSocketRoutes> web_sockets{bindings->web_sockets};
    const std::shared_ptr<Videos> videos;
    const std::shared_ptr<DialogRules> dialogs;
    const std::shared_ptr<ClockState> clock{std::make_shared<ClockState>()};
    double device_scale_factor{};  // 0: the machine's
    bool is_mobile{};
    std::atomic<bool> handlers_let_go{};
    std::map<std::string, std::string> media{};  // features that ContextOptions set: the pages' own are laid over them

    // A command for all pages, or for that with the id `page`; see cdp::LaterCommand.
    template <class Command>
    void set_up_later(const Command& command, const std::string& page = {}, const std::string& key = {},
                      cdp::SetUpCommand::Sessions sessions = cdp::SetUpCommand::Sessions::all) {
        set_up_later_as(Command::method, cdp::to_json_text(command), page, key, sessions);
    }
    void set_up_later_as(std::string_view method, std::string params, const std::string& page, const std::string& key,
                         cdp::SetUpCommand::Sessions sessions);
    // Runs `script` in the page's world of every document that there is now; documents that go meanwhile are left out.
    void run_everywhere(const std::string& script, const std::string& page = {});

    // Recordings that the end of the context writes. Guarded by recordings_mutex.
    std::mutex recordings_mutex;
    std::vector<HarRecording> recordings;

    // What new_context() was asked for. Set before anyone else sees the context.
    PageOptions page_options{};
    std::map<std::string, HttpHeaders>
        extra_headers{};       // by page, "" for the context's; later guarded by headers_mutex_
    bool refuses_downloads{};  // our own, without a folder for them

    // Origins whose storage was restored: theirs is part of the state, whether a page goes there or not. Set before
    // anyone else sees the context.
    std::vector<std::string> restored_origins;

private:
    std::mutex rules_mutex_;  // rules reach the browser in the order in which they were made
    std::mutex headers_mutex_;
    std::mutex permissions_mutex_;
    // As Chromium calls them, by origin, "" for all. Guarded by permissions_mutex_.
    std::map<std::string, std::set<std::string>> permissions_;
};

// Opens a page of its own, takes each origin in turn, and gives it the storage of the state.
// `call`: for what is thrown.
void restore_storage(ContextState& context, const std::vector<OriginStorage>& origins, std::string_view call);
// localStorage and IndexedDB of all origins that the context knows of.
void forget_storage(ContextState& context);
// Of all origins that pages of the context have shown; those without any are left out.
std::vector<OriginStorage> read_storage(ContextState& context, const StorageStateOptions& options);

}  // namespace reprise::locators
