#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include <reprise/reporters/supabase/settings.hpp>

#include "support/temporary_folder.hpp"

namespace reprise::reporters::supabase {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// What the surroundings say is put aside for the test.
class SupabaseSettingsTest : public testing::Test {
protected:
    SupabaseSettingsTest() {
        for (const char* name : k_variables) {
            const char* value = std::getenv(name);
            before_.emplace_back(name, value == nullptr ? "" : value);
            ::unsetenv(name);
        }
    }
    ~SupabaseSettingsTest() override {
        for (const auto& [name, value] : before_) {
            value.empty() ? ::unsetenv(name.c_str()) : ::setenv(name.c_str(), value.c_str(), 1);
        }
    }
    static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

    static constexpr const char* k_variables[] = {
        "SUPABASE_URL",     "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_ANON_KEY",
        "SUPABASE_EMAIL",   "SUPABASE_PUBLISHABLE_KEY",  "SUPABASE_PASSWORD",   "SUPABASE_KEY_FILE",
        "SUPABASE_USER_ID", "SUPABASE_CA_FILE"};
    const tests::TemporaryFolder folder_;

private:
    std::vector<std::pair<std::string, std::string>> before_;
};

TEST_F(SupabaseSettingsTest, ComeFromTheEnvironmentOverWhatIsGiven) {
    set("SUPABASE_URL", "https://abc.supabase.co/");
    set("SUPABASE_ANON_KEY", "anonymous-key");
    set("SUPABASE_SERVICE_ROLE_KEY", "service-key");
    const auto settings = settings_from_environment({.url = "https://other.example", .user_id = "ada"});
    EXPECT_EQ(settings.url, "https://abc.supabase.co");
    EXPECT_EQ(settings.key, "service-key");
    EXPECT_EQ(settings.user_id, "ada");
    EXPECT_THAT(problem_of(settings), IsEmpty());
}

TEST_F(SupabaseSettingsTest, UseTheKeyForEveryoneToSignIn) {
    set("SUPABASE_ANON_KEY", "anonymous-key");
    set("SUPABASE_SERVICE_ROLE_KEY", "service-key");
    set("SUPABASE_EMAIL", "ada@example.org");
    set("SUPABASE_PASSWORD", "secret");
    EXPECT_EQ(settings_from_environment().key, "anonymous-key");
}

TEST_F(SupabaseSettingsTest, ReadAKeyFromAFile) {
    const auto file = folder_ / "key";
    std::ofstream{file} << "  key-of-a-file\n";
    set("SUPABASE_SERVICE_ROLE_KEY", "service-key");
    set("SUPABASE_KEY_FILE", file.string());
    EXPECT_EQ(settings_from_environment().key, "key-of-a-file");
    std::ofstream{file, std::ios::trunc};
    EXPECT_THROW(settings_from_environment(), std::invalid_argument);
    set("SUPABASE_KEY_FILE", (folder_ / "nowhere").string());
    EXPECT_THROW(settings_from_environment(), std::invalid_argument);
}

TEST_F(SupabaseSettingsTest, NameWhatIsWrongWithThem) {
    const Settings good{.url = "https://abc.supabase.co", .key = "service-key"};
    const auto with = [&](auto change) {
        auto settings = good;
        change(settings);
        return problem_of(settings);
    };
    EXPECT_THAT(with([](Settings& s) { s.url = ""; }), HasSubstr("set SUPABASE_URL"));
    EXPECT_THAT(with([](Settings& s) { s.url = "http://abc.supabase.co"; }), HasSubstr("use https"));
    EXPECT_THAT(with([](Settings& s) { s.url = "http://127.0.0.1:54321"; }), IsEmpty());
    EXPECT_THAT(with([](Settings& s) { s.url = "https://abc.supabase.co/rest/v1"; }),
                HasSubstr("leave \"/rest/v1\" out"));
    EXPECT_THAT(with([](Settings& s) { s.key = ""; }), HasSubstr("set SUPABASE_SERVICE_ROLE_KEY"));
    EXPECT_THAT(with([](Settings& s) { s.key = "two words and\nlines"; }), HasSubstr("is no key"));
    EXPECT_THAT(with([](Settings& s) { s.email = "ada@example.org"; }), HasSubstr("both SUPABASE_EMAIL and"));
    EXPECT_THAT(with([](Settings& s) { s.ca_certificate = "/nowhere.pem"; }), HasSubstr("/nowhere.pem is not there"));
}

TEST(RoleOfKey, IsWhatTheKeyClaims) {
    // {"role":"service_role"} and {"role":"anon","ref":"?>"}, whose base64 has other letters in addresses.
    EXPECT_EQ(role_of_key("e30.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.x"), "service_role");
    EXPECT_EQ(role_of_key("e30.eyJyb2xlIjoiYW5vbiIsInJlZiI6Ij8-In0.x"), "anon");
    EXPECT_EQ(role_of_key("sb_secret_abc"), "secret");
    EXPECT_EQ(role_of_key("sb_publishable_abc"), "publishable");
    for (const char* none : {"", "abc", "a.b", "a.b.c", "e30.W10.x", "..", "e30.%%%.x"}) {
        EXPECT_EQ(role_of_key(none), "") << none;
    }
}

}  // namespace
}  // namespace reprise::reporters::supabase
