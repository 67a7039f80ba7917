#include <reprise/reporters/journal.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include <boost/json/parse.hpp>

#include "event_lines.hpp"
#include "system_error.hpp"

namespace reprise::reporters {
namespace {

// Where the whole lines end. What follows them was being written when a process died; a continued journal must not
// carry on in the middle of that line.
std::int64_t end_of_whole_lines(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::int64_t end = 0;
    std::int64_t last_begin = 0;
    std::string last;
    for (std::string line; std::getline(in, line) && !in.eof();) {
        last_begin = end;
        end += static_cast<std::int64_t>(line.size()) + 1;
        last = std::move(line);
    }
    boost::json::error_code error;
    if (end > 0) boost::json::parse(last, error);
    return error ? last_begin : end;
}

void sync_folder_of(const std::filesystem::path& file) {
    const std::filesystem::path parent = file.parent_path();
    const std::filesystem::path folder = parent.empty() ? "." : parent;
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) throw_errno("open folder", folder);
    ::fsync(fd);  // some file systems cannot; then the journal is as safe as they allow
    ::close(fd);
}

}  // namespace

Journal::Journal(const std::filesystem::path& file) : file_(file) {
    if (file.has_parent_path()) {
        std::error_code error;
        std::filesystem::create_directories(file.parent_path(), error);
        if (error) throw_errno("create folder", file.parent_path(), error.value());
    }
    fd_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd_ < 0) throw_errno("open journal", file);
    try {
        // Two that write would tear each other's lines. Where a file system has no locks there is none.
        if (::flock(fd_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            throw_errno("write journal, another run is writing it:", file);
        }
        if (::ftruncate(fd_, end_of_whole_lines(file)) != 0) throw_errno("continue journal", file);
        sync_folder_of(file);
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

Journal::~Journal() {
    ::close(fd_);
}

void Journal::append(const std::string& line) {
    const off_t before = ::lseek(fd_, 0, SEEK_END);
    if (const int error = write_whole(fd_, line); error != 0) {
        // Half a line must not stay in front of what is written once the disk has room again.
        if (::ftruncate(fd_, before) != 0) throw_errno("write and then repair journal", file_, error);
        throw_errno("write journal", file_, error);
    }
}

void Journal::run_started(const RunInfo& info) {
    append(run_started_line(info));
}

void Journal::test_started(const TestCase& test, int worker) {
    append(test_started_line(test, worker));
}

void Journal::attempt_finished(const TestCase& test, const AttemptResult& attempt) {
    append(attempt_finished_line(test, attempt));
}

void Journal::test_finished(const TestResult& result) {
    append(test_finished_line(result));
    if (::fsync(fd_) != 0) throw_errno("flush journal", file_);
}

void Journal::run_finished(const RunResult& result) {
    append(run_finished_line(result));
    if (::fsync(fd_) != 0) throw_errno("flush journal", file_);
}

}  // namespace reprise::reporters
