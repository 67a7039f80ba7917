// Choosing from lists, and boxes and radio buttons.
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Values = std::vector<std::string>;

class Select : public BrowserPage {};

constexpr auto k_list =
    "<label id=l>Colour <select id=s><option value=black>Black<option value=blue>  Dark   blue <option value=red>Red"
    "</select></label><script>log=[];for(const t of ['input','change'])s.addEventListener(t,e=>log.push(t+e.bubbles))"
    "</script>";

TEST_F(Select, PicksByValueLabelAndPlaceAndTellsTheValue) {
    const auto page = open(k_list);
    EXPECT_EQ(page.locator("#s").select({{.value = "blue"}}).selected, Values{"blue"});
    EXPECT_EQ(value(page, "log"), R"(["inputtrue","changetrue"])");
    EXPECT_EQ(page.locator("#s").select({{.label = "Red"}}).selected, Values{"red"});
    EXPECT_EQ(page.locator("#s").select({{.index = 0}}).selected, Values{"black"});
    EXPECT_EQ(page.locator("#s").select({{.value_or_label = "Dark blue"}}).selected, Values{"blue"});
    EXPECT_EQ(page.locator("#s").select({{.value = "red", .index = 2}}).selected, Values{"red"});
}

TEST_F(Select, GoesByALabelToItsList) {
    const auto page = open(k_list);
    EXPECT_EQ(page.locator("#l").select({{.value = "red"}}).selected, Values{"red"});
}

TEST_F(Select, ChoosesNoneOfAListOfManyWhenGivenNone) {
    const auto page = open("<select id=s multiple><option selected>a<option>b</select>");
    EXPECT_EQ(page.locator("#s").select({}).selected, Values{});
    EXPECT_EQ(value(page, "s.selectedOptions.length"), "0");
}

TEST_F(Select, WaitsForAnOptionThatComesLate) {
    const auto page = open(
        "<select id=s></select><script>setTimeout(()=>s.innerHTML='<option value=a>A<option value=b disabled>B',80);"
        "setTimeout(()=>s.options[1].disabled=false,160)</script>");
    EXPECT_EQ(page.locator("#s").select({{.value = "a"}}).selected, Values{"a"});
    EXPECT_EQ(page.locator("#s").select({{.label = "B"}}).selected, Values{"b"});
}

TEST_F(Select, SaysWhatIsNoList) {
    const auto page = open("<p id=p>x</p><input id=i>");
    EXPECT_THROW_MSG(page.locator("#p").select({{.value = "a"}}), ActionError, HasSubstr("<p> is no <select>"));
    EXPECT_THROW_MSG(page.locator("#i").select({{.value = "a"}}), ActionError, HasSubstr("<input> is no <select>"));
}

TEST_F(Select, SaysWhenThePageTakesTheChoiceBack) {
    const auto page = open("<select id=s onchange='this.selectedIndex=0'><option value=a>A<option value=b>B</select>");
    EXPECT_THROW_MSG(page.locator("#s").select({{.value = "b"}}), ActionError,
                     HasSubstr("the page changed the selection back to [\"a\"]"));
}

class Check : public BrowserPage {};

TEST_F(Check, GoesByLabelsAndRolesToTheBox) {
    const auto page = open(
        "<label id=l>In <input id=a type=checkbox></label><label id=f for=b>For</label><input id=b type=checkbox>"
        "<div id=r role=checkbox aria-checked=false onclick=\"this.setAttribute('aria-checked',true)\">Role</div>"
        "<button role=switch id=w aria-checked=false onclick=\"this.setAttribute('aria-checked',true)\"><i id=i>On</i>"
        "</button>");
    for (const auto* one : {"#l", "#f", "#r", "#i"}) {
        page.locator(one).check();
        EXPECT_TRUE(page.locator(one).is_checked()) << one;
    }
    EXPECT_EQ(value(page, "[a.checked, b.checked, w.getAttribute('aria-checked')]"), R"([true,true,"true"])");
}

TEST_F(Check, DoesNothingToWhatIsAsItShouldBe) {
    const auto page = open("<input id=a type=checkbox checked onclick='n=1'>");
    EXPECT_TRUE(page.locator("#a").check().already_done);
    EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
    EXPECT_FALSE(page.locator("#a").uncheck().already_done);
}

TEST_F(Check, FollowsEnabledAndCheckedOfLabels) {
    const auto page = open("<label id=l>In <input id=a type=checkbox disabled checked></label>");
    EXPECT_TRUE(page.locator("#l").is_disabled());
    EXPECT_TRUE(page.locator("#l").is_checked());
    EXPECT_THROW_MSG(page.locator("#l").uncheck({.timeout = 150ms}), TimeoutError, HasSubstr("element still disabled"));
}

TEST_F(Check, LooksAtTheBoxThatWasPutInTheOnesPlace) {
    const auto page = open(
        "<p id=p><input id=x type=checkbox></p><script>p.onclick=()=>p.innerHTML=`<input id=x type=checkbox ${state}>`;"
        "state=''</script>");
    EXPECT_THROW_MSG(page.locator("#x").check(), ActionError,
                     HasSubstr("the click did not change the state: the element is still not checked"));
    page.evaluate("state = 'checked'");
    page.locator("#x").check();
    page.evaluate("p.onclick = () => p.remove()");
    page.locator("#x").uncheck();  // what has gone has no state
}

TEST_F(Check, SaysAtOnceWhatCanNeverBeChecked) {
    const auto page = open("<button id=b>B</button><input id=t>");
    EXPECT_THROW_MSG(page.locator("#b").check(), ActionError, HasSubstr("can be neither checked nor unchecked"));
    EXPECT_THROW_MSG(page.locator("#t").uncheck(), ActionError, HasSubstr("can be neither checked nor unchecked"));
}

}  // namespace
}  // namespace reprise::locators
