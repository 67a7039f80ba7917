// Templates of aria snapshots against pages; what they match in detail is tested in
// locators/script/test/aria_template_test.html.
#include <gmock/gmock.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* k_shop =
    "<h1>Issues 12</h1><ul><li><a href='/one'>One</a><li><button disabled>Two</button><li>Three</ul>"
    "<input aria-label=Mail placeholder='you@example.com'><input type=checkbox checked aria-label=All>";

class AriaTemplate : public BrowserPage {
protected:
    static std::string failure(const Page& page, std::string_view yaml, bool negate = false) {
        try {
            page.expect(
                {.kind = Expected::aria_snapshot, .text = std::string(yaml), .negate = negate, .timeout = 60ms});
            return {};
        } catch (const AssertionError& error) {
            return error.what();
        } catch (const UsageError& error) {
            return error.what();
        }
    }
};

TEST_F(AriaTemplate, IsContainedInItsOrder) {
    const auto page = open(k_shop);
    EXPECT_EQ(failure(page, R"(
        - heading /Issues \d+/ [level=1]
        - list:
          - listitem:
            - link "One":
              - /url: /one
          - listitem: Three
        - textbox "Mail":
          - /placeholder: /@example/
        - checkbox [checked]
    )"),
              "");
    EXPECT_EQ(failure(page, "- listitem: Three"), "") << "at any depth";
    EXPECT_EQ(failure(page, "- button \"Two\" [disabled]"), "");
    EXPECT_NE(failure(page, "- button \"Two\" [disabled=false]"), "");
    EXPECT_NE(failure(page, "- list:\n  - listitem: Three\n  - listitem:\n    - link"), "") << "the order counts";
    EXPECT_NE(failure(page, "- button \"Tw\""), "") << "names are whole";
    EXPECT_EQ(failure(page, "- button \"Tw\"", true), "");
    page.get_by_role(Role::list)
        .expect({.kind = Expected::aria_snapshot, .text = "- listitem\n- listitem\n- listitem"});
}

TEST_F(AriaTemplate, SaysHowStrictlyChildrenAreCompared) {
    const auto page = open(k_shop);
    EXPECT_EQ(failure(page, "- list:\n  - /children: equal\n  - listitem\n  - listitem\n  - listitem"), "");
    EXPECT_NE(failure(page, "- list:\n  - /children: equal\n  - listitem\n  - listitem"), "");
    EXPECT_NE(failure(page, "- list:\n  - /children: deep-equal\n  - listitem\n  - listitem\n  - listitem"), "");
    EXPECT_EQ(
        failure(page,
                "- list:\n  - /children: deep-equal\n  - listitem:\n    - link \"One\"\n  - listitem:\n    - button "
                "\"Two\"\n  - listitem: Three"),
        "");
}

TEST_F(AriaTemplate, IsWaitedForInThePage) {
    const auto page = open("<p>x</p><script>setTimeout(() => document.body.innerHTML = '<h2>Done</h2>', 200)</script>");
    page.expect({.kind = Expected::aria_snapshot, .text = "- heading \"Done\" [level=2]"});
}

TEST_F(AriaTemplate, FailsWithWhatIsDifferent) {
    const auto page = open(k_shop);
    EXPECT_THAT(
        failure(page, R"(
        - heading /Issues \d+/
        - list:
          - listitem:
            - link "Two"
        - checkbox "All"
    )"),
        AllOf(
            StartsWith("page.expect(aria_snapshot): does not match the template after 60 ms (- template, + received):\n"
                       "      - heading \"Issues 12\" [level=1]\n"
                       "      - list:\n"
                       "        - listitem:\n"
                       "    -     - link \"Two\"\n"
                       "    +     - link \"One\":\n"
                       "    +       - /url: /one\n"
                       "    +   - listitem:\n"
                       "    +     - button \"Two\" [disabled]\n"
                       "    +   - listitem: Three\n"
                       "    + - textbox \"Mail\":\n"
                       "    +   - /placeholder: you@example.com\n"
                       "      - checkbox \"All\" [checked]\n"),
            HasSubstr("the aria snapshot does not match - waiting")));
}

TEST_F(AriaTemplate, TellsMistakesWithLineAndColumn) {
    const auto page = open(k_shop);
    EXPECT_EQ(failure(page, "- heading\n- buton \"Two\""),
              "aria snapshot template, line 2, column 3: \"buton\" is not an ARIA role");
    EXPECT_EQ(failure(page, "- link:\n  - /url: /a/\n  - /url: /b/"),
              "aria snapshot template, line 3, column 5: /url stands here twice");
    EXPECT_EQ(failure(page, "- button \"Two"), "aria snapshot template, line 1, column 10: the name has no closing \"");
    EXPECT_EQ(
        failure(page, "- checkbox [ticked]"),
        "aria snapshot template, line 1, column 13: \"ticked\" is no state; known are checked, disabled, expanded, "
        "level, pressed, selected");
    EXPECT_THAT(failure(page, "- heading [level=two]"),
                HasSubstr("column 12: [level=two]: \"two\" is no value of level"));
    EXPECT_THAT(failure(page, "- list:\n  - /children: some"),
                HasSubstr("line 2, column 16: /children is contain, equal or deep-equal, not \"some\""));
    EXPECT_THAT(failure(page, "- /url: x"), HasSubstr("line 1, column 3: /url stands below the element that it is of"));
    EXPECT_THAT(failure(page, "heading"), HasSubstr("expected a list, each line beginning with \"- \""));
    EXPECT_THAT(failure(page, "- list:\n\t- x"), AllOf(HasSubstr("line 2, column"), HasSubstr("is not YAML: ")));
}

}  // namespace
}  // namespace reprise::locators
