// A test binary as users write them, with tests of every fate: test_binary_test.cpp runs it and reads what it says.
#include <reprise/fixtures/test.hpp>

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/exposed_function.hpp>
#include <reprise/locators/listening.hpp>

using namespace reprise;
using namespace std::chrono_literals;

namespace {

constexpr const char* k_form = R"(<!doctype html><title>Form</title>
<h1>Form</h1>
<label>Name <input id=name></label>
<button id=save disabled>Save</button>
<button id=send onclick="document.querySelector('[role=status]').textContent = 'sent'">Send</button>
<p role=status>nothing yet</p>
<script>console.warn("half a form")</script>)";

class Form : public PageTest {
protected:
    void SetUp() override {
        page().set_content(k_form);
        page().get_by_role(Role::heading).wait_for(locators::ElementState::visible);
    }
    TestOptions options() const override {
        auto options = PageTest::options();
        options.width = 640;
        return options;
    }
};

TEST_F(Form, Sends) {
    page().get_by_role(Role::button, {.name = "Send"}).click();
    expect(page().get_by_role(Role::status)).to_have_text("sent");
    expect(page().get_by_role(Role::alert)).not_().to_be_visible();
    expect(page()).to_have_title("Form");
    EXPECT_EQ(page().evaluate("innerWidth").as_int64(), 640);
}

TEST_F(Form, ClicksADisabledButton) {
    page().get_by_role(Role::button, {.name = "Save"}).click({.timeout = 400ms});  // line of the click
}

TEST_F(Form, ExpectsTwoThings) {
    const auto status = page().get_by_role(Role::status);
    const auto name = page().get_by_label("Name");
    EXPECT_FALSE(expect(status).to_contain_text("thanks", {.timeout = 300ms}));  // first expectation
    expect(name).to_have_value("Ada", {.timeout = 300ms});                       // second expectation
    attach("reached.txt", "text/plain", "the end");
}

TEST_F(Form, RequiresInACalledFunction) {
    const auto name = page().get_by_label("Name");
    const auto deep = [&] { require(name).to_have_value("Ada", {.timeout = 300ms}); };  // the requirement
    deep();
    attach("reached.txt", "text/plain", "the end");
}

TEST_F(Form, TakesSteps) {
    step("fill in", [&] { page().get_by_label("Name").fill("Ada"); });
    const auto name = step("read", [&] { return page().get_by_label("Name").input_value(); });
    EXPECT_EQ(name, "Ada");
    step("send",
         [&] { step("press", [&] { page().get_by_role(Role::button, {.name = "Save"}).click({.timeout = 400ms}); }); });
}

TEST_F(Form, CatchesAnErrorItself) {
    EXPECT_THROW(page().get_by_role(Role::button, {.name = "Save"}).click({.timeout = 400ms}), cdp::TimeoutError);
}

TEST_F(Form, SkipsItself) {
    GTEST_SKIP() << "not today";
}

TEST_F(Form, DISABLED_Waits) {}

TEST(Plain, ComparesNumbers) {
    EXPECT_EQ(2 + 2, 5) << "bad bytes: \xff \x1b[31m ]]>";
}

class BadSetUp : public testing::Test {
protected:
    static void SetUpTestSuite() { ADD_FAILURE() << "the suite cannot be set up"; }
};
TEST_F(BadSetUp, Passes) {}

class Size : public PageTest {};
TEST_F(Size, OfThePage) {
    attach("size.txt", "text/plain", std::to_string(page().evaluate("innerWidth").as_int64()));
}

class TwoPages : public ContextTest {};
TEST_F(TwoPages, ShareAContextButNotWithOthers) {
    fixtures::HttpServer server;
    server.handle("GET", "/", [](const auto&) { return fixtures::HttpResponse{.body = "<title>Cookies</title>"}; });
    const auto first = new_page();
    const auto second = new_page();
    const auto other = BrowserTest::new_page(new_context());
    for (const auto& page : {first, second, other}) page.navigate(server.url("/"));
    first.evaluate("document.cookie = 'ticket=1'");
    EXPECT_EQ(second.evaluate("document.cookie").as_string(), "ticket=1");
    EXPECT_EQ(other.evaluate("document.cookie").as_string(), "");
}

class NamesTestIds : public ContextTest {
protected:
    TestOptions options() const override {
        auto options = ContextTest::options();
        options.test_id_attribute = "data-qa";
        options.timeout = 7s;
        return options;
    }
};
TEST_F(NamesTestIds, OnPagesOfTheContextToo) {
    const auto page = context().new_page();
    page.set_content("<p data-qa=total>12</p><button onclick=\"window.open('about:blank')\">Open</button>");
    expect(page.get_by_test_id("total")).to_have_text("12");
    expect(context().pages().front().get_by_test_id("total")).to_have_text("12");
    const auto ours = new_page().options();
    EXPECT_EQ(page.options().timeout, 7s);
    EXPECT_TRUE(ours.observer);
    EXPECT_EQ(page.options().observer, ours.observer);
    locators::PageOptions of_popup;
    auto listening = context().listen({.popup = [&](const Page& popup) { of_popup = popup.options(); }});
    page.wait_for_popup([&] { page.get_by_role(Role::button).click(); });
    listening.stop();
    EXPECT_EQ(of_popup.test_id_attribute, "data-qa");
    EXPECT_EQ(of_popup.observer, ours.observer);
}

// What its handlers hold may have gone when the body of a test, or the test, has ended.
class LeavesHandlers : public PageTest {
protected:
    void SetUp() override {
        const auto folder = std::filesystem::path{attach("begun.txt", "text/plain", "x")}.parent_path();
        page().expose_function("tell", [this, picture = folder / "failure.png"] {
            ++calls_;
            if (std::filesystem::exists(picture)) called_late_ = true;
        });
        page().set_content("<script>setInterval(() => tell(), 1)</script>");
        EXPECT_TRUE(eventually([this] { return calls_ > 0; }).to_be_true());
    }
    void TearDown() override {
        PageTest::TearDown();
        const auto before = calls_.load();
        page().evaluate("new Promise((done) => setTimeout(done, 100))");
        EXPECT_EQ(calls_, before) << "called after TearDown";
        EXPECT_FALSE(called_late_) << "called while the page is pictured";
    }
    std::atomic<int> calls_{};
    std::atomic<bool> called_late_{};
};
TEST_F(LeavesHandlers, WhenItHasPassed) {}
TEST_F(LeavesHandlers, WhenNobodyCatchesAnError) {
    throw std::runtime_error("the body ends here");
}

class Downloads : public PageTest {
protected:
    std::string plan() {
        page().set_content("<a download=plan.txt href='data:text/plain,a plan'>Plan</a>");
        const auto plan = page().wait_for_download([&] { page().get_by_text("Plan").click(); });
        std::ifstream file{plan.file};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
};
TEST_F(Downloads, HaveAFolder) {
    EXPECT_EQ(plan(), "a plan");
}
TEST_F(Downloads, AreKeptOfATestThatFails) {
    EXPECT_EQ(plan(), "another plan");
}

TEST(Dies, BySignalOfTheTestBefore) {
    if (std::getenv("SAMPLE_DIES_AT_EXIT") != nullptr) std::atexit([] { std::abort(); });
}
TEST(Dies, InTheMiddle) {
    if (std::getenv("SAMPLE_DIES") != nullptr) std::raise(SIGKILL);
}
TEST(Dies, AndThisOneStillRuns) {}

class DiesWithABrowser : public PageTest {};
TEST_F(DiesWithABrowser, InTheMiddle) {
    page().set_content("<h1>Open</h1>");
    if (std::getenv("SAMPLE_DIES") == nullptr) return;
    std::raise(SIGKILL);
}

class LosesItsBrowser : public PageTest {};
TEST_F(LosesItsBrowser, InTheMiddle) {
    page().set_content("<h1>Open</h1>");
    if (std::getenv("SAMPLE_DIES") == nullptr) return;
    const auto deadline = cdp::Deadline::after(10s);
    EXPECT_THROW(browser().session().send_raw("Browser.crash", "{}", deadline), cdp::ConnectionClosed);
    page().get_by_role(Role::heading).click();
}
TEST_F(LosesItsBrowser, AndTheNextOneHasAnother) {
    page().set_content("<h1>Open</h1>");
    page().get_by_role(Role::heading).click();
}

TEST(Deaths, HappenInAProcessOfTheirOwn) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(std::abort(), "");
}

TEST(Hangs, ButOthersRun) {}
TEST(Hangs, ForEver) {
    while (std::getenv("SAMPLE_HANGS") != nullptr) ::pause();
}

TEST(Flaky, PassesAtTheSecondTry) {
    const char* marker = std::getenv("SAMPLE_MARKER");
    if (marker == nullptr) GTEST_SKIP();
    auto* file = std::fopen(marker, "wx");
    if (file != nullptr) {
        std::fclose(file);
        FAIL() << "the first try fails";
    }
}

// Rows that the caller names; a macro of the same could not be told at run time.
const int k_rows = [] {
    const char* recordings = std::getenv("SAMPLE_RECORDINGS");
    if (recordings == nullptr) return 0;
    const char* data = std::getenv("SAMPLE_DATA");
    return fixtures::register_recordings({.recordings = recordings, .data = data == nullptr ? "" : data});
}();

}  // namespace
