// An isolated profile within a browser: own cookies, storage and permissions. One per test.
//
// Thread-safe: a cheap handle on a shared core.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/download.hpp>
#include <reprise/cdp/page_target.hpp>

namespace reprise::cdp {

class ContextCore;

struct ContextOptions {
    // JavaScript function expression, called at document start in the isolated world of every frame of every page,
    // popups included, with the name of a binding: `globalThis[name](text)` there sends {"token": ..., ...} to
    // PageTarget::wait_for_message. Default: none.
    std::string isolated_script{};
    std::optional<int> width_px{};  // of the viewport; default: LaunchOptions'
    std::optional<int> height_px{};
    std::optional<std::filesystem::path> downloads_folder{};  // default: downloads are refused
};

class BrowserContext {
public:
    explicit BrowserContext(std::shared_ptr<ContextCore> core) noexcept;

    PageTarget new_page(Deadline deadline) const;
    std::vector<PageTarget> pages() const;  // alive ones, in the order of their making; popups included
    // Waits until more than `count` pages have been made in this context, and returns the newest.
    PageTarget wait_for_page(std::size_t count, Deadline deadline) const;
    std::size_t pages_made() const;

    std::vector<Download> downloads() const;
    // Waits until `count` downloads have ended.
    void wait_for_downloads(std::size_t count, Deadline deadline) const;

    // Closes its pages and forgets its data. Returns at once: the browser does it in its own time.
    void close() const;

private:
    std::shared_ptr<ContextCore> core_;
};

}  // namespace reprise::cdp
