#include "fake_browser.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace reprise::fake {
namespace json = boost::json;
namespace {

// What each method brings, %1 being the session that asked: events to send before and after, and the result.
struct Behaviour {
    std::vector<std::string> before;
    std::string result{"{}"};
    std::vector<std::string> after;
};

const std::map<std::string, Behaviour, std::less<>>& behaviours() {
    static const std::map<std::string, Behaviour, std::less<>> k_behaviours{
        {"Browser.getVersion",
         {{},
          R"({"product":"HeadlessChrome/1.0","protocolVersion":"1.3","revision":"r",)"
          R"("userAgent":"fake","jsVersion":"1"})",
          {}}},
        {"Target.createBrowserContext", {{}, R"({"browserContextId":"C1"})", {}}},
        {"Target.createTarget", {{}, R"({"targetId":"T1"})", {}}},
        {"Target.attachToTarget",
         {{R"({"method":"Target.attachedToTarget","params":{"sessionId":"S1","waitingForDebugger":false,"targetInfo":)"
           R"({"targetId":"T1","type":"page","title":"","url":"about:blank","browserContextId":"C1"}}})"},
          R"({"sessionId":"S1"})",
          {}}},
        {"Runtime.enable",
         {{R"({"method":"Runtime.executionContextCreated","sessionId":"S1","params":{"context":{"id":1,"uniqueId":"u1",)"
           R"("name":"","auxData":{"isDefault":true,"frameId":"T1"}}}})",
           R"({"method":"Runtime.executionContextCreated","sessionId":"S1","params":{"context":{"id":2,"uniqueId":"u2",)"
           R"("name":"%world","auxData":{"isDefault":false,"frameId":"T1"}}}})"},
          "{}",
          {}}},
        {"Page.navigate",
         {{},
          R"({"frameId":"T1","loaderId":"L1"})",
          {R"({"method":"Page.frameNavigated","sessionId":"S1","params":{"frame":{"id":"T1","loaderId":"L1",)"
           R"("url":"http://fake.example/"}}})",
           R"({"method":"Runtime.executionContextCreated","sessionId":"S1","params":{"context":{"id":3,)"
           R"("uniqueId":"u3","name":"","auxData":{"isDefault":true,"frameId":"T1"}}}})",
           R"({"method":"Page.loadEventFired","sessionId":"S1","params":{"timestamp":1}})"}}},
        {"Runtime.evaluate", {{}, R"({"result":{"type":"number","value":7}})", {}}},
        {"Page.getNavigationHistory",
         {{},
          R"({"currentIndex":0,"entries":[{"id":1,"url":"http://fake.example/","userTypedURL":"","title":"",)"
          R"("transitionType":"typed"}]})",
          {}}},
    };
    return k_behaviours;
}

}  // namespace

std::string_view to_string(FaultKind kind) {
    static constexpr std::string_view k_names[] = {"none", "close",   "hang",     "exit",  "error", "garbage",
                                                   "half", "silence", "stranger", "twice", "noise", "surrogates"};
    return k_names[static_cast<int>(kind)];
}

Reaction FakeBrowser::on_message(std::string_view text) {
    Reaction reaction;
    const auto call = json::parse(text).as_object();
    const bool faulty = ++messages_ == fault_.at;
    if (const auto* params = call.at("params").if_object(); params != nullptr && params->contains("worldName")) {
        world_ = params->at("worldName").as_string();
    }
    const auto id = call.at("id").to_number<long>();
    const auto method = std::string(call.at("method").as_string());
    if (faulty) {
        switch (fault_.kind) {
            case FaultKind::close:
                reaction.end = Reaction::End::close;
                return reaction;
            case FaultKind::hang:
                reaction.end = Reaction::End::hang;
                return reaction;
            case FaultKind::exit:
                reaction.end = Reaction::End::exit;
                return reaction;
            case FaultKind::silence:
                silent_ = true;
                break;
            case FaultKind::error:
                reaction.messages.push_back(fmt::format(
                    R"({{"id":{},"error":{{"code":-32000,"message":"the fake refuses {}"}}}})", id, method));
                return reaction;
            case FaultKind::garbage:
                reaction.messages.push_back(fmt::format(R"({{"id":{},"result":{{"broken)", id));
                return reaction;
            case FaultKind::half:
                answer(call, reaction);
                reaction.half = true;
                reaction.end = Reaction::End::close;
                return reaction;
            case FaultKind::stranger:
                reaction.messages.emplace_back(R"({"id":987654321,"result":{}})");
                return reaction;
            case FaultKind::twice:
                answer(call, reaction);
                reaction.messages.push_back(fmt::format(R"({{"id":{},"result":{{"second":true}}}})", id));
                return reaction;
            case FaultKind::noise:
                reaction.messages = {R"({"method":"New.event","params":{"x":[1,2,{"y":null}]}})",
                                     R"({"method":"Page.lifecycleEvent","sessionId":"nobody","params":{}})",
                                     R"({"params":{}})",
                                     "[]",
                                     "7",
                                     "\"text\"",
                                     R"({"method":"Page.frameNavigated","sessionId":"S1","params":[]})",
                                     R"({"method":"Target.attachedToTarget","params":{"sessionId":7}})"};
                break;
            case FaultKind::surrogates:
                reaction.messages.emplace_back(
                    R"({"method":"Runtime.consoleAPICalled","sessionId":"S1","params":{"text":"half \ud83d pair"}})");
                break;
            case FaultKind::none:
                break;
        }
    }
    if (!silent_) answer(call, reaction);
    if (!silent_ && method == "Browser.close") reaction.end = Reaction::End::close;
    return reaction;
}

void FakeBrowser::answer(const json::object& call, Reaction& reaction) {
    const auto id = call.at("id").to_number<long>();
    const std::string_view method = call.at("method").as_string();
    const auto found = behaviours().find(method);
    Behaviour behaviour = found == behaviours().end() ? Behaviour{} : found->second;
    if (method == "Page.getNavigationHistory" && std::exchange(history_has_next_, false)) {
        behaviour.result.insert(behaviour.result.size() - 2,
                                R"(,{"id":2,"url":"http://fake.example/next","userTypedURL":"","title":"",)"
                                R"("transitionType":"typed"})");
    } else if (method == "Page.navigateToHistoryEntry") {
        reaction.messages.push_back(fmt::format(
            R"({{"id":{},"sessionId":"S1","error":{{"code":-32602,"message":"No entry with passed id"}}}})", id));
        return;
    }
    static constexpr std::string_view k_world{"%world"};
    for (auto text : behaviour.before) {
        if (const auto at = text.find(k_world); at != std::string::npos) text.replace(at, k_world.size(), world_);
        reaction.messages.push_back(std::move(text));
    }
    const auto* session = call.if_contains("sessionId");
    reaction.messages.push_back(
        fmt::format(R"({{"id":{},"result":{}{}}})", id, behaviour.result,
                    session == nullptr ? "" : fmt::format(R"(,"sessionId":{})", json::serialize(*session))));
    reaction.messages.insert(reaction.messages.end(), behaviour.after.begin(), behaviour.after.end());
}

}  // namespace reprise::fake
