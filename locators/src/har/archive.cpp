#include "har/archive.hpp"

#include <unistd.h>
#include <zip.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>

namespace reprise::locators {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t k_most_bytes = std::size_t{1} << 30;  // of all files of an archive, unpacked
constexpr const char* k_har_name = "har.har";

[[noreturn]] void fail(const std::string& call, const std::string& what, const fs::path& file,
                       const std::string& reason) {
    throw ActionError(fmt::format("{}: cannot {} {}: {}", call, what, file.string(), reason));
}

void write_file(const std::string& call, const fs::path& file, const std::string& bytes) {
    const auto temporary = fs::path(fmt::format("{}.{}.tmp", file.string(), ::getpid()));
    std::error_code error;
    {
        std::ofstream stream{temporary, std::ios::binary};
        // It may hold log-ins: readable by its owner only.
        fs::permissions(temporary, fs::perms::owner_read | fs::perms::owner_write, error);
        stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush();
        if (!stream) {
            const auto reason = std::string(std::strerror(errno));
            fs::remove(temporary, error);
            fail(call, "write", file, reason);
        }
    }
    fs::rename(temporary, file, error);
    if (error) fail(call, "write", file, error.message());
}

std::string read_file(const std::string& call, const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) fail(call, "read", file, error.message());
    if (size > k_most_bytes) fail(call, "read", file, fmt::format("it is larger than {} bytes", k_most_bytes));
    std::string bytes(size, '\0');
    std::ifstream stream{file, std::ios::binary};
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(size))) fail(call, "read", file, std::strerror(errno));
    return bytes;
}

struct Discard {
    void operator()(zip_t* zip) const { ::zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, Discard>;

Zip open_zip(const std::string& call, const fs::path& file, int flags, const char* what) {
    int code = 0;
    Zip zip{::zip_open(file.c_str(), flags, &code)};
    if (zip) return zip;
    zip_error_t error;
    ::zip_error_init_with_code(&error, code);
    const std::string reason = ::zip_error_strerror(&error);
    ::zip_error_fini(&error);
    fail(call, what, file, reason);
}

void add_entry(const std::string& call, const fs::path& file, zip_t* zip, const std::string& name,
               const std::string& bytes) {
    auto* source = ::zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    if (source != nullptr && ::zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0) return;
    if (source != nullptr) ::zip_source_free(source);
    fail(call, "write", file, ::zip_error_strerror(::zip_get_error(zip)));
}

void write_zip(const std::string& call, const fs::path& file, const HarArchive& archive) {
    write_file(call, file, "");  // for its owner only, which libzip leaves as it is
    auto zip = open_zip(call, file, ZIP_CREATE | ZIP_TRUNCATE, "write");
    for (const auto& [name, bytes] : archive.bodies) add_entry(call, file, zip.get(), name, bytes);
    add_entry(call, file, zip.get(), k_har_name, archive.har);
    // Writes another file and puts it in this one's place.
    if (::zip_close(zip.get()) != 0) fail(call, "write", file, ::zip_error_strerror(::zip_get_error(zip.get())));
    static_cast<void>(zip.release());
}

std::string read_entry(const std::string& call, const fs::path& file, zip_t* zip, zip_uint64_t index,
                       std::size_t& left) {
    zip_stat_t stat;
    ::zip_stat_init(&stat);
    auto* entry = ::zip_stat_index(zip, index, 0, &stat) == 0 ? ::zip_fopen_index(zip, index, 0) : nullptr;
    if (entry == nullptr) fail(call, "read", file, ::zip_error_strerror(::zip_get_error(zip)));
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> closer{entry, ::zip_fclose};
    if (stat.size > left) fail(call, "read", file, fmt::format("it unpacks to more than {} bytes", k_most_bytes));
    std::string bytes(stat.size, '\0');
    const auto count = ::zip_fread(entry, bytes.data(), bytes.size());
    if (count < 0 || static_cast<std::size_t>(count) != bytes.size()) {
        fail(call, "read", file, fmt::format("its entry \"{}\" is broken", stat.name));
    }
    left -= bytes.size();
    return bytes;
}

}  // namespace

void write_archive(const std::string& call, const fs::path& file, const HarArchive& archive) {
    std::error_code error;
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
    if (error) fail(call, "make the folder of", file, error.message());
    if (is_zip(file)) return write_zip(call, file, archive);
    // The bodies first: a HAR never names one that is not there.
    for (const auto& [name, bytes] : archive.bodies) write_file(call, file.parent_path() / name, bytes);
    write_file(call, file, archive.har);
}

HarArchive read_archive(const std::string& call, const fs::path& file) {
    HarArchive archive;
    if (!is_zip(file)) {
        archive.har = read_file(call, file);
        return archive;
    }
    const auto zip = open_zip(call, file, ZIP_RDONLY, "read");
    auto left = k_most_bytes;
    bool found = false;
    const auto count = ::zip_get_num_entries(zip.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i) {
        const auto index = static_cast<zip_uint64_t>(i);
        const std::string name = ::zip_get_name(zip.get(), index, 0);
        auto bytes = read_entry(call, file, zip.get(), index, left);
        const bool is_har = name.ends_with(".har") && !found;
        found = found || is_har;
        (is_har ? archive.har : archive.bodies[name]) = std::move(bytes);
    }
    if (!found) fail(call, "read", file, "there is no .har in it");
    return archive;
}

std::string read_body(const std::string& call, const fs::path& file, const HarArchive& archive, const std::string& name,
                      const std::string& place) {
    if (const auto found = archive.bodies.find(name); found != archive.bodies.end()) return found->second;
    if (is_zip(file)) fail(call, "read", file, fmt::format("{} names \"{}\", which is not in it", place, name));
    if (fs::path(name).filename() != name || name == "..") {
        fail(call, "read", file, fmt::format("{} names \"{}\", which is no file beside it", place, name));
    }
    return read_file(call, file.parent_path() / name);
}

}  // namespace reprise::locators
