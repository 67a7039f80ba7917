// `reprise recordings` and `reprise jobs` on portals of three kinds, and `reprise worker` in real Chromium.
#include <signal.h>

#include <algorithm>
#include <thread>

#include "portal/support/portal_stack.hpp"
#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Clock = std::chrono::steady_clock;

class PortalCommands : public ProgramRun {
protected:
    void SetUp() override { use("ours"); }
    static PortalStack& stack() { return PortalStack::instance(); }
    void use(const std::string& schema) {
        stack().use_schema(schema);
        stack().reset();
        // Who of the portal's users calls; the schemas of others have no policies that would let them.
        user_ = stack().user_id();
        if (schema != "ours") {
            stack().sql(fmt::format(
                "insert into users (id, email) values ('{}', 'a@example.test') on conflict do nothing", user_));
        }
    }
    std::vector<std::string> as_owner() const {
        return {"SUPABASE_URL=" + stack().url(), "SUPABASE_SERVICE_ROLE_KEY=" + stack().service_key(),
                "SUPABASE_USER_ID=" + user_};
    }
    Outcome portal(std::vector<std::string> arguments) { return run(std::move(arguments), as_owner()); }
    json::value portal_json(std::vector<std::string> arguments) {
        arguments.emplace_back("--json");
        const auto outcome = portal(std::move(arguments));
        EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
        const auto from = outcome.out.find_first_of("[{");
        return from == std::string::npos ? json::value{} : json::parse(outcome.out.substr(from));
    }
    static std::string text(const json::value& value, const char* name) {
        return std::string(value.as_object().at(name).as_string());
    }
    std::string a_recording(const std::string& more = "") {
        return write("order.json", fmt::format(R"({{"name": "Order", "starting_url": "http://shop.test/",
            "tags": ["smoke"], {} "steps": [{{"stepNumber": 1, "label": "Email", "event": "type", "value": "a@x.y",
            "selector": "#email", "bundle": {{"id": "email", "tag": "input"}}}}]}})",
                                               more));
    }
    std::string some_rows() { return write("rows.csv", "Mail,note\na@x.y,1\nb@x.y,2\n"); }

    std::string user_;
};

class PortalCommandsOnEveryPortal : public PortalCommands, public testing::WithParamInterface<const char*> {
protected:
    void SetUp() override { use(GetParam()); }
};

TEST_P(PortalCommandsOnEveryPortal, MakeListAndGetRecordingsAndJobs) {
    const auto recording = text(portal_json({"recordings", "create", a_recording()}).as_array().at(0), "id");
    EXPECT_THAT(portal({"recordings", "list", "--name", "ord", "--status", "completed"}).out,
                AllOf(HasSubstr(recording), HasSubstr("completed"), HasSubstr("Order")));
    EXPECT_THAT(portal({"recordings", "list", "--name", "nothing"}).out, HasSubstr("no recordings"));
    EXPECT_THAT(portal({"recordings", "get", recording}).out,
                AllOf(HasSubstr("http://shop.test/"), HasSubstr("type"), HasSubstr("Email")));
    const auto file = (folder_ / "again.json").string();
    EXPECT_EQ(portal({"recordings", "get", recording, "--output", file}).exit_code, 0);
    EXPECT_THAT(run({"validate", file}).out, HasSubstr("valid"));

    const auto created = portal_json({"jobs", "create", recording, "--data", some_rows(), "--map", "Mail=Email",
                                      "--name", "Nightly", "--stop-on-error"});
    const auto job = text(created, "id");
    EXPECT_EQ(created.at("total_rows").as_int64(), 2);
    // Jobs of that schema have no names.
    const auto name = std::string(GetParam()) == "schema" ? "" : "Nightly";
    EXPECT_THAT(portal({"jobs", "list", "--status", "pending", "--recording", recording}).out,
                AllOf(HasSubstr(job), HasSubstr("0/2"), HasSubstr(name)));
    EXPECT_THAT(portal({"jobs", "list", "--status", "running"}).out, HasSubstr("no jobs"));
    const auto whole = portal_json({"jobs", "get", job});
    EXPECT_EQ(text(whole, "status"), "pending");
    EXPECT_EQ(json::serialize(whole.at("variable_mapping")), R"({"Mail":"Email"})");
    EXPECT_EQ(json::serialize(whole.at("csv_data")), R"([{"Mail":"a@x.y","note":"1"},{"Mail":"b@x.y","note":"2"}])");
    EXPECT_THAT(portal({"jobs", "get", job}).out, AllOf(HasSubstr("pending: 0 of 2 rows"), HasSubstr(name)));

    EXPECT_EQ(portal({"jobs", "cancel", job}).exit_code, 0);
    EXPECT_THAT(portal({"jobs", "list", "--status", "cancelled"}).out, HasSubstr(job));
    const auto watched = portal({"jobs", "watch", job});
    EXPECT_EQ(watched.exit_code, 1);
    EXPECT_THAT(watched.out, HasSubstr(fmt::format("{} cancelled: 0 of 2 rows", job)));
}

TEST_P(PortalCommandsOnEveryPortal, WatchAJobToItsEnd) {
    const auto job = text(portal_json({"jobs", "create", a_recording(), "--data", some_rows()}), "id");
    auto watch = start({"jobs", "watch", job}, as_owner());
    const bool schema = std::string(GetParam()) == "schema";
    const auto result = [&](int row, const std::string& status) {
        stack().sql(
            fmt::format("insert into execution_results (execution_job_id, row_index, row_data, status{}) values "
                        "('{}', {}, '{{}}', '{}'{})",
                        schema ? "" : ", steps_completed, steps_failed", job, row, status, schema ? "" : ", 1, 0"));
    };
    stack().sql(fmt::format("update execution_jobs set status = 'running' where id = '{}'", job));
    result(0, schema ? "success" : "passed");
    result(1, schema ? "success" : "passed");
    // Where no trigger counts, the client that runs the job does.
    if (std::string(GetParam()) == "contract") {
        stack().sql(
            fmt::format("update execution_jobs set status = 'completed', completed_rows = 2 where id = '{}'", job));
    }
    const auto outcome = watch->wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr(fmt::format("{} completed: 2 of 2 rows", job)));
    const auto late = portal({"jobs", "cancel", job});
    EXPECT_EQ(late.exit_code, 1);
    EXPECT_THAT(late.out, HasSubstr("was not cancelled: it is completed already"));
}

INSTANTIATE_TEST_SUITE_P(Portals, PortalCommandsOnEveryPortal, testing::Values("ours", "contract", "schema"),
                         [](const auto& info) { return std::string(info.param); });

TEST_F(PortalCommands, PageThroughLongLists) {
    stack().sql(
        fmt::format("insert into recordings (user_id, name, starting_url, status) select '{}', 'R' || n, "
                    "'http://shop.test/', 'completed' from generate_series(1, 30) n",
                    user_));
    EXPECT_THAT(portal({"recordings", "list"}).out, HasSubstr("there may be more: --offset 20"));
    EXPECT_EQ(portal_json({"recordings", "list", "--limit", "25"}).as_array().size(), 25U);
    EXPECT_EQ(portal_json({"recordings", "list", "--limit", "25", "--offset", "25"}).as_array().size(), 5U);
}

TEST_F(PortalCommands, RefuseWhatValidateRefuses) {
    const auto broken = write("broken.json", R"({"name": "X", "steps": [{"stepNumber": 1, "event": "clik"}]})");
    const auto recordings = portal({"recordings", "create", broken});
    EXPECT_EQ(recordings.exit_code, 4);
    EXPECT_THAT(recordings.out, HasSubstr("the nearest known is \"click\""));
    const auto recording =
        a_recording(R"("variables": {"Email": {"type": "input", "required": true, "csvColumn": "address"}},)");
    const auto jobs = portal({"jobs", "create", recording, "--data", some_rows()});
    EXPECT_EQ(jobs.exit_code, 4);
    EXPECT_THAT(jobs.out, HasSubstr("required variable \"Email\" has no value in row"));
    EXPECT_EQ(stack().sql("select count(*) from recordings"), "0");
    EXPECT_EQ(stack().sql("select count(*) from execution_jobs"), "0");
    // With the column named, it is good.
    EXPECT_EQ(portal({"jobs", "create", recording, "--data", some_rows(), "--map", "Mail=Email"}).exit_code, 0);
    EXPECT_THAT(portal({"jobs", "create", recording, "--map", "Mail"}).out, HasSubstr("expected COLUMN=LABEL"));
}

TEST_F(PortalCommands, TakeMappingAndSettingsOfAJobFromTheRecordingsFile) {
    const auto recording = a_recording(
        R"("field_mapping": {"Mail": "Email"}, "settings": {"retryCount": 0}, "concurrency": 3,
           "aiHealing": {"mode": "off"},)");
    const auto outcome = portal({"jobs", "create", recording, "--data", some_rows(), "--timeout", "9000"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out,
                HasSubstr("portals have no place in a recording for field_mapping, settings, concurrency"));
    EXPECT_EQ(stack().sql("select variable_mapping, concurrency, settings->>'retryCount', settings->>'timeout', "
                          "settings->'aiHealing'->>'mode' from execution_jobs"),
              R"({"Mail": "Email"}|3|0|9000|off)");
}

TEST_F(PortalCommands, WarnOfAJobThatAWorkerWillFail) {
    const auto outcome = portal({"jobs", "create", write("secret.json", R"({"name": "Spy", "starting_url":
        "http://shop.test/", "steps": [{"stepNumber": 1, "event": "type", "selector": "#a", "value": "${env:HOME}",
        "bundle": {"id": "a"}}]})")});
    EXPECT_THAT(outcome.out, HasSubstr("a worker will fail this job: the recording holds ${env:HOME}"));
}

TEST_F(PortalCommands, SayWhatToMend) {
    const auto unset = run({"jobs", "list"}, {"SUPABASE_URL="});
    EXPECT_EQ(unset.exit_code, 4);
    EXPECT_THAT(unset.out, HasSubstr("Say --portal URL, or set SUPABASE_URL"));
    const auto no_key = run({"jobs", "list", "--portal", stack().url()});
    EXPECT_EQ(no_key.exit_code, 4) << no_key.out;
    EXPECT_THAT(no_key.out, HasSubstr("SUPABASE_"));
    const auto no_id = portal({"jobs", "get", "latest"});
    EXPECT_EQ(no_id.exit_code, 4);
    EXPECT_THAT(no_id.out, HasSubstr("\"latest\" is no id of a job: see reprise jobs list"));
    const auto missing = portal({"recordings", "get", "6f2a7a52-0000-4000-8000-000000000001"});
    EXPECT_EQ(missing.exit_code, 4);
    EXPECT_THAT(missing.out, HasSubstr("there is no recording 6f2a7a52"));
    const auto neither = portal({"jobs", "create", "order"});
    EXPECT_THAT(neither.out, HasSubstr("neither a file nor the id of a recording"));
    const auto away =
        run({"jobs", "list"}, {"SUPABASE_URL=http://127.0.0.1:9", "SUPABASE_ANON_KEY=" + stack().anon_key()});
    EXPECT_EQ(away.exit_code, 3) << away.out;
    for (const auto& outcome : {unset, no_key, no_id, missing, away}) {
        EXPECT_THAT(outcome.out, Not(HasSubstr(stack().service_key())));
        EXPECT_THAT(outcome.out, Not(HasSubstr(stack().anon_key())));
    }
}

// The program, Chromium and the portal together.
class WorkerProgram : public PortalCommands {
protected:
    WorkerProgram() { harbour::serve_shop(server_, source_ / "examples/site"); }
    void SetUp() override {
        PortalCommands::SetUp();
        stack().sign_up("worker@example.test", "let-me-work");
        stack().sql("update auth.users set role = 'reprise_worker' where email = 'worker@example.test'");
    }
    std::unique_ptr<Program> worker(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{"worker", "--allow-host", "127.0.0.1", "--no-sandbox", "--lease", "5"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return start(std::move(arguments), {"SUPABASE_URL=" + stack().url(), "SUPABASE_ANON_KEY=" + stack().anon_key(),
                                            "SUPABASE_EMAIL=worker@example.test", "SUPABASE_PASSWORD=let-me-work"});
    }
    // The demo's recording, begun on this test's shop.
    std::string order(const std::string& from = "", const std::string& to = "") {
        auto recording = read_file(example("recordings/order.json"));
        const auto replace = [&](const std::string& what, const std::string& with) {
            const auto at = recording.find(what);
            ASSERT_NE(at, std::string::npos) << what;
            recording.replace(at, what.size(), with);
        };
        replace("https://tickets.example", server_.url(""));
        if (!from.empty()) replace(from, to);
        return write("order.json", recording);
    }
    // The first rows of the demo's data; the third takes two lines.
    std::string first_lines(int count) {
        const auto all = read_file(example("data/customers.csv"));
        std::size_t end = 0;
        for (int line = 0; line <= count; ++line) end = all.find('\n', end) + 1;
        return write("rows.csv", all.substr(0, end));
    }
    // A job that only opens `path` of this test's server and looks for `expected`.
    std::string page_job(const std::string& path, const std::string& expected) {
        const auto file = write("page.json", fmt::format(R"({{"name": "Page", "starting_url": "{}",
            "settings": {{"retryCount": 0, "screenshotOnError": false}}, "replay": {{"waitTimeout": 700}},
            "steps": [{{"stepNumber": 1, "event": "assert", "selector": "body", "value": "{}",
                        "metadata": {{"kind": "text", "operator": "contains"}}}}]}})",
                                                         server_.url(path), expected));
        return text(portal_json({"jobs", "create", file}), "id");
    }
};

TEST_F(WorkerProgram, RunsAJobThatWasMadeAndIsWatchedFromTheCommandLine) {
    const auto job =
        text(portal_json({"jobs", "create", order(), "--data", first_lines(5), "--concurrency", "2"}), "id");
    auto watch = start({"jobs", "watch", job}, as_owner());
    const auto worked = worker({"--until-empty"})->wait();
    EXPECT_EQ(worked.exit_code, 0) << worked.out;
    EXPECT_THAT(worked.out, HasSubstr(fmt::format("job {} completed: 4 passed, 0 failed", job)));
    const auto watched = watch->wait();
    EXPECT_EQ(watched.exit_code, 0) << watched.out;
    EXPECT_THAT(watched.out, HasSubstr("completed: 4 of 4 rows"));
    const auto whole = portal_json({"jobs", "get", job});
    ASSERT_EQ(whole.at("results").as_array().size(), 4U);
    const auto& row = whole.at("results").at(1).as_object();
    EXPECT_EQ(row.at("status").as_string(), "passed");
    EXPECT_EQ(row.at("row_data").at("first_name").as_string(), "Jürgen");
    EXPECT_EQ(row.at("steps_failed").as_int64(), 0);
    EXPECT_GT(row.at("steps_completed").as_int64(), 5);
    EXPECT_EQ(stack().sql("select max(browser_count) >= 0 from vdi_metrics"), "t");
    expect_nothing_left();
}

TEST_F(WorkerProgram, KeepsThePictureOfAFailureInThePortal) {
    const auto recording = order("Thank you", "Good bye!");
    const auto job = text(portal_json({"jobs", "create", recording, "--data", first_lines(1), "--retries", "0"}), "id");
    EXPECT_EQ(worker({"--until-empty"})->wait().exit_code, 0);
    const auto watched = portal({"jobs", "watch", job});
    EXPECT_EQ(watched.exit_code, 1);
    EXPECT_THAT(watched.out,
                AllOf(HasSubstr("failed: 1 of 1 rows, 1 failed - 1 of 1 rows failed"), HasSubstr("row 1: ")));
    EXPECT_EQ(stack().sql("select count(*) from storage.objects o join execution_results r on r.error_screenshot_url = "
                          "o.name where o.bucket_id = 'screenshots'"),
              "1");
    EXPECT_THAT(stack().sql("select error_message from execution_results"), HasSubstr("Good bye!"));
}

TEST_F(WorkerProgram, IsCancelledInTheMiddleAndGoesOnWithTheNextJob) {
    const auto job = text(portal_json({"jobs", "create", order(), "--data", example("data/customers.csv")}), "id");
    auto program = worker();
    const auto rows = [&] { return std::stoi(stack().sql("select count(*) from execution_results")); };
    const auto deadline = Clock::now() + 30s;
    while (rows() < 2 && Clock::now() < deadline) std::this_thread::sleep_for(50ms);
    EXPECT_EQ(portal({"jobs", "cancel", job}).exit_code, 0);
    const auto cancelled = Clock::now();
    const auto next = text(portal_json({"jobs", "create", order(), "--data", first_lines(1)}), "id");
    EXPECT_EQ(portal({"jobs", "watch", next}).exit_code, 0);
    EXPECT_LT(Clock::now() - cancelled, 10s);
    EXPECT_EQ(portal({"jobs", "watch", job}).exit_code, 1);
    EXPECT_LT(std::stoi(stack().sql(
                  fmt::format("select count(*) from execution_results where execution_job_id = '{}'", job))),
              31);
    ::kill(program->pid(), SIGTERM);
    const auto outcome = program->wait();
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr(fmt::format("job {} cancelled", job)));
    expect_nothing_left();
}

// Wherever a page leads: the browser itself does not find other hosts.
TEST_F(WorkerProgram, OpensNoOtherHostWhateverPagesAskFor) {
    const auto elsewhere = fmt::format("http://localhost:{}", server_.port());
    server_.redirect("/away", elsewhere + "/landed");
    server_.redirect("/file", "file:///etc/passwd");
    server_.redirect("/chrome", "chrome://version");
    server_.redirect("/metadata", "http://169.254.169.254/latest/meta-data");
    server_.handle("GET", "/landed", [](const auto&) { return fixtures::HttpResponse{.body = "landed"}; });
    server_.handle("GET", "/page", [&](const auto&) {
        return fixtures::HttpResponse{
            .body =
                fmt::format("<body>waiting<script>fetch('{0}/landed', {{mode: 'no-cors'}}).then(() => 'reached', () => "
                            "'refused').then(t => document.body.textContent = t)</script><img src='{0}/landed'>",
                            elsewhere)};
    });
    std::vector<std::string> jobs;
    for (const char* path : {"/away", "/file", "/chrome", "/metadata"}) jobs.push_back(page_job(path, "landed"));
    const auto refused = page_job("/page", "refused");
    EXPECT_EQ(worker({"--until-empty"})->wait().exit_code, 0);
    for (const auto& job : jobs) {
        EXPECT_EQ(stack().sql(fmt::format("select status from execution_jobs where id = '{}'", job)), "failed");
    }
    EXPECT_EQ(stack().sql(fmt::format("select status from execution_jobs where id = '{}'", refused)), "completed")
        << stack().sql("select error_message from execution_results");
    EXPECT_EQ(server_.requests("/landed"), 0);
    EXPECT_THAT(stack().sql("select error_message from execution_results where error_message like '%/away%'"),
                HasSubstr("this worker visits 127.0.0.1 (--allow-host)"));
}

// An address in numbers is no way around the names.
TEST_F(WorkerProgram, OpensNoAddressInPlaceOfAName) {
    server_.redirect("/away", fmt::format("http://127.0.0.1:{}/landed", server_.port()));
    server_.handle("GET", "/landed", [](const auto&) { return fixtures::HttpResponse{.body = "landed"}; });
    const auto file = write("page.json", fmt::format(R"({{"name": "Page", "starting_url": "http://localhost:{}/away",
            "settings": {{"retryCount": 0}}, "steps": [{{"stepNumber": 1, "event": "wait", "metadata":
            {{"condition": "duration", "milliseconds": 1}}}}]}})",
                                                     server_.port()));
    const auto job = text(portal_json({"jobs", "create", file}), "id");
    auto program = start({"worker", "--allow-host", "localhost", "--no-sandbox", "--until-empty"},
                         {"SUPABASE_URL=" + stack().url(), "SUPABASE_ANON_KEY=" + stack().anon_key(),
                          "SUPABASE_EMAIL=worker@example.test", "SUPABASE_PASSWORD=let-me-work"});
    EXPECT_EQ(program->wait().exit_code, 0);
    EXPECT_EQ(stack().sql(fmt::format("select status from execution_jobs where id = '{}'", job)), "failed");
    EXPECT_EQ(server_.requests("/away"), 1);
    EXPECT_EQ(server_.requests("/landed"), 0);
}

TEST_F(WorkerProgram, DoesNotBeginWithoutSayingWhereJobsMayGo) {
    const std::vector<std::string> variables{"SUPABASE_URL=" + stack().url(),
                                             "SUPABASE_ANON_KEY=" + stack().anon_key()};
    const auto anywhere = run({"worker", "--no-sandbox"}, variables);
    EXPECT_EQ(anywhere.exit_code, 4);
    EXPECT_THAT(anywhere.out, HasSubstr("--allow-host shop.example.com, or say --allow-any-host"));
    const auto both = run({"worker", "--allow-host", "a.test", "--allow-any-host", "--no-sandbox"}, variables);
    EXPECT_THAT(both.out, HasSubstr("exclude each other"));
    if (::geteuid() == 0) {
        const auto root = run({"worker", "--allow-host", "a.test"}, variables);
        EXPECT_EQ(root.exit_code, 4);
        EXPECT_THAT(root.out, HasSubstr("a worker does not run as root"));
    }
}

}  // namespace
}  // namespace reprise::tests
