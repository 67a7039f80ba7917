// What the examples share: the demo shop, open in the test's own process on a port of its own.
#pragma once

#include <reprise/fixtures/http_server.hpp>
#include <reprise/fixtures/test.hpp>

#include "shop.hpp"

namespace harbour {

// One shop for all tests of a suite. base_url is its address, so that tests write navigate("/order.html").
class ShopTest : public reprise::PageTest {
protected:
    static void SetUpTestSuite() {
        server = std::make_unique<reprise::fixtures::HttpServer>();
        serve_shop(*server, REPRISE_SHOP_SITE);
    }
    static void TearDownTestSuite() { server.reset(); }

    reprise::TestOptions options() const override {
        auto options = PageTest::options();
        options.base_url = server->url("");
        return options;
    }

    static inline std::unique_ptr<reprise::fixtures::HttpServer> server;
};

}  // namespace harbour
