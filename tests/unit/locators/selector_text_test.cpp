#include "selector_text.hpp"

#include <gmock/gmock.h>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/error.hpp>

#include "support/expect_throw.hpp"

namespace reprise::locators {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> parts(std::string_view selector) {
    return selector_parts(selector, "page.locator");
}

TEST(SelectorText, IsCssWhenItSaysNothingElse) {
    EXPECT_THAT(parts("ul > li[a=b]"), ElementsAre(R"({"css":"ul > li[a=b]"})"));
    EXPECT_THAT(parts("css= a "), ElementsAre(R"({"css":"a"})"));
    EXPECT_THAT(parts(".a"), ElementsAre(R"({"css":".a"})"));
}

TEST(SelectorText, KnowsItsKindsByName) {
    EXPECT_THAT(parts("xpath=//a"), ElementsAre(R"({"xpath":"//a"})"));
    EXPECT_THAT(parts("//a[@b='c >> d']"), ElementsAre(R"({"xpath":"//a[@b='c >> d']"})"));
    EXPECT_THAT(parts("(//a)[1]"), ElementsAre(R"({"xpath":"(//a)[1]"})"));
    EXPECT_THAT(parts("../b"), ElementsAre(R"({"xpath":"../b"})"));
    EXPECT_THAT(parts("id=x y"), ElementsAre(R"({"test_id":{"text":"x y","exact":true},"attribute":"id"})"));
    EXPECT_THAT(parts("data-test=x"), ElementsAre(R"({"test_id":{"text":"x","exact":true},"attribute":"data-test"})"));
    EXPECT_THAT(parts("aria-ref=e5"), ElementsAre(R"({"aria_ref":"e5"})"));
}

TEST(SelectorText, ReadsTextsInQuotesAndPatterns) {
    EXPECT_THAT(parts("text=Buy it"), ElementsAre(R"({"text":{"text":"Buy it"}})"));
    EXPECT_THAT(parts("text=\"Buy \\\"it\\\"\""), ElementsAre(R"({"text":{"text":"Buy \"it\"","exact":true}})"));
    EXPECT_THAT(parts("'Buy >> it'"), ElementsAre(R"({"text":{"text":"Buy >> it","exact":true}})"));
    EXPECT_THAT(parts("text=/b.y/i"), ElementsAre(R"({"text":{"regex":"b.y","flags":"i"}})"));
    EXPECT_THAT(parts("text=/"), ElementsAre(R"({"text":{"text":"/"}})"));
}

TEST(SelectorText, SplitsChainsOutsideOfQuotes) {
    EXPECT_THAT(
        parts("a[b=\">>\"] >> text=it's >> nth=-1>>visible=true"),
        ElementsAre(R"({"css":"a[b=\">>\"]"})", R"({"text":{"text":"it's"}})", R"({"nth":-1})", R"({"visible":true})"));
}

TEST(SelectorText, RefusalsQuoteTheCall) {
    EXPECT_THROW_MSG(parts(""), UsageError, HasSubstr("page.locator(\"\"): a part of it is empty"));
    EXPECT_THROW_MSG(parts("a >> "), UsageError, HasSubstr("page.locator(\"a >> \"): a part of it is empty"));
    EXPECT_THROW_MSG(parts("nth=two"), UsageError, HasSubstr("nth=two: expected a whole number"));
    EXPECT_THROW_MSG(parts("visible=maybe"), UsageError, HasSubstr("visible=maybe: expected true or false"));
    EXPECT_THROW_MSG(parts("left-of=a"), UsageError,
                     HasSubstr("\"left-of\" is no kind of selector; there are css, xpath, "));
}

}  // namespace
}  // namespace reprise::locators
