#include <reprise/cdp/browser.hpp>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/browser.hpp>
#include <reprise/cdp/protocol/emulation.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include "browser_core.hpp"
#include "process/browser_process.hpp"
#include "process/chromium_switches.hpp"

namespace reprise::cdp {

// The one object that ends the browser. Held by handles only, never by listeners, so that it is destroyed on a user's
// thread and may wait there for the I/O thread.
class BrowserOwner {
public:
    BrowserOwner(std::shared_ptr<BrowserCore> core, bool sandbox) : core{std::move(core)}, sandbox{sandbox} {}
    BrowserOwner(const BrowserOwner&) = delete;
    BrowserOwner& operator=(const BrowserOwner&) = delete;
    ~BrowserOwner() {
        try {
            end();
        } catch (const std::exception& error) {
            fmt::print(stderr, "reprise: {}\n", error.what());
        }
    }

    void end();  // as Browser::close()

    const std::shared_ptr<BrowserCore> core;
    const bool sandbox;
    // Of contexts that name no size; set before anyone else sees it.
    int width_px{LaunchOptions{}.width_px};
    int height_px{LaunchOptions{}.height_px};
    std::string version;
    std::optional<ProxyCredentials> proxy_credentials;
    std::filesystem::path profile;  // that stays; empty: none does
    std::chrono::milliseconds end_timeout{};
};

void BrowserOwner::end() {
    const auto cause = [this] { return core->read([this] { return core->end_cause; }); };
    const bool asks = !profile.empty() && cause().empty();
    if (asks) core->connection->post("", browser::Close::method, to_json_text(browser::Close{}));
    const bool in_time = !asks || core->wait_for_end(Deadline::after(end_timeout));
    core->connection->shut_down();
    if (!asks) return;
    if (in_time && cause().starts_with("the browser " + describe_exit(0, 0))) return;
    if (in_time) {
        throw ConnectionClosed(
            fmt::format("{}, when it was asked to end: its last writes may be missing in the "
                        "profile {}",
                        cause(), profile.string()));
    }
    throw TimeoutError(
        fmt::format("the browser did not end within {} ms of being asked to and was killed: its last "
                    "writes may be missing in the profile {}",
                    end_timeout.count(), profile.string()));
}

namespace {

std::shared_ptr<BrowserOwner> start(std::unique_ptr<Transport> transport, bool sandbox, const std::string& what,
                                    Deadline deadline) {
    auto connection = Connection::over(std::move(transport));
    auto core = std::make_shared<BrowserCore>(connection);
    auto owner = std::make_shared<BrowserOwner>(core, sandbox);
    connection->open_session("", core);
    const Session root{connection, ""};
    try {
        auto version = root.post(browser::GetVersion{});
        auto discovering = root.post(target::SetDiscoverTargets{.discover = true});
        owner->version = decode_answer<browser::GetVersion>(version.get(deadline)).product;
        discovering.get(deadline);
    } catch (const ConnectionClosed& error) {
        throw LaunchError(fmt::format("{}: {}", what, core->read([&] { return core->end_cause; })));
    } catch (const TimeoutError&) {
        throw LaunchError(fmt::format("{}: no answer within {} ms", what, deadline.timeout().count()));
    } catch (const Error& error) {
        throw LaunchError(fmt::format("{}: {}", what, error.what()));
    }
    return owner;
}

// headless-shell makes each page a window of the size it is asked for. Other Chromiums put pages into windows with
// frames and toolbars, several into one: there the size is an emulated one.
void choose_viewport(ContextOptions& options, const BrowserOwner& owner) {
    options.width_px = options.width_px.value_or(owner.width_px);
    options.height_px = options.height_px.value_or(owner.height_px);
    const bool windows_fit = owner.version.starts_with("HeadlessChrome/");
    if (windows_fit && !options.device_scale_factor && !options.is_mobile) return;
    using Metrics = emulation::SetDeviceMetricsOverride;
    const Metrics metrics{.width = *options.width_px,
                          .height = *options.height_px,
                          .deviceScaleFactor = options.device_scale_factor.value_or(0),
                          .mobile = options.is_mobile};
    // First: a screencast begins with what the page is then.
    options.set_up.insert(options.set_up.begin(),
                          {Metrics::method, to_json_text(metrics), SetUpCommand::Sessions::pages});
    if (windows_fit) return;
    options.width_px.reset();
    options.height_px.reset();
}

browser::SetDownloadBehavior download_command(const std::string& context,
                                              const std::optional<std::filesystem::path>& folder) {
    return {.behavior = folder ? "allowAndName" : "deny",
            .browserContextId = context,
            .downloadPath = folder ? std::optional{folder->string()} : std::nullopt,
            .eventsEnabled = folder.has_value()};
}

// Chromium asks its own machine directly unless it is told otherwise: a proxy would be passed by in silence.
target::CreateBrowserContext create_command(const std::optional<ProxyServer>& proxy) {
    target::CreateBrowserContext command{.disposeOnDetach = true};
    if (!proxy) return command;
    command.proxyServer = proxy->server;
    command.proxyBypassList = bypass_list(*proxy);
    return command;
}

}  // namespace

Browser Browser::launch(const LaunchOptions& options) {
    const auto deadline = Deadline::after(options.timeout);
    auto process = BrowserProcess::start(options);
    const bool sandbox = process.sandbox;
    const auto what = fmt::format("start {}", process.binary.string());
    auto owner = start(make_pipe_transport(std::move(process)), sandbox, what, deadline);
    owner->width_px = options.width_px;
    owner->height_px = options.height_px;
    owner->proxy_credentials = options.proxy_credentials;
    if (options.profile) owner->profile = *options.profile;
    owner->end_timeout = options.end_timeout;
    return Browser{std::move(owner)};
}

Browser Browser::connect(const std::string& url, const ConnectOptions& options) {
    const auto deadline = Deadline::after(options.timeout);
    const auto endpoint = find_devtools_endpoint(url, options.headers, deadline);
    return Browser{start(make_websocket_transport(endpoint, options.headers, deadline), false,
                         fmt::format("connect to {}", url), deadline)};
}

BrowserContext Browser::new_context(ContextOptions options, Deadline deadline) const {
    auto& core = *owner_->core;
    const Session root{core.connection, ""};
    const auto id = root.send(create_command(options.proxy), deadline).browserContextId;
    const auto downloads = download_command(id, options.downloads_folder);
    // Popups are held for what the caller wants of them; a viewport may come late.
    const bool set_up_first = !options.set_up.empty() || options.device_scale_factor || options.is_mobile;
    choose_viewport(options, *owner_);
    core.read([&] {
        auto& context = core.contexts[id];
        context.share.interception = std::make_shared<Interception>(options.request_listener);
        context.share.options = std::make_shared<const ContextOptions>(std::move(options));
    });
    root.post(downloads);
    BrowserContext context{std::make_shared<ContextCore>(owner_->core, id)};
    if (set_up_first) core.hold_new_pages(deadline);
    return context;
}

std::vector<std::string> Browser::context_ids(Deadline deadline) const {
    auto known = session().send(target::GetBrowserContexts{}, deadline);
    auto ids = std::move(known.browserContextIds);
    if (known.defaultBrowserContextId) {
        std::erase(ids, *known.defaultBrowserContextId);
        ids.insert(ids.begin(), std::move(*known.defaultBrowserContextId));
    }
    return ids;
}

BrowserContext Browser::adopt_context(const std::string& id, ContextOptions options, Deadline deadline,
                                      Adoption adoption) const {
    auto& core = *owner_->core;
    if (options.proxy) {
        throw UsageError(
            "a default context has the browser's proxy: name it in LaunchOptions::proxy, not in the context's options");
    }
    const bool as_own = adoption == Adoption::as_own;
    if (as_own || options.width_px || options.height_px || options.device_scale_factor || options.is_mobile) {
        choose_viewport(options, *owner_);
    }
    const bool set_up_first = !options.set_up.empty();
    const bool sets_downloads = as_own || options.downloads_folder;
    const auto downloads = download_command(id, options.downloads_folder);
    core.read([&] {
        const auto [entry, is_new] = core.contexts.try_emplace(id);
        if (!is_new) throw UsageError(fmt::format("adopt the context {}: it is in use here already", id));
        auto& context = entry->second;
        context.adopted = true;
        context.sets_downloads = sets_downloads;
        context.share.interception = std::make_shared<Interception>(options.request_listener);
        context.share.options = std::make_shared<const ContextOptions>(std::move(options));
    });
    BrowserContext context{std::make_shared<ContextCore>(owner_->core, id)};
    if (sets_downloads) session().post(downloads);
    if (set_up_first) core.hold_new_pages(deadline);
    // From here on new pages are attached as they are made; these were there before. One that is both is attached once.
    std::vector<PendingAnswer> attached;
    for (const auto& info : session().send(target::GetTargets{}, deadline).targetInfos) {
        if ((info.type != "page" && info.type != "service_worker") || info.browserContextId != id) continue;
        attached.push_back(session().post(target::AttachToTarget{.targetId = info.targetId, .flatten = true}));
    }
    for (auto& answer : attached) {
        try {
            answer.get(deadline);
        } catch (const ProtocolError&) {  // it was closed meanwhile
        }
    }
    return context;
}

std::weak_ptr<void> Browser::context_owner(const std::string& id) const {
    const auto& core = *owner_->core;
    return core.read([&] {
        const auto found = core.contexts.find(id);
        return found == core.contexts.end() ? std::weak_ptr<void>{} : found->second.owner;
    });
}

const std::string& Browser::version() const {
    return owner_->version;
}
bool Browser::sandboxed() const {
    return owner_->sandbox;
}
const std::optional<ProxyCredentials>& Browser::proxy_credentials() const {
    return owner_->proxy_credentials;
}
bool Browser::connected() const {
    return end_cause().empty();
}

std::string Browser::end_cause() const {
    const auto& core = *owner_->core;
    return core.read([&] { return core.end_cause; });
}

std::string Browser::last_words() const {
    return owner_->core->connection->last_words();
}

Session Browser::session() const {
    return Session{owner_->core->connection, ""};
}
void Browser::close() const {
    owner_->end();
}

}  // namespace reprise::cdp
