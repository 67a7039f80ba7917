#include "scoring/features.hpp"

#include <algorithm>
#include <cmath>

namespace reprise::locators::scoring {
namespace {

class Writer {
public:
    explicit Writer(Features& features) : features_{features} {}
    void set(Feature feature, float value) { features_[static_cast<std::size_t>(feature)] = value; }
    void set(Feature feature, bool value) { set(feature, value ? 1.0f : 0.0f); }

private:
    Features& features_;
};

bool both(Token a, Token b) {
    return a != 0 && b != 0;
}

constexpr float k_alike = 0.25f;  // below, two texts are different ones

bool impossible(Kind a, Kind b) {
    if (a == b || a == Kind::other || b == Kind::other) return false;
    const auto pair = [&](Kind x, Kind y) { return (a == x && b == y) || (a == y && b == x); };
    return !(pair(Kind::choose, Kind::press) || pair(Kind::choose, Kind::text) || pair(Kind::check, Kind::radio) ||
             pair(Kind::range, Kind::text) || pair(Kind::check, Kind::press));
}

void compare_kinds(const Prepared& a, const Prepared& b, Writer& out) {
    out.set(Feature::kind_same, a.kind == b.kind);
    out.set(Feature::kind_differs, a.kind != b.kind && a.kind != Kind::other && b.kind != Kind::other);
    out.set(Feature::kind_impossible, impossible(a.kind, b.kind));
    out.set(Feature::tag_same, a.tag == b.tag);
    out.set(Feature::type_differs, a.tag == b.tag && both(a.type, b.type) && a.type != b.type);
    out.set(Feature::role_same, both(a.role, b.role) && a.role == b.role);
    out.set(Feature::role_differs, both(a.role, b.role) && a.role != b.role);
    out.set(Feature::shadow_same, a.shadow == b.shadow);
}

void compare_attributes(const Prepared& a, const Prepared& b, Writer& out) {
    const float id_words = overlap(a.id_words, b.id_words);
    out.set(Feature::id_same, both(a.id, b.id) && a.id == b.id);
    out.set(Feature::id_words, id_words);
    out.set(Feature::id_differs, both(a.id, b.id) && id_words < k_alike);
    const float name_words = overlap(a.name_words, b.name_words);
    out.set(Feature::name_same, both(a.name, b.name) && a.name == b.name);
    out.set(Feature::name_words, name_words);
    out.set(Feature::name_differs, both(a.name, b.name) && name_words < k_alike);
    out.set(Feature::test_id_same, both(a.test_id, b.test_id) && a.test_id == b.test_id);
    out.set(Feature::test_id_differs, both(a.test_id, b.test_id) && a.test_id != b.test_id);
    out.set(Feature::data_values, overlap(a.data, b.data));
    out.set(Feature::data_names, overlap(a.data_names, b.data_names));
    out.set(Feature::classes, overlap(a.classes, b.classes));
    const float href_words = overlap(a.href_words, b.href_words);
    out.set(Feature::href_same, both(a.href, b.href) && a.href == b.href);
    out.set(Feature::href_words, href_words);
    out.set(Feature::href_differs, both(a.href, b.href) && href_words < k_alike);
    out.set(Feature::icon_words, overlap(a.icon, b.icon));
    out.set(Feature::icon_differs, !a.icon.empty() && !b.icon.empty() && overlap(a.icon, b.icon) == 0);
}

bool share_a_name(const std::vector<Token>& a, const std::vector<Token>& b) {
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
        if (*x == *y) return true;
        *x < *y ? ++x : ++y;
    }
    return false;
}

// How much of `words` is in `text`; long labels only.
float within(const Words& words, const Words& text) {
    if (words.empty() || text.empty() || words.weight > text.weight) return 0;
    return containment(words, text);
}

void compare_texts(const Prepared& a, const Prepared& b, const PagePair& pages, Writer& out) {
    const bool labelled = !a.label.empty() && !b.label.empty();
    const bool same = labelled && a.label.whole == b.label.whole;
    const float words = overlap(a.label.words, b.label.words);
    const float like = same ? 1.0f : likeness(a.label.trigrams, b.label.trigrams);
    out.set(Feature::label_same, same);
    out.set(Feature::label_same_rare, same && pages.rare(a.label.whole));
    out.set(Feature::label_words, words);
    out.set(Feature::label_likeness, like);
    out.set(Feature::label_contained, containment(a.label.words, b.label.words));
    out.set(Feature::label_in_near,
            same ? 0.0f : std::max(within(a.label.words, b.near), within(b.label.words, a.near)));
    out.set(Feature::all_words, overlap(a.all, b.all));
    out.set(Feature::all_contained, containment(a.all, b.all));
    const bool shares = share_a_name(a.names, b.names);
    out.set(Feature::label_differs, !a.text_varies && labelled && !shares && words < k_alike && like < 0.4f);
    out.set(Feature::label_appears, !a.text_varies && a.label.empty() != b.label.empty());
    out.set(Feature::any_name_same, shares);
    out.set(Feature::role_same_rare, both(a.role, b.role) && a.role == b.role && pages.only_role(a.role));
    out.set(Feature::tag_same_rare, a.tag == b.tag && pages.only_tag(a.tag));
    out.set(Feature::text_same, !a.text.empty() && a.text.whole == b.text.whole);
    out.set(Feature::text_contained, containment(a.text.words, b.text.words));
    const float heading = likeness(a.heading.trigrams, b.heading.trigrams);
    out.set(Feature::heading_same, !a.heading.empty() && a.heading.whole == b.heading.whole);
    out.set(Feature::heading_likeness, heading);
    out.set(Feature::heading_differs, !a.heading.empty() && !b.heading.empty() && heading < k_alike);
    const float near = overlap(a.near, b.near);
    out.set(Feature::near_words, near);
    out.set(Feature::near_contained, containment(a.near, b.near));
    out.set(Feature::both_unnamed_near, (a.text_varies || b.label.empty()) && a.label.empty() ? near : 0.0f);
}

bool overlapping(const BoundingBox& a, const BoundingBox& b) {
    return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height &&
           b.top < a.top + a.height;
}

float equal_tail(const std::vector<Token>& a, const std::vector<Token>& b) {
    if (a.empty() || b.empty()) return 0;
    std::size_t same = 0;
    while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
    return static_cast<float>(same) / static_cast<float>(std::max(a.size(), b.size()));
}

// Longest common subsequence of the tags over the longer path.
float common_tags(const std::vector<Token>& a, const std::vector<Token>& b) {
    constexpr std::size_t k_most = 24;
    const auto n = std::min(a.size(), k_most);
    const auto m = std::min(b.size(), k_most);
    if (n == 0 || m == 0) return 0;
    std::array<std::uint8_t, k_most + 1> row{};
    for (std::size_t i = 1; i <= n; ++i) {
        std::uint8_t diagonal = 0;
        for (std::size_t j = 1; j <= m; ++j) {
            const auto above = row[j];
            row[j] = a[i - 1] == b[j - 1] ? static_cast<std::uint8_t>(diagonal + 1) : std::max(above, row[j - 1]);
            diagonal = above;
        }
    }
    return static_cast<float>(row[m]) / static_cast<float>(std::max(n, m));
}

void compare_places(const Prepared& a, const Prepared& b, Writer& out) {
    out.set(Feature::path_tail, equal_tail(a.path, b.path));
    out.set(Feature::path_tags, common_tags(a.tags, b.tags));
    out.set(Feature::id_path_same, both(a.id_path, b.id_path) && a.id_path == b.id_path);
    out.set(Feature::place_same, !a.path.empty() && a.place == b.place);
    out.set(Feature::landmark_same, both(a.landmark, b.landmark) && a.landmark == b.landmark);
    out.set(Feature::landmark_differs, a.landmark != b.landmark && !a.path.empty());
    if (a.box.width <= 0 || b.box.width <= 0) return;
    const auto dx = std::abs(static_cast<float>(a.box.left - b.box.left));
    const auto dy = std::abs(static_cast<float>(a.box.top - b.box.top));
    constexpr float k_near = 200;
    out.set(Feature::position, std::exp(-std::hypot(dx, dy) / k_near));
    out.set(Feature::position_x, std::exp(-dx / k_near));
    const auto ratio = [](double x, double y) { return static_cast<float>(std::min(x, y) / std::max({x, y, 1.0})); };
    out.set(Feature::size, ratio(a.box.width, b.box.width) * ratio(a.box.height, b.box.height));
}

}  // namespace

PagePair::PagePair(const PreparedPage& recorded, const PreparedPage& now) : recorded_{&recorded}, now_{&now} {
    struct Bearers {
        int before = 0, after = 0;
    };
    std::unordered_map<Token, Bearers> bearers;
    for (const auto& element : recorded.elements) ++bearers[element.label.whole].before;
    for (const auto& element : now.elements) ++bearers[element.label.whole].after;
    for (const auto& [name, of] : bearers) most_bearers_[name] = std::max(of.before, of.after);
    std::unordered_map<std::uint64_t, Bearers> sorts;
    for (const auto& element : recorded.elements) {
        ++sorts[mixed(element.role, 1)].before;
        ++sorts[mixed(element.tag, 2)].before;
    }
    for (const auto& element : now.elements) {
        ++sorts[mixed(element.role, 1)].after;
        ++sorts[mixed(element.tag, 2)].after;
    }
    for (const auto& [sort, of] : sorts) {
        if (of.before <= 1 && of.after == 1) only_.insert(sort);
    }
    find_anchors();
}

void PagePair::find_anchors() {
    struct Bearers {
        int before = 0, after = 0;
        const Prepared* old = nullptr;
        const Prepared* now = nullptr;
    };
    std::unordered_map<std::uint64_t, Bearers> keys;
    const auto for_each_key = [](const Prepared& element, auto&& take) {
        if (!element.control) return;
        std::uint64_t sort = 0;
        for (const Token token : {element.label.whole, element.id, element.name, element.href, element.test_id}) {
            ++sort;
            if (token != 0) take(mixed(token, sort));
        }
    };
    for (const auto& element : recorded_->elements) {
        for_each_key(element, [&](std::uint64_t key) {
            auto& of = keys[key];
            ++of.before;
            of.old = &element;
        });
    }
    for (const auto& element : now_->elements) {
        for_each_key(element, [&](std::uint64_t key) {
            auto& of = keys[key];
            ++of.after;
            of.now = &element;
        });
    }
    for (const auto& [key, of] : keys) {
        if (of.before != 1 || of.after != 1 || of.old->kind != of.now->kind) continue;
        anchors_.push_back({of.old->rank, of.now->rank, of.old->order, of.now->order});
    }
    // Two keys of one element may point to different ones: then neither is an anchor.
    std::ranges::sort(anchors_, {}, [](const Anchor& a) { return std::pair{a.before_order, a.after_order}; });
    std::vector<Anchor> agreed;
    for (std::size_t i = 0; i < anchors_.size();) {
        auto end = i;
        while (end < anchors_.size() && anchors_[end].before_order == anchors_[i].before_order) ++end;
        if (anchors_[end - 1].after_order == anchors_[i].after_order) agreed.push_back(anchors_[i]);
        i = end;
    }
    anchors_ = std::move(agreed);
}

float PagePair::familiar() const {
    return recorded_->controls == 0 ? 0 : static_cast<float>(anchors_.size()) / static_cast<float>(recorded_->controls);
}

bool PagePair::rare(Token name) const {
    const auto found = most_bearers_.find(name);
    return found == most_bearers_.end() || found->second <= 1;
}

void PagePair::relate(int target, int candidate, Features& features) const {
    Writer out{features};
    const auto& old = recorded_->elements[static_cast<std::size_t>(target)];
    const auto& now = now_->elements[static_cast<std::size_t>(candidate)];
    const auto share = [](int rank, int of) { return static_cast<float>(rank) / static_cast<float>(std::max(of, 1)); };
    if (old.control && now.control) {
        out.set(Feature::group_same, old.group_size == now.group_size && old.group_index == now.group_index);
        out.set(Feature::group_shrunk, now.group_size < old.group_size);
        out.set(Feature::group_grown, now.group_size > old.group_size);
    }
    out.set(Feature::order_far, std::abs(share(old.rank, recorded_->controls) - share(now.rank, now_->controls)));
    const auto next = std::ranges::find_if(anchors_, [&](const Anchor& a) { return a.before_order > target; });
    auto last = next;
    while (last != anchors_.begin() && std::prev(last)->before_order >= target) --last;  // itself is no anchor
    const Anchor* above = last == anchors_.begin() ? nullptr : &*std::prev(last);
    const Anchor* below = next == anchors_.end() ? nullptr : &*next;
    if (above == nullptr && below == nullptr) return;
    const bool ordered = above == nullptr || below == nullptr || above->after_order < below->after_order;
    const bool after_above = above == nullptr || above->after_order < candidate;
    const bool before_below = below == nullptr || candidate < below->after_order;
    const bool between = after_above && before_below;
    const bool same_from_above = above != nullptr && old.rank - above->before == now.rank - above->after;
    const bool same_from_below = below != nullptr && below->before - old.rank == below->after - now.rank;
    out.set(Feature::offset_same, (same_from_above ? 0.5f : 0.0f) + (same_from_below ? 0.5f : 0.0f));
    if (!ordered) return;
    out.set(Feature::between_anchors, between);
    out.set(Feature::outside_anchors, !between);
    const int gap_before =
        (below != nullptr ? below->before : recorded_->controls) - (above != nullptr ? above->before + 1 : 0);
    const int gap_after =
        (below != nullptr ? below->after : now_->controls) - (above != nullptr ? above->after + 1 : 0);
    constexpr int k_narrow = 6;
    out.set(Feature::gap_same, between && gap_before == gap_after && gap_before <= k_narrow &&
                                   old.control == now.control && (same_from_above || same_from_below));
    out.set(Feature::gap_missing, gap_after < gap_before && old.control);
}

BestLooks best_looks(const PreparedPage& page) {
    BestLooks best;
    for (const auto& element : page.elements) {
        if (element.looks && element.looks->alike > best.first) {
            best.first = element.looks->alike;
            best.holder = element.order;
        }
    }
    for (const auto& element : page.elements) {
        if (!element.looks || element.looks->alike <= best.second || element.order == best.holder) continue;
        if (overlapping(element.box, page.elements[static_cast<std::size_t>(best.holder)].box)) continue;
        best.second = element.looks->alike;
    }
    return best;
}

void see(const Prepared& candidate, const BestLooks& best, Features& features) {
    if (!candidate.looks) return;
    Writer out{features};
    const auto alike = static_cast<float>(std::max(candidate.looks->alike, 0.0));
    constexpr float k_same = 0.85f;
    constexpr float k_other = 0.5f;
    constexpr double k_clear = 0.05;
    out.set(Feature::look, alike);
    const auto exact = static_cast<float>(candidate.looks->exact);
    out.set(Feature::look_same, std::max(0.0f, (exact - k_same) / (1 - k_same)));
    out.set(Feature::look_outline, static_cast<float>(std::max(candidate.looks->outline, 0.0)));
    out.set(Feature::look_best, alike > k_other && candidate.looks->alike >= best.first - k_clear / 2 &&
                                    best.first - best.second > k_clear);
    out.set(Feature::look_differs, best.first > k_same && alike < k_other);
}

Features compare(const Prepared& target, int target_order, const Prepared& candidate, const PagePair& pages) {
    Features features{};
    Writer out{features};
    compare_kinds(target, candidate, out);
    compare_attributes(target, candidate, out);
    compare_texts(target, candidate, pages, out);
    compare_places(target, candidate, out);
    if (target_order >= 0) pages.relate(target_order, candidate.order, features);
    return features;
}

std::string_view to_string(Feature feature) {
    static constexpr std::array<std::string_view, k_features> k_names{"kind_same",
                                                                      "kind_differs",
                                                                      "kind_impossible",
                                                                      "tag_same",
                                                                      "tag_same_rare",
                                                                      "type_differs",
                                                                      "role_same",
                                                                      "role_same_rare",
                                                                      "role_differs",
                                                                      "id_same",
                                                                      "id_words",
                                                                      "id_differs",
                                                                      "name_same",
                                                                      "name_words",
                                                                      "name_differs",
                                                                      "test_id_same",
                                                                      "test_id_differs",
                                                                      "data_values",
                                                                      "data_names",
                                                                      "classes",
                                                                      "href_same",
                                                                      "href_words",
                                                                      "href_differs",
                                                                      "label_same",
                                                                      "label_same_rare",
                                                                      "label_words",
                                                                      "label_likeness",
                                                                      "label_contained",
                                                                      "label_in_near",
                                                                      "label_differs",
                                                                      "label_appears",
                                                                      "any_name_same",
                                                                      "text_same",
                                                                      "text_contained",
                                                                      "all_words",
                                                                      "all_contained",
                                                                      "heading_same",
                                                                      "heading_likeness",
                                                                      "heading_differs",
                                                                      "icon_words",
                                                                      "icon_differs",
                                                                      "near_words",
                                                                      "near_contained",
                                                                      "both_unnamed_near",
                                                                      "path_tail",
                                                                      "path_tags",
                                                                      "id_path_same",
                                                                      "place_same",
                                                                      "landmark_same",
                                                                      "landmark_differs",
                                                                      "shadow_same",
                                                                      "position",
                                                                      "position_x",
                                                                      "size",
                                                                      "look",
                                                                      "look_same",
                                                                      "look_outline",
                                                                      "look_best",
                                                                      "look_differs",
                                                                      "order_far",
                                                                      "between_anchors",
                                                                      "outside_anchors",
                                                                      "offset_same",
                                                                      "gap_same",
                                                                      "gap_missing",
                                                                      "group_same",
                                                                      "group_shrunk",
                                                                      "group_grown"};
    static_assert(!k_names.back().empty());
    return k_names[static_cast<std::size_t>(feature)];
}

Evidence evidence_of(Feature feature) {
    if (feature >= Feature::position && feature <= Feature::size) return Evidence::box;
    if (feature >= Feature::look && feature <= Feature::look_differs) return Evidence::looks;
    if (feature >= Feature::path_tail) return Evidence::structure;
    if (feature >= Feature::label_same && feature <= Feature::heading_differs) return Evidence::text;
    if (feature >= Feature::near_words) return Evidence::structure;
    return Evidence::attributes;
}

}  // namespace reprise::locators::scoring
