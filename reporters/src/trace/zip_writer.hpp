// A zip file that is written at once, when all is known. One thread at a time.
#pragma once

#include <deque>
#include <filesystem>
#include <string>

struct zip;

namespace reprise::reporters {

class ZipWriter {
public:
    // Throws what write_trace() throws.
    explicit ZipWriter(std::filesystem::path file);
    ~ZipWriter();  // without commit(): no file, and the one that was there stays
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;

    enum class Method { deflate, store };  // store: what is compressed already
    void add(const std::string& name, std::string bytes, Method method = Method::deflate);
    void commit();

private:
    [[noreturn]] void fail() const;

    std::filesystem::path file_;
    zip* zip_{};
    std::deque<std::string> held_;  // libzip reads them when it writes
};

}  // namespace reprise::reporters
