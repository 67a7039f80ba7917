// A profile that outlives its browser.
#include <filesystem>
#include <iterator>

#include <boost/json/array.hpp>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/adopt.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "support/expect_throw.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class PersistentContext : public testing::Test {
protected:
    PersistentContext() {
        server_.handle("GET", "/*", [](const fixtures::HttpRequest& request) {
            fixtures::HttpResponse response{.body = "<!doctype html><title>Shop</title><p>" +
                                                    std::string(request.header("Accept-Language")) + "</p>"};
            if (request.path == "/file") response.headers = {{"Content-Disposition", "attachment; filename=a.txt"}};
            return response;
        });
    }
    cdp::Browser launch() const { return cdp::Browser::launch({.profile = folder_.path() / "profile"}); }

    const tests::TemporaryFolder folder_;
    fixtures::HttpServer server_;
};

TEST_F(PersistentContext, KeepsCookiesAndStorageForTheNextBrowser) {
    {
        const auto browser = launch();
        const auto page = persistent_context(browser, {.base_url = server_.url("")}).new_page();
        page.navigate("/");
        page.evaluate("(document.cookie = 'user=anna; max-age=3600', localStorage.setItem('theme', 'dark'), 0)");
        page.evaluate(
            "new Promise((done, fail) => { const asked = indexedDB.open('cart', 1);"
            " asked.onupgradeneeded = () => asked.result.createObjectStore('items').add('tea', 1);"
            " asked.onsuccess = () => done(0); asked.onerror = fail; })");
        browser.close();
    }
    const auto browser = launch();
    const auto context = persistent_context(browser, {.base_url = server_.url("")});
    const auto page = context.new_page();
    page.navigate("/");
    EXPECT_EQ(page.evaluate("document.cookie"), "user=anna");
    EXPECT_EQ(page.evaluate("localStorage.getItem('theme')"), "dark");
    EXPECT_EQ(page.evaluate("new Promise((done, fail) => { const asked = indexedDB.open('cart');"
                            " asked.onerror = fail; asked.onsuccess = () => {"
                            " asked.result.transaction('items').objectStore('items').get(1).onsuccess ="
                            " (event) => done(event.target.result); }; })"),
              "tea");
    // A context of its own begins with nothing.
    EXPECT_THAT(new_context(browser).cookies(), IsEmpty());
}

TEST_F(PersistentContext, HasTheOptionsOfAnyContext) {
    const auto browser = launch();
    const auto context = persistent_context(browser, {.width_px = 500,
                                                      .height_px = 400,
                                                      .downloads_folder = folder_.path(),
                                                      .base_url = server_.url(""),
                                                      .locale = "de-DE",
                                                      .timezone = "Asia/Tokyo",
                                                      .init_scripts = {"window.early = 1"}});
    const auto page = context.new_page();
    page.navigate("/");
    EXPECT_EQ(page.evaluate("[innerWidth, innerHeight, early]"), (boost::json::array{500, 400, 1}));
    EXPECT_EQ(page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone"), "Asia/Tokyo");
    page.locator("p").expect({.kind = Expected::contains_text, .text = "de"});
    const auto popup = page.wait_for_popup([&] { page.evaluate("void open('/')"); });
    EXPECT_EQ(popup.evaluate("early"), 1);
    const auto download = page.wait_for_download([&] { page.evaluate("void (location = '/file')"); });
    EXPECT_EQ(download.suggested_filename, "a.txt");
    EXPECT_EQ(default_context(browser).pages().size(), context.pages().size());
}

TEST_F(PersistentContext, HasTheDefaultsOfAnyContext) {
    const auto browser = launch();
    const auto downloads = folder_.path() / "downloads";
    {
        const auto context = persistent_context(browser, {.downloads_folder = downloads, .base_url = server_.url("")});
        const auto page = context.new_page();
        page.navigate("/");
        page.wait_for_download([&] { page.evaluate("void (location = '/file')"); });
        page.close();
    }
    const auto files = [&] {
        return std::distance(std::filesystem::directory_iterator(downloads), std::filesystem::directory_iterator());
    };
    EXPECT_EQ(files(), 1);
    const auto context = persistent_context(browser, {.base_url = server_.url("")});
    const auto page = context.new_page();
    page.navigate("/");
    EXPECT_EQ(page.evaluate("[innerWidth, innerHeight]"), (boost::json::array{1280, 720}));
    EXPECT_THROW(page.navigate("/file", {.timeout = 5s}), cdp::NavigationError);
    EXPECT_EQ(files(), 1);  // downloads are refused
}

TEST_F(PersistentContext, IsTakenOnceAndHasTheBrowsersProxy) {
    const auto browser = launch();
    EXPECT_THROW_MSG(persistent_context(browser, {.proxy = cdp::ProxyServer{.server = "http://127.0.0.1:1"}}),
                     UsageError, HasSubstr("LaunchOptions::proxy"));
    {
        const auto context = persistent_context(browser);
        EXPECT_THROW_MSG(persistent_context(browser), UsageError, HasSubstr("in use here already"));
    }
    EXPECT_THAT(persistent_context(browser).pages(), SizeIs(0));
}

// Of the machine's surroundings the browser sees only what makes it run, and what it is given.
TEST_F(PersistentContext, BrowsersHaveTheEnvironmentTheyAreGiven) {
    const auto browser = cdp::Browser::launch({.environment = {{"TZ", "Asia/Tokyo"}}});
    const auto page = new_context(browser).new_page();
    EXPECT_EQ(page.evaluate("new Date(0).getHours()"), 9);
}

}  // namespace
}  // namespace reprise::locators
