// What is collected from real pages, and the way back to it.
#include <reprise/locators/candidates.hpp>

#include <algorithm>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Candidates : public BrowserPage {
protected:
    static std::vector<std::string> tags(const CandidateList& list) {
        std::vector<std::string> tags;
        for (const auto& print : list.fingerprints) tags.push_back(print.tag);
        return tags;
    }
    CandidateList collect(const Page& page, const Fingerprint& wanted = {.tag = "button"}) {
        return collect_candidates(page, wanted, {}, soon());
    }
};

TEST_F(Candidates, AreTheControlsThatAreRendered) {
    const auto page = open(
        "<a href=/x>Link</a><button>Go</button><input type=hidden name=h><input name=q placeholder=Search>"
        "<button style='display:none'>No</button><div style='cursor:pointer'>Card</div><p>Text</p>"
        "<span role=tab tabindex=0>Tab</span><label><input type=checkbox style='display:none'>Tick</label>");
    EXPECT_THAT(tags(collect(page)), ElementsAre("a", "button", "input", "div", "span", "label"));
}

TEST_F(Candidates, IncludeTextsWhenATextIsLookedFor) {
    const auto page =
        open("<h1>Orders</h1><button>Go</button><p>Total: 5</p><img src='data:,' width=9 height=9><div><b>x</b></div>");
    EXPECT_THAT(tags(collect(page, {.tag = "p", .text = "Total: 4"})), ElementsAre("h1", "button", "p", "img", "b"));
    EXPECT_THAT(tags(collect(page)), ElementsAre("button"));
}

TEST_F(Candidates, BearAllTheirFeatures) {
    const auto page = open(
        "<h2>Account</h2><form id=f><label for=m>Email</label><input id=m name=mail type=email placeholder='you@x'>"
        "<button class='btn big' data-role=save title=Save><i class='fa fa-floppy'></i></button></form>");
    const auto list = collect(page);
    ASSERT_EQ(list.fingerprints.size(), 2U);
    const auto& field = list.fingerprints[0];
    EXPECT_EQ(field.label, "Email");
    EXPECT_EQ(field.accessible_name, "") << "it is the label";
    EXPECT_EQ(field.implied_role, "textbox");
    EXPECT_EQ(field.heading, "Account");
    EXPECT_EQ(field.xpath, "/html[1]/body[1]/form[1]/input[1]");
    EXPECT_EQ(field.id_xpath, "//*[@id='f']/input[1]");
    EXPECT_GT(field.box.width, 0);
    const auto& button = list.fingerprints[1];
    EXPECT_EQ(button.accessible_name, "Save");
    EXPECT_EQ(button.icon, "floppy");
    EXPECT_EQ(button.title, "Save");
    EXPECT_EQ(button.data.at(0).second, "save");
    EXPECT_THAT(field.near, HasSubstr("email"));
}

TEST_F(Candidates, BearTheLastHeadingBeforeThem) {
    const auto page = open(
        "<button>Top</button><h1>Shop</h1><h2><button>Orders</button></h2><h3> </h3><a href=/x>All</a>"
        "<nav><a href=/y>Home</a><h2>Menu</h2><a href=/z>Help</a></nav><div role=heading tabindex=0>News</div>");
    std::vector<std::string> headings;
    for (const auto& print : collect(page).fingerprints) headings.push_back(print.heading);
    EXPECT_THAT(headings, ElementsAre("", "Orders", "Orders", "", "Menu", "Menu"));
}

// A field is a property of its form: the form had no children left, and collecting threw.
TEST_F(Candidates, OfAFormWithAFieldCalledChildrenAreCollected) {
    const auto page = open("<form><input name=adults><input name=children><input name=attributes></form>");
    const auto list = collect(page);
    ASSERT_THAT(tags(list), ElementsAre("input", "input", "input"));
    EXPECT_EQ(list.fingerprints[1].ordinal, (std::pair{1, 3}));
    EXPECT_EQ(path_of(page, list, 1, soon()).css, "input[name=\"children\"]");
}

TEST_F(Candidates, NeverBearWhatWasEntered) {
    const auto page = open(
        "<input name=a value=typed><textarea>typed</textarea><input type=password "
        "value=typed><select><option>typed</select>");
    for (const auto& print : collect(page).fingerprints) {
        EXPECT_EQ(print.text, "");
        EXPECT_THAT(print.label + print.placeholder + print.near, testing::Not(HasSubstr("typed")));
    }
}

TEST_F(Candidates, AreFoundInShadowRootsClosedOnesToo) {
    const auto page = open(
        "<x-open></x-open><x-closed></x-closed><script>"
        "for (const mode of ['open', 'closed']) customElements.define('x-' + mode, class extends HTMLElement {"
        "  constructor() { super(); this.attachShadow({ mode }).innerHTML = `<button>${mode}</button>`; } "
        "});</script>");
    const auto list = collect(page);
    ASSERT_EQ(list.fingerprints.size(), 2U);
    EXPECT_EQ(list.fingerprints[1].text, "closed");
    EXPECT_EQ(list.fingerprints[1].shadow, "x-closed");
    const auto path = path_of(page, list, 0, soon());
    EXPECT_THAT(path.shadow, ElementsAre("html > body > x-open"));
    EXPECT_EQ(path.css, "button");
    EXPECT_EQ(list.fingerprints[0].xpath, "/button[1]");
}

TEST_F(Candidates, OfAFrameAreReadInTheRecordedOneOnly) {
    fixtures::HttpServer server;
    server.handle("GET", "/", [](const auto&) {
        return fixtures::HttpResponse{
            .body =
                "<button>Outside</button><p style='height:30px'><iframe id=other src=/b></iframe>"
                "<iframe id=pane-question name=q src=/a></iframe>"};
    });
    server.handle("GET", "/a", [](const auto&) { return fixtures::HttpResponse{.body = "<button>Inside</button>"}; });
    server.handle("GET", "/b", [](const auto&) { return fixtures::HttpResponse{.body = "<button>Beside</button>"}; });
    const auto page = open_page();
    page.navigate(server.url("/"));
    const auto list =
        collect_candidates(page, {.tag = "button"}, {{.css = "#question", .id = "question", .index = 1}}, soon());
    ASSERT_EQ(list.fingerprints.size(), 1U);
    EXPECT_EQ(list.fingerprints[0].text, "Inside");
    const auto path = path_of(page, list, 0, soon());
    ASSERT_EQ(path.frames.size(), 1U);
    EXPECT_EQ(path.frames[0].css, "#pane-question");
    EXPECT_GT(path.point.y, 30);
    EXPECT_EQ(collect(page).fingerprints.size(), 1U) << "the page itself only";
}

TEST_F(Candidates, ArePointedToWithoutNamesThatAProgramMade) {
    const auto page = open("<div><button id='x250x0Ks='>A</button><button id=stable>B</button></div>");
    const auto list = collect(page);
    EXPECT_EQ(path_of(page, list, 0, soon()).css, "html > body > div > button:nth-of-type(1)");
    EXPECT_EQ(path_of(page, list, 1, soon()).css, "#stable");
}

TEST_F(Candidates, ThatHaveLeftThePageAreGone) {
    const auto page = open("<button>A</button>");
    const auto list = collect(page);
    page.evaluate("document.querySelector('button').remove()");
    EXPECT_THROW_MSG(path_of(page, list, 0, soon()), cdp::DocumentGone, HasSubstr("the element has left the page"));
    EXPECT_THROW_MSG(path_of(page, list, 7, soon()), cdp::DocumentGone, HasSubstr("there is no such candidate"));
}

TEST_F(Candidates, OfABundleAreActedOnByTheirOwnBundle) {
    const auto page = open(
        "<ul><li>Oslo <button onclick='this.dataset.hit=1'>Delete</button><li>Bergen <button "
        "onclick='this.dataset.hit=2'>Delete"
        "</button></ul>");
    const auto list = collect(page);
    const auto bundle = bundle_of(list.fingerprints[1], path_of(page, list, 1, soon()));
    page.get_by_bundle(bundle).click();
    EXPECT_EQ(value(page, "[...document.querySelectorAll('button')].map(b => b.dataset.hit || '').join()"), "\",2\"");
    EXPECT_EQ(direct_hit(page, collect(page), bundle, soon()), 1U);
    EXPECT_EQ(direct_hit(page, collect(page), {.id = "nothing"}, soon()), std::nullopt);
}

TEST_F(Candidates, EndTheWaitWhenSomeoneStandsByToHeal) {
    const auto page = open("<button id=buy class=c>Buy</button>");
    const Bundle gone{.id = "pay", .tag = "button", .visible_text = "Pay"};
    const BundleOptions patience{.quiet = std::chrono::milliseconds{50}};
    EXPECT_THROW_MSG(page.get_by_bundle(gone, "Pay", patience).click(), ElementAbsent,
                     HasSubstr("get_by_bundle(\"Pay\").click()"));
    // A look-alike that took the place of the recorded one: other texts stand around it.
    const auto rows = open("<ul><li>Bergen <button>Delete</button><li>Narvik <button>Delete</button></ul>");
    const Bundle row{
        .tag = "button", .visible_text = "Delete", .xpath = "/html[1]/body[1]/ul[1]/li[1]/button[1]", .near = "oslo"};
    EXPECT_THROW_MSG(rows.get_by_bundle(row, "Delete Oslo", patience).click(), ElementAbsent,
                     HasSubstr("stands among other texts than the recorded one"));
}

TEST_F(Candidates, AreNotTakenForTheRecordedOneAgainstWhatIsKnownOfIt) {
    const BundleOptions patience{.quiet = std::chrono::milliseconds{50}};
    const auto why = [&](const std::string& html, const Bundle& bundle) -> std::string {
        const auto page = open(html);
        try {
            page.get_by_bundle(bundle, "It", patience).click();
        } catch (const ElementAbsent& absent) {
            return absent.what();
        }
        return "clicked";
    };
    const std::string swatches =
        "<p><span class=swatch role=button tabindex=0 data-value=2>&nbsp;</span>"
        "<span class=swatch role=button tabindex=0 data-value=3>&nbsp;</span></p>";
    Bundle swatch{.role = "button",
                  .tag = "span",
                  .xpath = "/html[1]/body[1]/p[1]/span[1]",
                  .css = "p > span:first-child",
                  .data_attrs = {{"data-value", "1"}}};
    EXPECT_THAT(why(swatches, swatch), HasSubstr("has other data than the recorded one"));
    swatch.data_attrs = {{"data-value", "2"}};
    EXPECT_EQ(why(swatches, swatch), "clicked");
    const std::string tools =
        "<p><button><i class='fa fa-trash'></i></button><button><i class='fa fa-pen'></i></button></p>";
    Bundle tool{.tag = "button", .xpath = "/html[1]/body[1]/p[1]/button[1]", .icon = "floppy"};
    EXPECT_THAT(why(tools, tool), HasSubstr("shows another icon than the recorded one"));
    tool.icon = "trash";
    EXPECT_EQ(why(tools, tool), "clicked");
    const std::string words = "<p><button>Delete</button></p>";
    Bundle word{.tag = "button", .xpath = "/html[1]/body[1]/p[1]/button[1]", .known_as = "Save Keep it"};
    EXPECT_THAT(why(words, word), HasSubstr("has another name than the recorded one"));
    word.known_as = "Delete this";
    EXPECT_EQ(why(words, word), "clicked");
    const std::string same = "<h1>Tools</h1><p><button><b></b>&nbsp;</button><button><b></b>&nbsp;</button></p>";
    Bundle one{.tag = "button", .xpath = "/html[1]/body[1]/p[1]/button[1]", .near = "tools", .known_as = ""};
    EXPECT_THAT(why(same, one), HasSubstr("has no name, and others like it stand among the same texts"));
}

}  // namespace
}  // namespace reprise::locators
