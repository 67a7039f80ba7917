// The page script's own tests, in a real page: locators/script/test/*_test.html.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <reprise/fixtures/http_server.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> test_pages() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{fs::path{REPRISE_PAGE_SCRIPT} / "test"}) {
        const auto name = entry.path().stem().string();
        if (name.ends_with("_test")) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
}

class PageScript : public BrowserPage, public testing::WithParamInterface<std::string> {
protected:
    PageScript() {
        server_.serve_folder("/", REPRISE_PAGE_SCRIPT);
        // Loads the fragments in their order, each as a script of its own: errors then name file and line.
        server_.handle("GET", "/test/scripts.js", [](const auto&) {
            std::string calls;
            std::ifstream order{fs::path{REPRISE_PAGE_SCRIPT} / "order.txt"};
            for (std::string name; std::getline(order, name);) calls += (calls.empty() ? "'" : ", '") + name + "'";
            return fixtures::HttpResponse{.content_type = "text/javascript", .body = "loadInOrder([" + calls + "]);"};
        });
    }
    fixtures::HttpServer server_;
};

TEST_P(PageScript, PassesItsCases) {
    const auto page = open_page();
    page.navigate(server_.url("/test/" + GetParam() + ".html"));
    page.expect({.kind = Expected::title, .text = "done", .timeout = std::chrono::seconds{30}});
    const auto results = page.evaluate("results").as_array();
    EXPECT_FALSE(results.empty());
    for (const auto& result : results) {
        EXPECT_EQ(std::string(result.at("message").as_string()), "")
            << GetParam() << ": " << result.at("name").as_string();
    }
    RecordProperty("cases", static_cast<int>(results.size()));
}

INSTANTIATE_TEST_SUITE_P(Cases, PageScript, testing::ValuesIn(test_pages()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace reprise::locators
