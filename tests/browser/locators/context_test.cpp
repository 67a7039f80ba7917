// What a context makes its pages, popups and frames believe.
#include <mutex>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/devices.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/listening.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpRequest;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class ContextOptionsTest : public BrowserPage {
protected:
    ContextOptionsTest() {
        server_.handle("GET", "/*", [this](const HttpRequest& request) {
            const std::lock_guard lock{mutex_};
            last_[request.path] = request;
            return HttpResponse{.body = "<!doctype html><title>" + request.path + "</title>"};
        });
    }
    HttpRequest last(const std::string& path) {
        const std::lock_guard lock{mutex_};
        return last_[path];
    }
    std::string elsewhere(const std::string& path) {
        auto url = server_.url(path);
        return url.replace(url.find("127.0.0.1"), 9, "localhost");
    }
    // A popup of the page, on the same origin or another.
    Page popup(const Page& page, const std::string& url) {
        const auto made = context_->target().pages_made();
        page.evaluate("void open('" + url + "')");
        Page opened{*context_, context_->target().wait_for_page(made, soon()), page.options()};
        opened.expect({.kind = Expected::url, .text = url});
        opened.target().wait_for_load_state(cdp::LoadState::load, soon());
        return opened;
    }

    std::mutex mutex_;
    std::map<std::string, HttpRequest> last_;
    fixtures::HttpServer server_;
};

TEST_F(ContextOptionsTest, AddressesBeginAtTheBase) {
    const auto page = open_page({.base_url = server_.url("/app/")});
    page.navigate("/x");
    EXPECT_EQ(page.url(), server_.url("/x"));
    page.navigate("y?z=1");
    EXPECT_EQ(page.url(), server_.url("/app/y?z=1"));
    page.navigate(elsewhere("/"));
    EXPECT_EQ(page.url(), elsewhere("/"));
}

TEST_F(ContextOptionsTest, HeadersAgentAndLanguageAreSent) {
    const auto page = open_page({.extra_headers = {{"X-Test", "yes"}}, .user_agent = "Agent/7", .locale = "de-DE"});
    page.navigate(server_.url("/a"));
    EXPECT_EQ(last("/a").header("x-test"), "yes");
    EXPECT_EQ(last("/a").header("user-agent"), "Agent/7");
    EXPECT_THAT(std::string(last("/a").header("accept-language")), HasSubstr("de-DE"));
    EXPECT_EQ(value(page, "[navigator.userAgent, navigator.language, (1234.5).toLocaleString()]"),
              R"(["Agent/7","de-DE","1.234,5"])");
}

TEST_F(ContextOptionsTest, AnUnnamedAgentStaysTheBrowsers) {
    const auto page = open_page({.locale = "fr-FR"});
    page.navigate(server_.url("/a"));
    EXPECT_THAT(std::string(last("/a").header("user-agent")), HasSubstr("Chrome/"));
    EXPECT_EQ(value(page, "navigator.userAgent.includes('Chrome/')"), "true");
}

TEST_F(ContextOptionsTest, TheFirstScriptFindsZoneColoursAndScale) {
    const auto page = open_page({.width_px = 400,
                                 .height_px = 300,
                                 .timezone = "Asia/Tokyo",
                                 .colour_scheme = ColourScheme::dark,
                                 .reduced_motion = ReducedMotion::reduce,
                                 .device_scale_factor = 2,
                                 .has_touch = true});
    page.navigate(
        "data:text/html,<script>seen = [Intl.DateTimeFormat().resolvedOptions().timeZone,"
        "matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(prefers-reduced-motion: reduce)').matches,"
        "devicePixelRatio, innerWidth, innerHeight, 'ontouchstart' in window]</script>");
    EXPECT_EQ(value(page, "seen"), R"(["Asia/Tokyo",true,true,2,400,300,true])");
}

TEST_F(ContextOptionsTest, DevicesAreBelievedByPageAndServer) {
    const auto page = open_page(device_options(*browser_, "Pixel 7"));
    page.navigate(server_.url("/phone"));
    EXPECT_EQ(
        value(page, "[screen.width, devicePixelRatio, navigator.maxTouchPoints > 0, matchMedia('(hover)').matches]"),
        "[412,2.625E0,true,false]");
    EXPECT_THAT(std::string(last("/phone").header("user-agent")),
                AllOf(HasSubstr("Android"), HasSubstr("Mobile"), Not(HasSubstr("Headless"))));
    EXPECT_EQ(last("/phone").header("sec-ch-ua-mobile"), "?1");
    EXPECT_EQ(value(page, "[navigator.userAgentData.mobile, navigator.userAgentData.platform]"), R"([true,"Android"])");
    const auto lying = open_page(device_options(*browser_, "iPhone 13", Orientation::landscape));
    lying.navigate("data:text/html,<meta name=viewport content='width=device-width'>x");
    EXPECT_EQ(value(lying, "[innerWidth, innerHeight, devicePixelRatio]"), "[750,342,3]");
    EXPECT_THROW_MSG(device_options(*browser_, "Nokia 3310"), UsageError,
                     AllOf(HasSubstr("device_options(\"Nokia 3310\")"), HasSubstr("iPhone SE, iPhone 13")));
    for (const auto& name : device_names()) EXPECT_NO_THROW(device_options(*browser_, name)) << name;
}

TEST_F(ContextOptionsTest, MobilePagesFollowTheirViewportTag) {
    const auto page = open_page({.width_px = 400, .height_px = 800, .is_mobile = true});
    page.navigate("data:text/html,<meta name=viewport content='width=500'>x");
    EXPECT_EQ(value(page, "innerWidth"), "500");
}

TEST_F(ContextOptionsTest, PopupsInheritEverythingFromTheirFirstRequestOn) {
    const auto page = open_page({.extra_headers = {{"X-Test", "yes"}},
                                 .user_agent = "Agent/7",
                                 .locale = "de-DE",
                                 .timezone = "Asia/Tokyo",
                                 .colour_scheme = ColourScheme::dark});
    page.navigate(server_.url("/"));
    for (const auto& url : {server_.url("/popup"), elsewhere("/other")}) {
        const auto opened = popup(page, url);
        const auto path = opened.title();
        EXPECT_EQ(last(path).header("x-test"), "yes") << url;
        EXPECT_EQ(last(path).header("user-agent"), "Agent/7") << url;
        EXPECT_EQ(value(opened,
                        "[navigator.userAgent, navigator.language, new Date(0).getHours(),"
                        "matchMedia('(prefers-color-scheme: dark)').matches]"),
                  R"(["Agent/7","de-DE",9,true])")
            << url;
    }
}

TEST_F(ContextOptionsTest, FramesOfOtherProcessesInheritIt) {
    const auto page =
        open_page({.extra_headers = {{"X-Test", "yes"}}, .user_agent = "Agent/7", .timezone = "Asia/Tokyo"});
    page.navigate(server_.url("/"));
    page.evaluate("new Promise(done => { const f = document.createElement('iframe'); f.onload = done; f.src = '" +
                  elsewhere("/frame") + "'; document.body.append(f) })");
    EXPECT_EQ(last("/frame").header("x-test"), "yes");
    EXPECT_EQ(last("/frame").header("user-agent"), "Agent/7");
    const auto frames = page.target().frames();
    ASSERT_THAT(frames, SizeIs(2));
    EXPECT_EQ(page.target().evaluate(frames[1].id, cdp::World::page, "new Date(0).getHours()", soon()), 9);
}

TEST_F(ContextOptionsTest, PermissionsAndPlaceAreGiven) {
    const auto page = open_page({.geolocation = Geolocation{.latitude = 54.3, .longitude = 10.1},
                                 .permissions = {"geolocation", "clipboard-read"}});
    page.navigate(server_.url("/"));
    EXPECT_EQ(value(page,
                    "new Promise(done => navigator.geolocation.getCurrentPosition("
                    "p => done([p.coords.latitude, p.coords.longitude]), e => done(e.message)))"),
              "[5.43E1,1.01E1]");
    EXPECT_EQ(value(page, "navigator.permissions.query({name: 'clipboard-read'}).then(p => p.state)"), "\"granted\"");
    EXPECT_THROW_MSG(new_context(*browser_, {.permissions = {"everything"}}), cdp::ProtocolError,
                     HasSubstr("Browser.grantPermissions"));
}

TEST_F(ContextOptionsTest, OfflineIsOffline) {
    const auto page = open_page({.offline = true});
    EXPECT_THROW_MSG(page.navigate(server_.url("/")), cdp::NavigationError, HasSubstr("ERR_INTERNET_DISCONNECTED"));
    EXPECT_EQ(server_.requests("/"), 0);
}

TEST_F(ContextOptionsTest, ServersThatAskGetTheCredentials) {
    server_.handle("GET", "/secret", [](const HttpRequest& request) {
        if (request.header("authorization") == "Basic YWRhOmxvdmU=") return HttpResponse{.body = "<title>In</title>"};
        return HttpResponse{
            .status = 401, .body = "<title>Out</title>", .headers = {{"WWW-Authenticate", "Basic realm=x"}}};
    });
    auto page = open_page({.http_credentials = HttpCredentials{"ada", "love"}});
    page.navigate(server_.url("/secret"));
    EXPECT_EQ(page.title(), "In");
    page = open_page({.http_credentials = HttpCredentials{"ada", "hate"}});
    page.navigate(server_.url("/secret"));
    EXPECT_EQ(page.title(), "Out");
}

TEST_F(ContextOptionsTest, WithoutJavaScriptThePageIsStillDriven) {
    const auto page = open_page({.java_script_enabled = false});
    page.navigate(
        "data:text/html,<p>before</p><script>document.querySelector('p').textContent = 'after'</script>"
        "<a href='" +
        server_.url("/next") + "'>Next</a>");
    EXPECT_EQ(page.locator("p").inner_text(), "before");
    page.get_by_text("Next").click();
    EXPECT_EQ(page.url(), server_.url("/next"));
}

TEST_F(ContextOptionsTest, ContentPoliciesCanBePassedBy) {
    server_.handle("GET", "/strict", [](const HttpRequest&) {
        return HttpResponse{.body = "<script>ran = true</script>",
                            .headers = {{"Content-Security-Policy", "default-src 'none'"}}};
    });
    auto page = open_page();
    page.navigate(server_.url("/strict"));
    EXPECT_EQ(value(page, "typeof ran"), "\"undefined\"");
    page = open_page({.bypass_csp = true});
    page.navigate(server_.url("/strict"));
    EXPECT_EQ(value(page, "typeof ran"), "\"boolean\"");
}

TEST_F(ContextOptionsTest, WhatTheBrowserRefusesIsSaid) {
    const auto page = open_page({.timezone = "Mars/Olympus"});
    EXPECT_THROW_MSG(page.navigate("data:text/html,x"), cdp::ProtocolError,
                     HasSubstr("Emulation.setTimezoneOverride: the browser answered \"Invalid timezone id\""));
}

TEST_F(ContextOptionsTest, ContextsOfOneBrowserDoNotMix) {
    const auto german = new_context(*browser_, {.locale = "de-DE"});
    const auto plain = new_context(*browser_);
    const auto page = german.new_page();
    const auto other = plain.new_page();
    other.navigate(server_.url("/plain"));
    page.navigate(server_.url("/german"));
    EXPECT_THAT(german.pages(), SizeIs(1));
    EXPECT_THAT(plain.pages(), SizeIs(1));
    EXPECT_THAT(std::string(last("/plain").header("accept-language")), testing::Not(HasSubstr("de-DE")));
    EXPECT_THAT(std::string(last("/german").header("accept-language")), HasSubstr("de-DE"));
    EXPECT_EQ(page.context().pages().front().target(), page.target());
}

TEST_F(ContextOptionsTest, PagesThatAreAskedForWithoutOptionsHaveThoseOfTheContext) {
    const PageOptions options{.timeout = 7s, .expect_timeout = 6s, .test_id_attribute = "data-qa"};
    const auto context = new_context(*browser_, {.page_options = options});
    const auto page = context.new_page();
    page.set_content("<b data-qa=x>1</b><button onclick=\"window.open('about:blank')\">Open</button>");
    EXPECT_EQ(page.get_by_test_id("x").count(), 1);
    EXPECT_EQ(context.pages().front().get_by_test_id("x").count(), 1);
    EXPECT_EQ(Page(context, page.target()).options().timeout, 7s);
    PageOptions of_popup;
    auto listening = context.listen({.popup = [&](const Page& popup) { of_popup = popup.options(); }});
    page.wait_for_popup([&] { page.locator("button").click(); });
    listening.stop();
    EXPECT_EQ(of_popup.expect_timeout, 6s);
    EXPECT_EQ(context.new_page({.timeout = 1s}).options().test_id_attribute, "data-testid");
    EXPECT_EQ(new_context(*browser_).page_options().timeout, PageOptions{}.timeout);
}

}  // namespace
}  // namespace reprise::locators
