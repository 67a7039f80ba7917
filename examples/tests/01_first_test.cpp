// 1. A test: a page of its own, something done to it, something expected of it.
#include <reprise/fixtures/test.hpp>

using namespace reprise;

TEST_F(PageTest, CountsClicks) {
    page().set_content(R"(<button onclick="this.textContent = 'Clicked ' + ++window.n" >Click me</button>
                          <script>window.n = 0</script>)");
    page().get_by_role(Role::button, {.name = "Click me"}).click();
    expect(page().get_by_role(Role::button)).to_have_text("Clicked 1");
}
