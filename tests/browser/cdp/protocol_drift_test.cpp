// Our typed commands against the description that the browser gives of its own protocol.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <reprise/cdp/protocol/browser.hpp>
#include <reprise/cdp/protocol/coverage.hpp>
#include <reprise/cdp/protocol/dom.hpp>
#include <reprise/cdp/protocol/emulation.hpp>
#include <reprise/cdp/protocol/fetch.hpp>
#include <reprise/cdp/protocol/input.hpp>
#include <reprise/cdp/protocol/io.hpp>
#include <reprise/cdp/protocol/log.hpp>
#include <reprise/cdp/protocol/network.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/cdp/protocol/security.hpp>
#include <reprise/cdp/protocol/storage.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include <reprise/locators/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/debugging_port.hpp"

namespace reprise::cdp {
namespace {

namespace json = boost::json;

using Commands = boost::mp11::mp_list<
    browser::GetVersion, browser::Close, browser::SetDownloadBehavior, browser::GrantPermissions,
    browser::ResetPermissions, browser::CancelDownload, dom::SetFileInputFiles, dom::ResolveNode, dom::GetFrameOwner,
    dom::GetDocument, dom::DescribeNode, emulation::SetFocusEmulationEnabled, emulation::SetDeviceMetricsOverride,
    emulation::SetUserAgentOverride, emulation::SetLocaleOverride, emulation::SetTimezoneOverride,
    emulation::SetEmulatedMedia, emulation::SetTouchEmulationEnabled, emulation::SetGeolocationOverride,
    emulation::SetScriptExecutionDisabled, fetch::Enable, fetch::Disable, fetch::FailRequest, fetch::FulfillRequest,
    fetch::ContinueRequest, fetch::ContinueResponse, fetch::GetResponseBody, fetch::ContinueWithAuth,
    input::SetInterceptDrags, input::InsertText, input::ImeSetComposition, input::DispatchMouseEvent,
    input::DispatchKeyEvent, input::DispatchDragEvent, log::Enable, target::GetBrowserContexts, target::GetTargets,
    network::Enable, network::SetExtraHTTPHeaders, network::SetCacheDisabled, network::SetBypassServiceWorker,
    network::EmulateNetworkConditions, network::GetRequestPostData, network::GetResponseBody,
    emulation::SetDefaultBackgroundColorOverride, page::GetFrameTree, page::GetLayoutMetrics, input::DispatchTouchEvent,
    profiler::Enable, profiler::Disable, profiler::StartPreciseCoverage, profiler::TakePreciseCoverage,
    profiler::StopPreciseCoverage, debugger::Enable, debugger::Disable, debugger::SetSkipAllPauses,
    debugger::GetScriptSource, css::Enable, css::Disable, css::StartRuleUsageTracking, css::StopRuleUsageTracking,
    css::GetStyleSheetText, io::Read, io::Close, dom::Enable, dom::Disable, page::PrintToPDF, page::Enable,
    page::SetLifecycleEventsEnabled, page::AddScriptToEvaluateOnNewDocument, page::RemoveScriptToEvaluateOnNewDocument,
    page::Navigate, page::Reload, page::GetNavigationHistory, page::NavigateToHistoryEntry,
    page::HandleJavaScriptDialog, page::CaptureScreenshot, page::StartScreencast, page::StopScreencast,
    page::ScreencastFrameAck, page::BringToFront, page::StopLoading, page::Close, page::SetBypassCSP,
    page::SetInterceptFileChooserDialog, runtime::Enable, runtime::Evaluate, runtime::CallFunctionOn,
    runtime::AddBinding, runtime::ReleaseObject, runtime::GetProperties, runtime::RunIfWaitingForDebugger,
    runtime::TerminateExecution, security::SetIgnoreCertificateErrors, storage::GetCookies, storage::SetCookies,
    storage::ClearCookies, storage::ClearDataForOrigin, target::CreateBrowserContext, target::DisposeBrowserContext,
    target::CreateTarget, target::AttachToTarget, target::DetachFromTarget, target::CloseTarget, target::ActivateTarget,
    target::SetAutoAttach, target::SetDiscoverTargets>;

enum class Direction { to_browser, from_browser };

bool is_optional(const json::object& member) {
    const auto* optional = member.if_contains("optional");
    return optional != nullptr && optional->as_bool();
}

// What differs between our commands and the browser's description.
class Comparison {
public:
    explicit Comparison(const json::value& protocol) {
        for (const auto& domain : protocol.at("domains").as_array()) {
            const auto name = std::string(domain.at("domain").as_string());
            for (const auto& command : domain.at("commands").as_array())
                commands_[name + "." + std::string(command.at("name").as_string())] = command.as_object();
            if (const auto* types = domain.as_object().if_contains("types")) {
                for (const auto& type : types->as_array())
                    types_[name + "." + std::string(type.at("id").as_string())] = type.as_object();
            }
        }
    }

    template <class Command>
    void check() {
        const std::string method{Command::method};
        const auto found = commands_.find(method);
        if (found == commands_.end()) return report(method, "the browser knows no such command");
        domain_ = method.substr(0, method.find('.'));
        check_members<Command>(members(found->second, "parameters"), method, Direction::to_browser);
        if constexpr (!std::is_same_v<typename Command::Result, Nothing>)
            check_members<typename Command::Result>(members(found->second, "returns"), method + " result",
                                                    Direction::from_browser);
    }

    const std::vector<std::string>& differences() const { return differences_; }

private:
    static json::array members(const json::object& owner, const char* name) {
        const auto* list = owner.if_contains(name);
        return list == nullptr ? json::array{} : list->as_array();
    }

    template <class Struct>
    void check_members(const json::array& theirs, const std::string& where, Direction direction) {
        std::map<std::string, json::object> known;
        for (const auto& member : theirs) known[std::string(member.at("name").as_string())] = member.as_object();
        std::set<std::string> ours;
        boost::mp11::mp_for_each<
            boost::describe::describe_members<Struct, boost::describe::mod_public | boost::describe::mod_inherited>>(
            [&](auto member) {
                using Field = std::decay_t<decltype(std::declval<Struct>().*member.pointer)>;
                const auto place = where + ", " + member.name;
                ours.insert(member.name);
                const auto found = known.find(member.name);
                if (found == known.end()) return report(place, "the browser knows no such member");
                if (direction == Direction::from_browser && is_optional(found->second) && !is_optional_v<Field>)
                    report(place, "the browser may leave it out");
                check_type<Field>(found->second, place, direction);
            });
        if (direction == Direction::from_browser) return;
        for (const auto& [name, member] : known) {
            if (!is_optional(member) && !ours.contains(name)) report(where + ", " + name, "the browser needs it");
        }
    }

    template <class Field>
    void check_type(json::object theirs, const std::string& place, Direction direction) {
        if constexpr (is_optional_v<Field>) {
            check_type<typename Field::value_type>(theirs, place, direction);
        } else {
            const auto outer = domain_;  // references are relative to the domain they stand in
            for (const auto* reference = theirs.if_contains("$ref"); reference != nullptr;
                 reference = theirs.if_contains("$ref")) {
                auto name = std::string(reference->as_string());
                if (name.find('.') == std::string::npos) name = domain_ + "." + name;
                theirs = types_.at(name);
                domain_ = name.substr(0, name.find('.'));
            }
            check_resolved<Field>(theirs, place, direction);
            domain_ = outer;
        }
    }

    template <class Field>
    void check_resolved(const json::object& theirs, const std::string& place, Direction direction) {
        const auto type = std::string(theirs.at("type").as_string());
        if constexpr (is_vector_v<Field>) {
            if (type != "array") return report(place, "the browser says " + type);
            check_type<typename Field::value_type>(theirs.at("items").as_object(), place, direction);
        } else if constexpr (std::is_same_v<Field, json::value>) {
            return;  // handed on as it is
        } else if constexpr (std::is_enum_v<Field>) {
            check_words<Field>(theirs, place);
        } else if constexpr (std::is_same_v<Field, bool>) {
            if (type != "boolean") report(place, "the browser says " + type);
        } else if constexpr (std::is_floating_point_v<Field>) {
            if (type != "number") report(place, "the browser says " + type);
        } else if constexpr (std::is_integral_v<Field>) {
            if (type != "integer") report(place, "the browser says " + type);
        } else if constexpr (std::is_same_v<Field, std::string>) {
            if (type != "string" && type != "binary") report(place, "the browser says " + type);
        } else {
            if (type != "object") return report(place, "the browser says " + type);
            check_members<Field>(members(theirs, "properties"), place, direction);
        }
    }

    template <class Enum>
    void check_words(const json::object& theirs, const std::string& place) {
        std::set<std::string> known;
        for (const auto& word : members(theirs, "enum")) known.insert(std::string(word.as_string()));
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto word) {
            if (!known.contains(word.name)) report(place, fmt::format("the browser knows no \"{}\"", word.name));
        });
    }

    void report(const std::string& place, const std::string& what) { differences_.push_back(place + ": " + what); }

    std::map<std::string, json::object> commands_;
    std::map<std::string, json::object> types_;
    std::string domain_;
    std::vector<std::string> differences_;
};

TEST(ProtocolDrift, EveryTypedCommandIsAsTheBrowserDescribesIt) {
    const ListeningBrowser listening;
    const auto context = locators::new_context(listening.browser());
    const auto page = locators::Page::open(context);
    page.navigate(listening.url("/json/protocol"));
    Comparison comparison{json::parse(page.evaluate("document.body.innerText").as_string())};
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, Commands>>(
        [&](auto command) { comparison.check<typename decltype(command)::type>(); });
    EXPECT_THAT(comparison.differences(), testing::IsEmpty());
}

TEST(ProtocolDrift, NoCommandOfTheHeadersIsLeftOutHere) {
    std::set<std::string> listed;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, Commands>>(
        [&](auto command) { listed.insert(std::string(decltype(command)::type::method)); });
    std::set<std::string> written;
    const std::regex method{R"re(method = "([A-Za-z.]+)")re"};
    for (const auto& entry : std::filesystem::directory_iterator{REPRISE_PROTOCOL_HEADERS}) {
        std::ifstream file{entry.path()};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        for (std::sregex_iterator match{text.begin(), text.end(), method}, end; match != end; ++match)
            written.insert((*match)[1]);
    }
    EXPECT_EQ(listed, written);
}

}  // namespace
}  // namespace reprise::cdp
