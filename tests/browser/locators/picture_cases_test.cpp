// Pictures in less common cases: what they show, and that the page is as it was afterwards.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <reprise/cdp/base64.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/vision/picture.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

class PictureCases : public BrowserPage {
protected:
    Page open_small(const std::string& html, ContextOptions options = {}) {
        options.width_px = 400;
        options.height_px = 300;
        auto page = open_page(options);
        page.set_content("<style>body{margin:0;background:white}</style>" + html);
        return page;
    }
    static std::string pixel(const vision::Picture& image, int x, int y) {
        const auto at = static_cast<std::size_t>(y * image.width + x) * 3;
        return fmt::format("{},{},{}", image.rgb.at(at), image.rgb.at(at + 1), image.rgb.at(at + 2));
    }
};

TEST_F(PictureCases, AWholePageLeavesViewportAndScrollAsTheyWere) {
    const auto page = open_small("<div style='height:2000px;background:linear-gradient(red,blue)'></div>");
    page.scroll_to({0, 700});
    const auto before = value(page, "[innerWidth, innerHeight, scrollX, scrollY]");
    EXPECT_EQ(vision::decode_png(page.screenshot({.full_page = true})).height, 2000);
    EXPECT_EQ(value(page, "[innerWidth, innerHeight, scrollX, scrollY]"), before);
    EXPECT_EQ(std::to_string(vision::decode_png(page.screenshot()).height), value(page, "innerHeight"));
}

TEST_F(PictureCases, ARotatedElementIsShownInItsBox) {
    const auto page = open_small(
        "<div id=r style='position:absolute;left:100px;top:100px;width:100px;height:20px;background:rgb(0,128,0);"
        "transform:rotate(90deg)'></div>");
    const auto shot = vision::decode_png(page.locator("#r").screenshot());
    EXPECT_EQ(shot.width, 20);
    EXPECT_EQ(shot.height, 100);
    EXPECT_EQ(pixel(shot, 10, 50), "0,128,0");
}

TEST_F(PictureCases, TransitionsAndScriptedAnimationsAreAtTheirEnd) {
    const auto page = open_small(
        "<style>#t{transition:background 100s;width:40px;height:40px;background:rgb(255,0,0)}#t.on{background:"
        "rgb(0,0,255)}</style><div id=t></div><div id=w style='width:40px;height:40px;background:rgb(255,0,0)'></div>");
    page.evaluate("getComputedStyle(t).background, t.className = 'on'");
    page.evaluate("w.animate([{opacity: 1}, {opacity: 0}], {duration: 1e6, fill: 'forwards'}) && 1");
    const auto still = vision::decode_png(page.screenshot(ScreenshotOptions{}));
    EXPECT_EQ(pixel(still, 20, 20), "0,0,255");
    EXPECT_EQ(pixel(still, 20, 60), "255,255,255");
}

TEST_F(PictureCases, ACaretIsShownOnRequestOnly) {
    const auto page = open_small("<input id=i style='font-size:40px;border:0;outline:0;caret-color:red'>");
    page.locator("#i").focus();
    const auto has_red = [](const vision::Picture& shot) {
        for (std::size_t at = 0; at + 2 < shot.rgb.size(); at += 3) {
            if (shot.rgb[at] > 200 && shot.rgb[at + 1] < 80) return true;
        }
        return false;
    };
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(has_red(vision::decode_png(page.screenshot(ScreenshotOptions{}))));
    EXPECT_EQ(value(page, "getComputedStyle(i).caretColor"), "\"rgb(255, 0, 0)\"");
}

TEST_F(PictureCases, APartBeyondTheViewportIsShown) {
    const auto page = open_small(
        "<div style='position:absolute;left:500px;top:400px;width:50px;height:50px;background:rgb(0,0,255)'></div>");
    const auto part = vision::decode_png(page.screenshot({.full_page = true, .clip = Rect{490, 390, 20, 20}}));
    EXPECT_EQ(part.width, 20);
    EXPECT_EQ(pixel(part, 9, 9), "255,255,255");
    EXPECT_EQ(pixel(part, 10, 10), "0,0,255");
}

TEST_F(PictureCases, PartsAndElementsHaveTheScaleOfTheDevice) {
    const auto page = open_small("<div id=b style='width:50px;height:30px;background:rgb(0,0,255)'></div>",
                                 {.device_scale_factor = 2});
    const auto element = vision::decode_png(page.locator("#b").screenshot());
    EXPECT_EQ(element.width, 100);
    EXPECT_EQ(element.height, 60);
    EXPECT_EQ(pixel(element, 99, 59), "0,0,255");
    EXPECT_EQ(vision::decode_png(page.screenshot({.clip = Rect{0, 0, 10, 10}})).width, 20);
}

TEST_F(PictureCases, WithoutBackgroundWhatIsNotPaintedIsTransparent) {
    auto page = open_page();
    page.set_content("<div style='width:20px;height:20px;background:rgb(0,128,0)'></div>");
    const auto png = page.screenshot({.clip = Rect{0, 0, 40, 40}, .omit_background = true});
    const auto alpha = page.evaluate(
        "async (data) => { const image = new Image(); image.src = 'data:image/png;base64,' + data; await "
        "image.decode(); "
        "const canvas = document.createElement('canvas'); canvas.width = canvas.height = 40; const pen = "
        "canvas.getContext('2d'); pen.drawImage(image, 0, 0); return [pen.getImageData(12, 12, 1, 1).data[3], "
        "pen.getImageData(38, 38, 1, 1).data[3]]; }",
        boost::json::value(cdp::encode_base64(png)));
    EXPECT_EQ(boost::json::serialize(alpha), "[255,0]");
    EXPECT_EQ(pixel(vision::decode_png(page.screenshot()), 38, 38), "255,255,255") << "as it was";
}

}  // namespace
}  // namespace reprise::locators
