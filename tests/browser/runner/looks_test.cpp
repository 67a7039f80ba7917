// Recorded pictures held against what a real page shows.
#include "healing/looks.hpp"

#include "healing/recollection.hpp"

#include "support/browser_page.hpp"

namespace reprise::runner {
namespace {

using locators::CandidateList;
using locators::Page;

// Two buttons that only their icons tell apart, a third far below.
constexpr const char* k_page =
    "<style>body{margin:0;font:16px "
    "sans-serif}button{position:absolute;width:60px;height:40px}svg{width:24px;height:24px}"
    "</style><button style='left:SAVEpx;top:50px'><svg><path d='M2 2H20V20H2Z M6 2V9H16V2'/></svg></button>"
    "<button style='left:OPENpx;top:50px'><svg><circle cx=12 cy=12 r=9 fill=none stroke=black stroke-width=3 /></svg>"
    "</button><button style='left:40px;top:3000px'>Far</button>";

class Looks : public BrowserPage {
protected:
    Page buttons(int save, int open_at) {
        std::string html{k_page};
        html.replace(html.find("SAVE"), 4, std::to_string(save));
        html.replace(html.find("OPEN"), 4, std::to_string(open_at));
        return open(html);
    }
    static CandidateList collect(const Page& page) {
        return locators::collect_candidates(page, {.tag = "button"}, {}, soon());
    }
    // PNG of the first button.
    std::string recorded(int padding) {
        const auto page = buttons(100, 300);
        const auto list = collect(page);
        return vision::encode_png(crop_of(view_of(page), locators::boxes_on_page(list).at(0), padding));
    }
    static constexpr locators::BoundingBox k_box{.left = 100, .top = 50, .width = 60, .height = 40};
};

TEST_F(Looks, TellApartWhatOnlyIconsTellApart) {
    for (const int padding : {vision::k_padding, 0}) {
        const auto look = recorded_look(recorded(padding), k_box);
        const auto page = buttons(500, 200);  // they have changed places
        auto list = collect(page);
        compare_looks(list, view_of(page), look);
        ASSERT_TRUE(list.fingerprints[0].looks && list.fingerprints[1].looks) << padding;
        EXPECT_GT(list.fingerprints[0].looks->alike, 0.95) << padding;
        EXPECT_LT(list.fingerprints[1].looks->alike, 0.8) << padding;
    }
}

TEST_F(Looks, AreUnknownOutsideOfTheViewport) {
    const auto look = recorded_look(recorded(0), k_box);
    const auto page = buttons(100, 300);
    auto list = collect(page);
    compare_looks(list, view_of(page), look);
    EXPECT_FALSE(list.fingerprints[2].looks);
    page.scroll_to({0, 2600});
    list = collect(page);
    compare_looks(list, view_of(page), look);
    EXPECT_FALSE(list.fingerprints[0].looks);
    EXPECT_TRUE(list.fingerprints[2].looks);
}

TEST_F(Looks, AreTheSameOnADeviceWithFinerPixels) {
    const auto look = recorded_look(recorded(vision::k_padding), k_box);
    const auto page = buttons(100, 300);
    page.target().session().send_raw("Emulation.setDeviceMetricsOverride",
                                     R"({"width":800,"height":600,"deviceScaleFactor":2,"mobile":false})", soon());
    auto list = collect(page);
    const auto view = view_of(page);
    EXPECT_EQ(view.picture.width, 800);
    compare_looks(list, view, look);
    EXPECT_GT(list.fingerprints[0].looks->alike, 0.85);
    EXPECT_LT(list.fingerprints[1].looks->alike, 0.8);
}

TEST_F(Looks, AreTakenWithoutThePageNoticing) {
    const auto page = buttons(100, 300);
    const auto two_frames = [&] {
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    };
    // A new page hears of the pointer with one of its first frames.
    page.locator("button").first().hover();
    two_frames();
    page.evaluate(
        "window.noticed = []; for (const t of ['resize', 'scroll', 'blur', 'pointerover']) addEventListener(t, () => "
        "noticed.push(t))");
    view_of(page);
    two_frames();
    EXPECT_EQ(value(page, "noticed"), "[]");
}

TEST_F(Looks, AsTheyAreKeptNeverShowWhatWasTyped) {
    const auto page = open(
        "<style>body{margin:0}input,button,div{position:absolute;left:100px;height:30px;width:80px;border:0;padding:0;"
        "background:red}button{top:50px}input{top:84px}div{top:16px}</style><div contenteditable>typed</div>"
        "<button>Show</button><input value=typed>");
    const auto list = collect(page);
    ASSERT_EQ(list.fingerprints.size(), 3U);
    EXPECT_EQ(crop_now(page, list, 0), "") << "the editable area";
    EXPECT_EQ(crop_now(page, list, 2), "") << "the field";
    const auto crop = vision::decode_png(crop_now(page, list, 1));
    ASSERT_EQ(crop.height, 30 + 2 * vision::k_padding);
    const auto red = [&](int x, int y) {
        const auto* pixel = &crop.rgb[static_cast<std::size_t>(y * crop.width + x) * 3];
        return pixel[0] == 255 && pixel[1] == 0;
    };
    const int middle = crop.width / 2;
    EXPECT_TRUE(red(vision::k_padding + 2, vision::k_padding + 2)) << "the button";
    EXPECT_FALSE(red(middle, 4)) << "the editable area above";
    EXPECT_FALSE(red(middle, crop.height - 4)) << "the field below";
}

}  // namespace
}  // namespace reprise::runner
