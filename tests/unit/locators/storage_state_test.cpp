#include <reprise/locators/storage_state.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <reprise/cdp/error.hpp>

#include "support/expect_throw.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using testing::HasSubstr;

// As Playwright writes it.
constexpr const char* k_state = R"({"cookies": [{"name": "sid", "value": "a=b", "domain": ".shop.example", "path": "/",
    "expires": 1900000000.5, "httpOnly": true, "secure": true, "sameSite": "Lax"}],
    "origins": [{"origin": "https://shop.example", "localStorage": [{"name": "cart", "value": "[1]"}]}]})";

TEST(StorageStateTest, ReadsWhatPlaywrightWrote) {
    const auto state = StorageState::parse(k_state);
    ASSERT_EQ(state.cookies.size(), 1U);
    const auto& cookie = state.cookies[0];
    EXPECT_EQ(cookie.name + cookie.value + cookie.domain + cookie.path + cookie.same_site, "sida=b.shop.example/Lax");
    EXPECT_EQ(cookie.expires, 1'900'000'000.5);
    EXPECT_TRUE(cookie.http_only && cookie.secure);
    ASSERT_EQ(state.origins.size(), 1U);
    EXPECT_EQ(state.origins[0].origin, "https://shop.example");
    EXPECT_EQ(state.origins[0].local_storage.at(0).name, "cart");
    EXPECT_EQ(state.origins[0].local_storage.at(0).value, "[1]");
}

TEST(StorageStateTest, IsTheSameAfterAFile) {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "state.json";
    const auto state = StorageState::parse(k_state);
    state.save(file);
    EXPECT_EQ(StorageState::load(file).json(), state.json());
    struct stat info {};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);  // it holds secrets
}

TEST(StorageStateTest, SaysWhatIsWrong) {
    EXPECT_THROW_MSG(StorageState::parse("{"), Error, HasSubstr("storage state: is not JSON: "));
    EXPECT_THROW_MSG(StorageState::parse("[]"), Error, HasSubstr("storage state: it is no object"));
    EXPECT_THROW_MSG(StorageState::parse(R"({"origins": []})"), Error, HasSubstr("\"cookies\" is missing"));
    EXPECT_THROW_MSG(StorageState::parse(R"({"cookies": [{"name": 1}], "origins": []})"), Error,
                     HasSubstr("\"name\" is no text"));
    EXPECT_THROW_MSG(StorageState::load("/nonexistent/state.json"), Error,
                     HasSubstr("/nonexistent/state.json: cannot be read"));
    const auto* with_database =
        R"({"cookies": [], "origins": [{"origin": "http://a", "localStorage": [], "indexedDB": [{"name": "db"}]}]})";
    EXPECT_THROW_MSG(StorageState::parse(with_database), Error,
                     HasSubstr("storage state: http://a: IndexedDB \"db\": \"version\" is missing"));
    EXPECT_THROW_MSG(StorageState{}.save("/nonexistent/state.json"), Error,
                     HasSubstr("/nonexistent/state.json: the storage state cannot be written"));
}

}  // namespace
}  // namespace reprise::locators
