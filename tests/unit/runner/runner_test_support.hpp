// Small recordings, temporary folders and the texts of errors.
#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <reprise/runner/data_error.hpp>
#include <reprise/runner/recording.hpp>

#include "support/temporary_folder.hpp"

namespace reprise::runner {

// What the call throws, in full; "no error" when it throws none.
template <class Call>
std::string error_of(Call&& call) {
    try {
        call();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no error";
}

// A recording around `steps`, the inside of its array; `more` are further members, each followed by a comma.
inline std::string recording_text(std::string_view steps, std::string_view more = {}) {
    return fmt::format(R"({{"name": "Test", "starting_url": "http://shop.test/", {} "steps": [{}]}})", more, steps);
}

inline Recording recording_of(std::string_view steps, std::string_view more = {}) {
    return parse_recording(recording_text(steps, more), "test.json");
}

// The error of reading a recording, without the name of its file.
inline std::string reading_error(const std::string& text) {
    return error_of([&] { parse_recording(text, "test.json"); });
}

using tests::TemporaryFolder;

inline std::string text_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace reprise::runner
