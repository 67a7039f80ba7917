#include <reprise/runner/variable_mapping.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runner/runner_test_support.hpp"

namespace reprise::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* k_email = R"({"stepNumber": 1, "label": "Email", "event": "type", "value": "recorded@example.com",
    "bundle": {"id": "email"}})";

std::string step(int number, std::string_view members) {
    return fmt::format(R"({{"stepNumber": {}, "bundle": {{"id": "x"}}, {}}})", number, members);
}

DataSet rows(std::string_view csv) {
    return parse_data(csv, DataFormat::csv, "rows.csv");
}

RowPlan plan_first(const Recording& recording, const DataSet& data) {
    return plan_row(recording, &data, &data.rows[0]);
}

std::string plan_error(const Recording& recording, const DataSet& data) {
    return error_of([&] { plan_first(recording, data); });
}

std::string plan_error(const Recording& recording) {
    return error_of([&] { plan_row(recording, nullptr, nullptr); });
}

// Sets a variable of the environment for the life of the object.
class EnvironmentVariable {
public:
    EnvironmentVariable(const char* name, const char* value) : name_{name} { ::setenv(name, value, 1); }
    EnvironmentVariable(const EnvironmentVariable&) = delete;
    EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;
    ~EnvironmentVariable() { ::unsetenv(name_); }

private:
    const char* name_;
};

TEST(VariableMapping, GoesFromMappingToColumnToLabelToDefaultToRecordedValue) {
    const std::string variable = R"("variables": {"Email": {"csvColumn": "mail", "defaultValue": "default"}},)";
    const std::string mapping = R"("field_mapping": {"mapped": "Email"},)";
    const auto value = [&](const std::string& more, std::string_view csv) {
        return plan_first(recording_of(k_email, more), rows(csv)).steps[0].value;
    };
    EXPECT_EQ(value(mapping + variable, "mapped,mail,Email\n1,2,3\n"), "1");
    EXPECT_EQ(value(mapping + variable, "mail,Email\n2,3\n"), "2");
    EXPECT_EQ(value(mapping + variable, "Email,other\n3,4\n"), "3");
    EXPECT_EQ(value(mapping + variable, "other\n4\n"), "default");
    EXPECT_EQ(value(mapping, "other\n4\n"), "recorded@example.com");
    EXPECT_EQ(plan_row(recording_of(k_email), nullptr, nullptr).steps[0].value, "recorded@example.com");
}

TEST(VariableMapping, ReadsVariableMappingInEitherDirection) {
    const DataSet data = rows("mail\nada@example.com\n");
    for (const char* mapping : {R"({"mail": "Email"})", R"({"Email": "mail"})"}) {
        const Recording recording = recording_of(k_email, fmt::format(R"("variable_mapping": {},)", mapping));
        EXPECT_EQ(plan_first(recording, data).steps[0].value, "ada@example.com") << mapping;
    }
}

TEST(VariableMapping, DecidesAnAmbiguousMappingByTheColumnsThatExist) {
    const std::string steps =
        step(1, R"("event": "type", "label": "A")") + "," + step(2, R"("event": "type", "label": "B")");
    const Recording recording = recording_of(steps, R"("variableMapping": {"A": "B"},)");
    const RowPlan to_a = plan_first(recording, rows("B\nfrom B\n"));
    EXPECT_EQ(to_a.steps[0].value, "from B");
    EXPECT_EQ(to_a.steps[1].value, "from B");
    const RowPlan to_b = plan_first(recording, rows("A\nfrom A\n"));
    EXPECT_EQ(to_b.steps[0].value, "from A");
    EXPECT_EQ(to_b.steps[1].value, "from A");
}

TEST(VariableMapping, TakesAnEmptyCellAsAValue) {
    const Recording recording =
        recording_of(k_email, R"("variables": {"Email": {"required": true, "csvColumn": "mail"}},)");
    EXPECT_EQ(plan_first(recording, rows("mail,n\n,1\n")).steps[0].value, "");
}

TEST(VariableMapping, LeavesStepsAloneThatOnlyShareTheLabel) {
    const std::string steps =
        step(1, R"("event": "click", "label": "Email")") + "," +
        step(2, R"("event": "type", "label": "Email", "value": "old")") + "," +
        step(3, R"("event": "press", "label": "Email", "value": "Enter")") + "," +
        step(4, R"("event": "assert", "label": "Email", "value": "is wrong", "metadata": {"kind": "text"})");
    const RowPlan plan = plan_first(recording_of(steps), rows("Email\nada@example.com\n"));
    EXPECT_EQ(plan.steps[0].value, std::nullopt);
    EXPECT_EQ(plan.steps[1].value, "ada@example.com");
    EXPECT_EQ(plan.steps[2].value, "Enter");
    EXPECT_EQ(plan.steps[3].value, "is wrong");
}

TEST(VariableMapping, GivesAnAssertionItsValueWhenNoStepEntersIt) {
    const Recording recording =
        recording_of(step(1, R"("event": "assert", "label": "Total", "metadata": {"kind": "text"})"));
    EXPECT_EQ(plan_first(recording, rows("Total\n12.50\n")).steps[0].value, "12.50");
}

TEST(VariableMapping, GivesTheStepThatAVariableNamesItsValueWhateverItsEvent) {
    const Recording recording = recording_of(step(7, R"("event": "press", "label": "Key", "value": "Enter")"),
                                             R"("variables": {"Key": {"stepNumber": 7}},)");
    EXPECT_EQ(plan_first(recording, rows("Key\nTab\n")).steps[0].value, "Tab");
}

TEST(VariableMapping, SetsTheStateOfCheckboxes) {
    const std::string steps =
        step(1, R"("event": "click", "label": "Remember")") + "," + step(2, R"("event": "check", "label": "Agree")") +
        "," + step(3, R"("event": "uncheck", "label": "Spam")") + "," + step(4, R"("event": "click", "label": "Send")");
    const Recording recording =
        recording_of(steps, R"("variables": {"Remember": {"type": "checkbox", "defaultValue": "false"}},)");
    const RowPlan recorded = plan_row(recording, nullptr, nullptr);
    EXPECT_EQ(recorded.steps[0].checked, false);
    EXPECT_EQ(recorded.steps[1].checked, true);
    EXPECT_EQ(recorded.steps[2].checked, false);
    EXPECT_EQ(recorded.steps[3].checked, std::nullopt);
    const RowPlan planned = plan_first(recording, rows("Remember,Agree,Spam\nYES,0,on\n"));
    EXPECT_EQ(planned.steps[0].checked, true);
    EXPECT_EQ(planned.steps[1].checked, false);
    EXPECT_EQ(planned.steps[2].checked, true);
}

TEST(VariableMapping, RefusesAStateThatIsNoBoolean) {
    const Recording recording = recording_of(step(3, R"("event": "check", "label": "Agree")"));
    EXPECT_EQ(plan_error(recording, rows("Agree\nmaybe\n")),
              "rows.csv:2:1: step 3 \"Agree\": column \"Agree\" of row r0001 is \"maybe\", expected true or false, yes "
              "or no, on "
              "or off, 1 or 0");
}

TEST(VariableMapping, ReplacesColumnsInValuesAndAddresses) {
    const std::string steps =
        R"({"stepNumber": 1, "event": "navigate", "navigation": {"type": "url", "url": "{{base}}/s?q={{ q }}"}},)" +
        step(2, R"("event": "assert", "metadata": {"kind": "text", "expected": "Hello {{name}}!"})");
    const Recording recording =
        parse_recording(fmt::format(R"({{"startingUrl": "{{{{base}}}}/login", "steps": [{}]}})", steps), "test.json");
    const RowPlan plan = plan_first(recording, rows("base,q,name\nhttp://x.test,a b,{{q}}\n"));
    EXPECT_EQ(plan.starting_url, "http://x.test/login");
    EXPECT_EQ(plan.steps[0].url, "http://x.test/s?q=a b");
    EXPECT_EQ(plan.steps[1].value, "Hello {{q}}!") << "what a cell holds is text, not a template";
}

TEST(VariableMapping, TakesABackslashAsAnEscapeAndUnclosedBracesAsText) {
    const Recording recording =
        recording_of(step(1, R"("event": "type", "value": "\\{{name}} {{ C:\\x \\${env:X} {{name")"));
    EXPECT_EQ(plan_row(recording, nullptr, nullptr).steps[0].value, "{{name}} {{ C:\\x ${env:X} {{name");
}

TEST(VariableMapping, NamesAnUnknownColumnAndTheNearestOne) {
    const Recording recording =
        recording_of("\n" + step(1, R"("event": "type", "label": "Mail", "value": "{{emial}}")"));
    EXPECT_EQ(plan_error(recording, rows("email\na\n")),
              "test.json:2:1: step 1 \"Mail\": {{emial}}: row r0001 of rows.csv has no column \"emial\", the nearest "
              "is \"email\"; for the braces themselves write \\{{");
    EXPECT_EQ(plan_error(recording), "test.json:2:1: step 1 \"Mail\": {{emial}} needs a data row, and there is none");
}

TEST(VariableMapping, NamesRowAndLineOfAMissingRequiredVariable) {
    const Recording recording = recording_of(
        k_email, R"("variables": {"Email": {"required": true, "csvColumn": "mail"}, "Phone": {"required": true}},)");
    EXPECT_EQ(
        plan_error(recording, rows("id,name\nada,Ada\n")),
        "rows.csv:2:1: required variable \"Email\" has no value in row ada: expected column \"mail\" or \"Email\"\n"
        "rows.csv:2:1: required variable \"Phone\" has no value in row ada: expected column \"Phone\"");
    EXPECT_THAT(plan_error(recording),
                HasSubstr("required variable \"Phone\" has no value: no data row, no default, nothing recorded"));
}

TEST(VariableMapping, CountsAnEmptyDefaultAsNone) {
    const Recording recording = recording_of(
        k_email, R"("variables": {"Email": {"required": true, "csvColumn": "mail", "defaultValue": ""}},)");
    EXPECT_THAT(plan_error(recording, rows("x\n1\n")), HasSubstr("required variable \"Email\""));
    EXPECT_EQ(plan_row(recording, nullptr, nullptr).steps[0].value, "recorded@example.com");
}

TEST(VariableMapping, ReadsTheEnvironmentInRecordedValuesCellsAndDefaults) {
    const EnvironmentVariable key("REPRISE_TEST_KEY", "k3y-from-env");
    const Recording recorded = recording_of(step(1, R"("event": "type", "value": "key ${env:REPRISE_TEST_KEY}")"));
    const RowPlan plan = plan_row(recorded, nullptr, nullptr);
    EXPECT_EQ(plan.steps[0].value, "key k3y-from-env");
    EXPECT_TRUE(plan.steps[0].secret);
    EXPECT_THAT(plan.secrets, UnorderedElementsAre("k3y-from-env", "key k3y-from-env"));

    const Recording mapped = recording_of(step(1, R"("event": "type", "label": "Key")"));
    const RowPlan from_cell = plan_first(mapped, rows("Key\n${env:REPRISE_TEST_KEY}\n"));
    EXPECT_EQ(from_cell.steps[0].value, "k3y-from-env");
    EXPECT_TRUE(from_cell.steps[0].secret);
    EXPECT_THAT(from_cell.row_data, ElementsAre(Pair("Key", "${env:REPRISE_TEST_KEY}")));
}

TEST(VariableMapping, NamesAVariableThatIsNotInTheEnvironment) {
    const Recording recording =
        recording_of("\n" + step(4, R"("event": "type", "label": "Key", "value": "${env:REPRISE_NOT_SET}")"));
    EXPECT_EQ(plan_error(recording),
              "test.json:2:1: step 4 \"Key\": ${env:REPRISE_NOT_SET} is not set in the environment");
}

TEST(Secrets, AreKnownByNameByVariableAndByField) {
    const std::string steps = step(1, R"("event": "type", "label": "User Password")") + "," +
                              step(2, R"("event": "type", "label": "Pin")") + "," +
                              step(3, R"("event": "type", "label": "Code", "metadata": {"elementType": "password"})") +
                              "," + step(4, R"("event": "type", "label": "Name")");
    const Recording recording = recording_of(
        steps, R"("variables": {"Pin": {"secret": true, "csvColumn": "pin"}, "Code": {"csvColumn": "code"}},)");
    const DataSet data = rows("User Password,pin,code,Name,api_token\nhunter2,1234,c0de,Ada,tok-5\n");
    const RowPlan plan = plan_first(recording, data);
    EXPECT_TRUE(plan.steps[0].secret);
    EXPECT_TRUE(plan.steps[1].secret);
    EXPECT_TRUE(plan.steps[2].secret);
    EXPECT_FALSE(plan.steps[3].secret);
    EXPECT_THAT(plan.row_data, ElementsAre(Pair("User Password", "***"), Pair("pin", "***"), Pair("code", "***"),
                                           Pair("Name", "Ada"), Pair("api_token", "***")));
    EXPECT_THAT(plan.secrets, UnorderedElementsAre("hunter2", "1234", "c0de", "tok-5"));
    EXPECT_THAT(secret_columns(recording), UnorderedElementsAre("User Password", "pin", "Pin", "code", "Code"));
}

TEST(Secrets, AreCollectedFromAllRowsEvenWhenARowIsWrong) {
    const Recording recording =
        recording_of(step(1, R"("event": "type", "label": "Password", "value": "{{nothing}}")"));
    const DataSet data = rows("Password\none-secret\ntwo-secret\n");
    EXPECT_THAT(secrets_of(recording, &data), ElementsAre("one-secret", "two-secret"));
}

TEST(Secrets, HoldARecordedPassword) {
    const Recording recording = recording_of(step(1, R"("event": "type", "label": "Password", "value": "recorded1")"));
    EXPECT_THAT(secrets_of(recording, nullptr), ElementsAre("recorded1"));
}

TEST(Secrets, FollowAColumnIntoAnotherValue) {
    const Recording recording =
        recording_of(step(1, R"("event": "type", "label": "Login", "value": "ada:{{password}}")"));
    const RowPlan plan = plan_first(recording, rows("password\nhunter2\n"));
    EXPECT_TRUE(plan.steps[0].secret);
    EXPECT_THAT(plan.secrets, UnorderedElementsAre("hunter2", "ada:hunter2"));
}

TEST(Secrets, DoNotHoldStatesOfCheckboxes) {
    const Recording recording = recording_of(step(1, R"("event": "check", "label": "Show password")"));
    const RowPlan plan = plan_first(recording, rows("Show password\ntrue\n"));
    EXPECT_THAT(plan.secrets, IsEmpty());
    EXPECT_EQ(plan.steps[0].checked, true);
}

TEST(Secrets, AreNotShownInErrors) {
    const Recording recording = recording_of(step(1, R"("event": "check", "label": "Token")"));
    const std::string error = plan_error(recording, rows("Token\nxyz\n"));
    EXPECT_THAT(error, HasSubstr("column \"Token\" of row r0001 is ***, expected true or false"));
    EXPECT_THAT(error, testing::Not(HasSubstr("xyz")));
}

TEST(DataCheck, NamesColumnsThatAreMissingOrUnused) {
    const std::string steps = std::string(k_email) + "," + step(2, R"("event": "type", "value": "{{greeting}}")");
    const Recording recording =
        recording_of(steps, R"("variables": {"Email": {"csvColumn": "mail"}}, "field_mapping": {"emial": "Email"},
                  "variable_mapping": {"x": "y"},)");
    std::vector<std::string> texts;
    for (const Problem& problem : validate(recording, rows("id,greeting,extra\n1,2,3\n")))
        texts.push_back(to_string(problem));
    EXPECT_THAT(
        texts,
        ElementsAre(
            "rows.csv:1:1: warning: column \"mail\" is missing, which variable \"Email\" takes its value from",
            "rows.csv:1:1: warning: column \"emial\" is missing, which \"field_mapping\" maps to \"Email\"",
            "rows.csv:1:1: warning: neither \"x\" nor \"y\" is a column, which \"variable_mapping\" maps to each other",
            "rows.csv:1:1: warning: column \"extra\" is not used"));
}

TEST(PlanRow, RefusesARowWithoutItsDataSet) {
    const Recording recording = recording_of(k_email);
    const Row row;
    EXPECT_THROW(plan_row(recording, nullptr, &row), UsageError);
}

}  // namespace
}  // namespace reprise::runner
