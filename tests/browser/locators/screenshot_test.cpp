// Pictures of pages and elements, looked at pixel by pixel.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <reprise/locators/error.hpp>
#include <reprise/vision/picture.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using testing::HasSubstr;

class ScreenshotTest : public BrowserPage {
protected:
    static constexpr const char* k_page =
        "<style>body{margin:0;background:white}div{position:absolute}</style>"
        "<div id=red style='left:10px;top:20px;width:30px;height:40px;background:rgb(255,0,0)'></div>"
        "<div id=blue style='left:600px;top:1500px;width:20px;height:500px;background:rgb(0,0,255)'></div>";

    Page open_small(const std::string& html, ContextOptions options = {}) {
        options.width_px = 400;
        options.height_px = 300;
        auto page = open_page(options);
        page.set_content(html);
        return page;
    }
    static vision::Picture picture(const std::string& png) { return vision::decode_png(png); }
    // "255,0,0" of the pixel.
    static std::string pixel(const vision::Picture& image, int x, int y) {
        const auto at = static_cast<std::size_t>(y * image.width + x) * 3;
        return fmt::format("{},{},{}", image.rgb.at(at), image.rgb.at(at + 1), image.rgb.at(at + 2));
    }
};

TEST_F(ScreenshotTest, ShowTheViewportThePageOrAPartOfIt) {
    const auto page = open_small(k_page);
    const auto view = picture(page.screenshot(ScreenshotOptions{}));
    EXPECT_EQ(view.width, 400);
    EXPECT_EQ(view.height, 300);
    EXPECT_EQ(pixel(view, 11, 21), "255,0,0");
    EXPECT_EQ(pixel(view, 9, 21), "255,255,255");
    const auto whole = picture(page.screenshot({.full_page = true}));
    EXPECT_EQ(whole.width, 620);
    EXPECT_EQ(whole.height, 2000);
    EXPECT_EQ(pixel(whole, 610, 1990), "0,0,255");
    const auto part = picture(page.screenshot({.clip = Rect{5, 15, 10, 10}}));
    EXPECT_EQ(part.width, 10);
    EXPECT_EQ(pixel(part, 4, 4), "255,255,255");
    EXPECT_EQ(pixel(part, 5, 5), "255,0,0");
    EXPECT_THROW(page.screenshot({.clip = Rect{5, 15, 0, 10}}), UsageError);
}

TEST_F(ScreenshotTest, ShowWhatIsHighlightedWhereverItMoves) {
    const auto page = open_small(
        "<style>body{margin:0;background:white}button{position:absolute;left:20px;top:40px;width:80px;height:30px;"
        "border:0;background:white;color:white}</style><button onclick=\"this.textContent='Done'\">Save</button>"
        "<iframe style='position:absolute;left:0;top:150px;border:0' srcdoc='<body style=margin:0><i>A</i>'></iframe>"
        "<x-y></x-y><script>customElements.define('x-y', class extends HTMLElement {})</script>");  // may hide a root
    const auto looks = [&](int x, int y) { return pixel(picture(page.screenshot()), x, y); };
    const auto button = page.get_by_role(Role::button);
    const auto before = page.aria_snapshot();
    EXPECT_EQ(page.locator("#none").highlight(), 0);
    EXPECT_EQ(button.highlight(), 1);
    EXPECT_EQ(page.frame_locator("iframe").locator("i").highlight(), 1);
    EXPECT_EQ(looks(60, 45), "197,220,241");  // half see-through
    EXPECT_EQ(looks(21, 71), "26,86,176");    // its text's ground, below
    EXPECT_NE(looks(2, 155), "255,255,255");
    // It is in nobody's way, and nobody finds it.
    EXPECT_EQ(page.aria_snapshot(), before);
    EXPECT_EQ(page.get_by_text("get_by_role").count(), 0);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(page.locator("canvas").count(), 0);
    EXPECT_TRUE(page.settle(Milliseconds{100}, cdp::Deadline::after(Milliseconds{2'000})));
    button.click();
    EXPECT_EQ(button.text_content(), "Done");
    button.evaluate("button => { button.style.left = '200px'; }");
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    EXPECT_EQ(looks(60, 45), "255,255,255");
    EXPECT_EQ(looks(210, 45), "197,220,241");
    page.hide_highlights();
    EXPECT_EQ(looks(210, 45), "255,255,255");
    EXPECT_EQ(looks(2, 155), "255,255,255");
}

TEST_F(ScreenshotTest, ShowAnElementOfAScrolledPage) {
    const auto page = open_small(k_page);
    const auto blue = picture(page.locator("#blue").screenshot());  // higher than the viewport
    EXPECT_EQ(blue.width, 20);
    EXPECT_EQ(blue.height, 500);
    for (const int y : {0, 250, 499}) EXPECT_EQ(pixel(blue, 10, y), "0,0,255") << y;
    const auto red = picture(page.locator("#red").screenshot());
    EXPECT_EQ(red.width, 30);
    for (const int x : {0, 29}) EXPECT_EQ(pixel(red, x, 39), "255,0,0") << x;
    page.scroll_to({0, 60});
    EXPECT_EQ(pixel(picture(page.screenshot({.full_page = true, .clip = Rect{590, 1430, 40, 40}})), 0, 0),
              "255,255,255");
    EXPECT_EQ(page.locator("#blue").bounding_box().y, 1440);
}

TEST_F(ScreenshotTest, ShowAnElementInFrames) {
    const auto page = open_small(
        "<iframe style='position:absolute;left:50px;top:60px;border:5px solid;padding:3px;width:200px;height:150px' "
        "srcdoc=\"<body style='margin:0'><p style='margin:10px;width:40px;height:20px;background:rgb(0,128,0)'></p>\">"
        "</iframe>");
    const auto element = page.frame_locator("iframe").locator("p");
    const auto box = element.bounding_box();
    EXPECT_EQ(box.x, 50 + 5 + 3 + 10);
    EXPECT_EQ(box.y, 60 + 5 + 3 + 10);
    const auto green = picture(element.screenshot());
    EXPECT_EQ(green.width, 40);
    EXPECT_EQ(pixel(green, 0, 0), "0,128,0");
    EXPECT_EQ(pixel(green, 39, 19), "0,128,0");
    const auto masked = picture(page.screenshot({.mask = {element}}));
    EXPECT_EQ(pixel(masked, 70, 80), "255,0,255");
}

TEST_F(ScreenshotTest, CoverWhatIsMaskedAndUncoverItAgain) {
    const auto page =
        open_small(std::string(k_page) + "<dialog id=d style='margin:0;left:100px;top:100px'>Hello</dialog>");
    page.evaluate("d.showModal()");
    const auto masked = picture(page.screenshot(
        {.mask = {page.locator("#red"), page.locator("#d"), page.locator("#none")}, .mask_colour = "rgb(1, 2, 3)"}));
    EXPECT_EQ(pixel(masked, 11, 21), "1,2,3");
    EXPECT_EQ(pixel(masked, 105, 105), "1,2,3") << "what lies in the top layer";
    page.evaluate("d.close()");
    EXPECT_EQ(pixel(picture(page.screenshot(ScreenshotOptions{})), 11, 21), "255,0,0");
    EXPECT_EQ(page.evaluate("document.querySelectorAll('html > div').length"), 0);
}

TEST_F(ScreenshotTest, HoldAnimationsStill) {
    const auto page = open_small(
        "<style>@keyframes go{to{background:rgb(0,0,255)}}div{width:50px;height:50px;background:rgb(255,0,0)}"
        "#once{animation:go 1000s forwards}#ever{animation:go 1000s infinite}</style><div id=once></div><div "
        "id=ever></div>");
    const auto still = picture(page.screenshot(ScreenshotOptions{}));
    EXPECT_EQ(pixel(still, 20, 20), "0,0,255") << "at its end";
    EXPECT_EQ(pixel(still, 20, 70), "255,0,0") << "at its beginning";
    EXPECT_EQ(value(page, "ever.getAnimations()[0].playState"), "\"running\"") << "goes on afterwards";
}

TEST_F(ScreenshotTest, TakeAStyleMeanwhile) {
    const auto page = open_small(k_page);
    EXPECT_EQ(pixel(picture(page.screenshot({.style = "#red{visibility:hidden}"})), 11, 21), "255,255,255");
    EXPECT_TRUE(page.locator("#red").is_visible());
}

TEST_F(ScreenshotTest, AreOfOnePixelPerCssPixelOnRequest) {
    const auto page = open_small(k_page, {.device_scale_factor = 2});
    EXPECT_EQ(picture(page.screenshot(ScreenshotOptions{})).width, 800);
    EXPECT_EQ(picture(page.screenshot({.css_scale = true})).width, 400);
    EXPECT_EQ(picture(page.locator("#red").screenshot({.css_scale = true})).width, 30);
}

TEST_F(ScreenshotTest, AreOfTheTypeAskedFor) {
    const auto page = open_small(k_page);
    EXPECT_EQ(page.screenshot({.type = ImageType::jpeg, .quality = 50}).substr(0, 3), "\xFF\xD8\xFF");
    EXPECT_EQ(page.screenshot({.type = ImageType::webp}).substr(0, 4), "RIFF");
    const auto clear = page.evaluate("document.body.style.background = 'none'");
    EXPECT_EQ(page.screenshot({.omit_background = true}).substr(1, 3), "PNG");
}

TEST_F(ScreenshotTest, NeedSomethingToShow) {
    const auto page = open_small("<p style='width:0;height:0'></p><b>x</b>");
    EXPECT_THROW(page.locator("p").screenshot({.timeout = Milliseconds{100}}), TimeoutError);
    EXPECT_THROW(page.locator("b").screenshot({.full_page = true}), UsageError);
}

}  // namespace
}  // namespace reprise::locators
