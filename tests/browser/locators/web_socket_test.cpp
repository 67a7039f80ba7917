// WebSockets of a page: what goes over them, and how they end.
#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using cdp::WebSocketFrame;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

class WebSockets : public BrowserPage {
protected:
    WebSockets() {
        server_.handle("GET", "/", [](const auto&) { return HttpResponse{.body = "<title>page</title>"}; });
        server_.echo_websocket("/echo");
    }
    Page start() {
        auto page = open_page({.base_url = server_.url("")});
        page.navigate("/");
        return page;
    }
    // Opens window.socket, and waits until it is open, or has failed.
    static void open_socket(const Page& page, const std::string& path) {
        page.evaluate("new Promise(done => { window.socket = new WebSocket(`ws://${location.host}" + path +
                      "`); socket.binaryType = 'arraybuffer'; socket.onopen = socket.onerror = () => done(0); })");
    }
    fixtures::HttpServer server_;
};

TEST_F(WebSockets, AreWaitedForWithTheirFrames) {
    const auto page = start();
    const auto socket = page.wait_for_web_socket("/echo", [&] { open_socket(page, "/echo"); });
    EXPECT_EQ(socket.url, "ws" + server_.url("/echo").substr(4));
    const auto is_answer = [](const WebSocketFrame& frame) {
        return frame.direction == WebSocketFrame::Direction::received;
    };
    const auto text = page.wait_for_web_socket_frame(
        "/echo", [&] { page.evaluate("socket.send('h\\u00e9')"); }, is_answer);
    EXPECT_EQ(text.data, "h\xc3\xa9");
    EXPECT_FALSE(text.binary);
    const auto bytes = page.wait_for_web_socket_frame(
        "**/echo", [&] { page.evaluate("socket.send(new Uint8Array([0, 255, 7]))"); }, is_answer);
    EXPECT_TRUE(bytes.binary);
    EXPECT_EQ(bytes.data, std::string("\x00\xff\x07", 3));
    const auto all = page.web_sockets();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().frames_seen, 4U);
    EXPECT_EQ(all.front().frames.front().direction, WebSocketFrame::Direction::sent);
    EXPECT_EQ(all.front().status, 101);
    EXPECT_FALSE(all.front().closed);
}

TEST_F(WebSockets, TellOfTheirEndAndOfErrors) {
    const auto page = start();
    open_socket(page, "/echo");
    page.evaluate("socket.close()");
    page.target().wait_for_web_socket([](const auto& socket) { return socket.closed; }, soon());
    open_socket(page, "/");
    const auto failed = page.target().wait_for_web_socket(
        [](const auto& socket) { return socket.number == 2 && socket.closed; }, soon());
    EXPECT_THAT(failed.error, HasSubstr("200"));
}

TEST_F(WebSockets, LargeFramesAreCutAndManyAreBounded) {
    const auto page = start();
    open_socket(page, "/echo");
    const auto large = page.wait_for_web_socket_frame(
        "/echo", [&] { page.evaluate("socket.send('x'.repeat(3 * 1024 * 1024))"); },
        [](const WebSocketFrame& frame) { return frame.direction == WebSocketFrame::Direction::received; });
    EXPECT_EQ(large.size_bytes, 3U << 20);
    EXPECT_EQ(large.data.size(), 1U << 20);
    page.wait_for_web_socket_frame(
        "/echo", [&] { page.evaluate("for (let i = 0; i < 1200; ++i) socket.send('n' + i)"); },
        [](const WebSocketFrame& frame) {
            return frame.direction == WebSocketFrame::Direction::received && frame.data == "n1199";
        });
    EXPECT_EQ(page.web_sockets().front().frames.size(), 1'000U);
    EXPECT_EQ(page.web_sockets().front().frames_seen, 2'402U);
}

TEST_F(WebSockets, AFrameThatThousandsFollowIsFound) {
    const auto page = start();
    open_socket(page, "/echo");
    const auto first = page.wait_for_web_socket_frame("/echo", [&] {
        page.evaluate("for (let i = 0; i < 1200; ++i) socket.send('n' + i)");
        page.target().wait_for_web_socket([](const auto& socket) { return socket.frames_seen == 2'400; }, soon());
    });
    EXPECT_EQ(first.data, "n0");
    EXPECT_EQ(page.web_sockets().front().frames.size(), 2'400U - 1'400);  // then the last thousand are kept again
}

TEST_F(WebSockets, SayWhatWasOpenedInstead) {
    const auto page = start();
    EXPECT_THROW_MSG(
        page.wait_for_web_socket("/none", [&] { open_socket(page, "/echo"); }, {.timeout = 100ms}), cdp::TimeoutError,
        AllOf(HasSubstr("page.wait_for_web_socket(\"/none\")"), HasSubstr("100 ms"), HasSubstr("/echo (0 frames)")));
    EXPECT_THROW_MSG(page.wait_for_web_socket_frame("/echo", [] {}, {}, {.timeout = 100ms}), cdp::TimeoutError,
                     HasSubstr("no such frame within 100 ms"));
}

}  // namespace
}  // namespace reprise::locators
