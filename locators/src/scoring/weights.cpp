// Made by bench/healing/healing_tune from hand-paired elements: do not edit. docs/healing.md tells how.
#include <utility>

#include "scoring/model.hpp"

namespace reprise::locators::scoring {
namespace {

constexpr std::pair<Feature, float> k_pair[] = {
    {Feature::kind_differs, -0.3946f},
    {Feature::kind_impossible, -12.0000f},
    {Feature::tag_same_rare, 1.4140f},
    {Feature::type_differs, -0.0956f},
    {Feature::role_same_rare, 1.0254f},
    {Feature::role_differs, -0.3180f},
    {Feature::id_same, 0.0151f},
    {Feature::id_differs, -0.1138f},
    {Feature::name_same, 0.4482f},
    {Feature::name_words, 0.4604f},
    {Feature::name_differs, -0.1043f},
    {Feature::test_id_same, 4.0000f},
    {Feature::test_id_differs, -2.0000f},
    {Feature::data_values, 0.4582f},
    {Feature::data_names, 0.2625f},
    {Feature::classes, 0.1984f},
    {Feature::href_same, 0.6970f},
    {Feature::href_words, 0.3372f},
    {Feature::label_same_rare, 1.1510f},
    {Feature::label_words, 0.2385f},
    {Feature::label_likeness, 0.5164f},
    {Feature::label_contained, 0.6709f},
    {Feature::label_differs, -1.4984f},
    {Feature::label_appears, -0.9528f},
    {Feature::any_name_same, 0.3946f},
    {Feature::text_same, 0.2489f},
    {Feature::text_contained, 0.2304f},
    {Feature::all_words, 0.7426f},
    {Feature::all_contained, 1.0897f},
    {Feature::heading_differs, -0.3751f},
    {Feature::icon_words, 0.4320f},
    {Feature::icon_differs, -0.5300f},
    {Feature::near_words, 1.0985f},
    {Feature::near_contained, 0.1691f},
    {Feature::both_unnamed_near, 0.1655f},
    {Feature::path_tail, 1.5479f},
    {Feature::id_path_same, 0.2854f},
    {Feature::place_same, 0.2876f},
    {Feature::landmark_same, 0.3562f},
    {Feature::landmark_differs, -0.1310f},
    {Feature::position, 1.4456f},
    {Feature::position_x, 0.0497f},
    {Feature::size, 0.3375f},
    {Feature::order_far, -0.5751f},
    {Feature::outside_anchors, -1.3661f},
    {Feature::offset_same, 1.0148f},
    {Feature::gap_same, 0.2088f},
    {Feature::gap_missing, -1.1083f},
    {Feature::group_same, 1.5987f},
    {Feature::group_shrunk, -0.8803f},
};
constexpr std::pair<Sign, float> k_decision[] = {
    {Sign::always, -2.8759f},
    {Sign::score, 0.0160f},
    {Sign::share, 1.0784f},
    {Sign::lead, 1.0534f},
    {Sign::snapshot, -0.3134f},
    {Sign::own_lead, 1.3369f},
    {Sign::own_share, 0.2584f},
    {Sign::rival_settled, 0.4147f},
    {Sign::label_same, -0.8544f},
    {Sign::label_likeness, 0.3794f},
    {Sign::label_differs, -0.9815f},
    {Sign::label_appears, 0.2819f},
    {Sign::any_name_same, 0.5130f},
    {Sign::unnamed, -0.1068f},
    {Sign::identity_same, 0.7614f},
    {Sign::kind_differs, -0.3508f},
    {Sign::sparse, 0.4325f},
    {Sign::twins, 0.3244f},
    {Sign::between, 0.2339f},
    {Sign::outside, 1.2120f},
    {Sign::offset_same, 0.3684f},
    {Sign::gap_same, 0.6069f},
    {Sign::gap_missing, -0.5269f},
    {Sign::near, 0.9010f},
    {Sign::label_contained, 0.4794f},
    {Sign::label_in_near, -0.7060f},
    {Sign::all_words, 1.0663f},
    {Sign::classes, 0.0028f},
    {Sign::href_same, 0.5174f},
    {Sign::position, 0.7409f},
    {Sign::path, 0.1320f},
    {Sign::familiar, -1.3988f},
    {Sign::label_same_rare, 0.3650f},
    {Sign::group_same, -0.1156f},
    {Sign::group_shrunk, -0.4219f},
    {Sign::text_varies, 0.0513f},
    {Sign::role_same_rare, 0.5223f},
    {Sign::same_spot, 0.1376f},
    {Sign::group_shrunk_twin, -0.5541f},
};
constexpr float k_none = 4.9424f;

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
