#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <reprise/runner/recording.hpp>

#include "recording/json_writer.hpp"

namespace reprise::runner {
namespace {

using boost::json::value;

void append(std::string& out, const value& value, std::size_t depth) {
    const auto new_line = [&](std::size_t level) { out.append("\n").append(2 * level, ' '); };
    const auto append_children = [&](const auto& children, char open, char close, auto&& append_child) {
        out += open;
        bool is_first = true;
        for (const auto& child : children) {
            if (!is_first) out += ',';
            is_first = false;
            new_line(depth + 1);
            append_child(child);
        }
        if (!is_first) new_line(depth);
        out += close;
    };
    if (const auto* object = value.if_object()) {
        append_children(*object, '{', '}', [&](const auto& member) {
            out += boost::json::serialize(member.key());
            out += ": ";
            append(out, member.value(), depth + 1);
        });
    } else if (const auto* array = value.if_array()) {
        append_children(*array, '[', ']', [&](const auto& element) { append(out, element, depth + 1); });
    } else {
        out += scalar_text(value);
    }
}

// Closes and removes an unfinished file.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string path) : path_{std::move(path)} {
        descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor_ < 0) fail("cannot be created");
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (!path_.empty()) ::unlink(path_.c_str());
    }

    void write(std::string_view text) {
        while (!text.empty()) {
            const ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written < 0 && errno != EINTR) fail("cannot be written");
            if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(descriptor_) != 0) fail("cannot be written");
    }

    void rename_to(const std::string& target) {
        if (std::rename(path_.c_str(), target.c_str()) != 0) fail(fmt::format("cannot be renamed to {}", target));
        path_.clear();
    }

private:
    [[noreturn]] void fail(const std::string& what) {
        const std::string text = fmt::format("write_recording: {} {}: {}", path_, what, std::strerror(errno));
        if (descriptor_ >= 0) {
            ::close(descriptor_);
            ::unlink(path_.c_str());
        }
        throw Error(text);
    }

    std::string path_;
    int descriptor_{-1};
};

}  // namespace

std::string scalar_text(const value& value) {
    if (!value.is_double()) return boost::json::serialize(value);
    std::string text = fmt::format("{}", value.get_double());
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string format_json(const value& value) {
    std::string text;
    append(text, value, 0);
    text += '\n';
    return text;
}

void write_recording(const Recording& recording, const std::string& path) {
    if (!recording.source)
        throw UsageError("write_recording: the recording has no document; make it with parse_recording");
    TemporaryFile file(fmt::format("{}.{}.tmp", path, ::getpid()));
    file.write(format_json(*recording.source));
    file.rename_to(path);
}

}  // namespace reprise::runner
