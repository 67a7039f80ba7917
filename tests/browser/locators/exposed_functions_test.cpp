// C++ functions that pages call, and scripts that run before a page's own.
#include <atomic>
#include <semaphore>

#include <reprise/locators/error.hpp>
#include <reprise/locators/exposed_function.hpp>
#include <reprise/locators/js_value.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using testing::HasSubstr;

class ExposedFunctionsInPages : public BrowserPage {
protected:
    // Every address at a.test and b.test is a page that says what its init scripts had made when its own script ran.
    Page open_served(const std::string& head = {}) {
        auto page = open_page();
        context_->route("http://*.test/**", [head](const Route& route) {
            route.fulfill(
                {.content_type = "text/html",
                 .body = head + "<script>window.atStart = typeof window.marked + typeof window.add</script>"});
        });
        return page;
    }
};

TEST_F(ExposedFunctionsInPages, TakeAndGiveValues) {
    const auto page = open("<p>x</p>");
    context_->expose_function("add", [](int a, std::optional<int> b) { return a + b.value_or(100); });
    EXPECT_EQ(page.evaluate_as<int>("add(1, 2)"), 3);  // in a document that was there
    EXPECT_EQ(page.evaluate_as<int>("add(1)"), 101);
    context_->expose_function("echo", [](const std::vector<JsValue>& all) { return all; });
    EXPECT_EQ(page.evaluate_value("echo(new Date(5), [NaN, 1n], {m: new Map([[1, new Uint8Array([7])]])})").shown(),
              "[Date 1970-01-01T00:00:00.005Z, [NaN, 1n], {m: Map {1 => [7]}}]");
    std::atomic<int> calls{0};
    page.expose_function("count", [&] { ++calls; });
    EXPECT_TRUE(page.evaluate_value("Promise.all([count(), count()]).then(() => count())").is_undefined());
    EXPECT_EQ(calls, 3);
}

TEST_F(ExposedFunctionsInPages, RejectThePromiseWithWhatTheyThrow) {
    const auto page = open("<p>x</p>");
    page.expose_function("fail", [](int) -> int { throw std::runtime_error("no such \"order\""); });
    EXPECT_EQ(page.evaluate_as<std::string>("fail(1).catch((e) => e.message + (e instanceof Error))"),
              "no such \"order\"true");
    EXPECT_EQ(page.evaluate_as<std::string>("fail('x').catch((e) => e.message)"),
              "argument 1 is string \"x\", not a whole number");
    EXPECT_THAT(page.evaluate_as<std::string>("{ const a = {}; a.a = a; fail(a).catch((e) => e.message) }"),
                HasSubstr("a cycle has no value"));
    page.expose_function("pattern", [] { return JsValue{JsValue::RegExp{"("}}; });
    EXPECT_THAT(page.evaluate_as<std::string>("pattern().catch((e) => e.name)"), HasSubstr("SyntaxError"));
    EXPECT_THROW_MSG(page.evaluate("fail(1)"), cdp::ScriptError, HasSubstr("no such \"order\""));
    EXPECT_THROW_MSG(page.expose_function("fail", [] {}), UsageError,
                     HasSubstr("expose_function(\"fail\"): a function of this name is exposed already"));
}

TEST_F(ExposedFunctionsInPages, KeepABoundedNumberOfCallsWaiting) {
    const auto page = open("<p>x</p>");
    std::binary_semaphore go_on{0};
    std::atomic<int> calls{0};
    page.expose_function("hold", [&] {
        if (++calls == 1) go_on.acquire();
    });
    // One runs, 10,000 wait.
    page.evaluate(
        "void (window.refused = new Promise((done) => {"
        "  for (let i = 0; i < 10002; ++i) hold().catch((e) => done(e.message)); }))");
    EXPECT_EQ(page.evaluate_as<std::string>("refused"), "10000 calls wait already");
    go_on.release();
    context_->close();
}

TEST_F(ExposedFunctionsInPages, AreThereInFramesPopupsAndLaterDocuments) {
    const auto page = open_served();
    context_->expose_function("add", [](int a, int b) { return a + b; });
    page.navigate("http://a.test/");
    EXPECT_EQ(page.evaluate_as<std::string>("atStart"), "undefinedfunction");
    EXPECT_EQ(page.evaluate_as<int>("add(1, 2)"), 3);
    // A frame of another site has a process of its own.
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: 'http://b.test/'}))");
    const auto frame = page.frame_locator("iframe");
    EXPECT_EQ(frame.wait_for_function("window.atStart").as<std::string>(), "undefinedfunction");
    EXPECT_EQ(frame.evaluate_as<int>("add(3, 4)"), 7);
    const auto popup = page.wait_for_popup([&] { page.evaluate("window.open('http://b.test/popup')"); });
    EXPECT_EQ(popup.wait_for_function("window.atStart").as<std::string>(), "undefinedfunction");
    EXPECT_EQ(popup.evaluate_as<int>("add(5, 6)"), 11);
    page.reload();
    EXPECT_EQ(page.evaluate_as<int>("add(1, 2)"), 3);
    page.expose_function("mine", [] { return 1; });
    EXPECT_EQ(page.evaluate_as<int>("mine()"), 1);
    EXPECT_EQ(popup.evaluate_as<std::string>("typeof mine"), "undefined");
}

TEST_F(ExposedFunctionsInPages, AreCalledWhileTheTestWaits) {
    const auto page = open("<button onclick='press().then((t) => { this.textContent = t; })'>Press</button>");
    page.expose_function("press", [] { return "done"; });
    page.locator("button").click();
    page.wait_for_function("document.querySelector('button').textContent === 'done'");
    // Calls that nobody waits for do no harm when the document, and the context, go.
    page.evaluate("press(); press(); location.href = 'about:blank'");
    context_->close();
}

TEST_F(ExposedFunctionsInPages, AreNotMisledByAPageThatHasReplacedBuiltIns) {
    const auto page = open_served(
        "<script>window.Promise = null; JSON.stringify = () => 'x'; Array.prototype.map = null; "
        "Object.prototype.toJSON = () => 1;</script>");
    context_->expose_function("add", [](int a, int b) { return a + b; });
    page.navigate("http://a.test/");
    EXPECT_EQ(page.evaluate_as<int>("add(1, 2)"), 3);
}

TEST_F(ExposedFunctionsInPages, InitScriptsRunBeforeThePagesOwn) {
    const auto page = open_served("<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\">");
    context_->add_init_script("window.marked = 'context'");
    page.add_init_script("window.marked += ' page'");
    page.navigate("http://a.test/");
    EXPECT_EQ(page.evaluate_as<std::string>("atStart + marked"), "stringundefinedcontext page");
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: 'http://b.test/'}))");
    EXPECT_EQ(page.frame_locator("iframe").wait_for_function("window.atStart && marked").as<std::string>(),
              "context page");
    const auto popup = page.wait_for_popup([&] { page.evaluate("window.open('http://b.test/')"); });
    EXPECT_EQ(popup.wait_for_function("window.atStart && atStart + marked").as<std::string>(),
              "stringundefinedcontext");
}

}  // namespace
}  // namespace reprise::locators
