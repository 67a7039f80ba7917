// What is changed of a context or a page while it is open; cookies and storage one by one.
#include <reprise/locators/error.hpp>
#include <reprise/locators/js_value.hpp>
#include <reprise/locators/web_storage.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ContextChanges : public BrowserPage {
protected:
    Page open_served(const ContextOptions& options = {}) {
        auto page = open_page(options);
        context_->route("**/*", [](const Route& route) {
            std::string body = "<p>x</p>";
            for (const auto& [name, value] : route.request().headers) body += name + "=" + value + ";";
            route.fulfill({.content_type = "text/html", .body = body});
        });
        page.navigate("https://a.test/");
        return page;
    }
    static bool media(const Page& page, const std::string& query) {
        return page.evaluate_as<bool>("(q) => matchMedia(q).matches", query);
    }
};

TEST_F(ContextChanges, MediaOfAPage) {
    const auto page = open_served({.reduced_motion = ReducedMotion::reduce});
    page.emulate_media({.media = MediaType::print, .colour_scheme = ColourScheme::dark});
    EXPECT_TRUE(media(page, "print"));
    EXPECT_TRUE(media(page, "(prefers-color-scheme: dark)"));
    EXPECT_TRUE(media(page, "(prefers-reduced-motion: reduce)"));  // of the context
    page.emulate_media({.media = MediaType::screen, .contrast = Contrast::more, .forced_colors = ForcedColors::active});
    EXPECT_FALSE(media(page, "print"));
    EXPECT_TRUE(media(page, "(prefers-color-scheme: dark)"));
    EXPECT_TRUE(media(page, "(prefers-contrast: more)"));
    EXPECT_TRUE(media(page, "(forced-colors: active)"));
    page.navigate("https://b.test/");
    EXPECT_TRUE(media(page, "(prefers-color-scheme: dark)"));
    EXPECT_FALSE(media(context_->new_page(), "(prefers-color-scheme: dark)"));
}

TEST_F(ContextChanges, MediaThatAreNoLongerEmulated) {
    const auto page = open_served({.colour_scheme = ColourScheme::dark, .reduced_motion = ReducedMotion::reduce});
    page.emulate_media({.media = MediaType::print, .contrast = Contrast::more, .forced_colors = ForcedColors::active});
    page.emulate_media({.media = MediaType::not_emulated,
                        .colour_scheme = ColourScheme::not_emulated,
                        .contrast = Contrast::not_emulated,
                        .forced_colors = ForcedColors::not_emulated});
    EXPECT_FALSE(media(page, "print"));
    EXPECT_FALSE(media(page, "(prefers-color-scheme: dark)"));
    EXPECT_FALSE(media(page, "(prefers-contrast: more)"));
    EXPECT_FALSE(media(page, "(forced-colors: active)"));
    EXPECT_TRUE(media(page, "(prefers-reduced-motion: reduce)"));  // was not named
}

TEST_F(ContextChanges, SizeOfAPage) {
    const auto page = open_served();
    page.set_viewport_size(511, 333);
    page.wait_for_function("innerWidth === 511 && innerHeight === 333");
    page.navigate("https://b.test/");
    EXPECT_EQ(page.evaluate_as<int>("innerWidth"), 511);
}

TEST_F(ContextChanges, PlaceAndPermissions) {
    const auto page = open_served();
    const auto state = [&](const char* name) {
        return page.evaluate_as<std::string>("(name) => navigator.permissions.query({name}).then((s) => s.state)",
                                             name);
    };
    context_->grant_permissions({"geolocation"}, "https://a.test");
    EXPECT_EQ(state("geolocation"), "granted");
    context_->set_geolocation(Geolocation{.latitude = 59.95, .longitude = 30.3, .accuracy_m = 10});
    EXPECT_EQ(page.evaluate_as<double>(
                  "new Promise((r) => navigator.geolocation.getCurrentPosition((p) => r(p.coords.latitude)))"),
              59.95);
    context_->set_geolocation(std::nullopt);
    EXPECT_EQ(page.evaluate_as<int>("new Promise((done) => navigator.geolocation.getCurrentPosition("
                                    "() => done(0), (error) => done(error.code)))"),
              2);  // POSITION_UNAVAILABLE
    context_->clear_permissions();
    EXPECT_NE(state("geolocation"), "granted");
}

TEST_F(ContextChanges, PermissionsAreAddedToThoseOfBefore) {
    const auto page = open_served({.permissions = {"geolocation"}});
    const auto granted = [&](const char* name) {
        return page.evaluate_as<bool>(
            "(name) => navigator.permissions.query({name}).then((s) => s.state === 'granted')", name);
    };
    context_->grant_permissions({"clipboard-read"}, "https://a.test");
    EXPECT_TRUE(granted("geolocation"));
    EXPECT_TRUE(granted("clipboard-read"));
    EXPECT_FALSE(granted("camera"));
    context_->grant_permissions({"camera"});
    for (const auto* name : {"geolocation", "clipboard-read", "camera"}) EXPECT_TRUE(granted(name)) << name;
    page.navigate("https://b.test/");
    EXPECT_TRUE(granted("camera"));
    EXPECT_FALSE(granted("clipboard-read"));
}

TEST_F(ContextChanges, WhatTheBrowserRefusesIsForgotten) {
    const auto page = open_served();
    context_->set_geolocation(Geolocation{.latitude = 1, .longitude = 2});
    EXPECT_THROW_MSG(context_->set_geolocation(Geolocation{.latitude = 1000, .longitude = 2}), cdp::ProtocolError,
                     HasSubstr("setGeolocationOverride"));
    const auto later = context_->new_page();
    later.navigate("https://a.test/");
    context_->grant_permissions({"geolocation"}, "https://a.test");
    EXPECT_EQ(later.evaluate_as<double>(
                  "new Promise((r) => navigator.geolocation.getCurrentPosition((p) => r(p.coords.latitude)))"),
              1);
}

TEST_F(ContextChanges, HeadersAndNetwork) {
    const auto page = open_served();
    context_->set_extra_headers({{"x-test", "one"}});
    page.reload();
    EXPECT_THAT(page.locator("body").inner_text(), HasSubstr("=one;"));
    context_->set_extra_headers({});
    page.reload();
    EXPECT_THAT(page.locator("body").inner_text(), testing::Not(HasSubstr("=one;")));
    context_->set_offline(true);
    EXPECT_FALSE(page.evaluate_as<bool>("navigator.onLine"));
    context_->set_offline(false);
    EXPECT_TRUE(page.evaluate_as<bool>("navigator.onLine"));
}

TEST_F(ContextChanges, HeadersOfAPageAreBesideThoseOfTheContext) {
    const auto page = open_served({.extra_headers = {{"X-Of", "context"}, {"x-all", "one"}}});
    const auto sent = [](const Page& of) {
        of.reload();
        return of.locator("body").inner_text();
    };
    page.set_extra_headers({{"x-of", "page"}, {"x-own", "1"}});
    EXPECT_THAT(sent(page), AllOf(HasSubstr("x-of=page;"), HasSubstr("x-all=one;"), HasSubstr("x-own=1;")));
    context_->set_extra_headers({{"x-of", "all"}, {"x-all", "two"}});
    EXPECT_THAT(sent(page), AllOf(HasSubstr("x-of=page;"), HasSubstr("x-all=two;"), HasSubstr("x-own=1;")));
    const auto other = context_->new_page();
    other.navigate("https://a.test/");
    EXPECT_THAT(sent(other), AllOf(HasSubstr("x-of=all;"), testing::Not(HasSubstr("x-own"))));
    page.set_extra_headers({});
    EXPECT_THAT(sent(page), AllOf(HasSubstr("x-of=all;"), testing::Not(HasSubstr("x-own"))));
}

TEST_F(ContextChanges, CookiesByFilter) {
    const auto page = open_served();
    const auto set = [&] {
        context_->clear_cookies();
        context_->add_cookies({{.name = "a", .value = "1", .domain = "a.test"},
                               {.name = "a", .value = "2", .domain = ".b.test", .path = "/x"},
                               {.name = "token-1", .value = "3", .domain = "a.test"}});
    };
    const auto left = [&] {
        std::vector<std::string> values;
        for (const auto& cookie : context_->cookies()) values.push_back(cookie.value);
        std::ranges::sort(values);
        return values;
    };
    set();
    context_->clear_cookies({.name = "a"});
    EXPECT_THAT(left(), ElementsAre("3"));
    set();
    context_->clear_cookies({.name = Regex{"^TOKEN-", "i"}});
    EXPECT_THAT(left(), ElementsAre("1", "2"));
    set();
    context_->clear_cookies({.name = "a", .domain = ".b.test", .path = "/x"});
    EXPECT_THAT(left(), ElementsAre("1", "3"));
    context_->clear_cookies({.domain = "none.test"});
    EXPECT_THAT(left(), ElementsAre("1", "3"));
}

TEST_F(ContextChanges, PartitionedCookiesKeepTheirPartition) {
    const auto page = open_served();
    // Not document.cookie: that returns before the browser has the cookie.
    page.evaluate("cookieStore.set({name: 'p', value: '1', sameSite: 'none', partitioned: true})");
    const auto state = StorageState::parse(context_->storage_state().json());
    ASSERT_EQ(state.cookies.size(), 1U);
    EXPECT_EQ(state.cookies.front().partition_key, "https://a.test");
    const auto again = open_page({.storage_state = state});
    ASSERT_EQ(context_->cookies().size(), 1U);
    EXPECT_EQ(context_->cookies().front().partition_key, "https://a.test");
    context_->clear_cookies({.name = "p"});
    EXPECT_TRUE(context_->cookies().empty());
}

TEST_F(ContextChanges, ItemsOfWebStorage) {
    const auto page = open_served();
    const auto storage = page.local_storage();
    storage.set("theme", "dark \"é\"");
    EXPECT_EQ(page.evaluate_as<std::string>("localStorage.theme"), "dark \"é\"");
    EXPECT_EQ(storage.get("theme"), "dark \"é\"");
    EXPECT_EQ(storage.get("none"), std::nullopt);
    page.session_storage().set("s", "1");
    EXPECT_EQ(page.session_storage().items().size(), 1U);
    storage.set("more", "");
    storage.remove("theme");
    ASSERT_EQ(storage.items().size(), 1U);
    EXPECT_EQ(storage.items().front().name, "more");
    storage.clear();
    EXPECT_TRUE(storage.items().empty());
    EXPECT_EQ(page.session_storage().get("s"), "1");
}

}  // namespace
}  // namespace reprise::locators
