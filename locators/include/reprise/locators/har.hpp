// What a context asks of the network, recorded as HAR 1.2, and replayed from it. Browsers' developer tools and
// Playwright read these files.
//
//     auto recording = context.record_har("shop.har.zip");
//     ...
//     recording.stop();
//     context.route_from_har("shop.har.zip");
//
// A HAR holds all that was said, cookies and Authorization headers too: treat it as a secret. Bodies of more than 16
// MB, what the browser has forgotten with its document, and what comes after 512 MB in all are not in it:
// `_bodyMissing` says why, and a replay fails such a request with RouteError, where Playwright's answers with nothing.
#pragma once

#include <memory>
#include <optional>

#include <reprise/locators/route.hpp>

namespace reprise::locators {

enum class HarContent {
    embed,   // bodies stand in the file
    attach,  // bodies are files beside it, or in the zip, named by their content
    omit,    // no bodies
};

enum class HarMode {
    full,
    minimal,  // what replaying needs: no cookies, sizes, times, addresses and certificates
};

struct HarOptions {
    std::optional<HarContent> content{};  // default: attach for a path that ends in ".zip", embed for others
    HarMode mode{HarMode::full};
    std::optional<UrlMatch> url{};  // default: all requests
};

class HarRecorder;

// A recording that goes on. Its file is written by stop() or by Context::close(), whole or not at all.
class HarRecording {
public:
    explicit HarRecording(std::shared_ptr<HarRecorder> recorder) noexcept : recorder_{std::move(recorder)} {}
    // Waits until the requests that have ended are known wholly, 5 s at most, and writes the file; later calls do
    // nothing. Throws ActionError with the path: the file could not be written, or `url` was too costly for an address.
    void stop() const;

private:
    std::shared_ptr<HarRecorder> recorder_;
};

struct HarReplayOptions {
    enum class NotFound {
        abort,     // the request fails
        fallback,  // to the route before, or the server
    };
    NotFound not_found{NotFound::abort};
    std::optional<UrlMatch> url{};  // requests that are looked for at all; default: all
    bool update{};                  // record into the file in place of replaying: HarMode::minimal
};

}  // namespace reprise::locators
