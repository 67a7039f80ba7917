// Files that a page gets without their being on a disk, and what is dropped on a page. Plain values.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace reprise::locators {

struct FilePayload {
    std::string name{};       // "report.csv"
    std::string mime_type{};  // "text/csv"; empty: the page is told none
    std::string bytes{};
};

// What a drag from outside of the page carries.
struct DroppedData {
    std::vector<FilePayload> files{};
    std::vector<std::pair<std::string, std::string>> texts{};  // type and text: {"text/plain", "..."}
};

}  // namespace reprise::locators
