#include "zip_writer.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <zip.h>

#include "system_error.hpp"

namespace reprise::reporters {
namespace {

[[noreturn]] void throw_zip_error(const std::filesystem::path& file, zip_error_t& error) {
    if (zip_error_system_type(&error) == ZIP_ET_SYS) throw_errno("write trace", file, zip_error_code_system(&error));
    const std::string words = zip_error_strerror(&error);
    throw std::runtime_error(fmt::format("cannot write trace {}: {}", file.string(), words));
}

}  // namespace

ZipWriter::ZipWriter(std::filesystem::path file) : file_{std::move(file)} {
    std::error_code error;
    if (file_.has_parent_path()) std::filesystem::create_directories(file_.parent_path(), error);
    if (error) throw_errno("create folder", file_.parent_path(), error.value());
    int code = 0;
    zip_ = zip_open(file_.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (zip_ != nullptr) return;
    zip_error_t zip_error;
    zip_error_init_with_code(&zip_error, code);
    throw_zip_error(file_, zip_error);
}

ZipWriter::~ZipWriter() {
    if (zip_ != nullptr) zip_discard(zip_);
}

void ZipWriter::fail() const {
    throw_zip_error(file_, *zip_get_error(zip_));
}

void ZipWriter::add(const std::string& name, std::string bytes, Method method) {
    const auto& kept = held_.emplace_back(std::move(bytes));
    auto* source = zip_source_buffer(zip_, kept.data(), kept.size(), 0);
    if (source == nullptr) fail();
    const auto index = zip_file_add(zip_, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        fail();
    }
    const auto compression = method == Method::store ? ZIP_CM_STORE : ZIP_CM_DEFLATE;
    if (zip_set_file_compression(zip_, static_cast<zip_uint64_t>(index), compression, 0) != 0) fail();
}

void ZipWriter::commit() {
    if (zip_close(zip_) != 0) fail();
    zip_ = nullptr;
}

}  // namespace reprise::reporters
