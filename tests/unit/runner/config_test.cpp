#include <reprise/runner/config.hpp>

#include <stdlib.h>

#include <gmock/gmock.h>

#include "runner_test_support.hpp"
#include "support/expect_throw.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class ConfigTest : public testing::Test {
protected:
    ConfigTest() {
        for (const char* name : {"REPRISE_CONFIG", "REPRISE_PROFILE", "REPRISE_BROWSER"}) ::unsetenv(name);
    }
    ~ConfigTest() override {
        ::unsetenv("REPRISE_CONFIG");
        ::unsetenv("REPRISE_PROFILE");
    }
    Config read(std::string_view text, const std::string& profile = {}) const {
        return read_config(folder_.write("reprise.toml", text), profile);
    }
    // What reading says, without the folder of the file.
    std::string refusal(std::string_view text, const std::string& profile = {}) const {
        auto said = error_of([&] { read(text, profile); });
        const auto folder = folder_.path().lexically_proximate(fs::current_path()).generic_string() + "/";
        for (auto at = said.find(folder); at != std::string::npos; at = said.find(folder))
            said.erase(at, folder.size());
        return said;
    }

    const tests::TemporaryFolder folder_;
};

TEST_F(ConfigTest, ReadsEveryKey) {
    const auto config = read(R"(
[profile.default]
recordings = ["recordings", "/abs/one.json"]
data = ["order=data/customers.csv", "all.csv"]
grep = "ada"
repeat-each = 2
shard-by = "time"
timings = "ci/report.json"
workers = 4
retries = 0
max-failures = 3
base-url = "http://127.0.0.1:8080"
timeout = 60000
step-timeout = 8000
stop-on-error = true
fail-on-flaky = true
pass-with-no-tests = true
quiet = true
reporter = ["list", "junit=out/junit.xml"]
output = "results"
history = "/var/history"
healing = "suggest"
viewport = "1366x900"
browser = "tools/chrome"
headed = true
no-sandbox = true
vision-model = "on"
vision-requests = 5
vision-tokens = 0
vision-timeout = 2500
publish = "require"
publish-timeout = 4000
portal-url = "https://abc.supabase.co"
portal-key-file = "secrets/portal.key"
portal-user-id = "0b9f7f6a-1111-4222-8333-abcdefabcdef"
portal-ca-file = "ca.pem"
)");
    const auto here = [&](const char* path) {
        return (folder_ / path).lexically_proximate(fs::current_path()).generic_string();
    };
    EXPECT_EQ(config.profile, "default");
    const auto options = run_options(config);
    EXPECT_THAT(options.recordings, ElementsAre(here("recordings"), "/abs/one.json"));
    EXPECT_THAT(options.data,
                ElementsAre(std::pair("order", here("data/customers.csv")), std::pair("", here("all.csv"))));
    EXPECT_EQ(options.grep, "ada");
    EXPECT_EQ(options.repeat_each, 2);
    EXPECT_EQ(options.shard_by, ShardBy::time);
    EXPECT_EQ(options.timings, here("ci/report.json"));
    EXPECT_EQ(options.workers, 4);
    EXPECT_EQ(options.retries, 0);
    EXPECT_EQ(options.max_failures, 3);
    EXPECT_EQ(options.base_url, "http://127.0.0.1:8080");
    EXPECT_EQ(options.row_timeout, milliseconds{60000});
    EXPECT_EQ(options.step_timeout, milliseconds{8000});
    EXPECT_TRUE(options.stop_on_error && options.fail_on_flaky && options.pass_with_no_tests && options.quiet);
    EXPECT_EQ(options.reporters, "list,junit=" + here("out/junit.xml"));
    EXPECT_EQ(options.output, here("results"));
    EXPECT_EQ(options.history, "/var/history");
    EXPECT_EQ(options.healing, HealingMode::suggest);
    EXPECT_EQ(options.width, 1366);
    EXPECT_EQ(options.height, 900);
    EXPECT_EQ(options.browser, here("tools/chrome"));
    EXPECT_TRUE(options.headed && options.no_sandbox);
    EXPECT_EQ(options.vision_model.model, "on");
    EXPECT_EQ(options.vision_model.max_requests, 5);
    EXPECT_EQ(options.vision_model.max_tokens, 0);
    EXPECT_EQ(options.vision_model.timeout, milliseconds{2500});
    EXPECT_EQ(options.portal.publish, PublishMode::require);
    EXPECT_EQ(options.portal.at_end, milliseconds{4000});
    EXPECT_EQ(options.portal.url, "https://abc.supabase.co");
    EXPECT_EQ(options.portal.key_file, here("secrets/portal.key"));
    EXPECT_EQ(options.portal.user_id, "0b9f7f6a-1111-4222-8333-abcdefabcdef");
    EXPECT_EQ(options.portal.ca_file, here("ca.pem"));
}

TEST_F(ConfigTest, SwitchesOffWithAnEmptyHistoryAndAModelThatIsOff) {
    const auto options = run_options(read("[profile.default]\nhistory = \"\"\nvision-model = \"off\"\n"));
    EXPECT_TRUE(options.history.empty());
    EXPECT_TRUE(options.vision_model.model.empty());
}

TEST_F(ConfigTest, LaysAProfileOverThoseItInheritsFrom) {
    const char* text = R"(
[profile.default]
workers = 2
retries = 2
[profile.ci]
inherits = "default"
retries = 0
[profile.nightly]
inherits = "ci"
workers = 8
[profile.alone]
grep = "x"
)";
    EXPECT_EQ(read(text).workers, 2);
    EXPECT_EQ(read(text, "ci").workers, 2);
    EXPECT_EQ(read(text, "ci").retries, 0);
    EXPECT_EQ(read(text, "nightly").workers, 8);
    EXPECT_EQ(read(text, "nightly").retries, 0);
    EXPECT_FALSE(read(text, "alone").workers) << "nothing is inherited that was not asked for";
    EXPECT_EQ(read("").profile, "");
    EXPECT_EQ(read("[profile.ci]\nworkers = 2\n").profile, "") << "nothing but \"default\" is chosen by itself";
}

TEST_F(ConfigTest, NamesUnknownKeysAndTheNearestOne) {
    EXPECT_EQ(refusal("[profile.default]\nwokers = 2\n"),
              "reprise.toml:2:1: profile \"default\": \"wokers\" is not known; the nearest known is \"workers\"");
    EXPECT_EQ(refusal("[profile.ci]\n  zebra-crossing = 2\n"),
              "reprise.toml:2:3: profile \"ci\": \"zebra-crossing\" is not known");
    EXPECT_EQ(refusal("workers = 2\n"),
              "reprise.toml:1:1: \"workers\" stands outside of a profile; put it under [profile.default]");
    EXPECT_EQ(refusal("[profiles.ci]\n"),
              "reprise.toml:1:2: \"profiles\" is not known; expected tables such as [profile.default]");
    EXPECT_EQ(refusal("profile = 3\n"),
              "reprise.toml:1:1: \"profile\" is 3, expected tables such as [profile.default]");
    EXPECT_EQ(refusal("[profile]\nci = true\n"),
              "reprise.toml:2:1: \"profile.ci\" is true, expected a table [profile.ci]");
}

TEST_F(ConfigTest, KeepsSecretsOutWithoutRepeatingThem) {
    const auto said = refusal("[profile.default]\napi-key = \"sk-very-secret\"\n");
    EXPECT_EQ(
        said,
        "reprise.toml:2:1: profile \"default\": \"api-key\" is not known; secrets do not belong in this file: the "
        "environment has them");
    EXPECT_THAT(said, Not(HasSubstr("sk-very-secret")));
}

TEST_F(ConfigTest, TakesNoKeyOfAPortalAndDoesNotRepeatIt) {
    EXPECT_EQ(
        refusal("[profile.default]\nportal-key-file = \"sb_secret_abcdef\"\n"),
        "reprise.toml:2:19: profile \"default\": \"portal-key-file\" is a key itself, expected the path of a file "
        "that holds it: a key does not belong in reprise.toml");
    EXPECT_THAT(refusal("[profile.default]\nportal-key-file = \"eyJhbGciOi.eyJyb2xlIj.c2lnbmF0dXJl\"\n"),
                AllOf(HasSubstr("a key itself"), Not(HasSubstr("c2lnbmF0dXJl"))));
    EXPECT_THAT(refusal("[profile.default]\nportal-key = \"sb_secret_abcdef\"\n"),
                AllOf(HasSubstr("the environment has them"), Not(HasSubstr("abcdef"))));
}

TEST_F(ConfigTest, SaysWhatAValueShouldBe) {
    const auto value = [&](const char* line) { return refusal(std::string("[profile.default]\n") + line + "\n"); };
    const std::string at = "reprise.toml:2:";
    EXPECT_EQ(value("workers = \"two\""),
              at + "11: profile \"default\": \"workers\" is \"two\", expected a whole number from 1 to 64");
    EXPECT_THAT(value("workers = 65"), EndsWith("\"workers\" is 65, expected a whole number from 1 to 64"));
    EXPECT_THAT(value("retries = -1"), EndsWith("\"retries\" is -1, expected a whole number from 0 to 100"));
    EXPECT_THAT(value("max-failures = 0"), EndsWith("\"max-failures\" is 0, expected a whole number, at least 1"));
    EXPECT_THAT(value("timeout = 1.5"),
                EndsWith("\"timeout\" is 1.5, expected a whole number of milliseconds, at least 1"));
    EXPECT_THAT(value("headed = \"yes\""), EndsWith("\"headed\" is \"yes\", expected true or false"));
    EXPECT_THAT(value("base-url = [1]"), EndsWith("\"base-url\" is an array, expected an address"));
    EXPECT_THAT(value("output = \"\""), EndsWith("\"output\" is \"\", expected a path"));
    EXPECT_THAT(value("recordings = [\"a\", 1]"),
                EndsWith("\"recordings\" is an array, expected a text, or an array of texts"));
    EXPECT_THAT(value("healing = \"offf\""),
                EndsWith("\"healing\" is \"offf\", expected one of autonomous, off, suggest; the nearest is \"off\""));
    EXPECT_THAT(value("shard-by = \"size\""), EndsWith("expected one of order, time; the nearest is \"time\""));
    EXPECT_THAT(value("viewport = \"wide\""),
                EndsWith("\"viewport\" is \"wide\", expected WIDTHxHEIGHT, such as \"1366x900\""));
    EXPECT_THAT(value("reporter = \"juint\""),
                AllOf(HasSubstr("\"reporter\" is \"juint\", expected names of reporters"),
                      HasSubstr("unknown reporter \"juint\", did you mean \"junit\"?")));
    EXPECT_THAT(value("inherits = 1"), EndsWith("\"inherits\" is 1, expected the name of a profile"));
}

TEST_F(ConfigTest, TellsAllProblemsOfAllProfilesAtOnce) {
    const auto said = refusal("[profile.default]\nwokers = 1\n[profile.ci]\nheaded = 1\nretries = \"a\"\n", "ci");
    EXPECT_THAT(
        said, AllOf(HasSubstr("reprise.toml:2:1"), HasSubstr("\nreprise.toml:4:10"), HasSubstr("\nreprise.toml:5:11")));
}

TEST_F(ConfigTest, TellsProfilesThatAreNotThere) {
    const char* text = "[profile.default]\n[profile.ci]\ninherits = \"defualt\"\n";
    EXPECT_EQ(refusal(text),
              "reprise.toml:3:12: profile \"ci\": inherits \"defualt\", which is not there; the nearest known is "
              "\"default\"");
    EXPECT_EQ(refusal("[profile.default]\n[profile.ci]\n", "cii"),
              "reprise.toml: has no profile \"cii\"; the nearest known is \"ci\" (it has: ci, default)");
    EXPECT_EQ(refusal("", "ci"), "reprise.toml: has no profile \"ci\" (it has: none)");
    EXPECT_THAT(refusal("[profile.a]\ninherits = \"b\"\n[profile.b]\ninherits = \"a\"\n"),
                HasSubstr("reprise.toml:2:12: profile \"a\": inherits from itself: a -> b -> a"));
    EXPECT_THAT(refusal("[profile.a]\ninherits = \"a\"\n"), HasSubstr("inherits from itself: a -> a"));
}

TEST_F(ConfigTest, ShowsWhereItIsNoToml) {
    EXPECT_THAT(
        refusal("[profile.default]\nworkers = \n"),
        AllOf(HasSubstr("reprise.toml:2:"), HasSubstr("is not TOML: "), HasSubstr("workers ="), HasSubstr("^")));
    EXPECT_THAT(refusal("[profile.default]\nworkers = 1\nworkers = 2"), HasSubstr("reprise.toml:3:"));
    EXPECT_THAT(error_of([&] { read_config(folder_ / "none.toml"); }), HasSubstr("none.toml: cannot be read"));
}

TEST_F(ConfigTest, IsFoundUpToTheRootOfTheRepository) {
    fs::create_directories(folder_ / "repository/a/b");
    folder_.write("reprise.toml", "");
    EXPECT_EQ(find_config(folder_ / "repository/a/b"), std::nullopt) << "no repository: what lies above is not ours";
    EXPECT_EQ(find_config(folder_.path()), folder_ / "reprise.toml");
    fs::create_directories(folder_ / "repository/.git");
    EXPECT_EQ(find_config(folder_ / "repository/a/b"), std::nullopt) << "above the root of the repository";
    folder_.write("repository/reprise.toml", "");
    EXPECT_EQ(find_config(folder_ / "repository/a/b"), folder_ / "repository/reprise.toml");
    folder_.write("repository/a/reprise.toml", "");
    EXPECT_EQ(find_config(folder_ / "repository/a/b"), folder_ / "repository/a/reprise.toml");
}

TEST_F(ConfigTest, IsChosenByNameBeforeVariable) {
    const auto one = folder_.write("one.toml", "[profile.default]\nworkers = 1\n[profile.ci]\nworkers = 11\n");
    const auto two = folder_.write("two.toml", "[profile.default]\nworkers = 2\n");
    ::setenv("REPRISE_CONFIG", one.c_str(), 1);
    EXPECT_EQ(chosen_config().workers, 1);
    EXPECT_EQ(chosen_config(two).workers, 2);
    ::setenv("REPRISE_PROFILE", "ci", 1);
    EXPECT_EQ(chosen_config().workers, 11);
    EXPECT_EQ(chosen_config({}, "default").workers, 1);
    EXPECT_THAT(error_of([&] { chosen_config(two); }), HasSubstr("two.toml: has no profile \"ci\""));
}

TEST_F(ConfigTest, LeavesTheBrowserOfTheEnvironmentBeforeItsOwn) {
    const auto config = read("[profile.default]\nbrowser = \"/opt/chrome\"\n");
    EXPECT_EQ(run_options(config).browser, "/opt/chrome");
    ::setenv("REPRISE_BROWSER", "/usr/bin/other", 1);
    EXPECT_EQ(run_options(config).browser, std::nullopt);
    ::unsetenv("REPRISE_BROWSER");
}

}  // namespace
}  // namespace reprise::runner
