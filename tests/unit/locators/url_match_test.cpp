#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/route.hpp>

#include "support/expect_throw.hpp"

namespace reprise::locators {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

bool matches(const UrlMatch& match, std::string_view url) {
    return match.matches(url);
}

TEST(UrlMatch, StarsStopAtSlashesAndPairsOfThemDoNot) {
    EXPECT_TRUE(matches("**/*.js", "https://localhost:8080/foo.js"));
    EXPECT_TRUE(matches("**/*.js", "https://localhost:8080/a/b/foo.js"));
    EXPECT_FALSE(matches("**/*.css", "https://localhost:8080/foo.js"));
    EXPECT_FALSE(matches("*.js", "https://localhost:8080/foo.js"));
    EXPECT_TRUE(matches("https://**/*.js", "https://localhost:8080/c.js"));
    EXPECT_TRUE(matches("http://localhost:8080/simple/path.js", "http://localhost:8080/simple/path.js"));
    EXPECT_TRUE(matches("**/api/**", "http://a/api/"));
    EXPECT_TRUE(matches("**/api/**", "http://a/v1/api/users/7?x=/y"));
    EXPECT_FALSE(matches("http://a/*/end", "http://a/b/c/end"));
    EXPECT_TRUE(matches("http://a/**/end", "http://a/b/c/end"));
    EXPECT_TRUE(matches("http://a/**/end", "http://a/end"));
    EXPECT_TRUE(matches("**", "http://a/anything?at=all"));
}

TEST(UrlMatch, QuestionMarksAndBracketsAreThemselves) {
    EXPECT_TRUE(matches("**/list?page=*", "http://a/list?page=2"));
    EXPECT_FALSE(matches("**/list?page=*", "http://a/listXpage=2"));
    EXPECT_TRUE(matches("http://a/[x](y)+.$^|", "http://a/[x](y)+.$^|"));
    EXPECT_FALSE(matches("http://a/[x]", "http://a/x"));
    EXPECT_TRUE(matches("http://a/\\*", "http://a/*"));
    EXPECT_FALSE(matches("http://a/\\*", "http://a/b"));
}

TEST(UrlMatch, BracesChoose) {
    const UrlMatch pictures{"**/*.{png,jpg,jpeg}"};
    EXPECT_TRUE(pictures.matches("http://a/b.png"));
    EXPECT_TRUE(pictures.matches("http://a/b.jpeg"));
    EXPECT_FALSE(pictures.matches("http://a/b.css"));
    EXPECT_TRUE(matches("http://a/{,b/}c", "http://a/c"));
    EXPECT_TRUE(matches("http://a/{unclosed", "http://a/{unclosed"));
    EXPECT_TRUE(matches("http://a/b,c", "http://a/b,c"));
}

TEST(UrlMatch, RegularExpressionsAreFoundAnywhere) {
    EXPECT_TRUE(matches(Regex{"api/v\\d+"}, "http://a/api/v12/x"));
    EXPECT_FALSE(matches(Regex{"PNG$"}, "http://a/b.png"));
    EXPECT_TRUE(matches(Regex{"PNG$", "i"}, "http://a/b.png"));
    EXPECT_THROW_MSG(UrlMatch(Regex{"(", ""}), UsageError, HasSubstr("/(/: not a regular expression: "));
    EXPECT_THROW_MSG(UrlMatch(Regex{"x", "g"}), UsageError, HasSubstr("/x/g: the only flag for addresses is \"i\""));
}

// An address of 200 KB must not exhaust the stack of the thread that asks.
TEST(UrlMatch, LongAddressesAreMatched) {
    const auto url = "http://a/" + std::string(200'000, 'x') + ".png";
    EXPECT_TRUE(matches("**/*.png", url));
    EXPECT_TRUE(matches(Regex{"^http://a/[xy]+\\.png$"}, url));
    EXPECT_THROW(matches(Regex{"^http://a/(x|y)+\\.png$"}, url), std::runtime_error);
}

TEST(UrlMatch, GlobsWithoutAHostBeginAtTheBase) {
    const auto url = [](const char* glob) { return UrlMatch{glob}.based_on("http://shop/app/index.html").shown(); };
    EXPECT_EQ(url("/api/*"), "\"http://shop/api/*\"");
    EXPECT_EQ(url("./api?x=1"), "\"http://shop/app/./api?x=1\"");
    EXPECT_EQ(url("**/api"), "\"**/api\"");
    EXPECT_EQ(url("http://other"), "\"http://other/\"");
    EXPECT_EQ(UrlMatch{Regex{"api"}}.based_on("http://shop/").shown(), "/api/");
}

TEST(UrlMatch, AnAddressInTheQueryIsNoHost) {
    EXPECT_EQ(UrlMatch{"/login?next=http://x/*"}.based_on("http://shop/").shown(),
              "\"http://shop/login?next=http://x/*\"");
    EXPECT_EQ(UrlMatch{"{http,https}://x/*"}.based_on("http://shop/").shown(), "\"{http,https}://x/*\"");
}

TEST(UrlMatch, BracesWithinBracesAreRefused) {
    EXPECT_THROW_MSG(UrlMatch{"**/{a,{b,c}}"}, reprise::UsageError,
                     testing::HasSubstr("\"**/{a,{b,c}}\": braces within braces"));
    EXPECT_TRUE(matches("**/{a\\}", "http://x/{a}"));
}

TEST(UrlMatch, TheBrowserGetsPatternsThatMatchAtLeastAsMuch) {
    EXPECT_THAT(UrlMatch{"**/*.png"}.browser_patterns(), ElementsAre("*.png"));
    EXPECT_THAT(UrlMatch{"http://a/**/b?c=*"}.browser_patterns(), ElementsAre("http://a/*b\\?c=*"));
    EXPECT_THAT(UrlMatch{"**/*.{png,jpg}"}.browser_patterns(), ElementsAre("*.png", "*.jpg"));
    EXPECT_THAT(UrlMatch{"http://a/\\*x"}.browser_patterns(), ElementsAre("http://a/\\*x"));
    EXPECT_THAT(UrlMatch{Regex{"png$"}}.browser_patterns(), ElementsAre("*"));
    EXPECT_EQ(UrlMatch{"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"}.browser_patterns().size(), 32U);
}

}  // namespace
}  // namespace reprise::locators
