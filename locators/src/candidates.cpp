#include <reprise/locators/candidates.hpp>

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <reprise/cdp/error.hpp>

#include "bundle_json.hpp"
#include "element_call.hpp"
#include "scoring/words.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

std::vector<std::string> strings_of(const json::object& object, std::string_view name) {
    std::vector<std::string> strings;
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_array()) return strings;
    for (const auto& entry : value->get_array()) {
        if (entry.is_string()) strings.emplace_back(entry.get_string());
    }
    return strings;
}

Point point_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_array()) return {};
    return {value->get_array().at(0).to_number<double>(), value->get_array().at(1).to_number<double>()};
}

std::string hint_of(const Fingerprint& wanted) {
    json::array classes;
    std::istringstream words{wanted.class_name};
    for (std::string word; words >> word;) classes.emplace_back(word);
    return json::serialize(
        json::object{{"tag", wanted.tag}, {"role", wanted.role}, {"id", wanted.id}, {"classes", std::move(classes)}});
}

// A frame and the way to it, rendered ones only.
struct KnownFrame {
    cdp::FrameId id;
    std::vector<FrameStep> chain;
};

std::vector<KnownFrame> rendered_frames(const cdp::PageTarget& target, cdp::Deadline deadline) {
    std::vector<KnownFrame> known{{target.main_frame(), {}}};
    for (const auto& frame : target.frames()) {
        if (frame.parent.empty()) continue;
        const auto parent = std::ranges::find(known, frame.parent, &KnownFrame::id);
        if (parent == known.end()) continue;
        try {
            const auto owner = target.frame_owner(frame.id, deadline);
            const auto answer =
                target.call_with(owner, "(_, frame) => reprise.frame_place(_, frame)", "null", deadline);
            const auto* place = answer.if_object();
            if (place == nullptr || !is_true(*place, "rendered")) continue;
            auto chain = parent->chain;
            chain.push_back({.css = string_of(*place, "css"),
                             .shadow = strings_of(*place, "shadow"),
                             .id = string_of(*place, "id"),
                             .name = string_of(*place, "name"),
                             .src = string_of(*place, "src"),
                             .title = string_of(*place, "title"),
                             .xpath = string_of(*place, "xpath"),
                             .index = static_cast<int>(number_of(*place, "index")),
                             .left = number_of(*place, "left"),
                             .top = number_of(*place, "top")});
            known.push_back({frame.id, std::move(chain)});
        } catch (const cdp::DocumentGone&) {
            continue;  // it has just gone
        }
    }
    return known;
}

std::string file_of(std::string_view address) {
    address = address.substr(0, address.find_first_of("?#"));
    while (address.ends_with('/')) address.remove_suffix(1);
    return std::string(address.substr(address.find_last_of('/') + 1));
}

// How much speaks for `step` being the frame that was recorded as `entry`.
int agreement(const PathEntry& entry, const FrameStep& step) {
    int points = 0;
    const auto count = [&](const std::optional<std::string>& wanted, const std::string& is, int worth) {
        if (wanted && !wanted->empty() && *wanted == is) points += worth;
    };
    constexpr int k_named = 4;
    constexpr int k_placed = 2;
    count(entry.id, step.id, k_named);
    count(entry.name, step.name, k_named);
    count(entry.src, step.src, k_named);
    count(entry.css, step.css, k_named);
    count(entry.xpath, step.xpath, k_placed);
    if (entry.css && !step.id.empty() && entry.css->find("#" + step.id) != std::string::npos) points += k_named;
    if (entry.src && !entry.src->empty() && file_of(*entry.src) == file_of(step.src)) points += k_placed;
    if (entry.index && *entry.index == step.index) points += k_placed;
    const auto words = scoring::split_words(entry.id.value_or("") + " " + entry.name.value_or("") + " " +
                                            file_of(entry.src.value_or("")) + " " + entry.css.value_or(""));
    const auto now = scoring::split_words(step.id + " " + step.name + " " + file_of(step.src) + " " + step.title);
    for (const auto word : words) points += static_cast<int>(std::ranges::binary_search(now, word));
    return points;
}

// The frames that the recorded way may mean: of those as deep as it, the ones that agree most at each level.
std::vector<KnownFrame> frames_meant(std::vector<KnownFrame> frames, const std::vector<PathEntry>& chain) {
    std::erase_if(frames, [&](const KnownFrame& frame) { return frame.chain.size() != chain.size(); });
    for (std::size_t level = 0; level < chain.size(); ++level) {
        int most = 0;
        for (const auto& frame : frames) most = std::max(most, agreement(chain[level], frame.chain[level]));
        if (most == 0) continue;
        std::erase_if(frames,
                      [&](const KnownFrame& frame) { return agreement(chain[level], frame.chain[level]) < most; });
    }
    return frames;
}

json::object collect_in(const cdp::PageTarget& target, const cdp::FrameId& frame, const std::string& hint,
                        cdp::Deadline deadline) {
    // As text: the browser writes a text at once, and an object member by member, which takes longer than collecting
    // it.
    const auto ask = [&](bool report_closed) {
        const auto answer = target.evaluate(
            frame, cdp::World::isolated,
            fmt::format("JSON.stringify(reprise.collect({{hint:{},report_closed:{}}}))", hint, report_closed),
            deadline);
        if (!answer.is_string()) return json::object{};
        auto document = json::parse(answer.get_string());
        return document.is_object() ? std::move(document.get_object()) : json::object{};
    };
    auto answer = ask(true);
    if (string_of(answer, "error") != "closed_roots") return answer;
    target.for_each_closed_shadow_root(frame, "function(host, root) { reprise.adopt(host, root); }", deadline);
    return ask(false);
}

}  // namespace

CandidateList collect_candidates(const Page& page, const Fingerprint& wanted,
                                 const std::vector<PathEntry>& iframe_chain, cdp::Deadline deadline) {
    const auto& target = page.target();
    const auto hint = hint_of(wanted);
    std::vector<KnownFrame> frames{{target.main_frame(), {}}};
    if (!iframe_chain.empty()) frames = frames_meant(rendered_frames(target, deadline), iframe_chain);
    CandidateList list;
    for (auto& frame : frames) {
        const auto answer = collect_in(target, frame.id, hint, deadline);
        const auto first = list.fingerprints.size();
        if (const auto* candidates = answer.if_contains("candidates");
            candidates != nullptr && candidates->is_array()) {
            for (const auto& candidate : candidates->get_array()) {
                if (!candidate.is_object()) continue;
                list.fingerprints.push_back(fingerprint_from(candidate.get_object()));
                auto& inside = list.fingerprints.back().inside;
                if (inside) *inside += first;
            }
        }
        list.frames.push_back({.frame = std::move(frame.id),
                               .chain = std::move(frame.chain),
                               .first = first,
                               .count = list.fingerprints.size() - first,
                               .scroll = point_of(answer, "scroll")});
    }
    return list;
}

std::vector<BoundingBox> boxes_on_page(const CandidateList& list) {
    std::vector<BoundingBox> boxes;
    boxes.reserve(list.fingerprints.size());
    for (const auto& frame : list.frames) {
        Point offset{};
        if (!frame.chain.empty()) offset = {-frame.scroll.x, -frame.scroll.y};
        for (const auto& step : frame.chain) {
            offset.x += step.left;
            offset.y += step.top;
        }
        for (std::size_t i = frame.first; i < frame.first + frame.count; ++i) {
            auto box = list.fingerprints[i].box;
            box.left += offset.x;
            box.top += offset.y;
            boxes.push_back(box);
        }
    }
    return boxes;
}

CandidatePath path_of(const Page& page, const CandidateList& list, std::size_t index, cdp::Deadline deadline) {
    const auto place = std::ranges::find_if(
        list.frames, [&](const auto& frame) { return index >= frame.first && index < frame.first + frame.count; });
    if (place == list.frames.end()) throw cdp::DocumentGone("there is no such candidate");
    const auto answer =
        page.target().evaluate(place->frame, cdp::World::isolated,
                               fmt::format("reprise.candidate_path({{index:{}}})", index - place->first), deadline);
    const auto* found = answer.if_object();
    if (found == nullptr || is_true(*found, "gone")) throw cdp::DocumentGone("the element has left the page");
    CandidatePath path{.frames = place->chain,
                       .shadow = strings_of(*found, "shadow"),
                       .css = string_of(*found, "css"),
                       .xpath = string_of(*found, "xpath"),
                       .shown = string_of(*found, "shown")};
    path.point = point_of(*found, "point");
    if (!path.frames.empty()) {
        const auto scroll = point_of(*found, "scroll");
        path.point.x -= scroll.x;
        path.point.y -= scroll.y;
    }
    for (const auto& step : path.frames) {
        path.point.x += step.left;
        path.point.y += step.top;
    }
    return path;
}

std::optional<std::size_t> direct_hit(const Page& page, const CandidateList& list, const Bundle& bundle,
                                      cdp::Deadline deadline) {
    for (const auto& frame : list.frames) {
        const auto answer =
            page.target().evaluate(frame.frame, cdp::World::isolated,
                                   fmt::format("reprise.direct_hit({{bundle:{}}})", to_json(bundle, "")), deadline);
        const auto* found = answer.if_object();
        const auto index = found != nullptr ? static_cast<int>(number_of(*found, "index")) : -1;
        if (index >= 0) return frame.first + static_cast<std::size_t>(index);
    }
    return std::nullopt;
}

Bundle bundle_of(const Fingerprint& print, const CandidatePath& path) {
    const auto known = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional{text}; };
    Bundle bundle{.id = known(print.id),
                  .name = known(print.name),
                  .class_name = known(print.class_name),
                  .aria = known(print.aria_label),
                  .role = known(print.role),
                  .placeholder = known(print.placeholder),
                  .tag = known(print.tag),
                  .input_type = known(print.type),
                  .visible_text = known(print.text),
                  .xpath = known(print.xpath),
                  .css = known(path.css),
                  .data_attrs = print.data,
                  .bounding = print.box};
    for (const auto& step : path.frames) {
        bundle.iframe_chain.push_back({.css = step.css, .id = known(step.id), .name = known(step.name)});
    }
    for (const auto& host : path.shadow) bundle.shadow_hosts.push_back({.css = host});
    return bundle;
}

}  // namespace reprise::locators
