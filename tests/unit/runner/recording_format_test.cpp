// The documentation of the format is held against the reader: its examples are read, its schema knows both key styles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <reprise/runner/recording.hpp>

#include "unit/runner/runner_test_support.hpp"

namespace reprise::runner {
namespace {

using testing::IsEmpty;

// The fenced blocks of the language `json`, with the lines they begin in.
std::vector<std::pair<int, std::string>> json_examples(const std::string& text) {
    std::vector<std::pair<int, std::string>> examples;
    std::istringstream lines(text);
    bool inside = false;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line == "```json") {
            inside = true;
            examples.emplace_back(number, "");
        } else if (line == "```") {
            inside = false;
        } else if (inside) {
            examples.back().second += line + "\n";
        }
    }
    return examples;
}

TEST(RecordingFormat, HasExamplesThatCanBeRead) {
    const auto examples = json_examples(text_of_file(REPRISE_DOCS "/recording-format.md"));
    EXPECT_GE(examples.size(), 10u);
    std::set<Event> shown;
    for (const auto& [line, example] : examples) {
        const auto value = boost::json::parse(example);
        const bool is_recording = value.is_object() && value.get_object().contains("steps");
        const bool is_step = value.is_object() && value.get_object().contains("event");
        if (!is_recording && !is_step && !value.is_array()) continue;  // other members of a recording
        const std::string steps = value.is_array() ? example.substr(1, example.rfind(']') - 1) : example;
        const std::string text = is_recording ? example : recording_text(steps);
        EXPECT_EQ(reading_error(text), "no error") << "recording-format.md:" << line;
        const Recording recording = parse_recording(text, "example.json");
        EXPECT_THAT(validate(recording), IsEmpty()) << "recording-format.md:" << line;
        for (const Step& step : recording.steps) shown.insert(step.event);
    }
    EXPECT_EQ(shown.size(), static_cast<std::size_t>(Event::closetab) + 1) << "every event has an example";
}

void check_key_styles(const boost::json::object& properties) {
    for (const auto& [name, rule] : properties) {
        std::string snake;
        bool after_lower = false;
        for (const char c : std::string(name)) {
            const bool is_upper = c >= 'A' && c <= 'Z';
            if (is_upper && after_lower) snake += '_';
            snake += is_upper ? static_cast<char>(c + 'a' - 'A') : c;
            after_lower = c >= 'a' && c <= 'z';
        }
        EXPECT_TRUE(properties.contains(snake)) << name << " has no snake_case form " << snake;
    }
}

void walk_schema(const boost::json::value& value) {
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array) walk_schema(element);
    }
    const auto* object = value.if_object();
    if (object == nullptr) return;
    if (const auto* properties = object->if_contains("properties")) check_key_styles(properties->as_object());
    for (const auto& [name, member] : *object) walk_schema(member);
}

TEST(RecordingSchema, KnowsEveryMemberInBothKeyStyles) {
    walk_schema(boost::json::parse(text_of_file(REPRISE_DOCS "/recording.schema.json")));
}

TEST(RecordingSchema, DescribesEveryMember) {
    const auto schema = boost::json::parse(text_of_file(REPRISE_DOCS "/recording.schema.json"));
    for (const char* place : {"/properties", "/$defs/step/properties", "/$defs/metadata/properties",
                              "/$defs/bundle/properties", "/$defs/variable/properties", "/$defs/settings/properties"}) {
        for (const auto& [name, rule] : schema.at_pointer(place).as_object()) {
            EXPECT_TRUE(rule.as_object().contains("description") || rule.as_object().contains("$ref"))
                << place << "/" << name;
        }
    }
}

TEST(RecordingSchema, KnowsTheEventsOfTheProgram) {
    const auto schema = boost::json::parse(text_of_file(REPRISE_DOCS "/recording.schema.json"));
    const auto& events = schema.at_pointer("/$defs/step/properties/event/enum").as_array();
    EXPECT_EQ(events.size(), static_cast<std::size_t>(Event::closetab) + 1);
    for (const auto& event : events)
        EXPECT_TRUE(event_from_string(std::string_view(event.as_string()))) << event.as_string();
}

}  // namespace
}  // namespace reprise::runner
