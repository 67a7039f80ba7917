#include <reprise/fixtures/test.hpp>

using namespace reprise;

TEST_F(PageTest, Greets) {
    page().set_content(R"(<label>Name <input></label><button onclick="
        document.querySelector('p').textContent = 'Hello ' + document.querySelector('input').value">Greet</button><p></p>)");
    page().get_by_label("Name").fill("Ada");
    page().get_by_role(Role::button, {.name = "Greet"}).click();
    expect(page().locator("p")).to_have_text("Hello Ada");
}
