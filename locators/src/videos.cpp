#include "videos.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/locators/error.hpp>

namespace reprise::locators {
namespace {

using Clock = VideoFilm::Clock;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr int k_longest_side_px = 800;    // of films whose size nobody has chosen: Playwright's
constexpr int k_quality = 90;             // of the pictures that the browser sends
constexpr std::size_t k_most_frames = 8;  // that wait; the browser sends three ahead of our answers, so this is a fence
constexpr int k_in_flight = 3;            // unanswered: the browser leaves out what comes then (Chromium 156)
constexpr milliseconds k_quiet{200};
constexpr milliseconds k_last_picture{2'000};  // a page that hangs gives none
constexpr std::chrono::seconds k_patience{30};

void make_folder(const std::filesystem::path& folder, const std::string& call) {
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) throw ActionError(fmt::format("{}: {} cannot be made: {}", call, folder.string(), error.message()));
}

void check_size(const std::optional<VideoSize>& size, const std::string& call) {
    constexpr int k_most = vision::k_longest_video_side;
    const auto possible = [](int side) { return side >= 2 && side <= k_most; };
    if (!size || (possible(size->width_px) && possible(size->height_px))) return;
    throw UsageError(fmt::format("{}: a video of {} x {} px: each side can have 2 to {}", call, size->width_px,
                                 size->height_px, k_most));
}

// The viewport's, scaled down. Of the page, not of its first frame: the full browser begins with that of a window whose
// page is about to get another size.
vision::VideoSize natural_size(const std::optional<cdp::Session>& session, const vision::Picture& first) {
    double width = first.width, height = first.height;
    try {
        if (session) {
            const auto deadline = cdp::Deadline::after(k_last_picture);
            const auto view = session->send(cdp::page::GetLayoutMetrics{}, deadline).cssLayoutViewport;
            if (view.clientWidth > 0 && view.clientHeight > 0) width = view.clientWidth, height = view.clientHeight;
        }
    } catch (const Error&) {  // the page has gone, or hangs: its picture is what there is
    }
    const double scale = std::min({1.0, k_longest_side_px / width, k_longest_side_px / height});
    const auto side = [&](double length) { return std::max(2, static_cast<int>(std::lround(length * scale))); };
    return {side(width), side(height)};
}

void answer(VideoFilm& film, const VideoFilm::Frame& frame) {
    --film.unanswered;
    film.session->post(cdp::page::ScreencastFrameAck{.sessionId = frame.picture.number});
}

}  // namespace

void check_recording(const RecordVideo& options) {
    const std::string call = "new_context(): record_video";
    check_size(options.size, call);
    if (options.folder.empty()) throw UsageError(call + " needs a folder");
    make_folder(options.folder, call);
}

cdp::page::StartScreencast screencast_command(const std::optional<VideoSize>& size) {
    return {.format = cdp::page::ScreencastFormat::jpeg,
            .quality = k_quality,
            .maxWidth = size ? size->width_px : k_longest_side_px,
            .maxHeight = size ? size->height_px : k_longest_side_px};
}

Videos::Film Videos::recorded(const std::string& page) {
    if (const auto found = films_.find(page); found != films_.end()) return found->second;
    if (!options_ || closing_) return nullptr;
    auto film = std::make_shared<VideoFilm>(VideoFilm{.page = page,
                                                      .call = "context.record_video",
                                                      .file = options_->folder / (page + ".webm"),
                                                      .size = options_->size});
    films_[page] = film;
    all_.push_back(film);
    return film;
}

Videos::Film Videos::find(const cdp::PageTarget& page) {
    const bool alive = page.alive();  // if not, its end has been told, and no frame will come
    const std::lock_guard lock{mutex_};
    return alive || films_.contains(page.id()) ? recorded(page.id()) : nullptr;
}

VideoFacts Videos::facts(const VideoFilm& film) const {
    const std::lock_guard lock{mutex_};
    return film.facts;
}

Videos::Film Videos::start(const std::string& page, const cdp::Session& session, const VideoOptions& options,
                           cdp::Deadline deadline) {
    const auto call = fmt::format("page.start_video(\"{}\")", options.file.string());
    check_size(options.size, call);
    const auto film = std::make_shared<VideoFilm>(
        VideoFilm{.page = page, .call = call, .file = options.file, .size = options.size, .session = session});
    {
        const std::lock_guard lock{mutex_};
        if (closing_) throw cdp::ConnectionClosed(call + ": the context was closed");
        if (const auto known = recorded(page); known && !known->ending && !known->facts.complete) {
            throw UsageError(
                fmt::format("{}: the page is being recorded already, into {}", call, known->file.string()));
        }
        films_[page] = film;
        all_.push_back(film);
    }
    try {
        make_folder(options.file.parent_path(), call);
        // Now, since the first frame comes when nobody can be told.
        if (std::ofstream probe{options.file}; !probe) {
            throw ActionError(fmt::format("{}: {} cannot be written: {}", call, options.file.string(),
                                          std::generic_category().message(errno)));
        }
        session.send(screencast_command(options.size), deadline);
    } catch (...) {
        const std::lock_guard lock{mutex_};
        films_.erase(page);
        std::erase(all_, film);
        throw;
    }
    return film;
}

void Videos::on_frame_on_io_thread(const cdp::Session& session, const std::string& page, cdp::ScreencastFrame frame) {
    const std::lock_guard lock{mutex_};
    const auto film = recorded(page);
    if (!film || film->ending || film->facts.complete) return;
    film->session = session;
    film->may_be_stale = ++film->unanswered >= k_in_flight;
    put(*film, std::move(frame));
}

void Videos::put(VideoFilm& film, cdp::ScreencastFrame frame) {
    film.arrival = Clock::now();
    if (film.frames.size() >= k_most_frames) {
        if (film.session && film.frames.front().picture.number > 0) answer(film, film.frames.front());
        film.frames.pop_front();  // a later one shows more
        ++film.facts.dropped_frames;
    }
    film.frames.push_back({std::move(frame), film.arrival});
    start_thread();
    changed_.notify_all();
}

void Videos::start_thread() {
    idle_ = false;
    if (!thread_.joinable()) thread_ = std::thread([self = shared_from_this()] { self->run(); });
}

void Videos::on_page_end_on_io_thread(const std::string& page) {
    const std::lock_guard lock{mutex_};
    const auto found = films_.find(page);
    if (found == films_.end()) return;
    auto& film = *found->second;
    film.session.reset();
    if (film.ending || film.facts.complete) return;
    film.ending = true;
    film.end = Clock::now();
    start_thread();
    changed_.notify_all();
}

void Videos::run() {
    std::unique_lock lock{mutex_};
    while (true) {
        const auto busy = std::ranges::find_if(
            all_, [](const Film& film) { return !film->frames.empty() || (film->ending && !film->facts.complete); });
        if (busy == all_.end()) {
            std::erase_if(
                all_, [](const Film& film) { return film->facts.complete && (film->problem.empty() || film->told); });
            idle_ = true;
            changed_.notify_all();
            if (leaving_) return;
            if (!refresh_stale_films(lock)) changed_.wait(lock);
            continue;
        }
        idle_ = false;
        const auto film = *busy;
        std::optional<VideoFilm::Frame> frame;
        if (!film->frames.empty()) {
            frame = std::move(film->frames.front());
            film->frames.pop_front();
            // Before it is written: meanwhile the browser makes the next one.
            if (film->session && frame->picture.number > 0) answer(*film, *frame);
        }
        const auto session = film->session;
        const auto end = film->end;
        lock.unlock();
        std::string problem;
        try {
            frame ? write(*film, *frame, session) : finish(*film, end);
        } catch (const std::exception& error) {
            problem = error.what();
            film->writer.reset();
            if (session) session->post(cdp::page::StopScreencast{});
        }
        lock.lock();
        if (film->writer) film->facts.frames = film->writer->frames();
        if (problem.empty() && frame) continue;
        film->problem = problem;
        film->frames.clear();
        film->facts.complete = true;
        film->writer.reset();
        changed_.notify_all();
    }
}

// Of a page that has come to rest after more frames than we could answer in time, the last one may have been left out:
// a screencast that begins anew sends what the page shows.
bool Videos::refresh_stale_films(std::unique_lock<std::mutex>& lock) {
    auto next = Clock::time_point::max();
    for (const auto& film : all_) {
        if (!film->may_be_stale || !film->session || film->ending || film->facts.complete) continue;
        if (Clock::now() < film->arrival + k_quiet) {
            next = std::min(next, film->arrival + k_quiet);
            continue;
        }
        film->may_be_stale = false;
        film->unanswered = 0;
        film->session->post(cdp::page::StopScreencast{});
        film->session->post(screencast_command(film->size));
    }
    if (next == Clock::time_point::max()) return false;
    changed_.wait_until(lock, next);
    return true;
}

void Videos::write(VideoFilm& film, const VideoFilm::Frame& frame, const std::optional<cdp::Session>& session) {
    const auto picture = vision::decode_jpeg(cdp::decode_base64(frame.picture.data));
    if (!film.writer) {
        film.writer = std::make_unique<vision::VideoWriter>(
            film.file,
            film.size ? vision::VideoSize{film.size->width_px, film.size->height_px} : natural_size(session, picture));
        film.first_s = frame.picture.time_s;
        film.first_arrival = film.last_arrival = frame.arrival;
        const std::lock_guard lock{mutex_};
        film.facts.width_px = film.writer->size().width;
        film.facts.height_px = film.writer->size().height;
    }
    auto at = film.last + duration_cast<milliseconds>(frame.arrival - film.last_arrival);
    if (film.first_s > 0 && frame.picture.time_s > 0) {
        // When it was shown, unless a clock was set meanwhile.
        constexpr milliseconds k_likely{5'000};
        const milliseconds shown{std::llround((frame.picture.time_s - film.first_s) * 1'000)};
        const auto arrived = duration_cast<milliseconds>(frame.arrival - film.first_arrival);
        if (std::chrono::abs(shown - arrived) < k_likely) at = shown;
    }
    film.last = std::max(at, film.last);
    film.last_arrival = frame.arrival;
    film.writer->add(picture, film.last);
}

void Videos::finish(VideoFilm& film, Clock::time_point end) {
    if (!film.writer) return;
    const auto duration =
        std::max(film.last + duration_cast<milliseconds>(end - film.last_arrival), film.last + milliseconds{1});
    film.writer->finish(duration);
    const std::lock_guard lock{mutex_};
    film.facts.duration = duration;
}

void Videos::end_with_last_pictures(const std::vector<Film>& films, cdp::Deadline deadline) {
    std::vector<std::pair<Film, cdp::PendingAnswer>> pictures;
    for (const auto& film : films) {
        const auto session = [&] {
            const std::lock_guard lock{mutex_};
            return film->ending || film->facts.complete ? std::nullopt : film->session;
        }();
        if (!session) continue;
        session->post(cdp::page::StopScreencast{});
        // What has just been drawn may not have come as a frame yet.
        pictures.emplace_back(film, session->post(cdp::page::CaptureScreenshot{.format = cdp::page::ImageFormat::jpeg,
                                                                               .quality = k_quality}));
    }
    for (auto& [film, picture] : pictures) {
        try {
            const auto answer = picture.get(deadline.no_later_than(k_last_picture));
            auto shot = cdp::decode_answer<cdp::page::CaptureScreenshot>(answer);
            const std::lock_guard lock{mutex_};
            if (!film->ending && !film->facts.complete) put(*film, {.data = std::move(shot.data)});
        } catch (const Error&) {  // the film ends with the frame before
        }
    }
    const std::lock_guard lock{mutex_};
    for (const auto& film : films) {
        if (film->ending || film->facts.complete) continue;
        film->ending = true;
        film->end = Clock::now();
        start_thread();
    }
    changed_.notify_all();
}

void Videos::stop(const Film& film, cdp::Deadline deadline) {
    end_with_last_pictures({film}, deadline);
    wait(film, "video.stop()", deadline);
}

void Videos::wait(const Film& film, const std::string& call, cdp::Deadline deadline) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_until(lock, deadline.at(), [&] { return film->facts.complete; })) {
        throw cdp::TimeoutError(fmt::format("{}: {} after {} ms: stop() the video, or close its page", call,
                                            film->ending ? "the file is not complete" : "the page is still recorded",
                                            deadline.timeout().count()));
    }
    if (film->problem.empty()) return;
    film->told = true;
    throw ActionError(fmt::format("{}: {}", film->call, film->problem));
}

void Videos::close() noexcept {
    std::thread thread;
    bool ended = true;
    try {
        std::vector<Film> films;
        {
            const std::lock_guard lock{mutex_};
            if (std::exchange(closing_, true)) return;
            films = all_;
        }
        const auto deadline = cdp::Deadline::after(k_patience);
        end_with_last_pictures(films, deadline);
        std::unique_lock lock{mutex_};
        leaving_ = true;
        changed_.notify_all();
        thread = std::move(thread_);
        const bool ours = thread.get_id() == std::this_thread::get_id();
        ended = !ours && changed_.wait_until(lock, deadline.at(), [this] {
            return idle_ && std::ranges::all_of(all_, [](const Film& film) { return film->facts.complete; });
        });
        for (const auto& film : all_) {
            if (!film->facts.complete) film->problem = fmt::format("{} is not complete", film->file.string());
        }
    } catch (const std::exception&) {
        ended = false;
    }
    if (!thread.joinable()) return;
    // A disk that does not answer must not hang the test.
    ended ? thread.join() : thread.detach();
}

std::vector<std::string> Videos::take_errors() {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> errors;
    for (const auto& film : all_) {
        if (film->problem.empty() || std::exchange(film->told, true)) continue;
        errors.push_back(fmt::format("{}: {}", film->call, film->problem));
    }
    return errors;
}

}  // namespace reprise::locators
