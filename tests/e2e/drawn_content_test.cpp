// Clicks on what a canvas shows: found by the recorded picture, pressed by coordinates.
#include <reprise/vision/picture.hpp>

#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::HasSubstr;

// The same signs as drawn by k_page: 48 px in the square, black on white.
vision::Picture sign(const std::string& name) {
    constexpr int k_size = 48;
    constexpr int k_cell = 8;
    vision::Picture picture{.width = k_size, .height = k_size, .rgb = {}};
    for (int y = 0; y < k_size; ++y) {
        for (int x = 0; x < k_size; ++x) {
            const int column = x / k_cell;
            const int row = y / k_cell;
            const bool ink = name == "cross"   ? column == row || column == 5 - row
                             : name == "steps" ? column <= row
                                               : column % 2 == 1 && row % 3 == 1;
            for (int colour = 0; colour < 3; ++colour) picture.rgb.push_back(ink ? 0 : 255);
        }
    }
    return picture;
}

constexpr std::string_view k_page = R"(<!doctype html><title>Board</title><h1>Board</h1><p>Press a sign.</p>
<canvas id=board width=500 height=300 style="border:1px solid"></canvas>
<script>
  const signs = {cross: (c, r) => c === r || c === 5 - r, steps: (c, r) => c <= r, dots: (c, r) => c % 2 === 1 && r % 3 === 1};
  const shown = SHOWN, dull = DULL;
  const board = document.getElementById('board'), pen = board.getContext('2d');
  const draw = (x, y, name) => {
    for (let c = 0; c < 6; ++c) for (let r = 0; r < 6; ++r) if (signs[name](c, r)) pen.fillRect(x + c * 8, y + r * 8, 8, 8);
  };
  pen.fillStyle = 'white'; pen.fillRect(0, 0, 500, 300); pen.fillStyle = 'black';
  for (const [name, x, y] of shown) draw(x, y, name);
  board.onclick = ({offsetX, offsetY}) => {
    const hit = shown.find(([, x, y]) => offsetX >= x && offsetX < x + 48 && offsetY >= y && offsetY < y + 48);
    if (dull) return;
    fetch('/pressed/' + (hit ? hit[0] : 'nothing'));
    pen.fillRect(0, 290, 500, 10);
  };
</script>)";

class DrawnContentTest : public ProgramRun {
protected:
    DrawnContentTest() {
        for (const auto* name : {"cross", "steps", "dots", "nothing"}) {
            server_.handle("GET", fmt::format("/pressed/{}", name),
                           [](const auto&) { return fixtures::HttpResponse{}; });
        }
        fs::create_directory(folder_ / "crops");
        write("crops/cross.png", vision::encode_png(sign("cross")));
    }

    // `shown`: what the canvas shows, as JavaScript. `bundle`: what was recorded.
    Outcome click(const std::string& shown, const std::string& bundle, bool dull = false) {
        std::string page{k_page};
        page.replace(page.find("SHOWN"), 5, shown);
        page.replace(page.find("DULL"), 4, dull ? "true" : "false");
        server_.handle("GET", "/", [page](const auto&) { return fixtures::HttpResponse{.body = page}; });
        const auto recording = write("board.json", fmt::format(R"({{"name": "Board", "starting_url": "{}", "steps": [
            {{"stepNumber": 1, "label": "Cross", "event": "click", "bundle": {}, "metadata": {{"crop": "crops/cross.png"}}}}]}})",
                                                               server_.url("/"), bundle));
        return run({"run", recording, "--retries", "0", "--step-timeout", "2500", "--output", out().string(),
                    "--reporter", "list,json"});
    }

    static constexpr const char* k_canvas =
        R"({"id": "board", "tag": "canvas", "xpath": "/html[1]/body[1]/canvas[1]", "bounding": {"left": 8, "top": 100, "width": 502, "height": 302}})";
};

TEST_F(DrawnContentTest, PressesASignWhereverItIsDrawn) {
    const auto outcome = click("[['steps', 20, 20], ['cross', 310, 170], ['dots', 100, 200]]", k_canvas);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(server_.requests("/pressed/cross"), 1);
    EXPECT_EQ(server_.requests("/pressed/nothing") + server_.requests("/pressed/steps"), 0);
}

TEST_F(DrawnContentTest, PressesNothingWhenTwoPlacesLookAlike) {
    const auto outcome = click("[['cross', 20, 20], ['cross', 310, 170]]", k_canvas);
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("two places look like the recorded picture"));
    EXPECT_EQ(server_.requests("/pressed/cross"), 0);
}

TEST_F(DrawnContentTest, PressesNothingWhenTheSignIsNoLongerDrawn) {
    const auto outcome = click("[['steps', 20, 20], ['dots', 310, 170]]", k_canvas);
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("nothing drawn looks like the recorded picture (likeness"));
    EXPECT_EQ(server_.requests("/pressed/steps") + server_.requests("/pressed/dots"), 0);
}

TEST_F(DrawnContentTest, PressesNothingWhenThePictureCannotBeRead) {
    fs::remove(folder_ / "crops/cross.png");
    const auto outcome = click("[['cross', 310, 170]]", k_canvas);
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("its picture \"crops/cross.png\" is no PNG beside the recording"));
    EXPECT_EQ(server_.requests("/pressed/cross") + server_.requests("/pressed/nothing"), 0);
}

TEST_F(DrawnContentTest, SaysWhenAPressChangedNothing) {
    const auto outcome = click("[['cross', 310, 170]]", k_canvas, true);
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("nothing looks different after 2000 ms"));
}

TEST_F(DrawnContentTest, FindsAButtonThatIsDrawnNow) {
    const auto outcome =
        click("[['steps', 20, 20], ['cross', 310, 170]]",
              R"({"id": "cross", "tag": "button", "aria": "Cross", "xpath": "/html[1]/body[1]/div[1]/button[2]"})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(server_.requests("/pressed/cross"), 1);
    const auto healing = report().at("healing");
    EXPECT_EQ(healing.at("successfulHeals").to_number<int>(), 1);
    EXPECT_TRUE(fs::exists(out() / "attachments/board/r0001/a1-heal-step-1-1.png"));
    EXPECT_TRUE(healing.at("byMethod").as_object().contains("vision"));
}

}  // namespace
}  // namespace reprise::tests
