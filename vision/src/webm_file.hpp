// A WebM file with one VP8 track. Debian's libwebm-dev has the headers of a parser only, so that the elements are
// written here; what they are stands in RFC 8794 (EBML) and RFC 9559 (Matroska).
//
// Frames are kept until their cluster is complete, about two seconds: a file whose writer dies has all before.
// One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <reprise/vision/video_writer.hpp>

namespace reprise::vision {

struct EncodedFrame {
    std::string bytes{};
    std::chrono::milliseconds at{};
    bool key{};  // can be shown without those before it
};

class WebmFile {
public:
    // All throw VideoError.
    WebmFile(const std::filesystem::path& file, VideoSize size);
    // In the order of their times.
    void add(EncodedFrame frame);
    void finish(std::chrono::milliseconds end);
    bool finished() const noexcept { return finished_; }

private:
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    struct Cue {
        std::int64_t time_ms{};
        std::uint64_t position{};
    };
    void put_down(const EncodedFrame& frame);
    void flush_cluster();
    std::string cues() const;
    void write(const std::string& bytes);
    void write_at(std::uint64_t place, const std::string& bytes);
    [[noreturn]] void fail(int error) const;

    const std::filesystem::path path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t written_bytes_{};
    std::uint64_t segment_{};  // where its content begins
    std::uint64_t info_{};     // all counted from there
    std::uint64_t tracks_{};
    std::uint64_t duration_{};
    std::vector<EncodedFrame> held_{};  // at most one: how long the last one is shown is known at the end
    std::string cluster_{};             // its blocks
    std::int64_t cluster_time_ms_{};
    bool cluster_has_key_{};
    std::vector<Cue> cues_{};
    bool finished_{};
};

}  // namespace reprise::vision
