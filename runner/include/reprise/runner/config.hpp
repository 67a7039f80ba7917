// `reprise.toml`: options of runs that a project keeps in a file, by profile (docs/configuration.md).
//
//     const Config config = chosen_config();
//     const auto base_url = config.base_url.value_or("http://127.0.0.1:8080");
//
// Plain values; the functions may be called from any thread, but read the environment and the working directory.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <reprise/runner/run.hpp>
#include <reprise/runner/settings.hpp>
#include <reprise/runner/sharding.hpp>

namespace reprise::runner {

// What the profile chosen says, and those it inherits from; nullopt or empty: it says nothing. Paths are made from the
// file's folder and can be used as they are: relative to the working directory where they lie below it.
struct Config {
    std::filesystem::path file{};  // empty: there is none
    std::string profile{};         // empty: none was chosen, and there is no "default"
    std::vector<std::string> recordings{};
    std::vector<std::pair<std::string, std::string>> data{};  // as RunOptions::data
    std::optional<std::string> grep{};
    std::optional<int> repeat_each{};
    std::optional<ShardBy> shard_by{};
    std::optional<std::filesystem::path> timings{};
    std::optional<int> workers{}, retries{}, max_failures{};
    std::optional<std::string> base_url{};
    std::optional<std::chrono::milliseconds> row_timeout{};   // "timeout"
    std::optional<std::chrono::milliseconds> step_timeout{};  // "step-timeout"
    std::optional<bool> stop_on_error{}, fail_on_flaky{}, pass_with_no_tests{}, quiet{};
    std::optional<std::string> reporters{};  // as RunOptions::reporters
    std::optional<std::filesystem::path> output{}, history{};
    std::optional<HealingMode> healing{};
    std::optional<std::pair<int, int>> viewport{};   // width and height, CSS px
    std::optional<std::filesystem::path> browser{};  // binary; $REPRISE_BROWSER goes before it
    std::optional<KeepMode> video{};
    std::optional<bool> headed{}, no_sandbox{};
    std::optional<std::string> vision_model{};  // "off" as written
    std::optional<int> vision_requests{}, vision_tokens{};
    std::optional<std::chrono::milliseconds> vision_timeout{};
    std::optional<PublishMode> publish{};
    std::optional<std::chrono::milliseconds> publish_timeout{};
    std::optional<std::string> portal_url{}, portal_user_id{};
    std::optional<std::filesystem::path> portal_key_file{}, portal_ca_file{};
};

// Reads `file` and chooses `profile`; an empty name chooses "default" where there is one, else nothing. Throws
// DataError with every problem of the file, in all profiles: unknown keys and values of the wrong kind with line and
// column, the nearest known name, and a profile that is not there.
Config read_config(const std::filesystem::path& file, const std::string& profile = {});

// `reprise.toml` in `folder`, or in the nearest folder above it within the same repository (up to the one that holds
// `.git`). Outside of a repository only `folder` itself counts: what others have put further up is not ours.
std::optional<std::filesystem::path> find_config(const std::filesystem::path& folder);

// What a program goes by: `file`, else $REPRISE_CONFIG, else find_config() from the working directory; `profile`, else
// $REPRISE_PROFILE. Empty names count as not given. Throws DataError as read_config() does, and when a profile is named
// but there is no file.
Config chosen_config(const std::filesystem::path& file = {}, const std::string& profile = {});

// The options of a run with what `config` says; the environment and the command line are to be laid over them.
RunOptions run_options(const Config& config);

}  // namespace reprise::runner
