// 6. The network in the test's hands: answers that the server would not give on demand.
#include <boost/json/object.hpp>

#include "shop_test.hpp"

using namespace reprise;

class Quotes : public harbour::ShopTest {};

TEST_F(Quotes, ComeFromTheServer) {
    page().navigate("/order.html?sailing=S-104");
    expect(page().get_by_test_id("order-summary")).to_contain_text("Kiel");
}

TEST_F(Quotes, MayBeOfAnotherWorld) {
    context().route("**/api/quote*", [](const Route& route) {
        route.fulfill({.content_type = "application/json", .body = R"({"sailing": "1 × Earth → Mars", "cents": 100})"});
    });
    page().navigate("/order.html");
    expect(page().get_by_test_id("order-summary")).to_contain_text("Earth → Mars");
}

TEST_F(Quotes, AreShownWithoutPictures) {
    page().route("**/*.svg", [](const Route& route) { route.abort(); });
    page().navigate("/order.html");
    expect(page().get_by_role(Role::heading, {.name = "Your order"})).to_be_visible();
}
