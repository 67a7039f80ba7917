// 4. Steps, which stand in the report with their durations, and files that are kept with the result.
#include "shop_test.hpp"

using namespace reprise;

class Order : public harbour::ShopTest {};

TEST_F(Order, IsTaken) {
    step("choose a fare", [&] {
        page().navigate("/order.html?sailing=S-104&quantity=2");
        page().get_by_label("Fare").select({{.label = "Flex (+25 %)"}});
    });
    step("say who travels", [&] {
        page().get_by_label("First name").fill("Ada");
        page().get_by_label("Last name").fill("Lovelace");
        page().get_by_label("Email", {.exact = true}).fill("ada@example.com");
        page().get_by_label("Phone").fill("+44 20 7946 0000");
        page().get_by_label("Address").fill("12 St James's Square");
        page().get_by_label("Postcode").fill("SW1Y 4JH");
        page().get_by_label("City").fill("London");
        page().get_by_label("Travel date").fill("2026-07-04");
    });
    const auto thanks = step("place the order", [&] {
        page().get_by_role(Role::button, {.name = "Place order"}).click();
        require(page()).to_have_title("Thank you", {.contains = true});
        return page().get_by_role(Role::main).inner_text();
    });
    attach("thanks.txt", "text/plain", thanks);
}
