// One small run against a fake browser, with every fault at every message: it ends in time, with an error that says
// what happened, and nothing is left.
#include <stdlib.h>

#include <filesystem>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <reprise/cdp/browser.hpp>
#include <reprise/cdp/error.hpp>

#include "fake_browser.hpp"
#include "fake_socket.hpp"
#include "support/expect_throw.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::cdp {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using fake::Fault;
using fake::FaultKind;
using testing::AllOf;
using testing::HasSubstr;

constexpr std::chrono::milliseconds k_patience{150};    // with a browser that does not answer
constexpr std::chrono::milliseconds k_long{10'000};     // with one that does, or ends
constexpr std::chrono::milliseconds k_too_long{6'000};  // what no fault may take, on a loaded machine either

bool answers_never(FaultKind kind) {
    return kind == FaultKind::silence || kind == FaultKind::stranger;
}
std::chrono::milliseconds patience(FaultKind kind) {
    return answers_never(kind) ? k_patience : k_long;
}

// A fault behind the launch does not hurry it: on a loaded machine a process alone takes longer to start.
constexpr int k_launch_messages = 2;
std::chrono::milliseconds launch_patience(Fault fault) {
    return fault.at <= k_launch_messages ? patience(fault.kind) : k_long;
}

// All that the fake knows, once.
BrowserContext use(const Browser& browser, std::chrono::milliseconds timeout) {
    auto context = browser.new_context({}, Deadline::after(timeout));
    const auto page = context.new_page(Deadline::after(timeout));
    page.navigate("http://fake.example/", LoadState::load, Deadline::after(timeout));
    EXPECT_EQ(page.evaluate(page.main_frame(), World::page, "3 + 4", Deadline::after(timeout)), 7);
    return context;
}

constexpr int k_messages = 20;  // of a run without a fault

class PipeFaults : public testing::Test {
protected:
    ~PipeFaults() override {
        EXPECT_TRUE(fs::is_empty(root_)) << "a profile folder is left";
        EXPECT_TRUE(tests::processes_with(root_.string()).empty()) << "a process is left";
    }
    Browser launch(Fault fault) const {
        return Browser::launch(
            {.executable = REPRISE_FAKE_BROWSER,
             .extra_switches = {fmt::format("--fake-fault={}:{}", fake::to_string(fault.kind), fault.at)},
             .timeout = launch_patience(fault),
             .profile_root = root_});
    }
    const tests::TemporaryFolder folder_;
    const fs::path& root_{folder_.path()};
};

// Which text an error must have, by what was done to the connection.
testing::Matcher<std::string> says(FaultKind kind, bool over_pipe) {
    switch (kind) {
        case FaultKind::exit:
            return over_pipe ? testing::Matcher<std::string>(AllOf(HasSubstr("the browser exited with status 3"),
                                                                   HasSubstr(std::string(fake::k_last_words))))
                             : testing::Matcher<std::string>(HasSubstr("the connection to the browser ended"));
        case FaultKind::close:
        case FaultKind::half:
            return over_pipe ? HasSubstr("the browser exited with status 0")
                             : HasSubstr("the connection to the browser ended");
        case FaultKind::hang:
            return over_pipe ? HasSubstr("the browser closed the connection")
                             : HasSubstr("the connection to the browser ended");
        case FaultKind::error:
            return HasSubstr("the fake refuses ");
        case FaultKind::garbage:
            return HasSubstr("an answer that cannot be read");
        case FaultKind::silence:
        case FaultKind::stranger:
            return HasSubstr("150 ms");
        default:
            return HasSubstr("nothing is wrong with this: it must not fail");
    }
}

// Runs `work` and holds it to the clock. Returns the error's type and text, or nothing.
template <class Work>
std::optional<std::pair<std::string, std::string>> error_of(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<std::pair<std::string, std::string>> thrown;
    try {
        work();
    } catch (const Error& error) {
        thrown = {error.type(), error.what()};
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, k_too_long);
    return thrown;
}

bool harmless(FaultKind kind) {
    return kind == FaultKind::twice || kind == FaultKind::noise || kind == FaultKind::surrogates;
}

// What must be thrown when the fault is at this message.
void expect_type(const std::string& type, int at) {
    if (at <= k_launch_messages) {
        EXPECT_EQ(type, "LaunchError");
    } else {
        EXPECT_THAT(type, testing::AnyOf("ConnectionClosed", "TimeoutError", "ProtocolError", "NavigationError"));
    }
}

class EveryFault : public PipeFaults, public testing::WithParamInterface<FaultKind> {};

TEST_P(EveryFault, AtEveryMessageOverThePipe) {
    int failed = 0;
    // Ending a browser that hangs takes a second: a few places will do.
    const int step = GetParam() == FaultKind::hang ? 6 : 1;
    for (int at = 1; at <= k_messages; at += step) {
        const auto error = error_of([&] { use(launch({GetParam(), at}), patience(GetParam())); });
        if (!error) continue;  // a call whose answer nobody needs
        ++failed;
        EXPECT_THAT(error->second, says(GetParam(), true)) << "at message " << at;
        expect_type(error->first, at);
    }
    if (!harmless(GetParam())) {
        EXPECT_GE(failed, (k_messages - 2) / (GetParam() == FaultKind::hang ? 6 : 1));
    }
}

TEST_P(EveryFault, AtEveryMessageOverAWebSocket) {
    int failed = 0;
    for (int at = 1; at <= k_messages; ++at) {
        const fake::FakeSocket socket{{GetParam(), at}};
        const auto error = error_of([&] {
            use(Browser::connect(socket.url(), {.timeout = launch_patience({GetParam(), at})}), patience(GetParam()));
        });
        if (!error) continue;
        ++failed;
        EXPECT_THAT(error->second, says(GetParam(), false)) << "at message " << at;
        expect_type(error->first, at);
    }
    if (!harmless(GetParam())) {
        EXPECT_GE(failed, k_messages - 2);
    }
}

INSTANTIATE_TEST_SUITE_P(FakeBrowser, EveryFault, testing::ValuesIn(fake::k_all_faults),
                         [](const auto& info) { return std::string(fake::to_string(info.param)); });

TEST_F(PipeFaults, TheFakeItselfWorks) {
    const auto browser = launch({});
    use(browser, k_long);
    EXPECT_EQ(browser.version(), "HeadlessChrome/1.0");
    EXPECT_TRUE(browser.connected());
}

TEST(WebSocketFaults, TheFakeGetsAsManyMessagesAsTheFaultsAreTriedAt) {
    const fake::FakeSocket socket{{}};
    const auto browser = Browser::connect(socket.url(), {.timeout = k_long});
    const auto context = use(browser, k_long);
    EXPECT_EQ(socket.messages(), k_messages);
}

TEST_F(PipeFaults, AllWhoWaitAreToldAtOnce) {
    const auto browser = launch({FaultKind::exit, 21});
    const auto context = browser.new_context({}, Deadline::after(k_long));
    const auto page = context.new_page(Deadline::after(k_long));
    page.navigate("http://fake.example/", LoadState::load, Deadline::after(k_long));
    std::vector<PendingAnswer> waiting;
    for (int i = 0; i < 10; ++i) waiting.push_back(page.session().post_raw("Page.enable", "{}"));
    int told = 0;
    for (auto& answer : waiting) {
        try {
            answer.get(Deadline::after(10s));
        } catch (const ConnectionClosed& error) {
            EXPECT_THAT(error.what(), AllOf(HasSubstr("Page.enable"), HasSubstr("exited with status 3")));
            ++told;
        }
    }
    EXPECT_GT(told, 0);
    EXPECT_THAT(browser.end_cause(), HasSubstr("exited with status 3"));
    EXPECT_THROW_MSG(page.session().send_raw("Page.enable", "{}", Deadline::after(10s)), ConnectionClosed,
                     HasSubstr("exited with status 3"));
}

// Once in some 2,000 races a page went on between the two calls of a step: what lay ahead of it was forgotten, and the
// step failed with "No entry with passed id".
TEST_F(PipeFaults, AStepToAnEntryThatHasGoneMeanwhileLooksAgain) {
    const auto browser = launch({});
    const auto context = use(browser, k_long);
    EXPECT_FALSE(context.pages().at(0).step_history(1, LoadState::load, Deadline::after(k_long)));
}

class KeptProfile : public testing::Test {
protected:
    Browser launch(Fault fault = {}, std::chrono::milliseconds end_timeout = k_long) const {
        return Browser::launch(
            {.executable = REPRISE_FAKE_BROWSER,
             .extra_switches = {fmt::format("--fake-fault={}:{}", fake::to_string(fault.kind), fault.at)},
             .timeout = k_long,
             .profile = profile_,
             .end_timeout = end_timeout});
    }
    const tests::TemporaryFolder folder_;
    const fs::path profile_{folder_.path() / "new" / "profile"};
};

TEST_F(KeptProfile, IsThereAfterTheBrowserForItsUserAlone) {
    EXPECT_NO_THROW(launch().close());
    EXPECT_EQ(fs::status(profile_).permissions(), fs::perms::owner_all);
    EXPECT_NO_THROW(launch().close());
}

TEST_F(KeptProfile, IsOneBrowsersAtATime) {
    const auto browser = launch();
    EXPECT_THROW_MSG(Browser::launch({.executable = REPRISE_FAKE_BROWSER, .timeout = k_patience, .profile = profile_}),
                     LaunchError, HasSubstr(fmt::format("profile {}: another browser is using it", profile_.string())));
}

TEST_F(KeptProfile, IsFreeWhenItsBrowserHasCrashed) {
    const auto crashed = launch({FaultKind::exit, 3});
    EXPECT_THROW_MSG(crashed.context_ids(Deadline::after(k_long)), ConnectionClosed, HasSubstr("status 3"));
    EXPECT_TRUE(launch().connected());
}

TEST_F(KeptProfile, ThatCannotBeMadeIsNamedWithTheReason) {
    EXPECT_THROW_MSG(Browser::launch({.executable = REPRISE_FAKE_BROWSER, .profile = "/proc/none/profile"}),
                     LaunchError, HasSubstr("profile /proc/none/profile: its folder cannot be made"));
    EXPECT_THROW_MSG(Browser::launch({.executable = REPRISE_FAKE_BROWSER, .profile = ""}), LaunchError,
                     HasSubstr("the name is empty"));
}

TEST_F(KeptProfile, OfABrowserThatDoesNotEndWhenAskedMayLackWritesAndSaysSo) {
    const auto browser = launch({FaultKind::silence, 3}, k_patience);
    EXPECT_THROW_MSG(browser.close(), TimeoutError,
                     AllOf(HasSubstr("did not end within 150 ms"), HasSubstr(profile_.string())));
    EXPECT_FALSE(browser.connected());
    EXPECT_NO_THROW(browser.close());
}

TEST_F(KeptProfile, OfABrowserThatEndsBadlyMayLackWritesAndSaysSo) {
    EXPECT_THROW_MSG(
        launch({FaultKind::exit, 3}).close(), ConnectionClosed,
        AllOf(HasSubstr("exited with status 3"), HasSubstr("when it was asked to end"), HasSubstr(profile_.string())));
}

// It has closed its pipe, and is still there: that does not take the time twice.
TEST_F(KeptProfile, OfABrowserThatHangsAtItsEndIsLeftInTime) {
    const auto error = error_of([&] { launch({FaultKind::hang, 3}, k_patience).close(); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->second, HasSubstr(profile_.string()));
}

TEST_F(PipeFaults, ABinaryThatCannotRunIsNamedWithTheReason) {
    EXPECT_THROW_MSG(Browser::launch({.executable = "/nonexistent/browser", .profile_root = root_}), LaunchError,
                     HasSubstr("no browser at \"/nonexistent/browser\" (named by the launch options)"));
    EXPECT_THROW_MSG(Browser::launch({.executable = "/usr/bin/true", .timeout = k_patience, .profile_root = root_}),
                     LaunchError, AllOf(HasSubstr("start /usr/bin/true"), HasSubstr("exited with status 0")));
    EXPECT_THROW_MSG(Browser::launch({.executable = REPRISE_FAKE_BROWSER, .profile_root = "/nonexistent"}), LaunchError,
                     HasSubstr("no profile folder can be made in /nonexistent"));
}

TEST(WebSocketFaults, HeadersGoWithEveryRequestThatConnects) {
    const fake::FakeSocket socket{{}};
    const auto browser = Browser::connect(socket.url(), {.headers = {{"Authorization", "Bearer s3cret"}}});
    EXPECT_TRUE(browser.connected());
    EXPECT_THAT(socket.authorizations(), testing::ElementsAre("Bearer s3cret", "Bearer s3cret"));
    for (const auto& [name, value] : {std::pair{"X-A", "1\r\nX-B: s3cret"}, {"X A", "1"}, {"", "1"}}) {
        EXPECT_THROW_MSG(Browser::connect(socket.url(), {.headers = {{name, value}}}), UsageError,
                         AllOf(HasSubstr(std::string("connect: \"") + name), testing::Not(HasSubstr("s3cret"))));
    }
}

TEST(WebSocketFaults, AServerThatIsNoBrowserIsNamed) {
    using fake::FakeSocket;
    using fake::Manner;
    const FakeSocket mute{{}, Manner::never_answers_http};
    EXPECT_THROW_MSG(Browser::connect(mute.url(), {.timeout = k_patience}), LaunchError,
                     HasSubstr("connect to " + mute.url() + ": no answer after 150 ms"));
    const FakeSocket other{{}, Manner::answers_no_json};
    EXPECT_THROW_MSG(Browser::connect(other.url(), {.timeout = k_patience}), LaunchError,
                     HasSubstr("/json/version names no webSocketDebuggerUrl (HTTP 200)"));
    const FakeSocket closed{{}, Manner::refuses_upgrade};
    EXPECT_THROW_MSG(Browser::connect(closed.url(), {.timeout = k_patience}), LaunchError,
                     HasSubstr("connect to ws://127.0.0.1"));
}

}  // namespace
}  // namespace reprise::cdp
