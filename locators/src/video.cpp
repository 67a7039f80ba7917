// What users do with films.
#include <reprise/locators/video.hpp>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "context_state.hpp"
#include "observation.hpp"
#include "page_state.hpp"
#include "videos.hpp"

namespace reprise::locators {

const std::filesystem::path& Video::path() const {
    return film_->file;
}

VideoFacts Video::facts() const {
    return videos_->facts(*film_);
}

void Video::stop(Milliseconds timeout) const {
    videos_->stop(film_, cdp::Deadline::after(timeout));
    if (facts().frames == 0) throw ActionError("video.stop(): the page has shown no frame");
}

void Video::save_as(const std::filesystem::path& file, Milliseconds timeout) const {
    const auto call = fmt::format("video.save_as(\"{}\")", file.string());
    videos_->wait(film_, call, cdp::Deadline::after(timeout));
    if (facts().frames == 0) throw ActionError(call + ": the page has shown no frame");
    std::error_code error;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
    if (!error) std::filesystem::copy_file(path(), file, std::filesystem::copy_options::overwrite_existing, error);
    if (error) throw ActionError(fmt::format("{}: {}: {}", call, path().string(), error.message()));
}

void Video::remove(Milliseconds timeout) const {
    videos_->wait(film_, "video.remove()", cdp::Deadline::after(timeout));
    std::error_code error;
    std::filesystem::remove(path(), error);
    if (error) throw ActionError(fmt::format("video.remove(): {}: {}", path().string(), error.message()));
}

std::optional<Video> Page::video() const {
    const auto& videos = page_->context.state_->videos;
    auto film = videos->find(page_->target);
    if (!film) return std::nullopt;
    return Video{videos, std::move(film)};
}

Video Page::start_video(const VideoOptions& options) const {
    const auto text = [&] { return fmt::format("page.start_video(\"{}\")", options.file.string()); };
    return observed(*page_, options.site, text, [&] {
        const auto deadline = page_->deadline(options.timeout);
        page_->target.await_ready(deadline);
        const auto& videos = page_->context.state_->videos;
        return Video{videos, videos->start(page_->target.id(), page_->target.session(), options, deadline)};
    });
}

}  // namespace reprise::locators
