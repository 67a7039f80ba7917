#include "xml_writer.hpp"

#include "report_file.hpp"
#include "text_sanitizer.hpp"

namespace reprise::reporters {
namespace {

enum class Place { text, attribute };

// `>` is escaped everywhere, so `]]>` cannot appear. A parser would turn raw line breaks of an attribute into blanks.
std::string escaped(std::string_view text, Place place) {
    std::string out;
    for (const char c : clean_for_xml(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += place == Place::attribute ? "&quot;" : "\"";
                break;
            case '\r':
                out += "&#13;";
                break;
            case '\n':
                out += place == Place::attribute ? "&#10;" : "\n";
                break;
            case '\t':
                out += place == Place::attribute ? "&#9;" : "\t";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace

XmlWriter::XmlWriter(ReportFile& file) : file_(file) {
    file_.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

void XmlWriter::start_tag(std::string_view name, const XmlAttributes& attributes, std::string_view end) {
    std::string tag(open_.size() * 2, ' ');
    tag.append("<").append(name);
    for (const auto& [key, value] : attributes) {
        tag.append(" ").append(key).append("=\"").append(escaped(value, Place::attribute)).append("\"");
    }
    file_.write(tag.append(end));
}

void XmlWriter::open(std::string_view name, const XmlAttributes& attributes) {
    start_tag(name, attributes, ">\n");
    open_.emplace_back(name);
}

void XmlWriter::close() {
    const std::string name = open_.back();
    open_.pop_back();
    file_.write(std::string(open_.size() * 2, ' ').append("</").append(name).append(">\n"));
}

void XmlWriter::element(std::string_view name, const XmlAttributes& attributes, std::string_view content) {
    if (content.empty()) {
        start_tag(name, attributes, "/>\n");
        return;
    }
    start_tag(name, attributes, ">");
    text(content);
    close_text(name);
}

void XmlWriter::open_text(std::string_view name) {
    start_tag(name, {}, ">");
}

void XmlWriter::text(std::string_view text) {
    file_.write(escaped(text, Place::text));
}

void XmlWriter::close_text(std::string_view name) {
    file_.write(std::string("</").append(name).append(">\n"));
}

}  // namespace reprise::reporters
