#include "worker/host_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_throw.hpp"

namespace reprise::runner {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const HostRules& rules, std::string_view url) {
    return rules.refusal(url).value_or("");
}

TEST(HostRules, AllowsTheHostsNamedAndNoOthers) {
    const auto rules = HostRules::only({"Shop.example.com", "*.example.org", "127.0.0.1", "[::1]"});
    for (const char* url :
         {"http://shop.example.com", "HTTPS://SHOP.example.com:8443/cart?a=b#c", "https://a.b.example.org/",
          "http://127.0.0.1:80/", "http://shop.example.com./", "http://[::1]:8080/", "about:blank"}) {
        EXPECT_EQ(refusal(rules, url), "") << url;
    }
    for (const char* url : {"http://example.org/", "http://evilshop.example.com.evil.net/", "http://127.0.0.2/",
                            "http://shop.example.com.evil.net", "http://evil.net/?shop.example.com",
                            "http://evil.net#shop.example.com", "http://[::2]/"}) {
        EXPECT_THAT(refusal(rules, url), HasSubstr("is not allowed (this worker visits shop.example.com, "
                                                   "*.example.org, 127.0.0.1, ::1)"))
            << url;
    }
}

TEST(HostRules, VisitsHttpAndHttpsOnly) {
    const auto rules = HostRules::any();
    for (const char* url :
         {"file:///etc/passwd", "FILE:///etc/passwd", "chrome://settings", "view-source:http://a.test/",
          "javascript:alert(1)", "data:text/html,hello", "blob:http://a.test/1", "ftp://a.test/",
          "devtools://devtools/", " http://a.test/", "http:a.test", "http:/a.test", "a.test", "", "ht\ntp://a.test"}) {
        EXPECT_THAT(refusal(rules, url), HasSubstr("only http:// and https:// are visited")) << url;
    }
}

// Chromium reads a backslash as a slash, drops line breaks and maps other scripts: none of it is left to chance.
TEST(HostRules, RefusesWhatABrowserMayReadDifferently) {
    const auto rules = HostRules::only({"shop.test"});
    for (const char* url :
         {"http://evil.test\\@shop.test/", "http://evil.test\\.shop.test/", "http://sh\nop.test/",
          "http://shop%2etest/", "http:///shop.test", "http://\xEF\xBD\x93hop.test/", "http://[shop.test]x/"}) {
        EXPECT_THAT(refusal(rules, url), testing::Not("")) << url;
    }
    EXPECT_THAT(refusal(rules, "http://user@shop.test/"), testing::Not(""));
    EXPECT_THAT(refusal(rules, "http://shop.test@evil.test/"), testing::Not(""));
}

TEST(HostRules, NeverVisitsLinkLocalAddressesUnlessNamed) {
    for (const char* url :
         {"http://169.254.169.254/latest/meta-data", "http://0xA9FEA9FE/", "http://2852039166/",
          "http://169.254.43518/", "http://0251.0376.0251.0376/", "http://[::ffff:169.254.169.254]/",
          "http://[fe80::1]/", "http://metadata.google.internal/", "http://METADATA.google.internal./"}) {
        EXPECT_THAT(refusal(HostRules::any(), url), HasSubstr("is not allowed")) << url;
    }
    EXPECT_EQ(refusal(HostRules::any(), "http://169.253.1.1/"), "");
    EXPECT_THAT(refusal(HostRules::only({"169.*"}), "http://169.254.169.254/"), HasSubstr("is not allowed"));
    EXPECT_EQ(refusal(HostRules::only({"169.254.1.1"}), "http://169.254.1.1/"), "");
}

TEST(HostRules, MakesTheBrowserRefuseAllOtherHosts) {
    EXPECT_THAT(HostRules::only({"shop.test", "*.shop.test"}).browser_switches(),
                ElementsAre("--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE shop.test,EXCLUDE *.shop.test",
                            "--no-proxy-server"));
    EXPECT_THAT(HostRules::any().browser_switches().front(), HasSubstr("MAP 169.254.* ~NOTFOUND"));
}

TEST(HostRules, SaysWhichPatternCannotBe) {
    for (const char* host : {"http://shop.test", "shop.test:80", "shop.test/", "", "a b", "a,b"}) {
        EXPECT_THROW_MSG(HostRules::only({host}), std::invalid_argument,
                         AllOf(HasSubstr(host), HasSubstr("expected a host without scheme and port")));
    }
    EXPECT_THROW_MSG(HostRules::only({"*"}), std::invalid_argument, HasSubstr("say --allow-any-host"));
    EXPECT_THROW_MSG(HostRules::only({}), std::invalid_argument, HasSubstr("--allow-host shop.example.com"));
}

}  // namespace
}  // namespace reprise::runner
