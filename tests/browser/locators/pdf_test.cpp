// Pages on paper.
#include <gmock/gmock.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/pdf.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

class Pdf : public BrowserPage {
protected:
    Page open_sheets() {
        return open("<h1>One</h1><h1 style='break-before:page'>Two</h1><h1 style='break-before:page'>Three</h1>");
    }
    static int pages_of(const std::string& pdf) { return count(pdf, "/Type /Page\n"); }
};

TEST_F(Pdf, HoldsThePagesInTheSizeAskedFor) {
    const auto page = open_sheets();
    const auto a4 = page.pdf({});
    EXPECT_THAT(a4, StartsWith("%PDF-"));
    EXPECT_EQ(pages_of(a4), 3);
    EXPECT_THAT(a4, HasSubstr("/MediaBox [0 0 595"));
    const auto wide = page.pdf({.width_mm = 100, .height_mm = 50, .landscape = false, .pages = "2-3"});
    EXPECT_EQ(pages_of(wide), 2);
    EXPECT_THAT(wide, HasSubstr("/MediaBox [0 0 283"));
}

TEST_F(Pdf, IsReadInPartsHoweverLongItIs) {
    std::string html;
    for (int i = 0; i < 400; ++i) html += "<p style='break-after:page'>Page " + std::to_string(i) + "</p>";
    const auto page = open(html);
    const auto pdf = page.pdf({.header = "<span class=pageNumber></span>", .footer = "", .tagged = true});
    EXPECT_GE(pages_of(pdf), 400);
    EXPECT_THAT(pdf.substr(pdf.size() - 10), HasSubstr("%%EOF"));
}

TEST_F(Pdf, SaysWhatTheBrowserDidNotTake) {
    const auto page = open_sheets();
    EXPECT_THROW_MSG(page.pdf({.pages = "7-2"}), ActionError, HasSubstr("page.pdf(): "));
}

}  // namespace
}  // namespace reprise::locators
