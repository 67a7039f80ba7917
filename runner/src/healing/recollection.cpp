#include "healing/recollection.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "history/file_bytes.hpp"
#include "recording/bundle_writer.hpp"
#include "recording/members.hpp"

namespace reprise::runner {
namespace {

using locators::Bundle;

// Of the picture that the recording brings along, beside its own file and nowhere else; empty: none.
std::filesystem::path crop_path(const Recording& recording, const Step& step) {
    const auto given = text_member(metadata_of(step), "crop");
    if (!given || given->empty()) return {};
    const auto path = std::filesystem::path{*given}.lexically_normal();
    if (path.is_absolute() || *path.begin() == "..") return {};
    return std::filesystem::path{recording.path}.parent_path() / path;
}

// What a user types in shows in a picture of the field, and what is kept never holds that.
bool may_show_what_was_typed(const locators::Fingerprint& print) {
    constexpr std::array<std::string_view, 7> k_pressed{"button",   "submit", "reset", "image",
                                                        "checkbox", "radio",  "range"};
    if (print.tag == "input") return std::ranges::find(k_pressed, print.type) == k_pressed.end();
    constexpr std::array<std::string_view, 4> k_fields{"textbox", "combobox", "searchbox", "spinbutton"};
    const auto is_field = [&](const std::string& role) { return std::ranges::find(k_fields, role) != k_fields.end(); };
    return print.tag == "textarea" || print.tag == "select" || is_field(print.role) || is_field(print.implied_role);
}

}  // namespace

std::string identity_of(const Bundle& bundle) {
    auto same = bundle;
    same.visible_text.reset();
    same.bounding.reset();
    same.near.reset();
    same.icon.reset();
    same.known_as.reset();
    same.class_name.reset();
    return hash_of(same);
}

std::string selector_of(const Bundle& bundle) {
    for (const auto& [name, value] : bundle.data_attrs) {
        if (name == "data-testid") return fmt::format("[data-testid=\"{}\"]", value);
    }
    if (bundle.id) return "#" + *bundle.id;
    if (bundle.css) return *bundle.css;
    if (bundle.xpath) return *bundle.xpath;
    if (bundle.name) return fmt::format("[name=\"{}\"]", *bundle.name);
    return bundle.tag.value_or("*");
}

locators::Fingerprint target_of(const Step& step, const Bundle& bundle, const KnownElement* known) {
    if (known != nullptr) return known->target;
    auto target = locators::fingerprint_of(bundle);
    if (!bundle.visible_text) {
        target.text_varies = true;
        if (step.bundle) target.text = step.bundle->visible_text.value_or("");
    }
    const auto& metadata = metadata_of(step);
    for (const auto* name : {"fingerprint", "extra"}) {
        if (const auto* extra = object_member(metadata, name)) locators::add_members(target, *extra);
    }
    return target;
}

std::vector<locators::Fingerprint> recorded_page_of(const Step& step, const KnownElement* known) {
    if (known != nullptr) return known->page;
    std::vector<locators::Fingerprint> page;
    if (const auto* snapshot = array_member(metadata_of(step), "snapshot")) {
        for (const auto& print : *snapshot) {
            if (print.is_object()) page.push_back(locators::fingerprint_from(print.get_object()));
        }
    }
    return page;
}

void remember(const Step& step, const KnownElement* known, Bundle& bundle) {
    if (known == nullptr && object_member(metadata_of(step), "fingerprint") == nullptr &&
        object_member(metadata_of(step), "extra") == nullptr) {
        return;
    }
    const auto target = target_of(step, bundle, known);
    const auto set = [](std::optional<std::string>& member, std::string text) {
        if (!text.empty()) member = std::move(text);
    };
    set(bundle.near, target.near);
    set(bundle.icon, target.icon);
    std::string names;
    for (const auto* name : {&target.aria_label, &target.label, &target.alt, &target.title, &target.placeholder,
                             &target.text, &target.accessible_name}) {
        if (!name->empty()) names += *name + " ";
    }
    // A text that differs from visit to visit names nothing; that there is none does not differ. Recorders do not note
    // all that names an element: only an earlier run knows that nothing does.
    if (names.empty() ? known != nullptr : !target.text_varies) bundle.known_as = std::move(names);
}

bool is_nameless(const Step& step, const KnownElement* known, Bundle bundle) {
    remember(step, known, bundle);
    return bundle.known_as && bundle.known_as->empty() && !bundle.icon;
}

std::optional<RecordedLook> recorded_look_of(const Recording& recording, const Step& step, const KnownElement* known,
                                             const locators::BoundingBox& box) {
    const auto path =
        known != nullptr && !known->crop.empty() ? std::filesystem::path{known->crop} : crop_path(recording, step);
    const auto png = path.empty() ? std::nullopt : file_bytes(path);
    if (!png) return std::nullopt;
    try {
        return recorded_look(*png, box);
    } catch (const vision::PictureError&) {
        return std::nullopt;
    }
}

std::string crop_now(const locators::Page& page, const locators::CandidateList& list,
                     std::optional<std::size_t> candidate) {
    if (!candidate || may_show_what_was_typed(list.fingerprints[*candidate])) return {};
    try {
        const auto shot = shot_of(page);
        // Slots that learn at the same time would each hold a page's pixels; reading them takes some 10 ms.
        static std::mutex one_at_a_time;
        const std::lock_guard lock{one_at_a_time};
        auto view = view_of(shot);
        const auto boxes = locators::boxes_on_page(list);
        // Fields close by, too.
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            if (may_show_what_was_typed(list.fingerprints[i])) {
                vision::paint_over(view.picture, box_in(view, boxes[i]));
            }
        }
        const auto crop = crop_of(view, boxes[*candidate]);
        return crop.empty() ? std::string() : vision::encode_png(crop);
    } catch (const Error&) {
        return {};
    } catch (const vision::PictureError&) {
        return {};
    }
}

std::optional<std::size_t> place_of(const locators::Fingerprint& print, const locators::CandidateList& list) {
    for (std::size_t i = 0; i < list.fingerprints.size(); ++i) {
        const auto& other = list.fingerprints[i];
        if (other.xpath == print.xpath && other.shadow == print.shadow) return i;
    }
    return std::nullopt;
}

std::string without_query(const std::string& url) {
    return url.substr(0, url.find_first_of("?#"));
}

std::string path_text(const locators::CandidatePath& path) {
    std::string text;
    for (const auto& frame : path.frames) text += frame.css + " >> ";
    for (const auto& host : path.shadow) text += host + " >> ";
    return text + path.css;
}

}  // namespace reprise::runner
