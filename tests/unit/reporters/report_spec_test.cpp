#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>

#include <reprise/reporters/journal.hpp>
#include <reprise/reporters/report.hpp>

#include "sample_run.hpp"

namespace reprise::reporters {
namespace {

using namespace test;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string refusal_of(std::string_view text) {
    try {
        parse_reporters(text);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no error";
}

TEST(ParseReporters, TakesSeveralWithPaths) {
    const auto specs = parse_reporters("line,junit=out/a=b.xml,json");
    ASSERT_EQ(specs.size(), 3U);
    EXPECT_EQ(specs[0].name, "line");
    EXPECT_FALSE(specs[0].path);
    EXPECT_EQ(specs[1].path, "out/a=b.xml");
    EXPECT_FALSE(is_file_report(specs[0]));
    EXPECT_TRUE(is_file_report(specs[2]));
}

TEST(ParseReporters, KnowsThePortalAsNeitherFileNorTerminal) {
    const auto specs = parse_reporters("supabase");
    EXPECT_FALSE(is_file_report(specs[0]));
    EXPECT_FALSE(is_live_report(specs[0]));
    EXPECT_EQ(make_live_reporter(specs[0], {}), nullptr);
    EXPECT_THAT(refusal_of("supabase=x"), HasSubstr("writes to a portal and takes no path"));
}

TEST(ParseReporters, SuggestsTheNearestWord) {
    EXPECT_EQ(refusal_of("line,junti"),
              "--reporter line,junti: unknown reporter \"junti\", did you mean \"junit\"? "
              "Known: line, list, dot, json, junit, junit-strict, supabase");
    EXPECT_THAT(refusal_of("strict-junit=x.xml"), HasSubstr("unknown reporter \"strict-junit\""));
    EXPECT_THAT(refusal_of("JSON"), HasSubstr("\"JSON\""));
    EXPECT_THAT(refusal_of("dots"), HasSubstr("did you mean \"dot\"?"));
    EXPECT_THAT(refusal_of("line,"), HasSubstr("unknown reporter \"\""));
}

TEST(ParseReporters, RefusesPathsThatMakeNoSense) {
    EXPECT_EQ(refusal_of("line=x.txt"), "--reporter line=x.txt: \"line\" writes to the terminal and takes no path");
    EXPECT_EQ(refusal_of("json="), "--reporter json=: expected a path after \"json=\"");
}

TEST(MakeLiveReporter, GivesNothingForAFileReport) {
    EXPECT_EQ(make_live_reporter({.name = "junit"}, {}), nullptr);
    EXPECT_NE(make_live_reporter({.name = "dot"}, {}), nullptr);
}

TEST(WriteReport, ReplacesTheOldReportAndLeavesNothingElse) {
    const TemporaryFolder folder;
    const JournalView view(write_journal(folder, {}));
    const auto target = folder / "deep/report.json";
    std::filesystem::create_directories(target.parent_path());
    write_file(target, "stale");
    EXPECT_EQ(write_report({.name = "json", .path = target}, view, folder.path()), target);
    EXPECT_THAT(read_file(target), StartsWith("{"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(target.parent_path()), {}), 1);
}

TEST(WriteReport, FollowsASymbolicLink) {
    const TemporaryFolder folder;
    const JournalView view(write_journal(folder, {}));
    write_file(folder / "real.xml", "stale");
    std::filesystem::create_symlink("real.xml", folder / "link.xml");
    write_report({.name = "junit", .path = folder / "link.xml"}, view, folder.path());
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.xml"));
    EXPECT_THAT(read_file(folder / "real.xml"), StartsWith("<?xml"));
}

TEST(WriteReport, NamesThePathItCannotWrite) {
    const TemporaryFolder folder;
    const JournalView view(write_journal(folder, {}));
    write_file(folder / "file", "");
    const auto error_for = [&](const std::filesystem::path& path) -> std::string {
        try {
            write_report({.name = "junit", .path = path}, view, folder.path());
        } catch (const std::system_error& error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_THAT(error_for(folder / "file/x.xml"), HasSubstr("cannot create folder " + (folder / "file").string()));
    EXPECT_THAT(error_for(folder.path()),
                AllOf(HasSubstr("cannot write report " + folder.path().string()), HasSubstr("Is a directory")));
    EXPECT_THAT(error_for("/dev/full"), HasSubstr("cannot write report /dev/full: No space left on device"));
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST(WriteReport, RefusesALiveReporter) {
    const TemporaryFolder folder;
    const JournalView view(write_journal(folder, {}));
    EXPECT_THROW(write_report({.name = "line"}, view, folder.path()), std::invalid_argument);
}

}  // namespace
}  // namespace reprise::reporters
