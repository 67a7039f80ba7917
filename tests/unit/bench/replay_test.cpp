#include <gmock/gmock.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "replay_server.hpp"

namespace reprise::bench {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(WithScript, GoesBeforeThePagesOwnScriptsAndLeavesNoTrace) {
    const std::string script = "<script>x;document.currentScript.remove()</script>";
    EXPECT_EQ(with_script("<!doctype html><HTML lang='en'><HEAD class='a'><script>", "x"),
              "<!doctype html><HTML lang='en'><HEAD class='a'>" + script + "<script>");
    EXPECT_EQ(with_script("<html><header>", "x"), "<html>" + script + "<header>");
    EXPECT_EQ(with_script("<!doctype html><p>", "x"), "<!doctype html>" + script + "<p>");
    EXPECT_EQ(with_script("<p>", "x"), script + "<p>");
}

class Recordings : public ::testing::Test {
protected:
    Recordings() {
        pair_.before = {.page = "old.html", .selector = "#old", .frames = {"#frame"}};
        pair_.after = {.page = "new.html", .selector = "#new"};
        decision_.target = {.tag = "a", .id = "old", .href = "/x", .text = "Go", .xpath = "/html[1]/a[1]"};
        decision_.page = {decision_.target};
    }
    json::object recording(const char* prep, Asked asked = Asked::as_is) {
        pair_.after.prep = json::parse(prep).as_array();
        row_.asked = asked;
        return recording_of(row_, "http://r1.localhost:1");
    }
    static std::vector<std::string> events(const json::object& recording) {
        std::vector<std::string> list;
        for (const auto& step : recording.at("steps").as_array()) list.emplace_back(step.at("event").as_string());
        return list;
    }

    Pair pair_;
    Decision decision_;
    Row row_{.key = "r1", .pair = &pair_, .decision = &decision_, .asked = Asked::as_is};
};

TEST_F(Recordings, TheStepTellsWhatARecorderNoted) {
    const auto recorded = recording("[]");
    EXPECT_EQ(recorded.at("starting_url"), "http://r1.localhost:1/new.html");
    const auto& step = recorded.at("steps").at(0);
    EXPECT_EQ(step.at("label"), "Go");
    EXPECT_EQ(step.at("bundle").at("iframeChain"), json::array{"#frame"});
    EXPECT_EQ(step.at("bundle").at("visibleText"), "Go");
    EXPECT_EQ(step.at("metadata").at("fingerprint").at("href"), "/x");
    EXPECT_EQ(step.at("metadata").at("snapshot").as_array().size(), 1u);
}

TEST_F(Recordings, WaitingIsAStepOfTheRecordingTheRestIsDoneByThePage) {
    EXPECT_EQ(events(recording(R"([["wait", 800]])")), (std::vector<std::string>{"wait", "click"}));
    EXPECT_EQ(events(recording(R"([["wait", 800], ["js", "x"]])")), (std::vector<std::string>{"assert", "click"}));
    EXPECT_EQ(events(recording("[]", Asked::ablated)), (std::vector<std::string>{"assert", "click"}));
}

// The recording must not name the element by what only the pair knows.
TEST_F(Recordings, OnlyThePageKnowsTheAnswer) {
    EXPECT_THAT(json::serialize(recording("[]")), Not(HasSubstr("#new")));
    EXPECT_THAT(script_of(row_), HasSubstr("#new"));
}

TEST_F(Recordings, AScriptEndsNowhereButAtItsEnd) {
    recording(R"([["js", "a = '</script>'"]])");
    EXPECT_THAT(script_of(row_), Not(HasSubstr("</")));
}

}  // namespace
}  // namespace reprise::bench
