#include "verdicts.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace reprise::bench {
namespace {

namespace json = boost::json;

constexpr const char* k_healing =
    R"({"stepNumber": 2, "confidence": 91.0, "applied": true, "healedBundle": "{\"xpath\": \"/html[1]/a[2]\"}"})";
constexpr const char* k_refusal =
    R"({"stepNumber": 2, "confidence": 41.0, "applied": false, "healedBundle": "{\"xpath\": \"/html[1]/a[9]\"}"})";

class Verdicts : public ::testing::Test {
protected:
    Verdicts() {
        pair_.after.selector = "#there";
        decision_.candidates = {{.xpath = "/html[1]/a[1]"}, {.xpath = "/html[1]/a[2]"}};
        decision_.right = {1};
        seen_.opened = seen_.shown = true;
    }

    Judgement judged(const std::string& failure, const std::string& healing = "") {
        auto text = R"({"test": {"totalSteps": 2}, "attempts": [{"steps": [{"duration": 3}, {"duration": 7}])";
        auto attempt = std::string(text) + R"(, "healing": [)" + healing + "]";
        if (!failure.empty()) attempt += R"(, "failure": )" + failure;
        const auto document = json::parse(attempt + "}]}");
        return judge(row_, seen_, &document.as_object());
    }
    static std::string failure(const std::string& type, int step = 2) {
        return R"({"type": ")" + type + R"(", "message": "it is so\n  call log", "stepNumber": )" +
               std::to_string(step) + "}";
    }
    void press(bool right) {
        seen_.presses.push_back({.type = "pointerdown", .right = right, .element = "<a>", .before_cut = false});
    }
    void remove() {
        pair_.after.selector.clear();
        decision_.right.clear();
        seen_.shown = false;
    }

    Pair pair_;
    Decision decision_;
    Seen seen_;
    Row row_{.key = "r1", .pair = &pair_, .decision = &decision_, .asked = Asked::as_is};
};

TEST_F(Verdicts, APressOnTheElementIsRightHoweverItWasFound) {
    press(true);
    EXPECT_EQ(judged("").verdict, Verdict::right);
    EXPECT_FALSE(judged("").healed);
    const auto healed = judged("", k_healing);
    EXPECT_EQ(healed.verdict, Verdict::right);
    EXPECT_TRUE(healed.healed);
    EXPECT_DOUBLE_EQ(healed.confidence.value(), 0.91);
    EXPECT_TRUE(healed.best_right);
    EXPECT_DOUBLE_EQ(healed.step_ms, 7);
}

TEST_F(Verdicts, APressOnAnotherElementIsWrong) {
    press(false);
    const auto made = judged("");
    EXPECT_EQ(made.verdict, Verdict::wrong);
    EXPECT_EQ(made.reason, "<a>");
}

// A press on a label goes on to its field as a click of the page's own.
TEST_F(Verdicts, OneRightEventOfAPressIsEnough) {
    press(false);
    press(true);
    EXPECT_EQ(judged("").verdict, Verdict::right);
}

TEST_F(Verdicts, AnyPressIsWrongWhereTheElementIsGone) {
    remove();
    press(true);
    EXPECT_EQ(judged("").verdict, Verdict::wrong);
    EXPECT_EQ(judged(failure("ElementAbsent")).verdict, Verdict::refused);
}

TEST_F(Verdicts, RefusalsAreToldFromPressesThatCouldNotBeMade) {
    const auto refused = judged(failure("ElementAbsent"), k_refusal);
    EXPECT_EQ(refused.verdict, Verdict::refused);
    EXPECT_EQ(refused.reason, "it is so");
    EXPECT_FALSE(refused.best_right);
    EXPECT_EQ(judged(failure("StrictnessError")).verdict, Verdict::refused);
    const std::string late = R"({"type": "TimeoutError", "message": "no element matches after 9 ms", "stepNumber": 2})";
    EXPECT_EQ(judged(late).verdict, Verdict::refused);
    EXPECT_EQ(judged(late, k_refusal).verdict, Verdict::refused);
    EXPECT_EQ(judged(late, k_healing).verdict, Verdict::stuck);
    EXPECT_EQ(judged(failure("TimeoutError")).verdict, Verdict::stuck);
    EXPECT_EQ(judged(failure("TimeoutError"), k_healing).verdict, Verdict::stuck);
}

TEST_F(Verdicts, AHealToAnotherElementIsWrongThoughItCouldNotBePressed) {
    decision_.right = {0};
    EXPECT_EQ(judged(failure("TimeoutError"), k_healing).verdict, Verdict::wrong);
}

TEST_F(Verdicts, WhatCouldNotBeAskedIsNotMeasured) {
    EXPECT_EQ(judge(row_, seen_, nullptr).verdict, Verdict::unmeasured);
    EXPECT_EQ(judged("").reason, "the press was not seen");
    press(true);
    EXPECT_EQ(judged(failure("TimeoutError", 1)).verdict, Verdict::unmeasured);
    seen_.shown = false;
    EXPECT_EQ(judged("").reason, "the page never showed the element");
    seen_.opened = false;
    EXPECT_EQ(judged("").reason, "the page was not served");
}

TEST_F(Verdicts, AnAblatedPageIsMeasuredOnlyWhenTheElementWasOut) {
    row_.asked = Asked::ablated;
    EXPECT_EQ(judged(failure("ElementAbsent")).verdict, Verdict::unmeasured);
    seen_.cut = true;
    EXPECT_EQ(judged(failure("ElementAbsent")).verdict, Verdict::refused);
    press(true);
    EXPECT_EQ(judged("").verdict, Verdict::wrong);
    seen_.presses.front().before_cut = true;
    EXPECT_EQ(judged("").verdict, Verdict::unmeasured);
}

}  // namespace
}  // namespace reprise::bench
