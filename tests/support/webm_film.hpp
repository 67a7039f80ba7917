// Reads a film with other libraries than it was written with: libwebm's parser and libvpx's decoder.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <webm/callback.h>
#include <webm/file_reader.h>
#include <webm/status.h>
#include <webm/webm_parser.h>

#include <reprise/vision/picture.hpp>

namespace reprise::tests {

struct FilmFrame {
    long long at_ms{};
    long long shown_ms{};  // 0: until the next one
    bool key{};
    vision::Picture picture{};

    std::array<int, 3> colour(int x, int y) const {
        const auto at = static_cast<std::size_t>(y * picture.width + x) * 3;
        return {picture.rgb.at(at), picture.rgb.at(at + 1), picture.rgb.at(at + 2)};
    }
};

struct Film {
    int width{}, height{};
    double duration_ms{};
    std::string codec{};
    std::size_t cues{};
    std::vector<FilmFrame> frames{};
};

class FilmReader : public webm::Callback {
public:
    explicit FilmReader(Film& film) : film_{film} { vpx_codec_dec_init(&codec_, vpx_codec_vp8_dx(), nullptr, 0); }
    FilmReader(const FilmReader&) = delete;
    FilmReader& operator=(const FilmReader&) = delete;
    ~FilmReader() override { vpx_codec_destroy(&codec_); }

    webm::Status OnInfo(const webm::ElementMetadata&, const webm::Info& info) override {
        if (info.duration.is_present()) film_.duration_ms = info.duration.value();
        EXPECT_EQ(info.timecode_scale.value(), 1'000'000U) << "times in ms";
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnTrackEntry(const webm::ElementMetadata&, const webm::TrackEntry& track) override {
        film_.codec = track.codec_id.value();
        film_.width = static_cast<int>(track.video.value().pixel_width.value());
        film_.height = static_cast<int>(track.video.value().pixel_height.value());
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnClusterBegin(const webm::ElementMetadata&, const webm::Cluster& cluster,
                                webm::Action* action) override {
        cluster_ms_ = static_cast<long long>(cluster.timecode.value());
        *action = webm::Action::kRead;
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnSimpleBlockBegin(const webm::ElementMetadata&, const webm::SimpleBlock& block,
                                    webm::Action* action) override {
        film_.frames.push_back({.at_ms = cluster_ms_ + block.timecode, .key = block.is_key_frame});
        *action = webm::Action::kRead;
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnBlockBegin(const webm::ElementMetadata&, const webm::Block& block, webm::Action* action) override {
        film_.frames.push_back({.at_ms = cluster_ms_ + block.timecode});
        *action = webm::Action::kRead;
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnBlockGroupEnd(const webm::ElementMetadata&, const webm::BlockGroup& group) override {
        if (group.duration.is_present()) film_.frames.back().shown_ms = static_cast<long long>(group.duration.value());
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnFrame(const webm::FrameMetadata&, webm::Reader* reader, std::uint64_t* left) override {
        while (*left > 0) {
            std::array<std::uint8_t, 4'096> part{};
            std::uint64_t read = 0;
            const auto status = reader->Read(std::min<std::size_t>(part.size(), *left), part.data(), &read);
            bytes_.insert(bytes_.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(read));
            *left -= read;
            if (*left > 0 && !status.ok()) return status;
        }
        decode();
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnCuePoint(const webm::ElementMetadata&, const webm::CuePoint&) override {
        ++film_.cues;
        return webm::Status(webm::Status::kOkCompleted);
    }

private:
    void decode() {
        EXPECT_EQ(vpx_codec_decode(&codec_, bytes_.data(), static_cast<unsigned>(bytes_.size()), nullptr, 0),
                  VPX_CODEC_OK);
        bytes_.clear();
        vpx_codec_iter_t next = nullptr;
        if (const auto* image = vpx_codec_get_frame(&codec_, &next)) film_.frames.back().picture = to_rgb(*image);
    }
    // ITU-R BT.601, as VP8 has it.
    static vision::Picture to_rgb(const vpx_image_t& image) {
        vision::Picture picture{static_cast<int>(image.d_w), static_cast<int>(image.d_h), {}};
        const auto value = [&](int plane, int x, int y) {
            return 1.0 * image.planes[plane][y * image.stride[plane] + x];
        };
        for (int y = 0; y < picture.height; ++y) {
            for (int x = 0; x < picture.width; ++x) {
                const double light = 1.164 * (value(0, x, y) - 16);
                const double u = value(1, x / 2, y / 2) - 128, v = value(2, x / 2, y / 2) - 128;
                for (const double c : {light + 1.596 * v, light - 0.392 * u - 0.813 * v, light + 2.017 * u}) {
                    picture.rgb.push_back(static_cast<unsigned char>(std::clamp(c, 0.0, 255.0)));
                }
            }
        }
        return picture;
    }

    Film& film_;
    vpx_codec_ctx_t codec_{};
    long long cluster_ms_{};
    std::vector<std::uint8_t> bytes_;
};

inline Film read_film(const std::filesystem::path& path) {
    Film film;
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        ADD_FAILURE() << path << " is not there";
        return film;
    }
    webm::FileReader reader{file};  // closes it
    FilmReader callback{film};
    webm::WebmParser parser;
    const auto status = parser.Feed(&callback, &reader);
    EXPECT_TRUE(status.completed_ok()) << path << " is no WebM: " << status.code;
    return film;
}

}  // namespace reprise::tests
