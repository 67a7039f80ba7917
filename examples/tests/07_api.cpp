// 7. The application's API beside its pages: sign in without clicking, share the cookies with the browser, and see that
// the page knows the visitor.
#include <reprise/fixtures/api_request.hpp>

#include "shop_test.hpp"

using namespace reprise;

class SignedIn : public harbour::ShopTest {
protected:
    void prepare(const Context& context) override {
        fixtures::ApiRequest api({.base_url = server->url("")});
        const auto answer =
            api.post("/api/sign-in", {.form = {{"email", "ada@example.com"}, {"password", "analytical-engine-1843"}}});
        ASSERT_TRUE(answer.ok()) << answer.status() << " " << answer.text();
        context.add_cookies(api.cookies());
    }
};

TEST_F(SignedIn, IsGreetedByName) {
    page().navigate("/");
    expect(page().get_by_test_id("account")).to_contain_text("Ada");
}
