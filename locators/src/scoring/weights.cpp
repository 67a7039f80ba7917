// Made by bench/healing/healing_tune from hand-paired elements: do not edit. docs/healing.md tells how.
#include <utility>

#include "scoring/model.hpp"

namespace reprise::locators::scoring {
namespace {

constexpr std::pair<Feature, float> k_pair[] = {
    {Feature::kind_differs, -0.4211f},
    {Feature::kind_impossible, -12.0000f},
    {Feature::tag_same_rare, 1.3942f},
    {Feature::type_differs, -0.0795f},
    {Feature::role_same_rare, 1.0089f},
    {Feature::role_differs, -0.3355f},
    {Feature::id_differs, -0.1096f},
    {Feature::name_same, 0.4796f},
    {Feature::name_words, 0.4866f},
    {Feature::name_differs, -0.1021f},
    {Feature::test_id_same, 4.0000f},
    {Feature::test_id_differs, -2.0000f},
    {Feature::data_values, 0.4785f},
    {Feature::data_names, 0.2038f},
    {Feature::classes, 0.0385f},
    {Feature::href_same, 0.6930f},
    {Feature::href_words, 0.3365f},
    {Feature::href_differs, -0.0003f},
    {Feature::label_same_rare, 1.1714f},
    {Feature::label_words, 0.2319f},
    {Feature::label_likeness, 0.5486f},
    {Feature::label_contained, 0.7170f},
    {Feature::label_differs, -1.4862f},
    {Feature::label_appears, -0.9314f},
    {Feature::any_name_same, 0.3947f},
    {Feature::text_same, 0.2079f},
    {Feature::text_contained, 0.2454f},
    {Feature::all_words, 0.5591f},
    {Feature::all_contained, 1.1508f},
    {Feature::heading_differs, -0.4253f},
    {Feature::icon_words, 0.2788f},
    {Feature::icon_differs, -0.5351f},
    {Feature::near_words, 1.1239f},
    {Feature::near_contained, 0.1618f},
    {Feature::both_unnamed_near, 0.1396f},
    {Feature::path_tail, 1.4915f},
    {Feature::id_path_same, 0.2366f},
    {Feature::place_same, 0.2802f},
    {Feature::landmark_same, 0.4006f},
    {Feature::landmark_differs, -0.0889f},
    {Feature::position, 1.3958f},
    {Feature::position_x, 0.0796f},
    {Feature::size, 0.2568f},
    {Feature::look, 0.4077f},
    {Feature::look_same, 0.2434f},
    {Feature::look_outline, 0.4447f},
    {Feature::look_best, 0.8634f},
    {Feature::look_differs, -0.4842f},
    {Feature::order_far, -0.5691f},
    {Feature::outside_anchors, -1.3303f},
    {Feature::offset_same, 1.0311f},
    {Feature::gap_same, 0.2325f},
    {Feature::gap_missing, -1.0202f},
    {Feature::group_same, 1.5737f},
    {Feature::group_shrunk, -0.9331f},
};
constexpr std::pair<Sign, float> k_decision[] = {
    {Sign::always, -2.7681f},
    {Sign::score, 0.0354f},
    {Sign::share, 0.8410f},
    {Sign::lead, 1.1020f},
    {Sign::snapshot, -0.3618f},
    {Sign::own_lead, 1.4025f},
    {Sign::own_share, -0.0356f},
    {Sign::rival_settled, 0.4211f},
    {Sign::label_same, -0.9570f},
    {Sign::label_likeness, 0.4476f},
    {Sign::label_differs, -0.9425f},
    {Sign::label_appears, 0.2693f},
    {Sign::any_name_same, 0.4466f},
    {Sign::unnamed, -0.0358f},
    {Sign::identity_same, 0.8291f},
    {Sign::kind_differs, -0.3502f},
    {Sign::sparse, 0.4487f},
    {Sign::twins, 0.4413f},
    {Sign::between, 0.3584f},
    {Sign::outside, 1.2314f},
    {Sign::offset_same, 0.4166f},
    {Sign::gap_same, 0.5725f},
    {Sign::gap_missing, -0.6307f},
    {Sign::near, 0.8875f},
    {Sign::label_contained, 0.5138f},
    {Sign::label_in_near, -0.6613f},
    {Sign::all_words, 1.2763f},
    {Sign::classes, -0.1671f},
    {Sign::href_same, 0.5673f},
    {Sign::position, 0.7189f},
    {Sign::path, -0.0202f},
    {Sign::familiar, -1.3101f},
    {Sign::label_same_rare, 0.4130f},
    {Sign::group_same, 0.0100f},
    {Sign::group_shrunk, -0.3404f},
    {Sign::text_varies, 0.0528f},
    {Sign::role_same_rare, 0.5115f},
    {Sign::same_spot, 0.1392f},
    {Sign::looks_known, -0.2722f},
    {Sign::look, 0.0724f},
    {Sign::look_same, 0.0027f},
    {Sign::look_outline, 0.0189f},
    {Sign::look_best, 0.0651f},
    {Sign::look_differs, 0.1122f},
    {Sign::group_shrunk_twin, -0.5817f},
};
constexpr float k_none = 4.9363f;

Model make() {
    Model model;
    for (const auto& [feature, weight] : k_pair) model.pair[static_cast<std::size_t>(feature)] = weight;
    for (const auto& [sign, weight] : k_decision) model.decision[static_cast<std::size_t>(sign)] = weight;
    model.none = k_none;
    return model;
}

}  // namespace

const Model& shipped_model() {
    static const Model model = make();
    return model;
}

}  // namespace reprise::locators::scoring
