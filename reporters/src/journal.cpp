#include <reprise/reporters/journal.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "event_json.hpp"
#include "system_error.hpp"

namespace reprise::reporters {
namespace {

constexpr int k_journal_version = 1;

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

void Journal::append(std::string line) {
    line += '\n';
    const off_t before = ::lseek(fd_, 0, SEEK_END);
    for (std::size_t done = 0; done < line.size();) {
        const ssize_t written = ::write(fd_, line.data() + done, line.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const int error = errno;
            // Half a line must not stay in front of what is written once the disk has room again.
            if (::ftruncate(fd_, before) != 0) throw_errno("write and then repair journal", file_, error);
            throw_errno("write journal", file_, error);
        }
        done += static_cast<std::size_t>(written);
    }
}

void Journal::run_started(const RunInfo& info) {
    append(boost::json::serialize(
        boost::json::object{{"event", "run_started"}, {"version", k_journal_version}, {"run", to_json(info)}}));
}

void Journal::test_started(const TestCase& test, int worker) {
    append(boost::json::serialize(
        boost::json::object{{"event", "test_started"}, {"worker", worker}, {"test", to_json(test)}}));
}

void Journal::attempt_finished(const TestCase& test, const AttemptResult& attempt) {
    append(boost::json::serialize(
        boost::json::object{{"event", "attempt_finished"}, {"testId", test.id}, {"attempt", to_json(attempt)}}));
}

void Journal::test_finished(const TestResult& result) {
    append(boost::json::serialize(boost::json::object{{"event", "test_finished"}, {"result", to_json(result)}}));
    if (::fsync(fd_) != 0) throw_errno("flush journal", file_);
}

void Journal::run_finished(const RunResult& result) {
    append(boost::json::serialize(boost::json::object{{"event", "run_finished"}, {"result", to_json(result)}}));
    if (::fsync(fd_) != 0) throw_errno("flush journal", file_);
}

}  // namespace reprise::reporters
