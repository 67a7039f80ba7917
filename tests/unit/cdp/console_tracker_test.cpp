#include "page/console_tracker.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace reprise::cdp {
namespace {

using testing::EndsWith;

class ConsoleTrackerTest : public testing::Test {
protected:
    bool feed(const char* method, const std::string& params) {
        return tracker_.on_event(method, boost::json::parse(params).as_object());
    }
    std::string logged(const std::string& arguments) {
        feed("Runtime.consoleAPICalled", fmt::format(R"({{"type":"log","args":[{}],"timestamp":1000}})", arguments));
        return tracker_.messages().back().text;
    }
    ConsoleTracker tracker_;
};

TEST_F(ConsoleTrackerTest, WritesArgumentsAsConsolesDo) {
    EXPECT_EQ(logged(R"({"type":"string","value":"a"},{"type":"number","value":1.5,"description":"1.5"})"), "a 1.5");
    EXPECT_EQ(logged(R"({"type":"undefined"},{"type":"object","subtype":"null","value":null})"), "undefined null");
    EXPECT_EQ(logged(R"({"type":"number","unserializableValue":"NaN","description":"NaN"})"), "NaN");
    const auto object = logged(R"j({"type":"object","description":"Object","preview":{"overflow":true,"properties":[
        {"name":"a","type":"number","value":"1"},{"name":"b","type":"object","value":"Array(2)"}]}})j");
    EXPECT_EQ(object, "{a: 1, b: Array(2), …}");
    const auto array = logged(R"j({"type":"object","subtype":"array","description":"Array(1)","preview":{
        "subtype":"array","overflow":false,"properties":[{"name":"0","type":"string","value":"x"}]}})j");
    EXPECT_EQ(array, "[x]");
    EXPECT_EQ(logged(R"({"type":"object","subtype":"node","description":"p#here"})"), "p#here");
    EXPECT_EQ(logged(""), "");
}

TEST_F(ConsoleTrackerTest, SaysWhereAndWhen) {
    feed("Runtime.consoleAPICalled", R"({"type":"warning","args":[],"timestamp":1500,"stackTrace":{"callFrames":[
        {"url":"http://a/x.js","lineNumber":4,"columnNumber":0},{"url":"http://a/y.js","lineNumber":1}]}})");
    const auto message = tracker_.messages().at(0);
    EXPECT_EQ(message.type, "warning");
    EXPECT_EQ(message.url, "http://a/x.js");
    EXPECT_EQ(message.line, 5);
    EXPECT_EQ(message.column, 1);
    EXPECT_EQ(message.time.time_since_epoch(), std::chrono::milliseconds{1'500});
}

TEST_F(ConsoleTrackerTest, TakesErrorsApartAndKeepsWhatElseIsThrown) {
    feed("Runtime.exceptionThrown", R"j({"timestamp":1,"exceptionDetails":{"text":"Uncaught","lineNumber":1,
        "columnNumber":2,"url":"http://a/x.js","exception":{"type":"object","subtype":"error",
        "description":"Error: one\ntwo\n    at f (http://a/x.js:2:3)"}}})j");
    feed("Runtime.exceptionThrown", R"({"timestamp":1,"exceptionDetails":{"text":"Uncaught","lineNumber":0,
        "columnNumber":0,"exception":{"type":"string","value":"just text"}}})");
    const auto errors = tracker_.errors();
    EXPECT_EQ(errors.at(0).message, "Error: one\ntwo");
    EXPECT_EQ(errors.at(0).stack, "Error: one\ntwo\n    at f (http://a/x.js:2:3)");
    EXPECT_EQ(errors.at(0).line, 2);
    EXPECT_EQ(errors.at(1).message, "just text");
    EXPECT_EQ(errors.at(1).stack, "");
}

TEST_F(ConsoleTrackerTest, KeepsTheLastThousandAndNumbersThem) {
    for (int i = 1; i <= 1'003; ++i) logged(fmt::format(R"({{"type":"string","value":"{}"}})", i));
    const auto messages = tracker_.messages();
    ASSERT_EQ(messages.size(), 1'000U);
    EXPECT_EQ(messages.front().number, 4U);
    EXPECT_EQ(messages.front().text, "4");
    EXPECT_EQ(messages.back().number, 1'003U);
}

TEST_F(ConsoleTrackerTest, CutsLongTextsBetweenCharacters) {
    std::string text = "x";
    for (int i = 0; i < 10'000; ++i) text += "é";
    EXPECT_THAT(logged(fmt::format(R"({{"type":"string","value":"{}"}})", text)), EndsWith("é… (3618 bytes more)"));
}

TEST_F(ConsoleTrackerTest, PassesOverWhatItCannotRead) {
    EXPECT_FALSE(feed("Page.frameNavigated", "{}"));
    EXPECT_TRUE(feed("Runtime.exceptionThrown", R"({"exceptionDetails":7})"));
    EXPECT_TRUE(feed("Runtime.consoleAPICalled", R"({"args":[1,{}]})"));
    EXPECT_TRUE(feed("Log.entryAdded", "{}"));
    EXPECT_TRUE(tracker_.errors().empty());
}

TEST_F(ConsoleTrackerTest, WhatAWorkerWritesIsToldOnceWithItsName) {
    tracker_.on_event("Runtime.consoleAPICalled",
                      boost::json::parse(R"({"type":"log","args":[{"type":"string","value":"hi"}]})").as_object(),
                      {"W", "http://a.test/w.js"});
    EXPECT_TRUE(feed("Log.entryAdded", R"({"entry":{"source":"worker","level":"info","text":"hi"}})"));
    ASSERT_EQ(tracker_.messages().size(), 1U);
    EXPECT_EQ(tracker_.messages()[0].worker_id, "W");
    EXPECT_EQ(tracker_.messages()[0].worker_url, "http://a.test/w.js");
}

TEST_F(ConsoleTrackerTest, TheIconThatTheBrowserAsksForOnItsOwnIsNotThePages) {
    EXPECT_TRUE(feed("Log.entryAdded", R"({"entry":{"source":"network","level":"error","text":"404",)"
                                       R"("url":"http://a.test/favicon.ico"}})"));
    EXPECT_TRUE(tracker_.messages().empty());
    EXPECT_TRUE(feed("Log.entryAdded", R"({"entry":{"source":"network","level":"error","text":"404",)"
                                       R"("url":"http://a.test/picture.png"}})"));
    EXPECT_EQ(tracker_.messages().size(), 1U);
}

}  // namespace
}  // namespace reprise::cdp
