#include <reprise/reporters/redactor.hpp>

#include <gtest/gtest.h>

namespace reprise::reporters {
namespace {

class RedactorForms : public ::testing::Test {
protected:
    RedactorForms() { EXPECT_TRUE(redactor_.add("Zx9!\"<&é p/q")); }
    void expect_hidden(std::string_view encoded) const {
        EXPECT_EQ(redactor_.redact("before " + std::string(encoded) + " after"), "before *** after") << encoded;
    }
    Redactor redactor_;
};

TEST_F(RedactorForms, HidesTheValueItself) {
    expect_hidden("Zx9!\"<&é p/q");
}

TEST_F(RedactorForms, HidesEveryPercentEncoding) {
    expect_hidden("Zx9%21%22%3C%26%C3%A9%20p%2Fq");
    expect_hidden("Zx9%21%22%3c%26%c3%a9%20p%2fq");
    expect_hidden("Zx9!%22%3C%26%C3%A9+p%2Fq");  // form
    expect_hidden("Zx9!%22%3C&%C3%A9%20p/q");    // query of a URL as Chromium shows it
    expect_hidden("%5A%78%39%21%22%3C%26%C3%A9%20%70%2F%71");
}

TEST_F(RedactorForms, HidesEveryJsonEscape) {
    expect_hidden(R"(Zx9!\"<&é p/q)");
    expect_hidden(R"(Zx9!\"<&\u00e9 p\/q)");
    expect_hidden(R"(Zx9!\u0022\u003C\u0026\u00E9 p/q)");
}

TEST_F(RedactorForms, HidesEveryXmlAndHtmlEscape) {
    expect_hidden("Zx9!&quot;&lt;&amp;é p/q");
    expect_hidden("Zx9!&#34;&#60;&#38;&#233; p/q");
    expect_hidden("Zx9!&#x22;&#x3c;&#X26;&#x00E9;&#32;p/q");
}

TEST(Redactor, HidesBase64AtAnyPositionOfTheGroup) {
    Redactor redactor;
    ASSERT_TRUE(redactor.add("correct horse"));
    EXPECT_EQ(redactor.redact("Y29ycmVjdCBob3JzZQ=="), "***");  // alone
    EXPECT_EQ(redactor.redact("Basic YWRhOmNvcnJlY3QgaG9yc2U="), "Basic YWRhO***") << "ada:correct horse";
    EXPECT_EQ(redactor.redact("YTpjb3JyZWN0IGhvcnNlOg=="), "YT***g==") << "a:correct horse:";
    EXPECT_EQ(redactor.redact("Zjpmb3JlY3QgaG9yc2U="), "Zjpmb3JlY3QgaG9yc2U=") << "f:forect horse";
}

TEST(Redactor, HidesUrlSafeBase64) {
    Redactor redactor;
    ASSERT_TRUE(redactor.add("\xFB\xEF\xBE\xFF\xFF\xFF"));
    EXPECT_EQ(redactor.redact("++++////"), "***");
    EXPECT_EQ(redactor.redact("----____"), "***");
}

TEST(Redactor, HidesEveryOccurrenceAndMergesOverlaps) {
    Redactor redactor;
    ASSERT_TRUE(redactor.add("abcdef"));
    ASSERT_TRUE(redactor.add("defghi"));
    ASSERT_TRUE(redactor.add("abcd"));
    EXPECT_EQ(redactor.redact("abcdefghi, abcd-abcdef"), "***, ***-***");
}

TEST(Redactor, LeavesOtherTextAlone) {
    Redactor redactor;
    EXPECT_EQ(redactor.redact("100 % + \\ &amp;"), "100 % + \\ &amp;");
    ASSERT_TRUE(redactor.add("secret"));
    EXPECT_EQ(redactor.redact("100 % %zz %4 + \\u12 \\ud800\\u0041 &bogus; &#; &#xZZ; secre"),
              "100 % %zz %4 + \\u12 \\ud800\\u0041 &bogus; &#; &#xZZ; secre");
    EXPECT_EQ(redactor.redact(""), "");
}

TEST(Redactor, RefusesValuesThatWouldHideOrdinaryText) {
    Redactor redactor;
    EXPECT_FALSE(redactor.add("abc"));
    EXPECT_TRUE(redactor.empty());
    EXPECT_EQ(redactor.redact("abc"), "abc");
}

TEST(Redactor, StaysQuickWithTenThousandSecrets) {
    Redactor redactor;
    for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(redactor.add("x" + std::to_string(i) + "-password"));
    const std::string page(1'000'000, 'x');
    EXPECT_EQ(redactor.redact(page + "x9999-password" + page), page + "***" + page);
}

}  // namespace
}  // namespace reprise::reporters
