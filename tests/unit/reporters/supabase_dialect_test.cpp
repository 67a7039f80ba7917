#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/reporters/supabase/dialect.hpp>

namespace reprise::reporters::supabase {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// The three kinds of portal that there are, by the columns that matter.
const Dialect k_contract{
    {{"recordings", {"id", "user_id", "name", "starting_url", "tags", "status", "steps"}},
     {"execution_jobs",
      {"id", "name", "variable_mapping", "total_rows", "current_row", "completed_rows", "failed_rows", "status",
       "settings", "vdi_instance_id"}},
     {"execution_results",
      {"id", "row_index", "status", "steps_completed", "steps_failed", "error_screenshot_url", "extracted_data"}},
     {"execution_logs", {"id", "level", "message", "step_label", "metadata", "created_at"}},
     {"healing_logs", {"id", "healing_method", "confidence", "page_url"}}}};
const Dialect k_schema{
    {{"recordings", {"id", "user_id", "name", "starting_url", "status", "steps"}},
     {"execution_jobs",
      {"id", "field_mapping", "total_rows", "completed_rows", "successful_rows", "failed_rows", "status", "worker_id"}},
     {"execution_results", {"id", "row_index", "status", "step_results", "screenshot_url"}},
     {"execution_logs", {"id", "level", "message", "metadata", "timestamp"}},
     {"healing_logs", {"id", "healing_method", "confidence_score"}},
     {"vdi_metrics", {"id", "worker_id"}}}};

std::string text(const std::optional<json::object>& row) {
    return row ? json::serialize(*row) : "nothing";
}

TEST(Dialect, NamesStatesAsThePortalDoes) {
    EXPECT_EQ(text(k_contract.row(Entity::result, {{"status", "passed"}})), R"({"status":"passed"})");
    EXPECT_EQ(text(k_schema.row(Entity::result, {{"status", "passed"}})), R"({"status":"success"})");
    EXPECT_EQ(text(k_schema.row(Entity::recording, {{"status", "completed"}})), R"({"status":"ready"})");
    EXPECT_EQ(k_schema.state(Entity::result, "passed"), "success");
    EXPECT_EQ(k_schema.state(Entity::job, "running"), "running");
    EXPECT_EQ(text(k_schema.row(Entity::result, {{"status", "running"}})), "nothing") << "it keeps ends only";
    EXPECT_EQ(text(k_contract.row(Entity::result, {{"status", "running"}})), R"({"status":"running"})");
}

TEST(Dialect, NamesColumnsAsThePortalDoes) {
    const json::object job{{"variable_mapping", json::object{{"a", "b"}}}, {"vdi_instance_id", "w"}, {"name", "Job"}};
    EXPECT_EQ(text(k_contract.row(Entity::job, job)),
              R"({"variable_mapping":{"a":"b"},"vdi_instance_id":"w","name":"Job"})");
    EXPECT_EQ(text(k_schema.row(Entity::job, job)), R"({"field_mapping":{"a":"b"},"worker_id":"w"})");
    EXPECT_EQ(text(k_schema.row(Entity::result, {{"error_screenshot_url", "x.png"}})), R"({"screenshot_url":"x.png"})");
}

TEST(Dialect, LeavesCountingToPortalsThatDoItThemselves) {
    const json::object job{{"completed_rows", 3}, {"failed_rows", 1}, {"total_rows", 4}};
    EXPECT_EQ(text(k_contract.row(Entity::job, job)), R"({"completed_rows":3,"failed_rows":1,"total_rows":4})");
    EXPECT_EQ(text(k_schema.row(Entity::job, job)), R"({"total_rows":4})");
}

TEST(Dialect, KeepsInMetadataWhatALogHasNoColumnFor) {
    const json::object log{{"level", "fatal"}, {"step_label", "Save"}, {"created_at", "t"}, {"metadata", {{"a", 1}}}};
    EXPECT_EQ(text(k_contract.row(Entity::log, log)),
              R"({"level":"error","step_label":"Save","created_at":"t","metadata":{"a":1}})");
    EXPECT_EQ(text(k_schema.row(Entity::log, log)),
              R"({"level":"error","timestamp":"t","metadata":{"a":1,"step_label":"Save"}})");
}

TEST(Dialect, KeepsExtractedDataWithTheLastStep) {
    const json::object result{{"extracted_data", {{"total", "5"}}}, {"step_results", {{{"stepNumber", 1}}}}};
    EXPECT_EQ(text(k_schema.row(Entity::result, result)),
              R"({"step_results":[{"stepNumber":1,"extractedData":{"total":"5"}}]})");
    EXPECT_EQ(text(k_contract.row(Entity::result, result)), R"({"extracted_data":{"total":"5"}})");
}

TEST(Dialect, NamesMethodsAndScalesAsThePortalDoes) {
    const auto heal = [](const char* method) { return json::object{{"healing_method", method}, {"confidence", 91.4}}; };
    EXPECT_EQ(text(k_contract.row(Entity::healing_log, heal("fuzzy_match"))),
              R"({"healing_method":"text_match","confidence":91})");
    EXPECT_EQ(text(k_schema.row(Entity::healing_log, heal("structural"))),
              R"({"healing_method":"bounding_box","confidence_score":91})");
    EXPECT_EQ(text(k_schema.row(Entity::healing_log, heal("vision_model"))),
              R"({"healing_method":"claude_vision","confidence_score":91})");
    EXPECT_EQ(text(k_contract.row(Entity::healing_log, heal("cached"))),
              R"({"healing_method":"attribute_fallback","confidence":91})");
}

TEST(Dialect, HasNoRowForATableThatIsNotThere) {
    EXPECT_FALSE(k_contract.row(Entity::worker_metrics, {{"id", 1}}));
    EXPECT_TRUE(k_schema.row(Entity::worker_metrics, {{"id", 1}}));
}

TEST(Dialect, LeavesOutWhatPostgresCannotKeep) {
    const json::object log{{"message", std::string("a\0b", 3)},
                           {"metadata", {{"x", json::array{std::string(1, '\0')}}}}};
    EXPECT_EQ(text(k_contract.row(Entity::log, log)), R"({"message":"ab","metadata":{"x":[""]}})");
}

TEST(Dialect, ReadsInItsOwnWords) {
    const auto job = k_schema.read(
        Entity::job,
        {{"field_mapping", json::object{}}, {"worker_id", "w"}, {"completed_rows", 5}, {"failed_rows", 2}});
    EXPECT_EQ(job.at("variable_mapping"), json::object{});
    EXPECT_EQ(job.at("vdi_instance_id"), "w");
    EXPECT_EQ(job.at("completed_rows"), 3) << "those that passed: there, all that ended are counted";
    EXPECT_EQ(k_schema.read(Entity::result, {{"status", "success"}}).at("status"), "passed");
    EXPECT_EQ(k_contract.read(Entity::result, {{"status", "passed"}}).at("status"), "passed");
    EXPECT_EQ(k_schema.read(Entity::healing_log, {{"confidence_score", 7}}).at("confidence"), 7);
}

TEST(Dialect, OfOurOwnMigrationsHasAPlaceForEverything) {
    EXPECT_THAT(Dialect::own().gaps(), IsEmpty());
    EXPECT_EQ(text(Dialect::own().row(Entity::healing_log, {{"healing_method", "vision"}, {"confidence", 90.6}})),
              R"({"healing_method":"ai_vision","confidence":91,"metadata":{"method":"vision"}})");
}

TEST(Dialect, TellsWhatHasNoPlace) {
    EXPECT_THAT(k_contract.gaps(), Contains("the portal has no table vdi_metrics"));
    EXPECT_THAT(k_schema.gaps(), Contains(AllOf(HasSubstr("execution_jobs has no place for"), HasSubstr("name"),
                                                testing::Not(HasSubstr("variable_mapping")))));
}

TEST(Dialect, AsksThePortalForItsDescription) {
    fixtures::HttpServer portal;
    portal.handle("GET", "/rest/v1/", [](const auto&) {
        return fixtures::HttpResponse{
            .content_type = "application/openapi+json; charset=utf-8",
            .body = R"({"definitions": {"execution_jobs": {"properties": {"id": {}, "name": {}}}}})"};
    });
    Client client{{.url = portal.url(""), .key = "secret-key"}};
    const auto dialect = Dialect::ask(client);
    EXPECT_TRUE(dialect.has(Entity::job, "name"));
    EXPECT_FALSE(dialect.has(Entity::job, "settings"));
    EXPECT_FALSE(dialect.has(Entity::recording));
}

TEST(Dialect, AsksColumnByColumnWhereThePortalDoesNotDescribeItself) {
    fixtures::HttpServer portal;
    portal.handle("GET", "/rest/v1/*", [](const fixtures::HttpRequest& request) {
        fixtures::HttpResponse answer{.content_type = "application/json"};
        if (request.path != "/rest/v1/execution_logs") {
            answer.status = request.path == "/rest/v1/" ? 401 : 404;
            answer.body = request.path == "/rest/v1/" ? "{}" : R"({"code": "PGRST205", "message": "no table"})";
            return answer;
        }
        for (const char* unknown : {"step_label", "created_at", "execution_result_id", "screenshot_url"}) {
            if (request.query.at("select").find(unknown) == std::string::npos) continue;
            answer.status = 400;
            answer.body =
                std::string(R"({"code": "42703", "message": "column execution_logs.)") + unknown + " does not exist\"}";
            return answer;
        }
        answer.headers = {{"Content-Range", "*/0"}};
        answer.body = "[]";
        return answer;
    });
    Client client{{.url = portal.url(""), .key = "secret-key"}};
    const auto dialect = Dialect::ask(client);
    EXPECT_FALSE(dialect.has(Entity::job));
    EXPECT_TRUE(dialect.has(Entity::log, "timestamp"));
    EXPECT_FALSE(dialect.has(Entity::log, "created_at"));
    EXPECT_EQ(text(dialect.row(Entity::log, {{"created_at", "t"}})), R"({"timestamp":"t"})");
}

TEST(Uuid, IsTheSameForTheSameName) {
    // The example of RFC 9562, A.4.
    EXPECT_EQ(make_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
              "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    EXPECT_NE(make_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.org"),
              "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    EXPECT_THROW(make_uuid("no uuid", "x"), std::logic_error);
}

TEST(Uuid, IsRandomWithoutAName) {
    EXPECT_NE(make_uuid(), make_uuid());
    EXPECT_TRUE(is_uuid(make_uuid()));
    EXPECT_EQ(make_uuid()[14], '4');
    for (const char* none : {"", "2ed6657d-e927-568b-95e1-2665a8aea6a", "2ed6657de927-568b-95e1-2665a8aea6a2-",
                             "zed6657d-e927-568b-95e1-2665a8aea6a2"}) {
        EXPECT_FALSE(is_uuid(none)) << none;
    }
}

}  // namespace
}  // namespace reprise::reporters::supabase
