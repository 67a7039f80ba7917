#include <reprise/reporters/trace.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <reprise/reporters/redactor.hpp>

#include "trace_lines.hpp"
#include "zip_writer.hpp"

namespace reprise::reporters {
namespace fs = std::filesystem;
namespace {

// The whole path of a source file as a compiler named it; empty: it is not there.
fs::path find_source(const fs::path& name, const std::vector<fs::path>& folders) {
    std::error_code error;
    if (fs::is_regular_file(name, error)) return fs::absolute(name, error).lexically_normal();
    if (name.is_absolute()) return {};
    for (const auto& folder : folders) {
        // "../../tests/a.cpp" was relative to a build folder below the sources: what follows the steps up counts too.
        auto rest = name;
        while (true) {
            const auto file = folder / rest;
            if (fs::is_regular_file(file, error)) return fs::absolute(file, error).lexically_normal();
            if (rest.empty() || *rest.begin() != "..") break;
            rest = rest.lexically_relative("..");
        }
    }
    return {};
}

std::string read(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

void write_trace(const Trace& trace, const fs::path& file, const TraceOptions& options) {
    ZipWriter zip{file};
    std::map<std::string, std::string> files;
    for (const auto& call : trace.calls) {
        if (call.place.file.empty() || files.contains(call.place.file)) continue;
        const auto source = find_source(call.place.file, options.source_folders);
        if (source.empty()) continue;
        const bool is_new = std::ranges::none_of(files, [&](const auto& known) { return known.second == source; });
        files.emplace(call.place.file, source);
        if (!is_new) continue;
        auto content = read(source);
        if (options.redactor != nullptr) content = options.redactor->redact(content);
        zip.add(fmt::format("resources/src@{}.txt", trace_name(source.string())), std::move(content));
    }
    auto lines = trace_lines(trace, files, options.redactor);
    zip.add("trace.trace", std::move(lines.events));
    zip.add("trace.network", "");
    for (auto& [name, bytes] : lines.resources) {
        const bool packed = name.ends_with("png") || name.ends_with("jpeg");
        zip.add("resources/" + name, std::move(bytes), packed ? ZipWriter::Method::store : ZipWriter::Method::deflate);
    }
    zip.commit();
}

}  // namespace reprise::reporters
