// A file that a page offered for download.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace reprise::cdp {

struct Download {
    enum class State { in_progress, completed, canceled };
    std::string guid;      // names the file in the downloads folder: never a name from the page
    std::string page{};    // PageTarget::id() of the page that began it
    std::string opener{};  // the page that opened that one, a window that has shown nothing else; else empty
    std::string url;
    std::string suggested_filename;  // the page's words: for display only
    State state{State::in_progress};
    std::uint64_t received_bytes{};
    std::filesystem::path file{};  // <downloads folder>/<guid>

    // Copies the file, over what is there; makes the folders that are missing. Throws Error when the download was not
    // completed, or the copy fails.
    void save_as(const std::filesystem::path& copy) const;
};

}  // namespace reprise::cdp
