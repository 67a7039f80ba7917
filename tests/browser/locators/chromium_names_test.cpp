// Accessible names as the page script computes them against those that Chromium itself gives to assistive technology.
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include <reprise/fixtures/http_server.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class ChromiumNames : public BrowserPage {
protected:
    ChromiumNames() {
        server_.serve_folder("/", REPRISE_PAGE_SCRIPT);
        server_.handle("GET", "/test/scripts.js", [](const auto&) {
            std::string calls;
            std::ifstream order{fs::path{REPRISE_PAGE_SCRIPT} / "order.txt"};
            for (std::string name; std::getline(order, name);) calls += (calls.empty() ? "'" : ", '") + name + "'";
            return fixtures::HttpResponse{.content_type = "text/javascript", .body = "loadInOrder([" + calls + "]);"};
        });
    }
    // White space folded: Chromium leaves some of it.
    static std::string chromium_name(const Page& page) {
        const auto& target = page.target();
        const auto element =
            target.evaluate_handle(target.main_frame(), cdp::World::page, "document.getElementById('t')", soon());
        const auto answer = element.session.send_raw(
            "Accessibility.getPartialAXTree",
            json::serialize(json::object{{"objectId", element.object_id}, {"fetchRelatives", false}}), soon());
        const auto& node = answer.at("nodes").at(0).as_object();
        const auto* name = node.if_contains("name");
        if (name == nullptr || !name->as_object().contains("value")) return {};
        std::string folded;
        for (const char c : std::string_view{name->at("value").as_string()}) {
            const bool space = c == ' ' || c == '\n' || c == '\t';
            if (!space) folded += c;
            if (space && !folded.empty() && folded.back() != ' ') folded += ' ';
        }
        while (folded.ends_with(' ')) folded.pop_back();
        return folded;
    }
    fixtures::HttpServer server_;
};

TEST_F(ChromiumNames, AreOursUnlessAReasonIsGiven) {
    const auto page = open_page();
    page.navigate(server_.url("/test/names.html"));
    page.expect({.kind = Expected::title, .text = "done"});
    const auto cases = page.evaluate("nameCases.length").as_int64();
    ASSERT_GT(cases, 100);
    for (std::int64_t i = 0; i < cases; ++i) {
        const auto ours = page.evaluate(fmt::format("named({})", i));
        const auto text = [&](const char* key) { return std::string(ours.at(key).as_string()); };
        if (!text("why").empty()) continue;
        EXPECT_EQ(text("name"), chromium_name(page)) << text("what") << ": " << text("markup");
    }
}

}  // namespace
}  // namespace reprise::locators
