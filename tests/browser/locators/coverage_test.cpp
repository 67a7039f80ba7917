// Which parts of scripts and style sheets were used.
#include <gmock/gmock.h>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/coverage.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using fixtures::HttpResponse;
using testing::ElementsAre;

std::vector<std::string> used_parts(const Coverage& coverage) {
    std::vector<std::string> parts;
    for (const auto& range : coverage.used) parts.push_back(coverage.text.substr(range.begin, range.end - range.begin));
    return parts;
}

class CoverageTest : public BrowserPage {
protected:
    CoverageTest() {
        server_.handle("GET", "/", [](const auto&) {
            return HttpResponse{.body = "<link rel=stylesheet href=/look.css><script src=/app.js></script><p>Text</p>"};
        });
        server_.handle("GET", "/app.js", [](const auto&) {
            return HttpResponse{
                .content_type = "text/javascript",
                .body =
                    "'\xc3\xa4\xf0\x9f\x9a\xa2';function run(){debugger;return 1}\nfunction rest(){return 2}\nrun();"};
        });
        server_.handle("GET", "/look.css", [](const auto&) {
            return HttpResponse{.content_type = "text/css",
                                .body = "p{color:red}\ntd{color:blue}\n/* \xc3\xa4 */p{margin:0}"};
        });
    }
    fixtures::HttpServer server_;
};

TEST_F(CoverageTest, OfScriptsKnowsWhatHasRun) {
    const auto page = open_page();
    page.start_js_coverage();
    page.navigate(server_.url("/"));
    const auto scripts = page.stop_js_coverage();
    ASSERT_EQ(scripts.size(), 1U);
    EXPECT_EQ(scripts[0].url, server_.url("/app.js"));
    EXPECT_THAT(used_parts(scripts[0]),
                ElementsAre("'\xc3\xa4\xf0\x9f\x9a\xa2';function run(){debugger;return 1}\n", "\nrun();"));
    EXPECT_NEAR(scripts[0].used_share(), 0.68, 0.05);
    page.navigate(server_.url("/"));  // `debugger` stops nothing, then neither
}

TEST_F(CoverageTest, OfStyleSheetsKnowsWhichRulesApplied) {
    const auto page = open_page();
    page.start_css_coverage();
    page.navigate(server_.url("/"));
    const auto sheets = page.stop_css_coverage();
    ASSERT_EQ(sheets.size(), 1U);
    EXPECT_EQ(sheets[0].url, server_.url("/look.css"));
    EXPECT_THAT(used_parts(sheets[0]), ElementsAre("p{color:red}", "p{margin:0}"));
}

TEST_F(CoverageTest, BeginsAnew) {
    const auto page = open_page();
    page.navigate(server_.url("/"));
    for (int i = 0; i < 2; ++i) {
        page.start_js_coverage();
        page.start_css_coverage();
        page.navigate(server_.url("/"));
        EXPECT_EQ(page.stop_js_coverage().size(), 1U);
        EXPECT_EQ(page.stop_css_coverage().size(), 1U);
    }
}

}  // namespace
}  // namespace reprise::locators
