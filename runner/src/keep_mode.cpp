#include <reprise/runner/keep_mode.hpp>

#include <algorithm>

namespace reprise::runner {

namespace fs = std::filesystem;

const std::map<std::string, KeepMode>& keep_modes() {
    static const std::map<std::string, KeepMode> modes{
        {"off", KeepMode::off}, {"on", KeepMode::on}, {"retain-on-failure", KeepMode::retain_on_failure}};
    return modes;
}

std::vector<fs::path> films_in(const fs::path& folder) {
    std::vector<fs::path> films;
    if (fs::exists(folder)) films.assign(fs::directory_iterator(folder), {});
    std::ranges::sort(films, {}, [](const fs::path& film) { return fs::last_write_time(film); });
    return films;
}

}  // namespace reprise::runner
