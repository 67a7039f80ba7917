// 8. The application as a program of its own: started before the first test, and stopped when the last test binary that
// uses it has ended.
#include <reprise/fixtures/test.hpp>
#include <reprise/fixtures/web_server.hpp>

using namespace reprise;

REPRISE_WEB_SERVER({.command = REPRISE_SHOP_SERVER " --port 18473", .url = "http://127.0.0.1:18473/"});

class Shop : public PageTest {
protected:
    TestOptions options() const override {
        auto options = PageTest::options();
        if (options.base_url.empty()) options.base_url = "http://127.0.0.1:18473";
        return options;
    }
};

TEST_F(Shop, IsOpen) {
    page().navigate("/");
    expect(page().get_by_role(Role::link, {.name = "Sign in"})).to_be_visible();
}

TEST_F(Shop, ShowsItsSailings) {
    page().navigate("/sailings.html");
    expect(page()).to_have_title("Harbour Tickets", {.contains = true});
}
