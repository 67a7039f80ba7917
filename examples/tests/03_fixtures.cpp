// 3. Fixtures: options for a class of tests, two visitors, and a visitor who has signed in already.
#include "shop_test.hpp"

using namespace reprise;

class OnAPhone : public harbour::ShopTest {
protected:
    TestOptions options() const override {
        auto options = ShopTest::options();
        options.width = 390;
        options.height = 844;
        return options;
    }
};

TEST_F(OnAPhone, FillsTheScreen) {
    page().navigate("/");
    EXPECT_EQ(page().evaluate("innerWidth").as_int64(), 390);
}

// Each context is a visitor of its own.
class Visitors : public harbour::ShopTest {
protected:
    void sign_in(const Page& visitor) {
        visitor.navigate("/sign-in.html");
        visitor.get_by_label("Email address").fill("ada@example.com");
        visitor.get_by_label("Password").fill("analytical-engine-1843", {.secret = true});
        visitor.get_by_role(Role::button, {.name = "Sign in"}).click();
        require(visitor.get_by_test_id("account")).to_contain_text("Ada");
    }
};

TEST_F(Visitors, AreNotSignedInByOthers) {
    const auto ada = page();
    const auto stranger = BrowserTest::new_page(new_context());
    sign_in(ada);
    stranger.navigate("/");
    expect(stranger.get_by_test_id("account")).to_contain_text("Sign in");
}

// What a visitor who has signed in brings along: cookies and local storage, taken once and given to other contexts, or
// kept in a file (StorageState::save, ::load).
TEST_F(Visitors, ComeBackSignedIn) {
    sign_in(page());
    const auto later = new_context({.storage_state = context().storage_state()});
    const auto again = BrowserTest::new_page(later);
    again.navigate("/");
    expect(again.get_by_test_id("account")).to_contain_text("Ada");
}
