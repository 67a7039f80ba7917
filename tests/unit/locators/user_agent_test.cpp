#include "user_agent.hpp"

#include <gtest/gtest.h>

namespace reprise::locators {
namespace {

std::string hints_of(std::string_view user_agent, bool is_mobile = false) {
    const auto hints = client_hints(user_agent, is_mobile);
    if (!hints) return "none";
    return hints->platform + "|" + hints->platformVersion + "|" + hints->architecture + "|" + hints->model + "|" +
           (hints->mobile ? "mobile" : "desk");
}

TEST(ClientHints, AgreeWithTheUserAgent) {
    EXPECT_EQ(
        hints_of("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/1.0.0.0 Mobile Safari/537.36", true),
        "Android|10|||mobile");
    EXPECT_EQ(hints_of("Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/AP1) AppleWebKit/537.36 Mobile", true),
              "Android|14||Pixel 7|mobile");
    EXPECT_EQ(hints_of("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/1.0.0.0 Safari/537.36", true),
              "Android|10|||desk");  // a tablet
    EXPECT_EQ(hints_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15", true),
              "iOS|18.5|||mobile");
    EXPECT_EQ(hints_of("Mozilla/5.0 (iPad; CPU OS 17_2 like Mac OS X) AppleWebKit/605.1.15", true),
              "iOS|17.2|||mobile");
    EXPECT_EQ(hints_of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36"),
              "macOS|10.15.7|x86||desk");
    EXPECT_EQ(hints_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"), "Windows|10.0|x86||desk");
    EXPECT_EQ(hints_of("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"), "Linux||x86||desk");
}

TEST(ClientHints, AreLeftOutOfAgentsThatNameNoSystem) {
    EXPECT_EQ(hints_of("Agent/7"), "none");
    EXPECT_EQ(hints_of(""), "none");
    EXPECT_EQ(hints_of("Android"), "none");
    EXPECT_EQ(hints_of("(Android 9; "), "Android|9|||desk");
}

}  // namespace
}  // namespace reprise::locators
