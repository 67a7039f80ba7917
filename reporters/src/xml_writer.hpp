// Writes well-formed XML 1.0, whatever the texts hold.
//
// Thread contract: one thread at a time.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reprise::reporters {

class ReportFile;

using XmlAttributes = std::vector<std::pair<std::string_view, std::string>>;

class XmlWriter {
public:
    explicit XmlWriter(ReportFile& file);  // writes the XML declaration

    // Names are written as they are; values and texts are cleaned and escaped.
    void open(std::string_view name, const XmlAttributes& attributes = {});
    void close();
    void element(std::string_view name, const XmlAttributes& attributes, std::string_view content = {});

    // A text element in pieces: open_text, text*, close_text. For texts that should not be held in memory.
    void open_text(std::string_view name);
    void text(std::string_view text);
    void close_text(std::string_view name);

private:
    void start_tag(std::string_view name, const XmlAttributes& attributes, std::string_view end);

    ReportFile& file_;
    std::vector<std::string> open_;
};

}  // namespace reprise::reporters
