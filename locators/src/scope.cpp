#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/locator.hpp>

#include "bundle_json.hpp"
#include "element_call.hpp"
#include "selector_text.hpp"

namespace reprise::locators {
namespace {

void append(std::string& part, std::string& call, std::string_view name, const std::optional<bool>& value) {
    if (!value) return;
    part += fmt::format(R"(,"{}":{})", name, *value);
    call += fmt::format(", {}={}", name, *value);
}

}  // namespace

Locator Scope::with(std::string part, std::string_view call) const {
    Locator locator{page_, frame_, text_ + std::string(call)};
    locator.place_ = place_;
    locator.links_ = links_;
    locator.links_.push_back({std::move(part)});
    return locator;
}

Locator Scope::locator(std::string_view selector) const {
    auto parts = selector_parts(selector, text_ + ".locator");
    auto locator = with(std::move(parts.front()), fmt::format(".locator(\"{}\")", selector));
    for (std::size_t i = 1; i < parts.size(); ++i) locator.links_.push_back({std::move(parts[i])});
    return locator;
}

Locator Scope::get_by_role(Role role, const RoleOptions& options) const {
    std::string part = fmt::format(R"({{"role":"{}")", to_string(role));
    std::string call = fmt::format(".get_by_role({}", to_string(role));
    if (options.name) {
        part += R"(,"name":)" + options.name->json(options.exact);
        call += ", " + options.name->shown();
    }
    if (options.description) {
        part += R"(,"description":)" + options.description->json(options.exact);
        call += ", description=" + options.description->shown();
    }
    append(part, call, "checked", options.checked);
    append(part, call, "disabled", options.disabled);
    append(part, call, "expanded", options.expanded);
    append(part, call, "pressed", options.pressed);
    append(part, call, "selected", options.selected);
    if (options.level) {
        part += fmt::format(R"(,"level":{})", *options.level);
        call += fmt::format(", level={}", *options.level);
    }
    if (options.include_hidden) part += R"(,"include_hidden":true)";
    return with(part + "}", call + ")");
}

#define REPRISE_TEXT_QUERY(function, key)                                         \
    Locator Scope::function(const TextMatch& text, TextOptions options) const {   \
        return with(fmt::format(R"({{"{}":{}}})", key, text.json(options.exact)), \
                    fmt::format("." #function "({})", text.shown()));             \
    }
REPRISE_TEXT_QUERY(get_by_text, "text")
REPRISE_TEXT_QUERY(get_by_label, "label")
REPRISE_TEXT_QUERY(get_by_placeholder, "placeholder")
REPRISE_TEXT_QUERY(get_by_alt_text, "alt")
REPRISE_TEXT_QUERY(get_by_title, "title")
#undef REPRISE_TEXT_QUERY

Locator Scope::get_by_test_id(const TextMatch& id) const {
    return with(
        fmt::format(R"({{"test_id":{},"attribute":{}}})", id.json(true), json_text(page_->options.test_id_attribute)),
        fmt::format(".get_by_test_id({})", id.shown()));
}

Locator Scope::get_by_bundle(const Bundle& bundle, std::string_view label, const BundleOptions& options) const {
    const auto shown =
        fmt::format(".get_by_bundle({})", label.empty() ? describe(bundle) : fmt::format("\"{}\"", label));
    Locator inner{page_, frame_, text_ + shown};
    inner.links_ = links_;
    const auto patience = options.quiet ? fmt::format(R"(,"quiet_ms":{})", options.quiet->count()) : std::string();
    for (const auto& frame : bundle.iframe_chain) {
        inner.links_.push_back({fmt::format(R"({{"frame_owner":{}{}}})", to_json(frame), patience)});
        inner.links_.push_back({});
    }
    inner.place_ = bundle.iframe_chain.empty() ? place_ : fmt::format("the frame of {}", inner.text_);
    inner.links_.push_back({fmt::format(R"({{"bundle":{}{}}})", to_json(bundle, label), patience)});
    return inner;
}

FrameLocator Scope::frame_locator(std::string_view selector) const {
    FrameLocator frame{page_, frame_, fmt::format("{}.frame_locator(\"{}\")", text_, selector)};
    frame.links_ = links_;
    for (auto& part : selector_parts(selector, text_ + ".frame_locator")) frame.links_.push_back({std::move(part)});
    frame.links_.push_back({});
    frame.owner_place_ = place_;
    return frame;
}

FrameLocator Locator::content_frame() const {
    FrameLocator frame{page_, frame_, text_ + ".content_frame()"};
    frame.links_ = links_;
    frame.links_.push_back({});
    frame.owner_place_ = place_;
    return frame;
}

Locator FrameLocator::owner() const {
    if (links_.empty()) {
        throw UsageError(fmt::format("{}.owner(): the frame was not found by a locator of its element", text_));
    }
    Locator element{page_, frame_, text_ + ".owner()"};
    element.links_ = links_;
    element.links_.pop_back();
    element.place_ = owner_place_;
    return element;
}

Locator Locator::nth(int index) const {
    return with(fmt::format(R"({{"nth":{}}})", index), fmt::format(".nth({})", index));
}

Locator Locator::filter_has_text(const TextMatch& text) const {
    return with(fmt::format(R"({{"has_text":{}}})", text.json(false)),
                fmt::format(".filter_has_text({})", text.shown()));
}

Locator Locator::filter_has_not_text(const TextMatch& text) const {
    return with(fmt::format(R"({{"has_not_text":{}}})", text.json(false)),
                fmt::format(".filter_has_not_text({})", text.shown()));
}

namespace {

// The parts of a way that enters no frame.
template <class Links>
std::string chain_of(const Links& links, std::size_t from, const char* caller) {
    std::string chain;
    for (auto i = from; i < links.size(); ++i) {
        if (links[i].part.empty()) {
            throw reprise::UsageError(fmt::format("{}: the inner locator must not enter a frame", caller));
        }
        chain += (chain.empty() ? "" : ",") + links[i].part;
    }
    return chain;
}

}  // namespace

std::size_t Locator::frame_links() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < links_.size(); ++i) {
        if (links_[i].part.empty()) count = i + 1;
    }
    return count;
}

bool Locator::looks_within_frame_of(const Locator& other) const {
    const auto count = other.frame_links();
    const auto same = [](const Link& a, const Link& b) { return a.part == b.part; };
    return frame_ == other.frame_ && links_.size() >= count &&
           std::equal(links_.begin(), links_.begin() + static_cast<std::ptrdiff_t>(count), other.links_.begin(), same);
}

Locator Locator::filtered_by(const char* part, const char* call, const Locator& inner) const {
    if (page_->target.id() != inner.page_->target.id()) {
        throw reprise::UsageError(fmt::format("{}: both locators must be of the same page", call));
    }
    const auto from = inner.looks_within_frame_of(*this) ? frame_links() : 0;
    return with(fmt::format(R"({{"{}":[{}]}})", part, chain_of(inner.links_, from, call)),
                fmt::format(".{}({})", call, inner.text_));
}

Locator Locator::filter_has(const Locator& inner) const {
    return filtered_by("has", "filter_has", inner);
}

Locator Locator::filter_has_not(const Locator& inner) const {
    return filtered_by("has_not", "filter_has_not", inner);
}

Locator Locator::together_with(std::string_view part, std::string_view call, const Locator& other) const {
    if (page_ != other.page_ || !other.looks_within_frame_of(*this)) {
        throw reprise::UsageError(fmt::format("{}: both locators must look in the same frame", call));
    }
    return with(fmt::format(R"({{"{}":[{}]}})", part, chain_of(other.links_, frame_links(), call.data())),
                fmt::format(".{}({})", call, other.text_));
}

Locator Locator::and_(const Locator& other) const {
    return together_with("and", "and_", other);
}

Locator Locator::or_(const Locator& other) const {
    return together_with("or", "or_", other);
}

Locator Locator::describe(std::string_view text) const {
    auto named = *this;
    named.text_ = text;
    return named;
}

Locator Locator::filter_visible(bool visible) const {
    return with(fmt::format(R"({{"visible":{}}})", visible), visible ? ".filter_visible()" : ".filter_visible(false)");
}

}  // namespace reprise::locators
