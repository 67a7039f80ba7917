// reprise.toml and shards, as users of the program meet them.
#include <set>
#include <sstream>

#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

class ConfigurationTest : public ProgramRun {
protected:
    ConfigurationTest() { harbour::serve_shop(server_, source_ / "examples/site"); }

    // Starts the program in a folder below the test's own.
    Outcome run_in(const std::string& folder, std::vector<std::string> arguments,
                   std::vector<std::string> environment = {}) const {
        fs::create_directories(folder_ / folder);
        arguments.insert(arguments.begin(),
                         {"/usr/bin/env", "-C", (folder_ / folder).string(), ::getenv("REPRISE_PROGRAM")});
        environment.push_back("TMPDIR=" + (folder_ / "tmp").string());
        return Program(std::move(arguments), std::move(environment)).wait();
    }
    // A project: a repository with recordings, data and this configuration.
    void make_project(const std::string& configuration) const {
        fs::create_directories(folder_ / "project/.git");
        fs::create_directories(folder_ / "project/recordings");
        fs::copy_file(example("recordings/order.json"), folder_ / "project/recordings/order.json");
        fs::copy_file(example("data/customers.csv"), folder_ / "project/customers.csv");
        write("project/reprise.toml", configuration);
    }
    json::object report_at(const std::string& path) const { return json::parse(read_file(folder_ / path)).as_object(); }
};

TEST_F(ConfigurationTest, SaysAllThatARunNeeds) {
    make_project(fmt::format(R"(
[profile.default]
recordings = "recordings"
data = "order=customers.csv"
base-url = "{}"
grep = "ada|juergen"
output = "results"
history = "taught"
reporter = ["list", "json"]
[profile.ci]
inherits = "default"
grep = "ada"
workers = 2
)",
                             server_.url("")));
    auto outcome = run_in("project/deep/down", {"run"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("2 rows: 2 passed"));
    EXPECT_EQ(report_at("project/results/report.json").at("counts").at("passed"), 2);
    EXPECT_TRUE(fs::exists(folder_ / "project/taught/history.sqlite3"));
    outcome = run_in("project", {"list", "--profile", "ci"});
    EXPECT_EQ(outcome.out, "order/ada\n");
    outcome = run_in("project", {"list"}, {"REPRISE_PROFILE=ci", "CI=1"});
    EXPECT_EQ(outcome.out, "order/ada\n");
    outcome = run_in("project", {"list"}, {"CI=1"});
    EXPECT_EQ(lines_of(outcome.out).size(), 2U) << "CI alone chooses no profile";
    outcome = run_in("elsewhere", {"list", "--config", "../project/reprise.toml"});
    EXPECT_EQ(lines_of(outcome.out).size(), 2U) << outcome.out;
    outcome = run_in("elsewhere", {"list"}, {"REPRISE_CONFIG=" + (folder_ / "project/reprise.toml").string()});
    EXPECT_EQ(lines_of(outcome.out).size(), 2U) << outcome.out;
    EXPECT_EQ(run_in("project", {"heal", "list"}).out, "no heals\n");
    expect_nothing_left();
}

TEST_F(ConfigurationTest, StandsBelowTheEnvironmentAndTheCommandLine) {
    make_project(fmt::format(R"(
[profile.default]
recordings = "recordings"
data = "customers.csv"
base-url = "http://127.0.0.1:1"
grep = "/ada$"
workers = 3
retries = 0
headed = true
reporter = "json"
output = "results"
healing = "off"
)"));
    // The profile before the recording (2 retries), the environment before the profile, the command line before both.
    auto outcome = run_in("project", {"run", "--headed=false"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(report_at("project/results/report.json").at("tests").at(0).at("attempts").as_array().size(), 1U);
    outcome = run_in("project", {"run", "--headed=false", "--grep", "ada|juergen"},
                     {"REPRISE_BASE_URL=" + server_.url(""), "REPRISE_WORKERS=1"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(report_at("project/results/report.json").at("run").at("workers"), 1);
    outcome = run_in("project",
                     {"run", "--headed=false", "--grep", "ada|juergen", "-j", "2", "--base-url", server_.url(""),
                      "--output", "elsewhere"},
                     {"REPRISE_BASE_URL=http://127.0.0.1:1", "REPRISE_WORKERS=1"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(report_at("project/elsewhere/report.json").at("run").at("workers"), 2);
    expect_nothing_left();
}

TEST_F(ConfigurationTest, IsRefusedWithPlaceAndSuggestion) {
    make_project("[profile.default]\nrecordings = \"recordings\"\nwokers = 2\n");
    auto outcome = run_in("project", {"run"}, {"REPRISE_BROWSER=/nonexistent"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_EQ(outcome.out,
              "reprise.toml:3:1: profile \"default\": \"wokers\" is not known; the nearest known is \"workers\"\n");
    write("project/reprise.toml", "[profile.default]\nworkers = \"many\"\n");
    outcome = run_in("project/sub", {"validate"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_EQ(
        outcome.out,
        "../reprise.toml:2:11: profile \"default\": \"workers\" is \"many\", expected a whole number from 1 to 64\n");
    write("project/reprise.toml", "[profile.default]\n[profile.ci]\n");
    outcome = run_in("project", {"run", "--profile", "cii"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("has no profile \"cii\"; the nearest known is \"ci\" (it has: ci, default)"));
    outcome = run_in("elsewhere", {"run", "--profile", "ci"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("profile \"ci\": there is no reprise.toml in "));
    outcome = run_in("project", {"run"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("recordings is required: name files or folders, here or in reprise.toml"));
}

TEST_F(ConfigurationTest, ShardsAreTheWholeListTogether) {
    const auto list = [&](std::vector<std::string> more, std::vector<std::string> environment = {}) {
        std::vector<std::string> arguments{"list", example("recordings/order.json"), "--data",
                                           example("data/customers.csv")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, std::move(environment));
    };
    const auto whole = lines_of(list({}).out);
    ASSERT_EQ(whole.size(), 28U);
    std::multiset<std::string> together;
    for (const char* shard : {"1/3", "2/3", "3/3"}) {
        for (const auto& id : lines_of(list({"--shard", shard}).out)) together.insert(id);
    }
    EXPECT_EQ(together, (std::multiset<std::string>(whole.begin(), whole.end())));
    const auto by_variables = list({}, {"GTEST_TOTAL_SHARDS=3", "GTEST_SHARD_INDEX=1"});
    EXPECT_EQ(by_variables.out, list({"--shard", "2/3"}).out);
    EXPECT_EQ(list({"--shard", "2/3"}, {"GTEST_TOTAL_SHARDS=9", "GTEST_SHARD_INDEX=1"}).out, by_variables.out);
    EXPECT_EQ(list({}, {"GTEST_TOTAL_SHARDS=3"}).exit_code, 4);

    const auto empty = list({"--row", "1", "--shard", "2/2"});
    EXPECT_EQ(empty.exit_code, 0);
    EXPECT_EQ(empty.out, "");
    const auto refused = list({"--shard", "4/3"});
    EXPECT_EQ(refused.exit_code, 4);
    EXPECT_THAT(refused.out, HasSubstr("shard \"4/3\": expected INDEX/TOTAL, such as 2/5"));
    EXPECT_EQ(list({"--grep", "nobody", "--shard", "1/2"}).exit_code, 5) << "the whole is empty";
}

TEST_F(ConfigurationTest, ShardsByTimeFollowTheHistoryOrAReport) {
    const auto test = [](const char* id, int ms) {
        return fmt::format(R"({{"outcome": "passed", "test": {{"id": "order/{}"}}, "attempts": [{{"duration": {}}}]}})",
                           id, ms);
    };
    const auto timings = write("timings.json", fmt::format(R"({{"tests": [{}, {}, {}]}})", test("ada", 9000),
                                                           test("juergen", 3000), test("zoe", 7000)));
    std::vector<std::string> arguments{"list",       example("recordings/order.json"),
                                       "--data",     example("data/customers.csv"),
                                       "--row",      "1-4",
                                       "--shard-by", "time",
                                       "--shard",    "1/2"};
    auto with_report = arguments;
    with_report.insert(with_report.end(), {"--timings", timings});
    // 9000 and 3000 against 7000 and 7000: the fourth row is not in the report and counts as the median.
    EXPECT_THAT(lines_of(run(with_report).out), ElementsAre("order/ada", "order/juergen"));
    with_report.back() = write("other.json", "[]");
    const auto refused = run(with_report);
    EXPECT_EQ(refused.exit_code, 4);
    EXPECT_THAT(refused.out, HasSubstr("other.json: is no JSON report of a run, as --reporter json writes it"));
    EXPECT_EQ(run(arguments).exit_code, 0) << "without a history all count the same";
    EXPECT_FALSE(fs::exists(history())) << "looking makes none";

    auto runs = run({"run", example("recordings/order.json"), "--data", example("data/customers.csv"), "--row", "1-4",
                     "--base-url", server_.url(""), "--output", out().string()});
    ASSERT_EQ(runs.exit_code, 0) << runs.out;
    // What the history has kept is what the report says.
    auto by_history = lines_of(run(arguments).out);
    with_report.back() = (out() / "report.json").string();
    EXPECT_EQ(by_history, lines_of(run(with_report).out));
    expect_nothing_left();
}

TEST_F(ConfigurationTest, AnEmptyShardIsGreenAndSaysSo) {
    const auto outcome = run({"run", example("recordings/order.json"), "--data", example("data/customers.csv"), "--row",
                              "1", "--shard", "2/2", "--output", out().string()},
                             {"REPRISE_BROWSER=/nonexistent"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("reprise: shard 2/2 is empty: the 1 row selected is in other shards"));
    EXPECT_EQ(report().at("counts").at("total"), 0);
}

}  // namespace
}  // namespace reprise::tests
