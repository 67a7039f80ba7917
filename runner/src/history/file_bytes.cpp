#include "history/file_bytes.hpp"

#include <fstream>
#include <sstream>

namespace reprise::runner {

std::optional<std::string> file_bytes(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file) return std::nullopt;
    return std::move(bytes).str();
}

}  // namespace reprise::runner
