// A file that a page offered for download.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace reprise::cdp {

struct Download {
    enum class State { in_progress, completed, canceled };
    std::string guid;  // names the file in the downloads folder: never a name from the page
    std::string url;
    std::string suggested_filename;  // the page's words: for display only
    State state{State::in_progress};
    std::uint64_t received_bytes{};
    std::filesystem::path file{};  // <downloads folder>/<guid>
};

}  // namespace reprise::cdp
