// 2. Finding what a user sees, and expecting what the application should show. Nothing waits by sleeping: actions wait
// until the element can be acted on, expectations until they come true.
#include "shop_test.hpp"

using namespace reprise;

class Sailings : public harbour::ShopTest {};

TEST_F(Sailings, AreFoundByRoute) {
    page().navigate("/sailings.html");
    const auto rows = page().locator("tbody tr");
    expect(rows).not_().to_have_count(0);
    page().get_by_label("Search").fill("Kiel");
    expect(rows.first()).to_contain_text("Kiel");
    expect(rows.filter_has_not_text("Kiel")).to_have_count(0);
}

TEST_F(Sailings, HaveATitle) {
    page().navigate("/sailings.html");
    expect(page()).to_have_title("Harbour Tickets", {.contains = true});
    require(page()).to_have_url("/sailings.html", {.contains = true});  // ends the test when it is not so
}
