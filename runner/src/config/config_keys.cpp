#include "config/config_keys.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include <reprise/reporters/report.hpp>

#include "config/option_text.hpp"
#include "data/nearest_name.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr int k_most = std::numeric_limits<int>::max();

// What a reader of a value says when it cannot use it.
struct Refused {
    std::string expected;            // "expected a whole number from 1 to 64"
    std::string instead_of_value{};  // what messages show when the value is a secret
};

struct Source {
    const toml::node& value;
    const fs::path& folder;  // of the file
};

int integer(const Source& source, int least, int most) {
    const auto* number = source.value.as_integer();
    if (number != nullptr && number->get() >= least && number->get() <= most) return static_cast<int>(number->get());
    throw Refused{most == k_most ? fmt::format("a whole number, at least {}", least)
                                 : fmt::format("a whole number from {} to {}", least, most)};
}

milliseconds time(const Source& source) {
    const auto* number = source.value.as_integer();
    if (number != nullptr && number->get() >= 1 && number->get() <= k_most) return milliseconds{number->get()};
    throw Refused{"a whole number of milliseconds, at least 1"};
}

bool flag(const Source& source) {
    if (const auto* value = source.value.as_boolean()) return value->get();
    throw Refused{"true or false"};
}

std::string text(const Source& source, const char* expected = "a text") {
    const auto* value = source.value.as_string();
    if (value != nullptr && !value->get().empty()) return value->get();
    throw Refused{expected, {}};
}

// A text, or an array of them.
std::vector<std::string> texts(const Source& source) {
    std::vector<std::string> all;
    const auto* array = source.value.as_array();
    if (array == nullptr) return {text(source, "a text, or an array of texts")};
    for (const auto& item : *array) all.push_back(text({item, source.folder}, "a text, or an array of texts"));
    return all;
}

template <class Value>
Value word(const Source& source, const std::map<std::string, Value>& known) {
    std::vector<std::string> names;
    for (const auto& [name, value] : known) names.push_back(name);
    const auto* written = source.value.as_string();
    if (written != nullptr) {
        if (const auto found = known.find(written->get()); found != known.end()) return found->second;
    }
    constexpr std::size_t k_nearest = 3;
    const auto nearest = written != nullptr ? nearest_name(written->get(), names, k_nearest) : std::nullopt;
    throw Refused{fmt::format("one of {}{}", fmt::join(names, ", "),
                              nearest ? fmt::format("; the nearest is \"{}\"", *nearest) : "")};
}

// Short where it can be: paths stand in reports.
fs::path path_of(const std::string& written, const Source& source) {
    const fs::path path{written};
    if (path.is_absolute()) return path;
    return (source.folder / path).lexically_normal().lexically_proximate(fs::current_path());
}

fs::path path(const Source& source) {
    return path_of(text(source, "a path"), source);
}

// The key itself is not for this file, which others read and which is kept in the repository.
fs::path key_file(const Source& source) {
    const auto written = text(source, "a path");
    const bool a_key = written.starts_with("sb_secret_") || written.starts_with("sb_publishable_") ||
                       (written.starts_with("eyJ") && std::ranges::count(written, '.') == 2);
    if (a_key) {
        throw Refused{"the path of a file that holds it: a key does not belong in reprise.toml", "a key itself"};
    }
    return path(source);
}

// Empty: nothing is kept.
fs::path history(const Source& source) {
    const auto* written = source.value.as_string();
    return written != nullptr && written->get().empty() ? fs::path{} : path(source);
}

std::vector<std::pair<std::string, std::string>> data(const Source& source) {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& item : texts(source)) {
        auto entry = split_data(item);
        entry.second = path_of(entry.second, source).generic_string();
        all.push_back(std::move(entry));
    }
    return all;
}

std::vector<std::string> recordings(const Source& source) {
    std::vector<std::string> all;
    for (const auto& item : texts(source)) all.push_back(path_of(item, source).generic_string());
    return all;
}

std::string reporters(const Source& source) {
    const auto written = fmt::format("{}", fmt::join(texts(source), ","));
    std::string all;
    try {
        for (const auto& spec : reprise::reporters::parse_reporters(written)) {
            all += (all.empty() ? "" : ",") + spec.name;
            if (spec.path) all += "=" + path_of(spec.path->string(), source).generic_string();
        }
    } catch (const std::invalid_argument& error) {
        throw Refused{fmt::format("names of reporters: {}", error.what())};
    }
    return all;
}

std::pair<int, int> viewport(const Source& source) {
    const char* expected = "WIDTHxHEIGHT, such as \"1366x900\"";
    if (const auto size = parse_viewport(text(source, expected))) return *size;
    throw Refused{expected, {}};
}

struct Key {
    std::string name;
    void (*take)(Config&, const Source&);
};

const std::vector<Key>& keys() {
    constexpr int k_most_workers = 64;
    constexpr int k_most_retries = 100;
    static const std::vector<Key> all{
        {"recordings", [](Config& c, const Source& s) { c.recordings = recordings(s); }},
        {"data", [](Config& c, const Source& s) { c.data = data(s); }},
        {"grep", [](Config& c, const Source& s) { c.grep = text(s); }},
        {"repeat-each", [](Config& c, const Source& s) { c.repeat_each = integer(s, 1, k_most); }},
        {"shard-by",
         [](Config& c, const Source& s) {
             c.shard_by = word<ShardBy>(s, {{"order", ShardBy::order}, {"time", ShardBy::time}});
         }},
        {"timings", [](Config& c, const Source& s) { c.timings = path(s); }},
        {"workers", [](Config& c, const Source& s) { c.workers = integer(s, 1, k_most_workers); }},
        {"retries", [](Config& c, const Source& s) { c.retries = integer(s, 0, k_most_retries); }},
        {"max-failures", [](Config& c, const Source& s) { c.max_failures = integer(s, 1, k_most); }},
        {"base-url", [](Config& c, const Source& s) { c.base_url = text(s, "an address"); }},
        {"timeout", [](Config& c, const Source& s) { c.row_timeout = time(s); }},
        {"step-timeout", [](Config& c, const Source& s) { c.step_timeout = time(s); }},
        {"stop-on-error", [](Config& c, const Source& s) { c.stop_on_error = flag(s); }},
        {"fail-on-flaky", [](Config& c, const Source& s) { c.fail_on_flaky = flag(s); }},
        {"pass-with-no-tests", [](Config& c, const Source& s) { c.pass_with_no_tests = flag(s); }},
        {"quiet", [](Config& c, const Source& s) { c.quiet = flag(s); }},
        {"reporter", [](Config& c, const Source& s) { c.reporters = reporters(s); }},
        {"output", [](Config& c, const Source& s) { c.output = path(s); }},
        {"history", [](Config& c, const Source& s) { c.history = history(s); }},
        {"healing",
         [](Config& c, const Source& s) {
             c.healing = word<HealingMode>(s, {{"autonomous", HealingMode::autonomous},
                                               {"suggest", HealingMode::suggest},
                                               {"off", HealingMode::off}});
         }},
        {"viewport", [](Config& c, const Source& s) { c.viewport = viewport(s); }},
        {"browser", [](Config& c, const Source& s) { c.browser = path(s); }},
        {"video", [](Config& c, const Source& s) { c.video = word<KeepMode>(s, keep_modes()); }},
        {"headed", [](Config& c, const Source& s) { c.headed = flag(s); }},
        {"no-sandbox", [](Config& c, const Source& s) { c.no_sandbox = flag(s); }},
        {"vision-model", [](Config& c, const Source& s) { c.vision_model = text(s); }},
        {"vision-requests", [](Config& c, const Source& s) { c.vision_requests = integer(s, 0, k_most); }},
        {"vision-tokens", [](Config& c, const Source& s) { c.vision_tokens = integer(s, 0, k_most); }},
        {"vision-timeout", [](Config& c, const Source& s) { c.vision_timeout = time(s); }},
        {"publish",
         [](Config& c, const Source& s) {
             c.publish = word<PublishMode>(
                 s, {{"off", PublishMode::off}, {"try", PublishMode::attempt}, {"require", PublishMode::require}});
         }},
        {"publish-timeout", [](Config& c, const Source& s) { c.publish_timeout = time(s); }},
        {"portal-url", [](Config& c, const Source& s) { c.portal_url = text(s, "an address"); }},
        {"portal-key-file", [](Config& c, const Source& s) { c.portal_key_file = key_file(s); }},
        {"portal-user-id", [](Config& c, const Source& s) { c.portal_user_id = text(s, "a UUID"); }},
        {"portal-ca-file", [](Config& c, const Source& s) { c.portal_ca_file = path(s); }},
    };
    return all;
}

}  // namespace

const std::vector<std::string>& config_key_names() {
    static const auto names = [] {
        std::vector<std::string> all{std::string(k_inherits)};
        for (const auto& key : keys()) all.push_back(key.name);
        return all;
    }();
    return names;
}

std::string shown(const toml::node& value) {
    if (const auto* written = value.as_string()) return fmt::format("\"{}\"", written->get());
    if (const auto* number = value.as_integer()) return fmt::format("{}", number->get());
    if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
    if (const auto* truth = value.as_boolean()) return truth->get() ? "true" : "false";
    if (value.is_array()) return "an array";
    return value.is_table() ? "a table" : "a date or time";
}

std::optional<std::string> take_key(Config& config, std::string_view name, const toml::node& value,
                                    const fs::path& folder) {
    const auto key = std::ranges::find(keys(), name, &Key::name);
    try {
        key->take(config, {value, folder});
    } catch (const Refused& refused) {
        const auto& instead = refused.instead_of_value;
        return fmt::format("\"{}\" is {}, expected {}", name, instead.empty() ? shown(value) : instead,
                           refused.expected);
    }
    return std::nullopt;
}

}  // namespace reprise::runner
