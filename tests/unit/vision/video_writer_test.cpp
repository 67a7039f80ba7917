// Films, read again with another library than wrote them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <reprise/vision/video_writer.hpp>

#include "support/expect_throw.hpp"
#include "support/temporary_folder.hpp"
#include "support/webm_film.hpp"

namespace reprise::vision {
namespace {

using namespace std::chrono_literals;
using tests::read_film;

using Colour = std::array<unsigned char, 3>;
constexpr Colour k_red{255, 0, 0};
constexpr Colour k_blue{0, 0, 255};
constexpr Colour k_white{255, 255, 255};

Picture plain(int width, int height, Colour colour) {
    Picture picture{width, height, {}};
    for (int i = 0; i < width * height; ++i) picture.rgb.insert(picture.rgb.end(), colour.begin(), colour.end());
    return picture;
}

// Lossy: nearly of the colour.
void expect_colour(const std::array<int, 3>& seen, Colour wanted) {
    constexpr int k_near = 24;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_NEAR(seen[i], wanted[i], k_near) << seen[0] << " " << seen[1] << " " << seen[2];
    }
}

class VideoWriterTest : public testing::Test {
protected:
    const tests::TemporaryFolder folder_;
    const std::filesystem::path file_{folder_.path() / "film.webm"};
};

TEST_F(VideoWriterTest, WritesPicturesAtTheirTimesAndHoldsTheLastOne) {
    VideoWriter video{file_, {320, 180}};
    video.add(plain(320, 180, k_red), 0ms);
    video.add(plain(320, 180, k_blue), 137ms);
    video.add(plain(320, 180, k_white), 1'900ms);
    video.finish(5'000ms);
    EXPECT_EQ(video.frames(), 3);

    const auto film = read_film(file_);
    EXPECT_EQ(film.codec, "V_VP8");
    EXPECT_EQ(film.width, 320);
    EXPECT_EQ(film.height, 180);
    EXPECT_EQ(film.duration_ms, 5'000);
    ASSERT_EQ(film.frames.size(), 3);
    EXPECT_EQ(film.frames[0].at_ms, 0);
    EXPECT_EQ(film.frames[1].at_ms, 137);
    EXPECT_EQ(film.frames[2].at_ms, 1'900);
    EXPECT_EQ(film.frames[2].shown_ms, 3'100);
    EXPECT_TRUE(film.frames[0].key);
    expect_colour(film.frames[0].colour(160, 90), k_red);
    expect_colour(film.frames[1].colour(160, 90), k_blue);
    expect_colour(film.frames[2].colour(319, 179), k_white);
}

TEST_F(VideoWriterTest, PutsOtherSizesIntoTheCorner) {
    EXPECT_EQ(fitted(plain(200, 100, k_red), {100, 100}).height, 100);
    VideoWriter video{file_, {101, 101}};
    EXPECT_EQ(video.size().width, 100) << "odd sizes are rounded down";
    video.add(plain(400, 200, k_red), 0ms);
    video.add(plain(50, 50, k_blue), 40ms);
    video.finish(80ms);
    const auto film = read_film(file_);
    ASSERT_EQ(film.frames.size(), 2);
    EXPECT_EQ(film.width, 100);
    constexpr Colour k_grey{128, 128, 128};
    expect_colour(film.frames[0].colour(92, 42), k_red);
    expect_colour(film.frames[0].colour(50, 60), k_grey);
    expect_colour(film.frames[1].colour(40, 40), k_blue);
    expect_colour(film.frames[1].colour(60, 40), k_grey);
}

// Gaps of more than 32 s do not fit into a cluster; players seek to frames that stand alone.
TEST_F(VideoWriterTest, KeepsTimesOverLongPausesAndHasPlacesToSeekTo) {
    VideoWriter video{file_, {64, 64}};
    std::vector<long long> times;
    auto at = 0ms;
    for (int i = 0; i < 40; ++i) {
        video.add(plain(64, 64, i % 2 == 0 ? k_red : k_blue), at);
        times.push_back(at.count());
        at += i == 20 ? 100'000ms : 333ms;
    }
    video.finish(at + 3'600'000ms);
    const auto film = read_film(file_);
    std::vector<long long> seen;
    std::size_t keys = 0;
    for (const auto& frame : film.frames) {
        seen.push_back(frame.at_ms);
        if (frame.key) ++keys;
    }
    EXPECT_EQ(seen, times);
    EXPECT_GE(keys, 4);
    EXPECT_EQ(film.cues, keys);
    EXPECT_EQ(film.duration_ms, (at + 3'600'000ms).count());
}

TEST_F(VideoWriterTest, TakesTimesThatDoNotIncreaseAsLaterOnes) {
    VideoWriter video{file_, {64, 64}};
    video.add(plain(64, 64, k_red), 10ms);
    video.add(plain(64, 64, k_blue), 10ms);
    video.add(plain(64, 64, k_red), 4ms);
    video.finish(0ms);
    const auto film = read_film(file_);
    ASSERT_EQ(film.frames.size(), 3);
    EXPECT_EQ(film.frames[1].at_ms, 11);
    EXPECT_EQ(film.frames[2].at_ms, 12);
    EXPECT_EQ(film.duration_ms, 13);
}

TEST_F(VideoWriterTest, LeavesAWholeFileWhenNobodyFinishesIt) {
    {
        VideoWriter video{file_, {64, 64}};
        video.add(plain(64, 64, k_red), 0ms);
        video.add(plain(64, 64, k_blue), 500ms);
    }
    const auto film = read_film(file_);
    EXPECT_EQ(film.frames.size(), 2);
    EXPECT_EQ(film.duration_ms, 501);
}

TEST_F(VideoWriterTest, SaysWhyAFileCannotBeWritten) {
    EXPECT_THROW_MSG(VideoWriter(folder_.path() / "missing" / "film.webm", {64, 64}), VideoError,
                     testing::HasSubstr("missing/film.webm cannot be written: No such file or directory"));
    EXPECT_THROW_MSG(VideoWriter("/dev/full", {64, 64}), VideoError,
                     testing::HasSubstr("/dev/full cannot be written: No space left on device"));
    EXPECT_THROW_MSG(VideoWriter(file_, {1, 64}), VideoError,
                     testing::HasSubstr("1 x 64 px is no size of a film: each side has 2 to 4096"));
    VideoWriter empty{file_, {64, 64}};
    EXPECT_THROW_MSG(empty.finish(1s), VideoError, testing::HasSubstr("a film without a frame"));
}

TEST(DecodeJpeg, RefusesWhatIsNone) {
    EXPECT_THROW_MSG(decode_jpeg(encode_png(plain(2, 2, k_red))), PictureError, testing::HasSubstr("not a JPEG"));
    EXPECT_THROW_MSG(decode_jpeg("\xFF\xD8\xFF and no more"), PictureError, testing::HasSubstr("JPEG"));
    EXPECT_THROW_MSG(decode_png("\xFF\xD8\xFF"), PictureError, testing::HasSubstr("not a PNG"));
}

}  // namespace
}  // namespace reprise::vision
