// The films of a context: takes the frames of its pages, and writes them on a thread of its own, which is started with
// the first frame.
//
// Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <reprise/cdp/page_target.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/screencast.hpp>
#include <reprise/cdp/session.hpp>
#include <reprise/locators/video.hpp>
#include <reprise/vision/video_writer.hpp>

namespace reprise::locators {

// Frames as the browser is to send them for a film of this size.
cdp::page::StartScreencast screencast_command(const std::optional<VideoSize>& size);

// Throws UsageError for what no film can be, ActionError when the folder cannot be made.
void check_recording(const RecordVideo& options);

struct VideoFilm {
    using Clock = std::chrono::steady_clock;
    struct Frame {
        cdp::ScreencastFrame picture;
        Clock::time_point arrival;
    };

    const std::string page;  // PageTarget::id()
    const std::string call;  // that asked for it, for errors
    const std::filesystem::path file;
    const std::optional<VideoSize> size;

    // Guarded by the mutex of Videos.
    std::optional<cdp::Session> session{};  // none: no frame yet, or the page has ended
    std::deque<Frame> frames{};
    int unanswered{};             // frames that the browser counts as on their way
    bool may_be_stale{};          // the browser may have left out a later frame than the last one
    Clock::time_point arrival{};  // of the last frame
    bool ending{};
    Clock::time_point end{};
    std::string problem{};
    bool told{};  // the problem, by a call on the film
    VideoFacts facts{};

    // Of the writing thread.
    std::unique_ptr<vision::VideoWriter> writer{};
    double first_s{};
    Clock::time_point first_arrival{};
    Clock::time_point last_arrival{};
    std::chrono::milliseconds last{};
};

class Videos : public cdp::ScreencastListener, public std::enable_shared_from_this<Videos> {
public:
    using Film = std::shared_ptr<VideoFilm>;

    explicit Videos(std::optional<RecordVideo> options = {}) : options_{std::move(options)} {}

    // Throws UsageError when the page is recorded already, ActionError when the file cannot be made.
    Film start(const std::string& page, const cdp::Session& session, const VideoOptions& options,
               cdp::Deadline deadline);
    Film find(const cdp::PageTarget& page);  // the latest; nothing when the page was not recorded
    VideoFacts facts(const VideoFilm& film) const;
    // Ends the film with a picture of what the page shows, and waits until the file is complete.
    void stop(const Film& film, cdp::Deadline deadline);
    // Until the file is complete. Both throw the film's problem.
    void wait(const Film& film, const std::string& call, cdp::Deadline deadline);
    // Ends all films, waits for their files. Idempotent.
    void close() noexcept;
    // What no call has told.
    std::vector<std::string> take_errors();

    void on_frame_on_io_thread(const cdp::Session& session, const std::string& page,
                               cdp::ScreencastFrame frame) override;
    void on_page_end_on_io_thread(const std::string& page) override;

private:
    Film recorded(const std::string& page);  // under the lock; made when all pages are recorded
    void end_with_last_pictures(const std::vector<Film>& films, cdp::Deadline deadline);
    void put(VideoFilm& film, cdp::ScreencastFrame frame);  // under the lock
    void run();
    bool refresh_stale_films(std::unique_lock<std::mutex>& lock);
    void write(VideoFilm& film, const VideoFilm::Frame& frame, const std::optional<cdp::Session>& session);
    void finish(VideoFilm& film, VideoFilm::Clock::time_point end);
    void start_thread();  // under the lock

    const std::optional<RecordVideo> options_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Film> films_;  // guarded by mutex_; by page, the latest of each
    std::vector<Film> all_;              // guarded by mutex_; until they are complete and told
    bool closing_{};                     // guarded by mutex_; no new films
    bool leaving_{};                     // guarded by mutex_; the thread ends when all are complete
    bool idle_{true};                    // guarded by mutex_; the thread has nothing to do
    std::thread thread_;                 // guarded by mutex_
};

}  // namespace reprise::locators
