#include <reprise/runner/config.hpp>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include <reprise/runner/data_error.hpp>

#include "config/config_keys.hpp"
#include "data/nearest_name.hpp"
#include "data/text_position.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_file_name = "reprise.toml";
constexpr std::size_t k_largest_bytes = std::size_t{1} << 20;
constexpr std::size_t k_nearest = 3;  // typing errors

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

template <class Names>
std::string nearest_hint(std::string_view name, const Names& names) {
    const auto nearest = nearest_name(name, names, k_nearest);
    return nearest ? fmt::format("; the nearest known is \"{}\"", *nearest) : "";
}

bool sounds_secret(std::string_view name) {
    return std::ranges::any_of(std::vector<std::string_view>{"key", "token", "secret", "password", "credential"},
                               [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

std::size_t offset_of(std::string_view text, const toml::source_position& place) {
    std::size_t offset = 0;
    for (toml::source_index line = 1; line < place.line; ++line) {
        offset = std::min(text.find('\n', offset), text.size() - 1) + 1;
    }
    return std::min(offset + (place.column > 0 ? place.column - 1 : 0), text.size());
}

// Reads one file; collects what is wrong with it.
class ConfigReader {
public:
    ConfigReader(const fs::path& file, std::string name)
        : folder_{fs::absolute(file).parent_path()}, name_{std::move(name)} {
        const auto text = read_text_file(file.string(), k_largest_bytes);
        try {
            document_ = toml::parse(text);
        } catch (const toml::parse_error& error) {
            const auto& begin = error.source().begin;
            throw DataError(Problem{.file = name_,
                                    .line = static_cast<int>(begin.line),
                                    .column = static_cast<int>(begin.column),
                                    .text = fmt::format("is not TOML: {}", error.description()),
                                    .excerpt = excerpt_at(text, offset_of(text, begin))});
        }
    }

    Config read(const std::string& chosen) {
        check_top();
        for (const auto& profile : names_) check(profile);
        auto profile = chosen;
        if (profile.empty() && std::ranges::find(names_, "default") != names_.end()) profile = "default";
        if (!profile.empty() && std::ranges::find(names_, profile) == names_.end()) {
            problems_.push_back(
                {.file = name_,
                 .text = fmt::format("has no profile \"{}\"{} (it has: {})", profile, nearest_hint(profile, names_),
                                     names_.empty() ? "none" : fmt::format("{}", fmt::join(names_, ", ")))});
        }
        if (!problems_.empty()) throw DataError(std::move(problems_));
        Config config;
        config.profile = profile;
        const auto line = ancestry(profile);
        for (auto ancestor = line.rbegin(); ancestor != line.rend(); ++ancestor) {
            for (const auto& [key, value] : *table_of(*ancestor)) {
                if (key.str() != k_inherits) take_key(config, key.str(), value, folder_);
            }
        }
        return config;
    }

private:
    void report(const toml::source_position& place, std::string text) {
        problems_.push_back({.file = name_,
                             .line = static_cast<int>(place.line),
                             .column = static_cast<int>(place.column),
                             .text = std::move(text)});
    }

    const toml::table* table_of(std::string_view profile) const { return document_["profile"][profile].as_table(); }

    void check_top() {
        for (const auto& [key, value] : document_) {
            const auto place = key.source().begin;
            const auto& known = config_key_names();
            if (key.str() != "profile" && std::ranges::find(known, key.str()) != known.end()) {
                report(place,
                       fmt::format("\"{}\" stands outside of a profile; put it under [profile.default]", key.str()));
            } else if (key.str() != "profile") {
                report(place, fmt::format("\"{}\" is not known; expected tables such as [profile.default]", key.str()));
            } else if (!value.is_table()) {
                report(place,
                       fmt::format("\"profile\" is {}, expected tables such as [profile.default]", shown(value)));
            }
        }
        const auto* profiles = document_["profile"].as_table();
        if (profiles == nullptr) return;
        for (const auto& [key, value] : *profiles) {
            if (value.is_table()) {
                names_.emplace_back(key.str());
            } else {
                report(key.source().begin,
                       fmt::format("\"profile.{0}\" is {1}, expected a table [profile.{0}]", key.str(), shown(value)));
            }
        }
    }

    void check(const std::string& profile) {
        Config unused;
        for (const auto& [key, value] : *table_of(profile)) {
            if (key.str() == k_inherits) {
                check_inherits(profile, value);
                continue;
            }
            const auto& known = config_key_names();
            if (std::ranges::find(known, key.str()) == known.end()) {
                report(key.source().begin,
                       fmt::format("profile \"{}\": \"{}\" is not known{}", profile, key.str(),
                                   sounds_secret(key.str())
                                       ? "; secrets do not belong in this file: the environment has them"
                                       : nearest_hint(key.str(), known)));
                continue;
            }
            if (const auto wrong = take_key(unused, key.str(), value, folder_)) {
                report(value.source().begin, fmt::format("profile \"{}\": {}", profile, *wrong));
            }
        }
    }

    void check_inherits(const std::string& profile, const toml::node& value) {
        const auto place = value.source().begin;
        const auto* parent = value.as_string();
        if (parent == nullptr) {
            return report(place, fmt::format("profile \"{}\": \"inherits\" is {}, expected the name of a profile",
                                             profile, shown(value)));
        }
        if (std::ranges::find(names_, parent->get()) == names_.end()) {
            return report(place, fmt::format("profile \"{}\": inherits \"{}\", which is not there{}", profile,
                                             parent->get(), nearest_hint(parent->get(), names_)));
        }
        auto line = ancestry(profile);
        if (std::ranges::find(line.begin() + 1, line.end(), profile) != line.end()) {
            report(place, fmt::format("profile \"{}\": inherits from itself: {}", profile, fmt::join(line, " -> ")));
        }
    }

    // The profile, the one it inherits from, and so on; ends with the first that comes twice.
    std::vector<std::string> ancestry(std::string profile) const {
        std::vector<std::string> line;
        while (!profile.empty()) {
            const bool again = std::ranges::find(line, profile) != line.end();
            line.push_back(profile);
            if (again) break;
            profile = document_["profile"][profile][k_inherits].value_or(std::string());
        }
        return line;
    }

    fs::path folder_;
    std::string name_;  // of the file, as shown
    toml::table document_;
    std::vector<std::string> names_;  // of the profiles
    std::vector<Problem> problems_;
};

}  // namespace

Config read_config(const fs::path& file, const std::string& profile) {
    auto name = file.lexically_proximate(fs::current_path()).generic_string();
    auto config = ConfigReader{file, std::move(name)}.read(profile);
    config.file = file;
    return config;
}

std::optional<fs::path> find_config(const fs::path& folder) {
    std::error_code ignored;
    const auto start = fs::absolute(folder).lexically_normal();
    std::optional<fs::path> found;
    for (auto place = start;; place = place.parent_path()) {
        if (!found && fs::is_regular_file(place / k_file_name, ignored)) found = place / k_file_name;
        if (fs::exists(place / ".git", ignored)) return found;
        if (place == place.parent_path()) break;
    }
    return found && found->parent_path() == start ? found : std::nullopt;
}

Config chosen_config(const fs::path& file, const std::string& profile) {
    const auto name = profile.empty() ? variable("REPRISE_PROFILE") : profile;
    fs::path chosen = file.empty() ? fs::path{variable("REPRISE_CONFIG")} : file;
    if (chosen.empty()) chosen = find_config(fs::current_path()).value_or(fs::path{});
    if (!chosen.empty()) return read_config(chosen, name);
    if (!name.empty()) {
        throw DataError(
            Problem{.text = fmt::format("profile \"{}\": there is no {} in {}, nor above it in its repository", name,
                                        k_file_name, fs::current_path().string())});
    }
    return {};
}

RunOptions run_options(const Config& config) {
    RunOptions options;
    const auto take = [](auto& target, const auto& value) {
        if (value) target = *value;
    };
    options.recordings = config.recordings;
    options.data = config.data;
    options.grep = config.grep;
    take(options.repeat_each, config.repeat_each);
    take(options.shard_by, config.shard_by);
    take(options.timings, config.timings);
    options.workers = config.workers;
    options.retries = config.retries;
    options.max_failures = config.max_failures;
    options.base_url = config.base_url;
    options.row_timeout = config.row_timeout;
    options.step_timeout = config.step_timeout;
    take(options.stop_on_error, config.stop_on_error);
    take(options.fail_on_flaky, config.fail_on_flaky);
    take(options.pass_with_no_tests, config.pass_with_no_tests);
    take(options.quiet, config.quiet);
    take(options.reporters, config.reporters);
    take(options.output, config.output);
    take(options.history, config.history);
    options.healing = config.healing;
    if (config.viewport) std::tie(options.width, options.height) = *config.viewport;
    if (variable("REPRISE_BROWSER").empty()) options.browser = config.browser;
    take(options.video, config.video);
    take(options.headed, config.headed);
    take(options.no_sandbox, config.no_sandbox);
    if (config.vision_model) options.vision_model.model = *config.vision_model == "off" ? "" : *config.vision_model;
    take(options.vision_model.max_requests, config.vision_requests);
    take(options.vision_model.max_tokens, config.vision_tokens);
    take(options.vision_model.timeout, config.vision_timeout);
    take(options.portal.publish, config.publish);
    take(options.portal.at_end, config.publish_timeout);
    take(options.portal.url, config.portal_url);
    take(options.portal.user_id, config.portal_user_id);
    take(options.portal.key_file, config.portal_key_file);
    take(options.portal.ca_file, config.portal_ca_file);
    return options;
}

}  // namespace reprise::runner
