#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <reprise/runner/recording.hpp>

#include "unit/runner/runner_test_support.hpp"

namespace reprise::runner {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> findings(std::string_view steps, std::string_view more = {}) {
    std::vector<std::string> texts;
    for (const Problem& problem : validate(recording_of(steps, more))) {
        EXPECT_EQ(problem.severity, Severity::warning);
        texts.push_back(to_string(problem));
    }
    return texts;
}

constexpr const char* k_email =
    R"({"stepNumber": 1, "label": "Email", "event": "type", "value": "a", "bundle": {"id": "email"}})";

TEST(Validator, HasNothingToSayAboutAGoodRecording) {
    EXPECT_THAT(
        findings(
            k_email,
            R"("variables": {"Email": {"stepNumber": 1, "csvColumn": "mail"}}, "field_mapping": {"mail": "Email"},)"),
        IsEmpty());
}

TEST(Validator, WarnsOfAPasswordInClearText) {
    const std::string password = R"(
{"stepNumber": 1, "label": "Password", "event": "type", "value": "hunter2", "bundle": {"id": "p"},
 "metadata": {"elementType": "password"}})";
    EXPECT_THAT(findings(password),
                ElementsAre("test.json:2:1: warning: step 1 \"Password\" holds a password in clear text: write "
                            "{{column}} or ${env:NAME}"));
    std::string reference = password;
    reference.replace(reference.find("hunter2"), 7, "${env:PW}");
    EXPECT_THAT(findings(reference), IsEmpty());
}

TEST(Validator, WarnsOfASecretDefault) {
    EXPECT_THAT(
        findings(k_email, "\"variables\": {\n\"Email\": {\"secret\": true, \"defaultValue\": \"x\"}},"),
        ElementsAre("test.json:2:10: warning: variable \"Email\": \"defaultValue\" holds a secret in clear text: write "
                    "${env:NAME}"));
}

TEST(Validator, WarnsOfVariablesAndMappingsWithoutAStep) {
    EXPECT_THAT(
        findings(k_email,
                 "\n\"variables\": {\"Emial\": {}, \"Email\": {\"stepNumber\": 9}},"
                 "\"field_mapping\": {\"mail\": \"Phone number\"}, \"variable_mapping\": {\"x\": \"y\"},"),
        ElementsAre("test.json: warning: \"field_mapping\" maps column \"mail\" to \"Phone number\", and no step has "
                    "that label",
                    "test.json: warning: \"variable_mapping\" maps \"x\" to \"y\", and no step has either label",
                    "test.json:2:24: warning: variable belongs to no step: \"Emial\"; the nearest label is \"Email\"",
                    "test.json:2:37: warning: variable \"Email\": \"stepNumber\" is 9, and that step has another label "
                    "or is not "
                    "there"));
}

TEST(Validator, WarnsOfTwoFieldsWithOneLabel) {
    const std::string same =
        std::string(k_email) + R"(,{"stepNumber": 2, "label": "Email", "event": "change", "value": "a",
        "bundle": {"id": "email"}})";
    EXPECT_THAT(findings(same), IsEmpty()) << "type and change of one field are no surprise";
    const std::string other = std::string(k_email) + R"(,
{"stepNumber": 2, "label": "Email", "event": "type", "value": "a", "bundle": {"id": "email2"}})";
    EXPECT_THAT(
        findings(other),
        ElementsAre("test.json:2:1: warning: step 2 \"Email\" has the label of step 1: both take the same data"));
}

TEST(Validator, WarnsOfAStepWithoutAnyValue) {
    const char* steps = R"(
{"stepNumber": 1, "label": "Country", "event": "select", "bundle": {"id": "c"}})";
    EXPECT_THAT(findings(steps),
                ElementsAre("test.json:2:1: warning: step 1 \"Country\" has no value of its own and no variable: "
                            "only a data column \"Country\" can give it one"));
    EXPECT_THAT(findings(steps, R"("field_mapping": {"country": "Country"},)"), IsEmpty());
}

TEST(Validator, SuggestsTheMemberThatWasMeant) {
    EXPECT_THAT(
        findings(R"(
{"stepNumber": 1, "event": "click", "selector": "#a", "bundel": {}, "metadata": {"elementTyp": "x", "anything": 1}})",
                 R"("varables": {},)"),
        ElementsAre("test.json: warning: \"varables\" is not a known member; did you mean \"variables\"?",
                    "test.json:2:1: warning: step 1: \"bundel\" is not a known member; did you mean \"bundle\"?",
                    "test.json:2:1: warning: step 1: \"metadata.elementTyp\" is not a known member; did you mean "
                    "\"elementType\"?"));
}

}  // namespace
}  // namespace reprise::runner
