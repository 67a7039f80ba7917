// Films of what pages show: WebM files (VP8), which browsers and players play.
//
//     auto context = new_context(browser, {.record_video = RecordVideo{.folder = "videos"}});
//     auto page = context.new_page();
//     ...
//     context.close();  // the files are complete
//     page.video()->save_as("order.webm");
//
//     auto video = page.start_video({.file = "order.webm"});  // or a part of what one page does
//     ...
//     video.stop();
//
// A film begins with the first frame that the page shows, and holds every further one at its own time (at most about
// 60 a second, none while nothing changes). It shows all that the page shows, secrets that are typed into it as text
// too: treat it as a secret. Pages that are not recorded pay nothing.
//
// Thread-safe: cheap handles.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <reprise/locators/action_options.hpp>

namespace reprise::locators {

struct VideoFilm;
class Videos;

// Of all frames, px; 2 to 4096 each way, odd ones are rounded down. A page that is larger is scaled down; one that is
// smaller, or of another shape, is in the upper left corner, on grey.
struct VideoSize {
    int width_px{};
    int height_px{};
};

// Of a context: each of its pages is recorded, popups too, into a file of its own. Like Playwright's `recordVideo`.
struct RecordVideo {
    std::filesystem::path folder{};   // made if need be; files are named by the page's id
    std::optional<VideoSize> size{};  // default: the viewport's at the first frame, scaled down to 800 px
};

struct VideoOptions {
    std::filesystem::path file{};     // written over; its folder is made if need be
    std::optional<VideoSize> size{};  // as RecordVideo's
    std::optional<Milliseconds> timeout{};
    CallSite site{CallSite::here()};
};

struct VideoFacts {
    int frames{};                          // written so far
    int dropped_frames{};                  // that came faster than they could be written
    int width_px{}, height_px{};           // 0: no frame yet
    std::chrono::milliseconds duration{};  // 0 until the file is complete
    bool complete{};
};

// A film of one page. Its file is complete when stop() returns, when the page has ended, or with Context::close().
class Video {
public:
    Video(std::shared_ptr<Videos> videos, std::shared_ptr<VideoFilm> film) noexcept
        : videos_{std::move(videos)}, film_{std::move(film)} {}

    const std::filesystem::path& path() const;
    VideoFacts facts() const;

    // Ends the film with what the page shows now. Later calls do nothing. All three throw ActionError when the file
    // could not be written, with the system's reason; what had been written until then is left there.
    void stop(Milliseconds timeout = std::chrono::seconds{30}) const;
    // Waits until the film has ended, by stop() or with its page, and copies the file. Throws TimeoutError while the
    // page is still recorded, ActionError when it has shown no frame.
    void save_as(const std::filesystem::path& file, Milliseconds timeout = std::chrono::seconds{30}) const;
    // Waits in the same way, and removes the file. Like Playwright's delete().
    void remove(Milliseconds timeout = std::chrono::seconds{30}) const;

private:
    std::shared_ptr<Videos> videos_;
    std::shared_ptr<VideoFilm> film_;
};

}  // namespace reprise::locators
