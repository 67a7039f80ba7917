// Cookies and local storage, carried from one context to another.
#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/web_storage.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using fixtures::HttpRequest;
using fixtures::HttpResponse;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class StorageStates : public BrowserPage {
protected:
    StorageStates() {
        server_.handle("GET", "/*", [](const HttpRequest& request) {
            std::string shown;
            for (const auto& [name, value] : request.cookies) shown += name + "=" + value + " ";
            return HttpResponse{.body = "<!doctype html><title>" + shown +
                                        "</title><script>first = "
                                        "JSON.stringify(localStorage)</script>"};
        });
    }
    std::string elsewhere(const std::string& path) {
        auto url = server_.url(path);
        return url.replace(url.find("127.0.0.1"), 9, "localhost");
    }
    fixtures::HttpServer server_;
};

TEST_F(StorageStates, CookiesAreAddedReadAndCleared) {
    const auto page = open_page();
    const auto& context = page.context();
    context.add_cookies({{.name = "a", .value = "1", .domain = "127.0.0.1"},
                         {.name = "b", .value = "2", .domain = "localhost", .path = "/deep", .http_only = true}});
    page.navigate(server_.url("/"));
    EXPECT_EQ(page.title(), "a=1");
    page.evaluate("document.cookie = 'c=3; max-age=1000; SameSite=Lax'");
    page.navigate(elsewhere("/deep/er"));
    EXPECT_EQ(page.title(), "b=2");
    EXPECT_THAT(context.cookies(), SizeIs(3));
    EXPECT_THAT(context.cookies({elsewhere("/deep")}), ElementsAre(Field(&Cookie::name, "b")));
    EXPECT_THAT(context.cookies({elsewhere("/flat")}), IsEmpty());
    for (const auto& cookie : context.cookies({server_.url("/")})) {
        if (cookie.name != "c") continue;
        EXPECT_EQ(cookie.same_site, "Lax");
        EXPECT_GT(cookie.expires, 1'000'000'000);
    }
    context.clear_cookies();
    EXPECT_THAT(context.cookies(), IsEmpty());
    EXPECT_THROW_MSG(context.add_cookies({{.name = "x", .value = "1"}}), UsageError,
                     HasSubstr("cookie \"x\" needs a name and a domain"));
}

// As pages make them: document.cookie = "text".
TEST_F(StorageStates, CookiesWithoutANameAreKeptToo) {
    const auto page = open_page();
    const auto& context = page.context();
    page.navigate(server_.url("/"));
    page.evaluate("document.cookie = 'abc'; document.cookie = 'b=1'");
    const auto state = context.storage_state();
    EXPECT_THAT(state.cookies, SizeIs(2));
    context.set_storage_state(state);
    EXPECT_EQ(value(page, "document.cookie.split('; ').sort().join()"), "\"abc,b=1\"");
    context.clear_cookies({.name = "b"});
    EXPECT_EQ(value(page, "document.cookie"), "\"abc\"");
    EXPECT_THROW_MSG(context.set_storage_state({.cookies = {{.name = "x", .value = "1"}}}), UsageError,
                     HasSubstr("context.set_storage_state(): cookie \"x\" needs a name and a domain"));
    EXPECT_EQ(value(page, "document.cookie"), "\"abc\"") << "nothing is lost when one is refused";
}

// The page that storage is read on runs nothing of the site, whoever answers for it.
TEST_F(StorageStates, ServiceWorkersDoNotAnswerForTheSite) {
    server_.handle("GET", "/service.js", [](const auto&) {
        return HttpResponse{.content_type = "text/javascript",
                            .body =
                                "addEventListener('activate', e => e.waitUntil(clients.claim()));"
                                "addEventListener('fetch', e => e.respondWith(new Response('<script>"
                                "localStorage.ran = 1</script>', {headers: {'Content-Type': 'text/html'}})))"};
    });
    const auto page = open_page();
    const auto context = page.context();
    page.navigate(server_.url("/"));
    page.evaluate(
        "localStorage.mine = 1; navigator.serviceWorker.register('/service.js').then(() => "
        "navigator.serviceWorker.ready)");
    page.close();
    const auto state = context.storage_state();
    ASSERT_THAT(state.origins, SizeIs(1));
    ASSERT_THAT(state.origins[0].local_storage, SizeIs(1));
    EXPECT_EQ(state.origins[0].local_storage[0].name, "mine");
}

TEST_F(StorageStates, ItemsMayBeNamedAsAStoragesOwnMembers) {
    const auto page = open_page();
    page.navigate(server_.url("/"));
    page.evaluate("for (const name of ['key', 'length', 'getItem']) localStorage.setItem(name, 'v')");
    std::vector<std::string> names;
    for (const auto& item : page.local_storage().items()) names.push_back(item.name + item.value);
    EXPECT_THAT(names, testing::UnorderedElementsAre("keyv", "lengthv", "getItemv"));
    const auto state = context_->storage_state();
    ASSERT_EQ(state.origins.size(), 1U);
    EXPECT_EQ(state.origins.front().local_storage.size(), 3U);
}

TEST_F(StorageStates, TextsThatNoStateCanHoldAreRefused) {
    const auto page = open_page();
    page.navigate(server_.url("/"));
    page.evaluate("localStorage.setItem('cache', '\\ud800A')");
    EXPECT_THROW_MSG(context_->storage_state(), ActionError,
                     HasSubstr("the item \"cache\" of the local storage is no well-formed text"));
}

// Of pages that have ended the last ones only are kept.
TEST_F(StorageStates, KnowsTheSitesOfPagesThatEndedLongAgo) {
    const auto page = open_page();
    {
        const auto first = context_->new_page();
        first.navigate(elsewhere("/"));
        first.evaluate("localStorage.setItem('there', '1')");
        first.close();
    }
    for (int i = 0; i < 25; ++i) context_->new_page().close();
    EXPECT_EQ(context_->target().pages_made(), 27U);
    EXPECT_THAT(context_->pages(), SizeIs(1));
    const auto state = context_->storage_state();
    ASSERT_THAT(state.origins, SizeIs(1));
    EXPECT_EQ(state.origins.front().origin + "/", elsewhere("/"));
    const auto popup = page.wait_for_popup([&] { page.evaluate("void open('about:blank')"); });
    EXPECT_EQ(popup.opener()->target().id(), page.target().id());
}

TEST_F(StorageStates, AContextBeginsWhereAnotherEnded) {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "state.json";
    {
        const auto page = open_page();
        page.navigate(elsewhere("/"));
        page.evaluate("localStorage.setItem('there', 'é\"')");
        page.navigate(server_.url("/"));
        page.evaluate("localStorage.setItem('cart', '[1,2]'), document.cookie = 'sid=7'");
        const auto made = context_->target().pages_made();
        context_->storage_state().save(file);
        EXPECT_EQ(context_->target().pages_made(), made);
        EXPECT_THAT(context_->pages(), SizeIs(1));
        EXPECT_EQ(page.url(), server_.url("/"));
    }
    const auto asked = server_.requests("/");
    const auto page = open_page({.storage_state = StorageState::load(file)});
    EXPECT_EQ(server_.requests("/"), asked);  // restored without the server
    EXPECT_EQ(context_->target().pages_made(), 1U);
    page.navigate(server_.url("/"));
    EXPECT_EQ(page.title(), "sid=7");
    EXPECT_EQ(value(page, "first"), R"("{\"cart\":\"[1,2]\"}")");
    page.navigate(elsewhere("/"));
    EXPECT_EQ(value(page, "first"), R"("{\"there\":\"é\\\"\"}")");
}

TEST_F(StorageStates, AnotherStateTakesThePlaceOfAll) {
    const auto page = open_page();
    page.navigate(elsewhere("/"));
    page.evaluate("localStorage.setItem('there', '1')");
    page.navigate(server_.url("/"));
    page.evaluate(
        "localStorage.setItem('cart', 'full'), document.cookie = 'sid=7', new Promise((done) => { const asked = "
        "indexedDB.open('open', 1); asked.onsuccess = () => { window.held = asked.result; done() } })");
    auto here = server_.url("/");
    here.pop_back();
    const StorageState other{.cookies = {{.name = "sid", .value = "8", .domain = "127.0.0.1"}},
                             .origins = {{.origin = here, .local_storage = {{"cart", "empty"}}}}};
    context_->set_storage_state(other);
    EXPECT_EQ(value(page, "localStorage.getItem('cart')"), "\"empty\"") << "a page that is open finds it";
    page.reload();
    EXPECT_EQ(page.title(), "sid=8");
    EXPECT_EQ(value(page, "indexedDB.databases().then((all) => all.length)"), "0");
    page.navigate(elsewhere("/"));
    EXPECT_EQ(value(page, "first"), R"("{}")");
    context_->set_storage_state({});
    EXPECT_THAT(context_->cookies(), IsEmpty());
    EXPECT_THAT(context_->storage_state().origins, IsEmpty());
}

// Restored once: what the page removes later stays removed.
TEST_F(StorageStates, WhatThePageRemovesDoesNotComeBack) {
    StorageState state;
    auto origin = server_.url("/");
    origin.pop_back();
    state.origins.push_back({.origin = origin, .local_storage = {{"cart", "full"}}});
    const auto page = open_page({.storage_state = state});
    page.navigate(server_.url("/"));
    page.evaluate("localStorage.clear()");
    page.reload();
    EXPECT_EQ(value(page, "first"), R"("{}")");
    EXPECT_THAT(context_->storage_state().origins, IsEmpty());
}

TEST_F(StorageStates, SecureOriginsAreRestoredWithoutAServer) {
    StorageState state;
    state.origins.push_back({.origin = "https://shop.example", .local_storage = {{"token", "t"}}});
    open_page({.storage_state = state});
    // Carried on, though no page has been there yet.
    EXPECT_EQ(context_->storage_state().origins.at(0).origin, "https://shop.example");
    context_->route("https://shop.example/", [](const Route& route) { route.fulfill({.content_type = "text/html"}); });
    const auto page = context_->new_page();
    page.navigate("https://shop.example/");
    EXPECT_EQ(value(page, "localStorage.getItem('token')"), "\"t\"");
}

}  // namespace
}  // namespace reprise::locators
