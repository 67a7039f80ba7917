#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <reprise/runner/recording.hpp>

#include "unit/runner/runner_test_support.hpp"

namespace reprise::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array k_recordings{
    // snake_case row of the portal, with members only it knows
    R"({"id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "user_id": "u", "name": "Login", "description": null,
        "starting_url": "https://example.com/login", "status": "ready", "step_count": 1, "steps": [
        {"stepNumber": 1, "timestamp": 1700145000000, "label": "Email Address", "event": "type", "selector": "input#email",
         "value": "test@example.com", "x": 150, "y": 250.5, "zeta": 1, "alpha": {"b": [], "a": {}},
         "bundle": {"id": "email", "future": [1, 2.50, null, true], "bounding": {"left": 0.5, "top": 1e2, "width": 3, "height": 4}}}],
        "variables": {}, "created_at": "2025-11-01T00:00:00Z"})",
    // camelCase
    R"({"startingUrl": "x", "variableMapping": {"b": "B", "a": "A"}, "steps": [], "stopOnError": false})",
    // unicode, escapes, numbers at the edges
    R"({"starting_url": "x", "name": "Grüße 漢字 \ud83d\ude00 \u0001 \" \\ \/ \n", "steps": [], "größe": 9223372036854775807,
        "unsigned": 18446744073709551615, "negative": -9223372036854775808, "tiny": 5e-324, "huge": 1.7976931348623157e308,
        "whole": 1.0, "third": 0.3333333333333333, "z": -0.0})",
};

TEST(Writer, LosesNothingAndKeepsTheOrder) {
    const TemporaryFolder folder;
    for (const char* text : k_recordings) {
        const std::string path = folder.write("in.json", text);
        const std::string written = (folder / "out.json").string();
        write_recording(read_recording(path), written);
        EXPECT_EQ(boost::json::serialize(boost::json::parse(text_of_file(written))),
                  boost::json::serialize(boost::json::parse(text)));
        const std::string once = text_of_file(written);
        write_recording(read_recording(written), written);
        EXPECT_EQ(text_of_file(written), once) << "writing again changes nothing";
    }
}

TEST(Writer, IndentsByTwoSpacesAndWritesNumbersAsPeopleDo) {
    EXPECT_EQ(
        format_json(boost::json::parse(R"({"a":[1,0.5,2.0,1e30,-7],"b":{},"c":[],"d":{"e":null,"f":true,"g":"ü\n"}})")),
        "{\n"
        "  \"a\": [\n"
        "    1,\n"
        "    0.5,\n"
        "    2.0,\n"
        "    1e+30,\n"
        "    -7\n"
        "  ],\n"
        "  \"b\": {},\n"
        "  \"c\": [],\n"
        "  \"d\": {\n"
        "    \"e\": null,\n"
        "    \"f\": true,\n"
        "    \"g\": \"ü\\n\"\n"
        "  }\n"
        "}\n");
}

TEST(Writer, LeavesNoTemporaryFile) {
    const TemporaryFolder folder;
    write_recording(recording_of(""), (folder / "out.json").string());
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        names.push_back(entry.path().filename());
    EXPECT_THAT(names, ElementsAre("out.json"));
}

TEST(Writer, KeepsTheOldFileWhenItCannotWrite) {
    const TemporaryFolder folder;
    const std::string target = (folder / "missing/out.json").string();
    try {
        write_recording(recording_of(""), target);
        FAIL() << "wrote into a folder that is not there";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("write_recording: " + target));
        EXPECT_THAT(error.what(), HasSubstr("cannot be created: No such file or directory"));
    }
    // A folder in the target's place: the rename fails after the text was written.
    std::filesystem::create_directory((folder / "taken").string());
    EXPECT_THROW(write_recording(recording_of(""), (folder / "taken").string()), Error);
    EXPECT_TRUE(std::filesystem::is_directory((folder / "taken").string()));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace reprise::runner
