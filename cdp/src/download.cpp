#include <reprise/cdp/download.hpp>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

namespace reprise::cdp {

void Download::save_as(const std::filesystem::path& copy) const {
    if (state != State::completed) {
        throw Error(fmt::format("save the download of {}: {}", url,
                                state == State::canceled ? "it was cancelled, or broke off" : "it has not ended"));
    }
    std::error_code error;
    if (copy.has_parent_path()) std::filesystem::create_directories(copy.parent_path(), error);
    if (!error) std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing, error);
    if (error) {
        throw Error(fmt::format("save the download of {}: copy \"{}\" to \"{}\": {}", url, file.string(), copy.string(),
                                error.message()));
    }
}

}  // namespace reprise::cdp
