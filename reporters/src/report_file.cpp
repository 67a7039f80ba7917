#include "report_file.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include "system_error.hpp"

namespace reprise::reporters {

namespace fs = std::filesystem;

ReportFile::ReportFile(const fs::path& target) : target_(target) {
    std::error_code error;
    if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
    if (error) throw_errno("create folder", target.parent_path(), error.value());
    if (fs::is_symlink(target, error) && fs::exists(target, error)) target_ = fs::canonical(target);
    const bool in_place = fs::exists(target_, error) && !fs::is_regular_file(target_, error);
    written_ = in_place ? target_ : fs::path(fmt::format("{}.{}.tmp", target_.string(), ::getpid()));
    file_ = std::fopen(written_.c_str(), "wb");
    if (file_ == nullptr) throw_errno("write report", target_);
}

ReportFile::~ReportFile() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::error_code ignored;
    if (written_ != target_) fs::remove(written_, ignored);
}

void ReportFile::write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) throw_errno("write report", target_);
}

void ReportFile::commit() {
    const bool in_place = written_ == target_;
    // A pipe or a terminal cannot be flushed to a disk.
    if (std::fflush(file_) != 0 || (!in_place && ::fsync(::fileno(file_)) != 0)) throw_errno("write report", target_);
    if (!in_place && std::rename(written_.c_str(), target_.c_str()) != 0) throw_errno("write report", target_);
    std::fclose(file_);
    file_ = nullptr;
}

}  // namespace reprise::reporters
