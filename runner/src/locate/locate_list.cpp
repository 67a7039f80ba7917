// Reads what `reprise locate` is asked about.
#include <set>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <reprise/runner/locate.hpp>

#include "data/json_text.hpp"
#include "history/file_bytes.hpp"
#include "locate/page_preparation.hpp"
#include "recording/members.hpp"
#include "recording/step_reader.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;

class ListReader {
public:
    explicit ListReader(JsonText& text) : text_{text} {}

    std::vector<LocateEntry> read() {
        const auto& root = *text_.root();
        std::vector<LocateEntry> entries;
        if (const auto* list = root.if_array()) {
            for (std::size_t i = 0; i < list->size(); ++i) entries.push_back(read_entry(list->at(i), {i}));
        } else {
            entries.push_back(read_entry(root, {}));
        }
        if (entries.empty()) wrong({}, "the list holds no entry");
        if (!problems_.empty()) throw DataError(std::move(problems_));
        return entries;
    }

private:
    void wrong(const JsonPath& path, std::string what) {
        const auto place = text_.position(path);
        problems_.push_back(
            {.file = text_.name(), .line = place.line, .column = place.column, .text = std::move(what)});
    }

    LocateEntry read_entry(const json::value& value, const JsonPath& path) {
        LocateEntry entry;
        const auto* members = value.if_object();
        if (members == nullptr) {
            wrong(path, "an entry is an object {id, page, bundle, ...}");
            return entry;
        }
        const auto* bundle = object_member(*members, "bundle");
        if (bundle == nullptr) {
            if (!path.empty()) wrong(path, "the entry has no \"bundle\", an object");
            bundle = members;  // a file of one bundle
        }
        entry.id = text_member(*members, "id").value_or("");
        if (bundle == members) entry.id.clear();
        entry.page = text_member(*members, "page").value_or("");
        entry.crop = text_member(*members, "crop").value_or("");
        locators::add_members(entry.target, *bundle);
        if (const auto* extra = object_member(*members, "extra")) locators::add_members(entry.target, *extra);
        entry.iframe_chain = read_bundle(*bundle).iframe_chain;
        read_snapshot(*members, path, entry);
        read_prep(*members, path, entry);
        if (!path.empty() && entry.id.empty()) wrong(path, "the entry has no \"id\"");
        if (!entry.id.empty() && !ids_.insert(entry.id).second) {
            wrong(path, fmt::format("the id \"{}\" is there twice", entry.id));
        }
        return entry;
    }

    void read_snapshot(const json::object& members, const JsonPath& path, LocateEntry& entry) {
        const auto* snapshot = find_member(members, "snapshot");
        if (snapshot == nullptr) return;
        if (!snapshot->is_array()) return wrong(below(path, "snapshot"), "\"snapshot\" is an array of fingerprints");
        for (const auto& print : snapshot->get_array()) {
            if (print.is_object()) entry.recorded_page.push_back(locators::fingerprint_from(print.get_object()));
        }
    }

    void read_prep(const json::object& members, const JsonPath& path, LocateEntry& entry) {
        const auto* prep = find_member(members, "prep");
        if (prep == nullptr) return;
        if (!prep->is_array()) return wrong(below(path, "prep"), "\"prep\" is an array of steps");
        for (std::size_t i = 0; i < prep->get_array().size(); ++i) {
            if (auto step = read_state_step(prep->get_array()[i])) {
                entry.prep.push_back(std::move(*step));
            } else {
                auto place = below(path, "prep");
                place.emplace_back(i);
                wrong(place, R"(a step is ["click", css], ["fill", css, text], ["wait", ms] or ["js", code])");
            }
        }
    }

    static JsonPath below(JsonPath path, std::string name) {
        path.emplace_back(std::move(name));
        return path;
    }

    JsonText& text_;
    std::vector<Problem> problems_;
    std::set<std::string> ids_;
};

}  // namespace

std::vector<LocateEntry> read_locate_list(const std::string& path) {
    auto bytes = file_bytes(path);
    if (!bytes) throw DataError({.file = path, .text = "cannot be read"});
    JsonText text{std::move(*bytes), path};
    return ListReader{text}.read();
}

}  // namespace reprise::runner
