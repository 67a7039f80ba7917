// A film of pictures: VP8 in a WebM file, which browsers and players show.
//
//     VideoWriter video{"film.webm", {.width = 800, .height = 450}};
//     video.add(decode_jpeg(first), 0ms);
//     video.add(decode_jpeg(second), 120ms);
//     video.finish(2'000ms);
//
// Pictures stand in the file at the times they were given, however unevenly these lie: there is no rate of frames.
// One thread at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <reprise/vision/picture.hpp>

namespace reprise::vision {

// Of all frames of a film, px. Odd ones are rounded down: the format halves them.
struct VideoSize {
    int width{};
    int height{};
};

inline constexpr int k_longest_video_side = 4'096;

// The file cannot be written (the system's reason is in the text), or a size is none a film can have.
class VideoError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// `picture` as a frame of a film: scaled down if it is larger, in the upper left corner on grey if it is smaller or of
// another shape. Never scaled up.
Picture fitted(const Picture& picture, VideoSize size);

class VideoWriter {
public:
    // Throws VideoError when the file cannot be made or the size is not between 2 and k_longest_video_side px.
    VideoWriter(const std::filesystem::path& file, VideoSize size);
    VideoWriter(const VideoWriter&) = delete;
    VideoWriter& operator=(const VideoWriter&) = delete;
    // A film that was not finished ends with its last frame as far as it could be written.
    ~VideoWriter();

    // `picture` is shown from `at` on, counted from the beginning of the film. Times that do not increase are put 1 ms
    // after the frame before. Throws VideoError.
    void add(const Picture& picture, std::chrono::milliseconds at);
    // Completes the file: the last frame is shown until `end`. Nothing can be added afterwards. Throws VideoError, also
    // when there is no frame.
    void finish(std::chrono::milliseconds end);

    VideoSize size() const noexcept;
    int frames() const noexcept;  // added so far

private:
    class Encoder;
    std::unique_ptr<Encoder> encoder_;
};

}  // namespace reprise::vision
