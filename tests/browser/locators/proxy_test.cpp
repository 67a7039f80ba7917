// Pages whose requests go through a proxy.
#include <filesystem>
#include <fstream>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"
#include "support/scripted_proxy.hpp"

namespace reprise::locators {
namespace {

using fixtures::HttpResponse;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using tests::ScriptedProxy;

constexpr const char* k_token = "Basic YWRhOnMzY3JldA==";  // ada:s3cret

class Proxies : public BrowserPage {
protected:
    Proxies() {
        server_.handle("*", "/*", [](const auto&) { return HttpResponse{.body = "<title>direct</title>"}; });
    }
    fixtures::HttpServer server_;
};

TEST_F(Proxies, AllRequestsOfAContextGoThroughItsProxy) {
    const ScriptedProxy proxy;
    const auto page = open_page({.proxy = cdp::ProxyServer{.server = proxy.server()}});
    page.navigate("http://shop.example/cart");
    EXPECT_EQ(page.title(), "proxy: GET http://shop.example/cart HTTP/1.1");
    page.navigate(server_.url("/local"));
    EXPECT_THAT(page.title(), HasSubstr("proxy: GET http://127.0.0.1:"));
    const auto other = new_context(*browser_).new_page();
    other.navigate(server_.url("/"));
    EXPECT_EQ(other.title(), "direct");
}

TEST_F(Proxies, HostsMayBeAskedDirectly) {
    const ScriptedProxy proxy;
    const auto page = open_page({.proxy = cdp::ProxyServer{.server = proxy.server(), .bypass = "127.0.0.1"}});
    page.navigate(server_.url("/"));
    EXPECT_EQ(page.title(), "direct");
    EXPECT_THAT(proxy.asked(), Not(Contains(HasSubstr("127.0.0.1"))));
}

TEST_F(Proxies, AProxyIsToldWhoWeAre) {
    const ScriptedProxy proxy{ScriptedProxy::Kind::http, k_token};
    const auto page = open_page({.proxy = cdp::ProxyServer{.server = proxy.server()},
                                 .proxy_credentials = cdp::ProxyCredentials{.username = "ada", .password = "s3cret"}});
    page.navigate("http://shop.example/");
    EXPECT_EQ(page.title(), "proxy: GET http://shop.example/ HTTP/1.1");
    EXPECT_EQ(proxy.asked().front(), "! GET http://shop.example/ HTTP/1.1");
}

// The server's name and password are never told to a proxy, nor the other way round.
TEST_F(Proxies, AServersCredentialsAreNotTheProxys) {
    const ScriptedProxy proxy{ScriptedProxy::Kind::http, k_token};
    const auto page = open_page({.http_credentials = HttpCredentials{.username = "ada", .password = "s3cret"},
                                 .proxy = cdp::ProxyServer{.server = proxy.server()}});
    try {
        page.navigate("http://shop.example/");
    } catch (const cdp::NavigationError&) {
    }
    EXPECT_THAT(proxy.asked(), testing::Each(HasSubstr("! ")));
}

TEST_F(Proxies, SocksTakesThemToo) {
    const ScriptedProxy proxy{ScriptedProxy::Kind::socks5};
    const auto page = open_page({.proxy = cdp::ProxyServer{.server = proxy.server()}});
    page.navigate("http://shop.example/cart");
    EXPECT_EQ(page.title(), "proxy: GET /cart HTTP/1.1");
    EXPECT_THROW(open_page({.proxy = cdp::ProxyServer{.server = proxy.server()},
                            .proxy_credentials = cdp::ProxyCredentials{.username = "a", .password = "b"}}),
                 reprise::UsageError);
}

TEST_F(Proxies, OneThatIsNotThereIsACleanError) {
    const auto page = open_page({.proxy = cdp::ProxyServer{.server = "http://127.0.0.1:1"}});
    EXPECT_THROW_MSG(page.navigate("http://shop.example/"), cdp::NavigationError,
                     HasSubstr("net::ERR_PROXY_CONNECTION_FAILED"));
}

TEST_F(Proxies, OfTheWholeBrowserAndNeverInItsCommandLine) {
    const ScriptedProxy proxy{ScriptedProxy::Kind::http, k_token};
    const auto browser =
        cdp::Browser::launch({.proxy = cdp::ProxyServer{.server = proxy.server()},
                              .proxy_credentials = cdp::ProxyCredentials{.username = "ada", .password = "s3cret"}});
    const auto page = new_context(browser).new_page();
    page.navigate("http://shop.example/");
    EXPECT_EQ(page.title(), "proxy: GET http://shop.example/ HTTP/1.1");
    int processes = 0;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
        std::ifstream file{entry.path() / "cmdline"};
        const std::string line{std::istreambuf_iterator<char>{file}, {}};
        if (line.find("--proxy-server=" + proxy.server()) == std::string::npos) continue;
        ++processes;
        EXPECT_EQ(line.find("s3cret"), std::string::npos);
    }
    EXPECT_GT(processes, 0);
}

}  // namespace
}  // namespace reprise::locators
