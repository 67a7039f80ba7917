// Traces are read back from the zip that was written.
#include <reprise/reporters/trace.hpp>

#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <reprise/reporters/redactor.hpp>

#include "support/expect_throw.hpp"
#include "support/temporary_folder.hpp"
#include "trace/trace_lines.hpp"

namespace reprise::reporters {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const WallTime k_start{std::chrono::milliseconds{1'750'000'000'000}};

std::map<std::string, std::string> read_zip(const fs::path& file) {
    std::map<std::string, std::string> entries;
    auto* zip = zip_open(file.c_str(), ZIP_RDONLY, nullptr);
    for (zip_int64_t i = 0; zip != nullptr && i < zip_get_num_entries(zip, 0); ++i) {
        zip_stat_t about;
        zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &about);
        std::string bytes(about.size, '\0');
        auto* entry = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
        zip_fread(entry, bytes.data(), bytes.size());
        zip_fclose(entry);
        entries.emplace(about.name, std::move(bytes));
    }
    if (zip != nullptr) zip_discard(zip);
    return entries;
}

class TraceTest : public testing::Test {
protected:
    static Trace sample() {
        TraceCall click{.id = 1,
                        .text = "page.locator(\"#save\").click()",
                        .page = "A",
                        .started = k_start + 10ms,
                        .duration = 1500us};
        click.place = {"buy_test.cpp", 3};
        click.point = TracePoint{40, 25};
        TraceCall expect{.id = 2,
                         .text = "page.expect(title)",
                         .page = "A",
                         .started = k_start + 20ms,
                         .duration = 5s,
                         .error_type = "AssertionError",
                         .error = "expected \"saved\""};
        expect.log = {"waiting"};
        Trace trace{.title = "buys a ticket", .started = k_start, .viewport = {800, 600}};
        trace.calls = {click, expect};
        return trace;
    }
    // Writes, and gives the events by their type, and all entries in `entries_`.
    std::map<std::string, std::vector<json::object>> write(const Trace& trace, const TraceOptions& options = {}) {
        const auto file = folder_.path() / "out" / "trace.zip";
        write_trace(trace, file, options);
        entries_ = read_zip(file);
        std::map<std::string, std::vector<json::object>> events;
        std::istringstream lines{entries_["trace.trace"]};
        for (std::string line; std::getline(lines, line);) {
            auto event = json::parse(line).as_object();
            events[std::string(event.at("type").as_string())].push_back(event);
        }
        return events;
    }

    tests::TemporaryFolder folder_;
    std::map<std::string, std::string> entries_;
};

TEST_F(TraceTest, BeginsWithTheContextInVersionEight) {
    write(sample());
    const auto& lines = entries_.at("trace.trace");
    const auto first = json::parse(lines.substr(0, lines.find('\n')));
    EXPECT_EQ(first.at("type"), "context-options");
    EXPECT_EQ(first.at("version"), 8);
    EXPECT_EQ(first.at("title"), "buys a ticket");
    EXPECT_EQ(first.at("wallTime").to_number<double>(), 1'750'000'000'000.0);
    EXPECT_EQ(first.at("options").at("viewport").at("width"), 800);
    EXPECT_TRUE(entries_.contains("trace.network"));
}

TEST_F(TraceTest, TellsEachCallWithItsBeginningLogEndAndError) {
    auto events = write(sample());
    ASSERT_EQ(events["before"].size(), 2);
    const auto& click = events["before"][0];
    EXPECT_EQ(click.at("callId"), "call@1");
    EXPECT_EQ(click.at("title"), "page.locator(\"#save\").click()");
    EXPECT_EQ(click.at("method"), "click");
    EXPECT_NEAR(click.at("startTime").to_number<double>(), 1'750'000'000'010.0, 0.01);
    EXPECT_NEAR(events["after"][0].at("endTime").to_number<double>(), 1'750'000'000'011.5, 0.01);
    EXPECT_FALSE(events["after"][0].contains("error"));
    EXPECT_EQ(events["after"][1].at("error").at("name"), "AssertionError");
    EXPECT_EQ(events["after"][1].at("error").at("message"), "expected \"saved\"");
    EXPECT_EQ(events["input"][0].at("point").at("x").to_number<int>(), 40);
    EXPECT_EQ(events["log"][0].at("message"), "waiting");
    EXPECT_THAT(std::string(click.at("pageId").as_string()), testing::MatchesRegex("page@[0-9a-f]{32}"));
}

TEST_F(TraceTest, HoldsTheSourcesThatCallsName) {
    fs::create_directories(folder_.path() / "shop");
    const auto source = folder_.path() / "shop" / "buy_test.cpp";
    std::ofstream{source} << "one\ntwo\nclick();\n";
    auto trace = sample();
    trace.calls[0].place.file = "../../shop/buy_test.cpp";  // as seen from a build folder
    trace.calls[1].place = {"gone.cpp", 7};
    auto events = write(trace, {.source_folders = {folder_.path()}});
    const auto& frame = events["before"][0].at("stack").at(0);
    EXPECT_EQ(frame.at("file").as_string(), source.string());
    EXPECT_EQ(frame.at("line"), 3);
    EXPECT_EQ(entries_["resources/src@" + trace_name(source.string()) + ".txt"], "one\ntwo\nclick();\n");
    EXPECT_EQ(events["before"][1].at("stack").at(0).at("file"), "gone.cpp");
}

TEST_F(TraceTest, HoldsPicturesOnceAndShowsThemForTheirCalls) {
    auto trace = sample();
    trace.pictures = {{.time = k_start + 15ms, .page = "A", .bytes = "\x89PNG one", .size = {800, 600}},
                      {.time = k_start + 6s, .page = "A", .bytes = "\x89PNG one", .size = {800, 600}}};
    auto events = write(trace);
    ASSERT_EQ(events["screencast-frame"].size(), 2);
    const auto name = events["screencast-frame"][0].at("sha1").as_string();
    EXPECT_EQ(name, events["screencast-frame"][1].at("sha1").as_string());
    EXPECT_EQ(entries_["resources/" + std::string(name)], "\x89PNG one");
    EXPECT_EQ(events["after"][0].at("afterSnapshot"), "after@call@1");
    EXPECT_EQ(events["after"][1].at("afterSnapshot"), "after@call@2");
    ASSERT_EQ(events["frame-snapshot"].size(), 2);
    const auto& body = events["frame-snapshot"][0].at("snapshot").at("html").at(3);
    EXPECT_EQ(body.at(2).at(1).at("src"), "data:image/png;base64,iVBORyBvbmU=");
}

TEST_F(TraceTest, HoldsConsolePageErrorsOutputAndAttachments) {
    auto trace = sample();
    trace.console = {
        {.time = k_start, .page = "A", .type = "warning", .text = "slow", .place = {"http://a/x.js", 5, 1}}};
    trace.page_errors = {{.time = k_start, .page = "A", .message = "boom", .stack = "at x.js"}};
    trace.output = {{.time = k_start, .text = "hello\n"}};
    trace.attachments = {{.name = "page.yaml", .content_type = "text/yaml", .bytes = "- heading"}};
    auto events = write(trace);
    EXPECT_EQ(events["console"][0].at("messageType"), "warning");
    EXPECT_EQ(events["console"][0].at("location").at("lineNumber"), 5);
    EXPECT_EQ(events["event"][0].at("params").at("error").at("error").at("message"), "boom");
    EXPECT_EQ(events["stdout"][0].at("text"), "hello\n");
    const auto& attachment = events["after"][1].at("attachments").at(0);
    EXPECT_EQ(attachment.at("name"), "page.yaml");
    EXPECT_EQ(entries_["resources/" + std::string(attachment.at("sha1").as_string())], "- heading");
}

TEST_F(TraceTest, RedactsEveryTextAndRepairsWhatIsNoUtf8) {
    Redactor redactor;
    redactor.add("hunter2");
    const auto source = folder_.path() / "a.cpp";
    std::ofstream{source} << "fill(\"hunter2\")";
    auto trace = sample();
    trace.title = "hunter2";
    trace.calls[0].text = "page.navigate(\"/?k=hunter2\")";
    trace.calls[0].place.file = source.string();
    trace.calls[1].error = "hunter2 \xff";
    trace.calls[1].log = {"hunter2"};
    trace.console = {{.time = k_start, .text = "hunter2"}};
    trace.page_errors = {{.time = k_start, .message = "hunter2", .stack = "hunter2"}};
    trace.output = {{.time = k_start, .text = "hunter2"}};
    trace.attachments = {{.name = "a", .content_type = "text/plain", .bytes = "hunter2"}};
    trace.errors = {"hunter2"};
    write(trace, {.redactor = &redactor});
    for (const auto& [name, bytes] : entries_) EXPECT_THAT(bytes, Not(HasSubstr("hunter2"))) << name;
    EXPECT_THAT(entries_["trace.trace"], HasSubstr("*** \xEF\xBF\xBD"));
}

TEST_F(TraceTest, NamesTheFileThatCannotBeWritten) {
    EXPECT_THROW_MSG(write_trace(sample(), "/proc/none/trace.zip"), std::system_error,
                     HasSubstr("cannot create folder /proc/none: "));
    std::ofstream{folder_.path() / "file"} << "x";
    EXPECT_THROW_MSG(write_trace(sample(), folder_.path() / "file" / "trace.zip"), std::system_error,
                     HasSubstr("file"));
}

}  // namespace
}  // namespace reprise::reporters
