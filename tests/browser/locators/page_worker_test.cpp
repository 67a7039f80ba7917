// Workers of pages: what runs in them, what they write and ask of the network, and their ends.
#include <algorithm>
#include <future>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/worker_target.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/adopt.hpp>
#include <reprise/locators/worker.hpp>

#include "support/browser_page.hpp"
#include "support/debugging_port.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpRequest;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Workers : public BrowserPage {
protected:
    Workers() {
        serve("/", "<!doctype html><title>page</title>");
        serve("/data", "fresh");
    }
    void serve(const std::string& path, std::string body, std::chrono::milliseconds delay = 0ms) {
        const bool script = path.ends_with(".js");
        server_.handle("GET", path, [body = std::move(body), script, delay](const HttpRequest&) {
            return HttpResponse{.content_type = script ? "text/javascript" : "text/html", .body = body, .delay = delay};
        });
    }
    Page start(ContextOptions options = {}) {
        options.base_url = server_.url("/");
        auto page = open_page(options);
        page.navigate("/");
        return page;
    }
    // A worker of `script`, whose script is served at `path`.
    Worker start_worker(const Page& page, const std::string& script, const std::string& path = "/worker.js") {
        serve(path, script);
        return page.wait_for_worker([&] { page.evaluate("void (window.worker = new Worker('" + path + "'))"); });
    }
    static std::vector<std::string> urls(const std::vector<Worker>& workers) {
        std::vector<std::string> all;
        for (const auto& worker : workers) all.push_back(worker.url());
        return all;
    }
    std::string elsewhere(const std::string& path) {
        auto url = server_.url(path);
        return url.replace(url.find("127.0.0.1"), 9, "localhost");
    }
    // Until `condition`, for what a worker does on its own.
    template <class Condition>
    static bool soon_true(const Page& page, const Condition& condition) {
        for (const auto deadline = soon(); !deadline.passed(); page.target().pause(10ms, deadline)) {
            if (condition()) return true;
        }
        return condition();
    }
    static std::vector<std::string> texts(const std::vector<cdp::ConsoleMessage>& messages) {
        std::vector<std::string> all;
        for (const auto& message : messages) all.push_back(message.text);
        return all;
    }

    fixtures::HttpServer server_;
};

TEST_F(Workers, AreListedWhileTheyLiveAndEvaluate) {
    const auto page = start();
    EXPECT_THAT(page.workers(), IsEmpty());
    const auto worker =
        start_worker(page, "self.answer = 42; self.late = new Promise(r => setTimeout(() => r('in time'), 20))");
    EXPECT_EQ(worker.url(), server_.url("/worker.js"));
    EXPECT_THAT(urls(page.workers()), ElementsAre(worker.url()));
    EXPECT_TRUE(page.workers().front() == worker);
    EXPECT_EQ(worker.evaluate_as<int>("answer"), 42);
    EXPECT_EQ(worker.evaluate("late").get_string(), "in time");
    EXPECT_EQ(worker.evaluate("(a) => a.list.length + self.answer", boost::json::value{{"list", {1, 2}}}), 44);
    EXPECT_TRUE(worker.evaluate("self").is_null());
    const auto told = worker.evaluate_value("({d: new Date(7), b: new Uint8Array([1, 2]), m: new Map([['k', -0]])})");
    EXPECT_EQ(told.at("d").get_if<JsValue::Date>()->ms, 7);
    EXPECT_EQ(told.at("b").as<std::vector<int>>(), (std::vector{1, 2}));
    EXPECT_FALSE(worker.closed());
    page.evaluate("worker.terminate()");
    worker.wait_for_close();
    EXPECT_TRUE(worker.closed());
    EXPECT_THAT(page.workers(), IsEmpty());
}

TEST_F(Workers, HoldObjectsThatAreOfUseThereOnly) {
    const auto page = start();
    const auto worker =
        start_worker(page, "self.cart = {items: [], add(item) { this.items.push(item); return this.items.length; }}");
    const auto cart = worker.evaluate_handle("cart");
    EXPECT_EQ(cart.evaluate_as<int>("(cart, item) => cart.add(item)", "ticket"), 1);
    EXPECT_EQ(worker.evaluate_value("(c) => c.items[0]", cart).as<std::string>(), "ticket");
    EXPECT_EQ(cart.property("items").value().as<std::vector<std::string>>(), std::vector<std::string>{"ticket"});
    EXPECT_EQ(worker.evaluate_handle("(n) => n + 1", 6).shown(), "7");
    EXPECT_THROW_MSG(page.evaluate_value("(c) => c", cart), Error,
                     HasSubstr("a handle among the arguments is of another document, frame or worker"));
    EXPECT_THROW_MSG(worker.evaluate_value("({f: () => 1, get x() { return this; }}).x"), ValueError,
                     HasSubstr("worker.evaluate_value("));
    EXPECT_THROW_MSG(worker.evaluate("missing + 1"), cdp::ScriptError, HasSubstr("missing is not defined"));
    page.evaluate("worker.terminate()");
    worker.wait_for_close();
    EXPECT_THROW_MSG(cart.value(), cdp::ConnectionClosed,
                     AllOf(HasSubstr("handle.evaluate_value("), HasSubstr("/worker.js has ended")));
}

TEST_F(Workers, ThatEndFailACallOnThemAtOnce) {
    const auto page = start();
    const auto worker = start_worker(page, "self.forever = new Promise(() => {})");
    auto waiting = std::async(std::launch::async, [&] {
        const auto before = std::chrono::steady_clock::now();
        EXPECT_THROW_MSG(worker.evaluate("console.log('asked'), forever"), cdp::ConnectionClosed,
                         AllOf(HasSubstr("worker.evaluate(\"console.log('asked'), forever\"): "),
                               HasSubstr("the worker " + worker.url() + " has ended")));
        return std::chrono::steady_clock::now() - before;
    });
    ASSERT_TRUE(soon_true(page, [&] { return !worker.console_messages().empty(); }));
    page.evaluate("worker.terminate()");
    EXPECT_LT(waiting.get(), 4s);
    EXPECT_THROW_MSG(worker.evaluate("1"), cdp::ConnectionClosed, HasSubstr("has ended"));
}

TEST_F(Workers, ThatAreBusyAreToldAtTheDeadlineAndEndWithTheirPage) {
    const auto page = start();
    const auto worker = start_worker(page, "console.log('on'); for (;;);");
    ASSERT_TRUE(soon_true(page, [&] { return !worker.console_messages().empty(); }));
    const auto hasty = Page{page.context(), page.target(), {.timeout = 300ms}}.workers().at(0);
    EXPECT_THROW_MSG(hasty.evaluate("1"), cdp::TimeoutError,
                     AllOf(HasSubstr("worker.evaluate(\"1\"): "), HasSubstr("after 300 ms"), HasSubstr("/worker.js")));
    EXPECT_THROW_MSG(worker.wait_for_close({.timeout = 50ms}), cdp::TimeoutError,
                     HasSubstr("worker.wait_for_close(): the worker " + worker.url() + " has not ended after 50 ms"));
    page.navigate("/data");
    worker.wait_for_close();
    EXPECT_THAT(page.workers(), IsEmpty());
}

TEST_F(Workers, EndWithTheirPage) {
    const auto page = start();
    const auto worker = start_worker(page, "new Worker('/nested.js')");
    page.target().close();
    worker.wait_for_close();
    EXPECT_TRUE(worker.closed());
}

TEST_F(Workers, ThatEndAtOnceHaveBeenThere) {
    const auto page = start();
    const auto worker = start_worker(page, "console.log('hello and'); self.close();");
    worker.wait_for_close();
    EXPECT_THAT(texts(worker.console_messages()), ElementsAre("hello and"));
    // Hundreds of them harm nobody.
    serve("/short.js", "postMessage(1); close();");
    EXPECT_EQ(value(page, R"((async () => {
        let n = 0;
        for (let i = 0; i < 60; ++i) {
            const worker = new Worker('/short.js');
            n += await new Promise(r => worker.onmessage = e => r(e.data));
            if (i % 2) worker.terminate();
        }
        return n;
    })())"),
              "60");
    EXPECT_TRUE(soon_true(page, [&] { return page.workers().empty(); }));
}

TEST_F(Workers, OfWorkersAndOfFramesInOtherProcessesAreThePages) {
    serve("/nested.js", "console.log('nested runs'); self.deep = 'deep'");
    serve("/frame", "<script>new Worker('/framed.js')</script>");
    serve("/framed.js", "console.log('framed runs'); self.where = location.host");
    const auto page = start();
    const auto outer = start_worker(page, "self.inner = new Worker('/nested.js')");
    ASSERT_TRUE(soon_true(page, [&] { return page.workers().size() == 2; }));
    const auto nested = page.workers().at(1);
    EXPECT_EQ(nested.url(), server_.url("/nested.js"));
    EXPECT_EQ(nested.evaluate("deep").get_string(), "deep");
    const auto framed = page.wait_for_worker("**/framed.js", [&] {
        page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: '" +
                      elsewhere("/frame") + "'}))");
    });
    EXPECT_EQ(framed.evaluate("where").get_string(), "localhost:" + std::to_string(server_.port()));
    const auto all = texts(page.console_messages());
    EXPECT_THAT(all, UnorderedElementsAre("nested runs", "framed runs"));
    // With the worker goes the one that it has started, with the frame its own.
    page.evaluate("worker.terminate()");
    nested.wait_for_close();
    outer.wait_for_close();
    EXPECT_THAT(urls(page.workers()), ElementsAre(framed.url()));
    page.evaluate("document.querySelector('iframe').remove()");
    framed.wait_for_close();
    EXPECT_THAT(page.workers(), IsEmpty());
}

TEST_F(Workers, WritesAndErrorsAreToldAmongThePages) {
    const auto page = start();
    page.evaluate("console.log('from the page')");
    const auto worker = start_worker(page,
                                     "console.log('first words', {a: 1});\nconsole.warn('careful');\n"
                                     "throw new TypeError('not caught');");
    ASSERT_TRUE(soon_true(page, [&] { return page.console_messages().size() >= 3 && !page.page_errors().empty(); }));
    const auto all = page.console_messages();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].worker_id, "");
    EXPECT_EQ(all[1].text, "first words {a: 1}");
    EXPECT_EQ(all[1].worker_id, worker.id());
    EXPECT_EQ(all[1].worker_url, worker.url());
    EXPECT_EQ(all[1].url, worker.url());
    EXPECT_EQ(all[1].line, 1);
    EXPECT_EQ(all[2].type, "warning");
    EXPECT_EQ(worker.console_messages().size(), 2U);
    ASSERT_EQ(page.page_errors().size(), 1U);
    const auto error = page.page_errors().front();
    EXPECT_EQ(error.message, "TypeError: not caught");
    EXPECT_EQ(error.worker_url, worker.url());
    EXPECT_EQ(error.line, 3);
    EXPECT_EQ(worker.errors().size(), 1U);
}

TEST_F(Workers, RequestsAreObservedFromTheirScriptOn) {
    serve("/import.js", "self.imported = 1");
    const auto page = start();
    page.keep_response_bodies();
    const auto worker =
        start_worker(page, "importScripts('/import.js'); self.ready = fetch('/data').then(r => r.text())");
    EXPECT_EQ(worker.evaluate("ready").get_string(), "fresh");
    const auto find = [&](const std::string& path) {
        const auto all = page.requests();
        const auto found = std::ranges::find(all, server_.url(path), &cdp::NetworkRequest::url);
        EXPECT_NE(found, all.end()) << path;
        return found == all.end() ? cdp::NetworkRequest{} : page.complete(*found);
    };
    for (const auto* path : {"/worker.js", "/import.js", "/data"}) {
        const auto request = find(path);
        EXPECT_EQ(request.worker, worker.id()) << path;
        EXPECT_EQ(request.frame, page.target().main_frame()) << path;
        EXPECT_TRUE(request.finished) << path;
        ASSERT_TRUE(request.response) << path;
        EXPECT_EQ(request.response->status, 200) << path;
        EXPECT_TRUE(request.complete) << path;
    }
    EXPECT_EQ(page.response_body(find("/data")), "fresh");
    EXPECT_EQ(find("/").worker, "");
    const auto later = page.wait_for_response("**/data", [&] { worker.evaluate("void fetch('/data')"); });
    EXPECT_EQ(later.worker, worker.id());
    const auto of_context = page.context().wait_for_request("**/data", [&] { worker.evaluate("void fetch('/data')"); });
    EXPECT_EQ(of_context.page, page.target().id());
}

TEST_F(Workers, DoNotKeepAPageFromSettling) {
    serve("/shared.js", "onconnect = e => e.ports[0].postMessage('hi')");
    const auto page = start();
    start_worker(page, "fetch('/data')");
    EXPECT_EQ(
        value(page,
              "new Promise(r => { const s = new SharedWorker('/shared.js'); s.port.onmessage = e => r(e.data); })"),
        "\"hi\"");
    EXPECT_TRUE(page.settle(50ms, soon()));
    page.wait_for_load_state(cdp::LoadState::network_idle);
    EXPECT_EQ(page.target().requests_in_flight(), 0);
}

TEST_F(Workers, RequestsAreRouted) {
    const auto page = start();
    // What the worker has in the cache is routed all the same.
    serve("/data", "from the server");
    page.route("**/data", [](const Route& route) { route.fulfill({.body = "routed"}); });
    page.context().route("**/worker.js", [](const Route& route) {
        route.fulfill({.content_type = "text/javascript", .body = "self.mine = 'made up'"});
    });
    std::string body;
    page.route("**/upload", [&](const Route& route) {
        body = route.request().post_data.value_or("none");
        route.fulfill({.body = "taken"});
    });
    const auto worker = start_worker(page, "self.mine = 'real'");
    EXPECT_EQ(worker.evaluate("mine").get_string(), "made up");
    EXPECT_EQ(worker.evaluate("fetch('/data').then(r => r.text())").get_string(), "routed");
    EXPECT_EQ(
        worker.evaluate("fetch('/upload', {method: 'POST', body: new Blob(['many ', 'parts'])}).then(r => r.text())"),
        "taken");
    EXPECT_EQ(body, "many parts");
    page.unroute("**/data");
    EXPECT_EQ(worker.evaluate("fetch('/data').then(r => r.text())").get_string(), "from the server");
}

TEST_F(Workers, SendTheContextsHeaders) {
    server_.handle("GET", "/headers", [](const HttpRequest& request) {
        return HttpResponse{.body =
                                std::string(request.header("X-Test")) + "," + std::string(request.header("X-Later"))};
    });
    const auto page = start({.extra_headers = {{"X-Test", "7"}}});
    const auto worker = start_worker(page, "");
    const std::string ask = "fetch('/headers').then(r => r.text(), () => 'no way out')";
    EXPECT_EQ(worker.evaluate(ask).get_string(), "7,");
    page.context().set_extra_headers({{"X-Later", "8"}});
    EXPECT_EQ(worker.evaluate(ask).get_string(), ",8");
    // What the browser does not do for workers is no error of the context.
    page.context().set_offline(true);
    page.context().set_offline(false);
}

TEST_F(Workers, AreWaitedForAndMissedByName) {
    const auto page = start();
    start_worker(page, "", "/other.js");
    EXPECT_THROW_MSG(page.wait_for_worker("**/wanted.js", [] {}, {.timeout = 50ms}), cdp::TimeoutError,
                     AllOf(HasSubstr("page.wait_for_worker(\"**/wanted.js\"): no such worker was started after 50 ms"),
                           HasSubstr("the page's workers:\n  " + server_.url("/other.js"))));
}

TEST_F(Workers, OfAdoptedPagesAreThere) {
    const ListeningBrowser listening;
    const auto elsewhere = default_context(listening.browser());
    auto theirs = elsewhere.new_page();
    theirs.navigate(server_.url("/"));
    serve("/worker.js", "self.answer = 42");
    theirs.evaluate("new Promise(r => { window.worker = new Worker('/worker.js'); setTimeout(r, 50); })");
    const auto browser = cdp::Browser::connect(listening.url());
    const auto pages = default_context(browser).pages();
    const auto page = *std::ranges::find_if(pages, [&](const Page& one) { return one.url() == server_.url("/"); });
    ASSERT_TRUE(soon_true(page, [&] { return page.workers().size() == 1; }));
    // Its script may be on its way yet.
    const auto worker = page.workers().at(0);
    ASSERT_TRUE(soon_true(page, [&] { return worker.evaluate_as<std::string>("typeof answer") == "number"; }));
    EXPECT_EQ(worker.evaluate_as<int>("answer"), 42);
    const auto second =
        page.wait_for_worker([&] { theirs.evaluate("void (window.second = new Worker('/worker.js?2'))"); });
    theirs.evaluate("void second.terminate()");
    second.wait_for_close();
    EXPECT_TRUE(soon_true(theirs, [&] { return theirs.workers().size() == 1; }));
}

class ContextServiceWorkers : public Workers {
protected:
    ContextServiceWorkers() {
        serve("/real", "from the service worker");
        serve("/service.js", R"(
            console.log('first words');
            self.begun = true;
            addEventListener('install', () => skipWaiting());
            addEventListener('activate', e => e.waitUntil(clients.claim()));
            addEventListener('fetch', e => { if (e.request.url.endsWith('/asked')) e.respondWith(fetch('/real')); });
        )");
    }
    static constexpr const char* k_register =
        "navigator.serviceWorker.register('/service.js').then(() => navigator.serviceWorker.ready).then(() => 'ready')";
    static constexpr const char* k_claimed =
        "new Promise(r => navigator.serviceWorker.controller ? r() : navigator.serviceWorker.oncontrollerchange = r)"
        ".then(() => fetch('/asked')).then(r => r.text())";
};

TEST_F(ContextServiceWorkers, AreTheContextsAndEvaluate) {
    const auto page = start();
    EXPECT_THAT(page.context().service_workers(), IsEmpty());
    const auto worker = page.context().wait_for_service_worker([&] { page.evaluate(k_register); });
    EXPECT_EQ(worker.url(), server_.url("/service.js"));
    EXPECT_TRUE(worker.evaluate_as<bool>("begun"));
    EXPECT_THAT(texts(worker.console_messages()), ElementsAre("first words"));
    EXPECT_THAT(urls(page.context().service_workers()), ElementsAre(worker.url()));
    EXPECT_THAT(page.workers(), IsEmpty());
    EXPECT_EQ(page.evaluate(k_claimed), "from the service worker");
    const auto asked = page.context().requests();
    const auto real = std::ranges::find(asked, server_.url("/real"), [](const auto& one) { return one.request.url; });
    ASSERT_NE(real, asked.end());
    EXPECT_EQ(real->page, "");
    EXPECT_EQ(real->request.worker, worker.id());
    const auto other = page.context().new_page();
    other.navigate("/data");
    EXPECT_EQ(page.context().service_workers().size(), 1U);
    page.context().close();
    worker.wait_for_close({.timeout = 10s});
    EXPECT_THROW_MSG(worker.evaluate("1"), cdp::ConnectionClosed, HasSubstr("/service.js has ended"));
}

TEST_F(ContextServiceWorkers, RequestsAreRouted) {
    const auto page = start();
    page.context().route("**/real", [](const Route& route) { route.fulfill({.body = "routed"}); });
    const auto worker = page.context().wait_for_service_worker([&] { page.evaluate(k_register); });
    EXPECT_EQ(page.evaluate(k_claimed), "routed");
    const auto told = page.context().wait_for_response("**/real", [&] { page.evaluate("fetch('/asked')"); });
    EXPECT_EQ(told.request.worker, worker.id());
}

TEST_F(ContextServiceWorkers, OfOtherContextsAreNotHeldUp) {
    const auto watched = start({.extra_headers = {{"X-Test", "7"}}});
    const auto other = new_context(*browser_, {.base_url = server_.url("/")});
    const auto page = other.new_page();
    page.navigate("/");
    EXPECT_EQ(page.evaluate(k_register), "ready");
    EXPECT_EQ(other.service_workers().size(), 1U);
    EXPECT_THAT(watched.context().service_workers(), IsEmpty());
}

TEST_F(ContextServiceWorkers, AreBlockedOnDemand) {
    const auto page = start({.service_workers = ServiceWorkers::block});
    EXPECT_EQ(value(page, "navigator.serviceWorker.register('/service.js').then(r => String(r))"), "\"undefined\"");
    EXPECT_THAT(page.console_messages().at(0).text, HasSubstr("Service Worker registration blocked"));
    EXPECT_EQ(server_.requests("/service.js"), 0);
    EXPECT_THROW_MSG(page.context().wait_for_service_worker([] {}, 50ms), cdp::TimeoutError,
                     HasSubstr("context.wait_for_service_worker(): no service worker was started after 50 ms"));
}

}  // namespace
}  // namespace reprise::locators
