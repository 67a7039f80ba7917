#include "text_sanitizer.hpp"

#include <gtest/gtest.h>

using namespace std::string_view_literals;

namespace reprise::reporters {
namespace {

TEST(TextSanitizer, ReplacesEachInvalidByteAndKeepsTheRest) {
    EXPECT_EQ(repair_utf8("a\xFFz"), "a\uFFFDz");
    EXPECT_EQ(repair_utf8("\xC0\x80"), "\uFFFD\uFFFD");                      // overlong NUL
    EXPECT_EQ(repair_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");            // surrogate
    EXPECT_EQ(repair_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond U+10FFFF
    EXPECT_EQ(repair_utf8("cut \xE2\x82"), "cut \uFFFD\uFFFD");
    EXPECT_EQ(repair_utf8("é€😀\0\x1B"sv), "é€😀\0\x1B"sv);
}

TEST(TextSanitizer, RemovesAnsiSequencesFromXmlText) {
    EXPECT_EQ(clean_for_xml("\x1B[1;31mred\x1B[0m"), "red");
    EXPECT_EQ(clean_for_xml("\x1B]0;title\a!\x1B]8;;http://x\x1B\\link"), "!link");
    EXPECT_EQ(clean_for_xml("\x1B(B\x1B=\u009B31mred"), "red");
}

TEST(TextSanitizer, DoesNotLetAnUnfinishedSequenceHideTheRest) {
    EXPECT_EQ(clean_for_xml("\x1B]0;a password field"), "0;a password field");
    EXPECT_EQ(clean_for_xml("\x1B"), "");
    EXPECT_EQ(clean_for_xml("\x1B[31"), "");
    EXPECT_EQ(clean_for_xml("\x1B[31é"), "é");
}

TEST(TextSanitizer, DropsWhatXmlCannotHold) {
    EXPECT_EQ(clean_for_xml("a\0b\x01\x08\x0B\x1Fz\uFFFE\uFFFF\t\r\n\x7F😀"sv), "abz\t\r\n\x7F😀");
}

TEST(TextSanitizer, PutsTerminalTextOnOneLineWithoutControls) {
    EXPECT_EQ(clean_for_terminal("one\r\ntwo\tthree\u2028four"), "one  two three four");
    EXPECT_EQ(clean_for_terminal("\u202Eevil\u2066\u200F \x1B[2Jscreen\x07\u0090\x7F"), "evil screen");
}

TEST(TextSanitizer, CutsByColumnsNotBytes) {
    EXPECT_EQ(fit_columns("äöü", 2), "äö");
    EXPECT_EQ(fit_columns("日本", 3), "日");
    EXPECT_EQ(fit_columns("short", 10), "short");
}

}  // namespace
}  // namespace reprise::reporters
