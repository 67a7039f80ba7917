// WebSockets that the test answers, or watches and changes on their way to the server.

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/js_value.hpp>
#include <reprise/locators/web_socket_route.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// What handlers tell, and the test waits for.
class Notes {
public:
    void add(std::string note) {
        const std::lock_guard lock{mutex_};
        notes_.push_back(std::move(note));
        changed_.notify_all();
    }
    std::vector<std::string> wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, 10s, [&] { return notes_.size() >= count; });
        return notes_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> notes_;
};

class WebSocketRoutesInPages : public BrowserPage {
protected:
    WebSocketRoutesInPages() {
        server_.handle("GET", "/", [](const auto&) { return HttpResponse{.body = "<title>page</title>"}; });
        server_.echo_websocket("/echo");
    }
    Page start() { return open_page({.base_url = server_.url("")}); }
    // Opens window.socket; all that happens to it is noted in window.log.
    static void open_socket(const Page& page, const std::string& arguments) {
        page.evaluate(R"js((() => {
            window.log = [];
            window.socket = new WebSocket()js" +
                      arguments + R"js();
            socket.onopen = () => log.push('open ' + socket.readyState);
            socket.onerror = () => log.push('error ' + socket.readyState);
            socket.onclose = (e) => log.push(`close ${e.code} ${e.reason} ${e.wasClean} ${socket.readyState}`);
            socket.onmessage = (e) => log.push(typeof e.data === 'string' ? e.data
                : e.data instanceof Blob ? 'blob ' + e.data.size : 'bytes ' + new Uint8Array(e.data).join());
        })())js");
    }
    static std::string log_of(const Page& page, int length) {
        page.wait_for_function("log.length >= " + std::to_string(length));
        return page.evaluate_as<std::string>("log.join(' | ')");
    }
    static void open_socket_in_frame(const Page& page) {
        page.frame_locator("iframe").wait_for_function(
            "document.title === 'page' && (window.socket = new WebSocket('/x'), true)");
    }
    static std::string fmt_close(const std::string& who, const WebSocketClose& close) {
        return who + " " + (close.code ? std::to_string(*close.code) : "none");
    }
    std::string echo() { return "ws" + server_.url("/echo").substr(4); }
    fixtures::HttpServer server_;
};

TEST_F(WebSocketRoutesInPages, AreAnsweredByTheTest) {
    const auto page = start();
    page.route_web_socket("wss://shop.example/*", [](const WebSocketRoute& socket) {
        socket.send("welcome to " + socket.url());
        socket.on_message([socket](const WebSocketMessage& message) {
            if (message.binary) return socket.send_binary(message.data + "\xff");
            socket.send("you said \"" + message.data + "\"");
        });
    });
    page.navigate("/");
    open_socket(page, "'wss://shop.example/prices', ['chat.v2', 'chat.v1']");
    page.wait_for_function("socket.readyState === 1");
    page.evaluate(
        "socket.binaryType = 'arraybuffer'; socket.send('h\\u00e9\\u2028`${1}</script>\\\\'); "
        "socket.send(new Blob(['AB'])); socket.send(new Uint8Array([1, 2, 3]).subarray(1)); "
        "socket.send(new Uint16Array([258]).buffer); socket.send(5)");
    EXPECT_EQ(log_of(page, 7),
              "open 1 | welcome to wss://shop.example/prices | you said \"h\xc3\xa9\xe2\x80\xa8`${1}</script>\\\" | "
              "bytes 65,66,255 | bytes 2,3,255 | bytes 2,1,255 | you said \"5\"");
    EXPECT_EQ(page.evaluate_as<std::string>("[socket.url, socket.protocol, socket.extensions, socket.bufferedAmount, "
                                            "socket instanceof WebSocket, String(socket), socket.OPEN].join()"),
              "wss://shop.example/prices,chat.v2,,0,true,[object WebSocket],1");
    page.evaluate("socket.binaryType = 'blob'; socket.send(new Uint8Array(3))");
    EXPECT_THAT(log_of(page, 8), HasSubstr("blob 4"));
    page.evaluate("socket.close(3001, 'bye')");
    EXPECT_THAT(log_of(page, 9), HasSubstr("blob 4 | close 3001 bye true 3"));
}

TEST_F(WebSocketRoutesInPages, BehaveAsTheBrowsersOwn) {
    // The same script on a routed WebSocket, and on one of the browser's own to a server that echoes.
    const auto script = R"js((url) => new Promise((resolve) => {
        const told = [];
        const trial = (name, body) => {
            try { told.push(name + ': ' + body()); } catch (e) { told.push(`${name}: ${e.constructor.name} ${e.name} ${e.message}`); }
        };
        trial('no new', () => WebSocket(url));
        trial('no url', () => new WebSocket());
        trial('symbol', () => new WebSocket(Symbol()));
        trial('scheme', () => new WebSocket('foo:bar'));
        trial('port', () => new WebSocket('ws://h:x/'));
        trial('fragment', () => new WebSocket(url + '#'));
        trial('twice', () => new WebSocket(url, ['a', 'a']));
        trial('token', () => new WebSocket(url, 'a b'));
        trial('empty token', () => new WebSocket(url, ''));
        class Mine extends WebSocket { get mine() { return true; } }
        const s = new Mine(url.replace('ws:', 'http:'));
        trial('kind', () => [s.url === url, s.mine, s instanceof Mine, s instanceof WebSocket, s instanceof EventTarget,
            Object.keys(s).length, WebSocket.name, WebSocket.length, WebSocket.OPEN, s.CLOSING, s.readyState,
            WebSocket.prototype.constructor === WebSocket, s.onopen, s.binaryType, s.bufferedAmount, s.protocol]);
        trial('members', () => Object.getOwnPropertyNames(WebSocket.prototype).sort());
        trial('foreign', () => Object.getOwnPropertyDescriptor(WebSocket.prototype, 'url').get.call({}));
        trial('early', () => s.send('x'));
        trial('nothing', () => s.send());
        trial('code', () => s.close(1001));
        trial('code text', () => s.close('abc'));
        trial('code large', () => s.close(70000));
        trial('reason', () => s.close(3000, '\u00e9'.repeat(62)));
        trial('reason only', () => s.close(undefined, 'x'));
        trial('type', () => { s.binaryType = 'other'; return s.binaryType; });
        s.readyState = 3;
        told.push(s.readyState);
        const order = (name) => (e) => told.push(`${name} ${e.type} ${e.target === s} ${e.bubbles} ${e.cancelable} ${s.readyState}`
            + (e.type === 'message' ? ` ${e.data} ${e.origin === new URL(url).origin} ${e.lastEventId}` : '')
            + (e.type === 'close' ? ` ${e.code} ${e.reason} ${e.wasClean}` : ''));
        s.onopen = 5;
        told.push(s.onopen);
        s.onopen = () => told.push('never');
        s.addEventListener('open', order('listener'));
        s.onopen = order('handler');
        s.onmessage = order('handler');
        s.addEventListener('message', order('listener'));
        s.onmessage = null;
        s.onmessage = order('second handler');
        s.addEventListener('open', () => { s.send('a'); s.send(new Blob(['b'])); s.send('c'); }, {once: true});
        let count = 0;
        s.addEventListener('message', () => {
            if (++count < 3) return;
            s.close(3005);
            s.close();
            s.send('h\u00e9llo');
            told.push(`closing ${s.readyState} ${s.bufferedAmount}`);
        });
        s.binaryType = 'arraybuffer';
        s.onclose = (e) => { order('handler')(e); resolve(told.join('\n')); };
    }))js";
    const auto page = start();
    page.navigate("/");
    const auto call = "(" + std::string(script) + ")('" + echo() + "')";
    const auto own = page.evaluate_as<std::string>(call);
    page.route_web_socket("**", [](const WebSocketRoute& socket) {
        socket.on_message([socket](const WebSocketMessage& message) { socket.send(message); });
    });
    EXPECT_EQ(page.evaluate_as<std::string>(call), own);  // in a document that was there
    page.route_web_socket("**", [](const WebSocketRoute& socket) { socket.connect_to_server(); });
    page.reload();
    EXPECT_EQ(page.evaluate_as<std::string>(call), own);
    EXPECT_THAT(own, AllOf(HasSubstr("handler open"), HasSubstr("closing 2 6"), HasSubstr("3 3005  true")));
}

TEST_F(WebSocketRoutesInPages, AreWatchedAndChangedOnTheirWay) {
    const auto page = start();
    Notes notes;
    page.route_web_socket("/echo", [&](const WebSocketRoute& socket) {
        const auto server = socket.connect_to_server();
        EXPECT_THROW_MSG(socket.connect_to_server(), UsageError, HasSubstr("connected to the server already"));
        EXPECT_THROW_MSG(server.connect_to_server(), UsageError, HasSubstr("this is the server's end"));
        server.send("early");
        socket.on_message([&notes, socket, server](const WebSocketMessage& message) {
            notes.add(message.data);
            if (message.data == "answer") return socket.send("answered");
            if (message.data == "change") return server.send("changed");
            if (message.data != "block") server.send(message);
        });
        server.on_message([socket](const WebSocketMessage& message) {
            if (message.data != "noise") socket.send(message);
        });
    });
    page.navigate("/");
    open_socket(page, "'/echo'");
    EXPECT_EQ(log_of(page, 2), "open 1 | early");
    page.evaluate(
        "for (const m of ['answer', 'block', 'change', 'noise', 'plain']) socket.send(m);"
        "socket.binaryType = 'arraybuffer'; socket.send(new Uint8Array([0, 128]))");
    EXPECT_EQ(log_of(page, 6), "open 1 | early | answered | changed | plain | bytes 0,128");
    EXPECT_THAT(notes.wait_for(6),
                ElementsAre("answer", "block", "change", "noise", "plain", std::string("\0\x80", 2)));
    EXPECT_EQ(server_.requests("/echo"), 1);
    page.evaluate("socket.close(3009, 'done')");
    EXPECT_THAT(log_of(page, 7), HasSubstr("close 3009  true 3"));
}

TEST_F(WebSocketRoutesInPages, OthersAreTheBrowsersOwn) {
    const auto page = start();
    page.route_web_socket("**/other", [](const WebSocketRoute&) {});
    page.route_web_socket(Regex{"/NONE$", "i"}, [](const WebSocketRoute&) {});
    page.navigate("/");
    const auto socket = page.wait_for_web_socket("/echo", [&] { open_socket(page, "'/echo'"); });
    EXPECT_EQ(socket.url, echo());
    page.wait_for_function("socket.readyState === 1");
    page.evaluate("socket.send('x')");
    EXPECT_EQ(log_of(page, 2), "open 1 | x");
    open_socket(page, "'ws://h.example/a/none'");
    EXPECT_EQ(log_of(page, 1), "open 1");
}

TEST_F(WebSocketRoutesInPages, GoByPageThenContextTheLastFirst) {
    const auto page = start();
    const auto say = [](const char* text) { return [text](const WebSocketRoute& socket) { socket.send(text); }; };
    page.route_web_socket("**/1", say("page, first"));
    page.route_web_socket("**/1", say("page, second"));
    context_->route_web_socket("ws://**", say("context"));
    page.navigate("/");
    open_socket(page, "'/1'");
    EXPECT_EQ(log_of(page, 2), "open 1 | page, second");
    open_socket(page, "'/2'");
    EXPECT_EQ(log_of(page, 2), "open 1 | context");
    const auto other = context_->new_page();
    other.navigate("/");
    open_socket(other, "'/1'");
    EXPECT_EQ(log_of(other, 2), "open 1 | context");
}

TEST_F(WebSocketRoutesInPages, AreTakenInFramesAndPopupsBeforeThePagesOwnScripts) {
    server_.handle("GET", "/opens", [](const auto&) {
        return HttpResponse{.body =
                                "<script>window.got = []; for (const p of ['/a', '/b']) { const s = new WebSocket(p); "
                                "s.onmessage = (e) => got.push(e.data); }</script>"};
    });
    const auto page = start();
    context_->route_web_socket("**", [](const WebSocketRoute& socket) { socket.send(socket.url().substr(5)); });
    page.navigate("/");
    auto elsewhere = server_.url("/opens");
    elsewhere.replace(elsewhere.find("127.0.0.1"), 9, "localhost");
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: '" + elsewhere + "'}))");
    const auto host = elsewhere.substr(7, elsewhere.find("/opens") - 7);
    EXPECT_EQ(
        page.frame_locator("iframe").wait_for_function("window.got?.length === 2 && got.join()").as<std::string>(),
        host + "/a," + host + "/b");
    const auto popup = page.wait_for_popup([&] { page.evaluate("window.open('/opens'), 0"); });
    EXPECT_THAT(popup.wait_for_function("window.got?.length === 2 && got.join()").as<std::string>(), HasSubstr("/b"));
}

TEST_F(WebSocketRoutesInPages, EndsAreClosedAndTold) {
    const auto page = start();
    Notes notes;
    std::mutex mutex;
    std::optional<WebSocketRoute> kept;
    const auto note = [&notes](const std::string& who) {
        return [&notes, who](const WebSocketClose& close) { notes.add(fmt_close(who, close)); };
    };
    page.route_web_socket("**/kept", [&](const WebSocketRoute& socket) {
        socket.on_close(note("page"));
        const std::lock_guard lock{mutex};
        kept = socket;
        notes.add("opened");
    });
    page.navigate("/");
    open_socket(page, "'/kept'");
    notes.wait_for(1);
    EXPECT_THROW_MSG(kept->close({.code = 999}), UsageError, HasSubstr("999 is no code for a page: 1000 to 4999"));
    EXPECT_THROW_MSG(kept->close({.code = 1000, .reason = std::string(124, 'x')}), UsageError,
                     HasSubstr("the reason has 124 bytes, of 123 at most"));
    EXPECT_THROW_MSG(kept->close({.reason = "x"}), UsageError, HasSubstr("a reason needs a code"));
    EXPECT_THROW_MSG(kept->send("\xff"), UsageError, HasSubstr("web_socket.send(): the text is not UTF-8"));
    kept->send("late");
    kept->close({.code = 1011, .reason = "so \"sorry\""});
    kept->send("too late");
    kept->close();
    EXPECT_EQ(log_of(page, 3), "open 1 | late | close 1011 so \"sorry\" true 3");
    // A connection that breaks off, before it was open and after it.
    page.route_web_socket("**/broken", [](const WebSocketRoute& socket) { socket.close({.code = 1006}); });
    open_socket(page, "'/broken'");
    EXPECT_EQ(log_of(page, 2), "error 3 | close 1006  false 3");
    // The page closes; its handler does nothing about it.
    open_socket(page, "'/kept'");
    page.wait_for_function("socket.readyState === 1");
    page.evaluate("socket.close()");
    EXPECT_EQ(log_of(page, 2), "open 1 | close 1005  true 3");
    open_socket(page, "'/kept'");
    page.wait_for_function("socket.readyState === 1");
    page.navigate("/");
    const auto told = notes.wait_for(5);
    EXPECT_THAT(told, ElementsAre("opened", "opened", "page none", "opened", "page 1001"));
    kept->send("to nobody");
}

TEST_F(WebSocketRoutesInPages, FramesThatGoCloseTheirs) {
    const auto page = start();
    Notes notes;
    page.route_web_socket("**", [&](const WebSocketRoute& socket) {
        socket.on_close([&](const WebSocketClose& close) { notes.add(fmt_close("frame", close)); });
        notes.add("opened");
    });
    page.navigate("/");
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: '/'}))");
    open_socket_in_frame(page);
    notes.wait_for(1);
    page.evaluate("document.querySelector('iframe').remove()");
    EXPECT_THAT(notes.wait_for(2), ElementsAre("opened", "frame 1001"));
}

TEST_F(WebSocketRoutesInPages, AServerThatRefusesIsSeenByThePage) {
    const auto page = start();
    Notes notes;
    page.route_web_socket("**/none", [](const WebSocketRoute& socket) { socket.connect_to_server(); });
    page.route_web_socket("**/handled", [&](const WebSocketRoute& socket) {
        socket.connect_to_server().on_close([&notes, socket](const WebSocketClose& close) {
            notes.add(fmt_close("server", close));
            socket.send("the server is away");
            socket.close({.code = 1012});
        });
    });
    page.navigate("/");
    open_socket(page, "'/none'");
    EXPECT_EQ(log_of(page, 2), "error 3 | close 1006  false 3");
    open_socket(page, "'/handled'");
    EXPECT_EQ(log_of(page, 3), "open 1 | the server is away | close 1012  true 3");
    EXPECT_THAT(notes.wait_for(1), ElementsAre("server 1006"));
}

// The server has refused before the handler returns: there is nothing that could open.
TEST_F(WebSocketRoutesInPages, AServerThatRefusesAtOnceOpensNothing) {
    const auto page = start();
    Notes refused;
    page.route_web_socket("**/none", [&](const WebSocketRoute& socket) {
        socket.connect_to_server();
        refused.wait_for(1);
    });
    page.navigate("/");
    open_socket(page, "'/none'");
    page.evaluate("new Promise((done) => { new WebSocket('/unrouted').onclose = () => done(0) })");
    refused.add("by now");
    EXPECT_EQ(log_of(page, 2), "error 3 | close 1006  false 3");
}

TEST_F(WebSocketRoutesInPages, WhatHandlersThrowIsTold) {
    const auto page = start();
    page.route_web_socket("**/at-once", [](const WebSocketRoute&) { throw std::runtime_error("no such \"shop\""); });
    page.route_web_socket("**/later", [](const WebSocketRoute& socket) {
        socket.on_message([](const WebSocketMessage&) { throw std::runtime_error("not this one"); });
    });
    page.navigate("/");
    const auto fails = [&](const std::string& path, const std::string& then, const std::string& text) {
        page.target().evaluate(page.target().main_frame(), cdp::World::page,
                               "new Promise((done) => { const s = new WebSocket('" + path + "'); s.onopen = () => { " +
                                   then +
                                   " }; s.onclose = (e) => done(e.code); }).then((code) => { window.code = code })",
                               soon());
        EXPECT_THROW_MSG(page.evaluate("0"), RouteError, HasSubstr(text));
        EXPECT_EQ(page.evaluate_as<int>("code"), 1006);
    };
    fails("/at-once", "", "page.route_web_socket(\"**/at-once\"): the handler threw \"no such \"shop\"\" for ws://");
    fails("/later", "s.send('x')", "page.route_web_socket(\"**/later\"): the handler threw \"not this one\" for ws://");
    // An expression that is one here, and none in JavaScript.
    page.route_web_socket(Regex{"(?i)x"}, [](const WebSocketRoute&) {});
    EXPECT_THROW_MSG(page.evaluate("0"), RouteError,
                     HasSubstr("page.route_web_socket(/(?i)x/): JavaScript does not take the expression"));
    EXPECT_THROW_MSG(page.route_web_socket("**", {}), UsageError, HasSubstr("there is no handler"));
}

// A page may call what only the shim should: nothing comes of it but what a WebSocket may do.
TEST_F(WebSocketRoutesInPages, HostilePagesAreBounded) {
    const auto page = start();
    std::mutex mutex;
    std::condition_variable changed;
    bool go_on = false;
    page.route_web_socket("**", [&](const WebSocketRoute& socket) {
        socket.on_message([&](const WebSocketMessage&) {
            std::unique_lock lock{mutex};
            changed.wait_for(lock, 20s, [&] { return go_on; });
        });
    });
    page.navigate("/");
    const auto hub = "Object.getOwnPropertyNames(globalThis).find((n) => /^w[0-9a-f]{16}$/.test(n))";
    EXPECT_EQ(page.evaluate_as<std::string>("{ const hub = globalThis[" + std::string(hub) +
                                            "]; hub.tell(99, 'text', 'x'); "
                                            "typeof hub.add }"),
              "function");
    open_socket(page, "'/x'");
    page.wait_for_function("socket.readyState === 1");
    page.target().evaluate(page.target().main_frame(), cdp::World::page,
                           "{ const large = 'x'.repeat(8 << 20); for (let i = 0; i < 9; ++i) socket.send(large); }",
                           cdp::Deadline::after(30s));
    {
        const std::lock_guard lock{mutex};
        go_on = true;
        changed.notify_all();
    }
    page.target().evaluate(page.target().main_frame(), cdp::World::page,
                           "new Promise((done) => { if (socket.readyState === 3) done(0); "
                           "socket.addEventListener('close', () => done(0)); })",
                           cdp::Deadline::after(30s));
    EXPECT_THROW_MSG(
        page.evaluate("0"), RouteError,
        AllOf(HasSubstr("page.route_web_socket(\"**\"): more than 100000 messages, or 64 MB of them, wait"),
              HasSubstr("the WebSocket was broken off")));
    open_socket(page, "'/large'");
    page.wait_for_function("socket.readyState === 1");
    page.target().evaluate(page.target().main_frame(), cdp::World::page,
                           "socket.send(new ArrayBuffer(33 << 20)); new Promise((done) => { socket.onclose = done; })"
                           ".then(() => 0)",
                           cdp::Deadline::after(30s));
    EXPECT_THROW_MSG(page.evaluate("0"), RouteError, HasSubstr("a message of the page has 34603008 bytes"));
}

TEST_F(WebSocketRoutesInPages, MoreThanAPageCanNeedAreBrokenOff) {
    const auto page = start();
    page.route_web_socket("**", [](const WebSocketRoute&) {});
    page.navigate("/");
    const auto broken = page.target().evaluate(
        page.target().main_frame(), cdp::World::page,
        "new Promise((done) => { let broken = 0; for (let i = 0; i < 1150; ++i) { const s = new WebSocket('/many'); "
        "s.onclose = () => { if (++broken === 150) done(broken); }; } })",
        cdp::Deadline::after(30s));
    EXPECT_EQ(broken, 150);
    EXPECT_THROW_MSG(page.evaluate("0"), RouteError,
                     AllOf(HasSubstr("page.route_web_socket(\"**\"): more than 1000 WebSockets are open (ws://"),
                           HasSubstr("\nwhat else went wrong in routes is left out")));
}

TEST_F(WebSocketRoutesInPages, ClosingTheContextLetsGoOfHandlers) {
    const auto page = start();
    const auto held = std::make_shared<int>(1);
    Notes notes;
    context_->route_web_socket("**", [held, &notes](const WebSocketRoute& socket) {
        socket.on_message([held, socket](const WebSocketMessage&) {});
        notes.add("opened");
    });
    page.navigate("/");
    open_socket(page, "'/x'");
    notes.wait_for(1);
    context_->close();
    EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace reprise::locators
