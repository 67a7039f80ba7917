#include <reprise/vision/video_writer.hpp>

#include <algorithm>
#include <cstring>
#include <string>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "webm_file.hpp"

namespace reprise::vision {
namespace {

using std::chrono::milliseconds;

constexpr int k_shortest_side = 2;
constexpr unsigned char k_grey = 0x80;
// A player that seeks begins at a frame that stands alone.
constexpr milliseconds k_key_interval{5'000};

VideoSize checked(VideoSize size) {
    const auto possible = [](int side) { return side >= k_shortest_side && side <= k_longest_video_side; };
    if (!possible(size.width) || !possible(size.height)) {
        throw VideoError(std::to_string(size.width) + " x " + std::to_string(size.height) +
                         " px is no size of a film: each side has 2 to " + std::to_string(k_longest_video_side));
    }
    return {size.width & ~1, size.height & ~1};
}

vpx_codec_enc_cfg_t configuration(VideoSize size) {
    vpx_codec_enc_cfg_t config{};
    if (vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK) {
        throw VideoError("libvpx has no VP8 encoder");
    }
    config.g_w = static_cast<unsigned>(size.width);
    config.g_h = static_cast<unsigned>(size.height);
    config.g_timebase = {1, 1'000};
    config.g_threads = 1;
    config.g_lag_in_frames = 0;  // a frame that goes in comes out
    // Text is to be readable: about 1 Mbit/s for 800 x 450 px, more where there is more to show.
    constexpr unsigned k_px_per_kbit = 360;
    config.rc_end_usage = VPX_CQ;
    config.rc_target_bitrate = std::max(1'000U, config.g_w * config.g_h / k_px_per_kbit);
    config.rc_min_quantizer = 2;
    config.rc_max_quantizer = 50;
    config.rc_dropframe_thresh = 0;
    config.kf_mode = VPX_KF_DISABLED;  // by time, not by count: see k_key_interval
    return config;
}

}  // namespace

Picture fitted(const Picture& picture, VideoSize size) {
    const double scale = std::min({1.0, static_cast<double>(size.width) / std::max(1, picture.width),
                                   static_cast<double>(size.height) / std::max(1, picture.height)});
    const auto small = [&](int side, int most) {
        return std::clamp(static_cast<int>(side * scale + 0.5), 1, most);  // NOLINT: to the nearest
    };
    if (picture.width == size.width && picture.height == size.height) return picture;
    if (picture.empty()) throw PictureError("an empty picture cannot be shown");
    const auto part = scaled(picture, small(picture.width, size.width), small(picture.height, size.height));
    Picture frame{size.width, size.height, {}};
    const auto row = static_cast<std::size_t>(size.width) * 3;
    const auto part_row = static_cast<std::size_t>(part.width) * 3;
    frame.rgb.assign(row * static_cast<std::size_t>(size.height), k_grey);
    for (int y = 0; y < part.height; ++y) {
        const auto line = static_cast<std::size_t>(y);
        std::memcpy(frame.rgb.data() + line * row, part.rgb.data() + line * part_row, part_row);
    }
    return frame;
}

class VideoWriter::Encoder {
public:
    Encoder(const std::filesystem::path& file, VideoSize wanted) : size{checked(wanted)}, file_{file, size} {
        const auto config = configuration(size);
        if (vpx_codec_enc_init(&codec_, vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK) fail("begin");
        constexpr int k_fastest = 8;
        constexpr int k_quality = 8;  // of 63; smaller is better
        vpx_codec_control(&codec_, VP8E_SET_CPUUSED, k_fastest);
        vpx_codec_control(&codec_, VP8E_SET_CQ_LEVEL, k_quality);
        vpx_codec_control(&codec_, VP8E_SET_SCREEN_CONTENT_MODE, 1);
    }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;
    ~Encoder() { vpx_codec_destroy(&codec_); }

    void add(const Picture& picture, milliseconds at) {
        if (file_.finished()) throw VideoError("a frame after the end of the film");
        auto frame = fitted(picture, size);
        // Planes of Y, U and V below one another, as cv makes them.
        const cv::Mat rgb(size.height, size.width, CV_8UC3, frame.rgb.data());
        cv::cvtColor(rgb, planes_, cv::COLOR_RGB2YUV_I420);
        vpx_image_t image{};
        vpx_img_wrap(&image, VPX_IMG_FMT_I420, static_cast<unsigned>(size.width), static_cast<unsigned>(size.height), 1,
                     planes_.data);
        at = frames == 0 ? std::max(at, milliseconds{0}) : std::max(at, last_ + milliseconds{1});
        const bool key = frames == 0 || at - last_key_ >= k_key_interval;
        const auto shown = static_cast<unsigned long>(frames == 0 ? 1 : (at - last_).count());
        if (vpx_codec_encode(&codec_, &image, at.count(), shown, key ? VPX_EFLAG_FORCE_KF : 0, VPX_DL_REALTIME) !=
            VPX_CODEC_OK) {
            fail("take a frame");
        }
        if (key) last_key_ = at;
        last_ = at;
        ++frames;
        vpx_codec_iter_t next = nullptr;
        while (const auto* packet = vpx_codec_get_cx_data(&codec_, &next)) {
            if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
            const auto& made = packet->data.frame;
            file_.add({.bytes = std::string(static_cast<const char*>(made.buf), made.sz),
                       .at = milliseconds{made.pts},
                       .key = (made.flags & VPX_FRAME_IS_KEY) != 0});
        }
    }
    void finish(milliseconds end) { file_.finish(end); }
    void finish_as_it_is() noexcept {
        try {
            if (frames > 0) file_.finish(last_);
        } catch (const std::exception&) {
            return;  // add() has told of it, or nobody has asked
        }
    }

    const VideoSize size;
    int frames{};

private:
    [[noreturn]] void fail(const char* what) {
        const char* detail = vpx_codec_error_detail(&codec_);
        throw VideoError(std::string("libvpx did not ") + what + ": " + vpx_codec_error(&codec_) +
                         (detail == nullptr ? "" : std::string(" (") + detail + ")"));
    }

    WebmFile file_;
    vpx_codec_ctx_t codec_{};
    cv::Mat planes_;
    milliseconds last_{};
    milliseconds last_key_{};
};

VideoWriter::VideoWriter(const std::filesystem::path& file, VideoSize size)
    : encoder_{std::make_unique<Encoder>(file, size)} {}

VideoWriter::~VideoWriter() {
    encoder_->finish_as_it_is();
}

void VideoWriter::add(const Picture& picture, milliseconds at) {
    encoder_->add(picture, at);
}

void VideoWriter::finish(milliseconds end) {
    encoder_->finish(end);
}

VideoSize VideoWriter::size() const noexcept {
    return encoder_->size;
}

int VideoWriter::frames() const noexcept {
    return encoder_->frames;
}

}  // namespace reprise::vision
