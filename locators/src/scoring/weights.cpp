// Made by bench/healing/healing_tune from hand-paired elements: do not edit. docs/healing.md tells how.
#include <utility>

#include "scoring/model.hpp"

namespace reprise::locators::scoring {
namespace {

constexpr std::pair<Feature, float> k_pair[] = {
    {Feature::kind_differs, -0.4232f},
    {Feature::kind_impossible, -12.0000f},
    {Feature::tag_same_rare, 1.3971f},
    {Feature::type_differs, -0.0747f},
    {Feature::role_same_rare, 1.0083f},
    {Feature::role_differs, -0.3357f},
    {Feature::id_differs, -0.1031f},
    {Feature::name_same, 0.4750f},
    {Feature::name_words, 0.4829f},
    {Feature::name_differs, -0.1042f},
    {Feature::test_id_same, 4.0000f},
    {Feature::test_id_differs, -2.0000f},
    {Feature::data_values, 0.4760f},
    {Feature::data_names, 0.2068f},
    {Feature::classes, 0.0553f},
    {Feature::href_same, 0.6935f},
    {Feature::href_words, 0.3403f},
    {Feature::label_same_rare, 1.1614f},
    {Feature::label_words, 0.2318f},
    {Feature::label_likeness, 0.5479f},
    {Feature::label_contained, 0.7172f},
    {Feature::label_differs, -1.4934f},
    {Feature::label_appears, -0.9378f},
    {Feature::any_name_same, 0.3983f},
    {Feature::text_same, 0.2142f},
    {Feature::text_contained, 0.2354f},
    {Feature::all_words, 0.5558f},
    {Feature::all_contained, 1.1592f},
    {Feature::heading_differs, -0.4220f},
    {Feature::icon_words, 0.2825f},
    {Feature::icon_differs, -0.5229f},
    {Feature::near_words, 1.1269f},
    {Feature::near_contained, 0.1726f},
    {Feature::both_unnamed_near, 0.0916f},
    {Feature::path_tail, 1.4818f},
    {Feature::id_path_same, 0.2300f},
    {Feature::place_same, 0.2785f},
    {Feature::landmark_same, 0.4019f},
    {Feature::landmark_differs, -0.0858f},
    {Feature::position, 1.4050f},
    {Feature::position_x, 0.0727f},
    {Feature::size, 0.2735f},
    {Feature::look, 0.3508f},
    {Feature::look_same, 0.2903f},
    {Feature::look_outline, 0.3862f},
    {Feature::look_best, 0.8863f},
    {Feature::look_differs, -0.4623f},
    {Feature::order_far, -0.5564f},
    {Feature::outside_anchors, -1.3211f},
    {Feature::offset_same, 1.0432f},
    {Feature::gap_same, 0.2336f},
    {Feature::gap_missing, -1.0257f},
    {Feature::group_same, 1.5829f},
    {Feature::group_shrunk, -0.9275f},
};
constexpr std::pair<Sign, float> k_decision[] = {
    {Sign::always, -2.8642f},
    {Sign::score, 0.0585f},
    {Sign::share, 0.8705f},
    {Sign::lead, 1.0946f},
    {Sign::snapshot, -0.3566f},
    {Sign::own_lead, 1.4014f},
    {Sign::own_share, -0.0067f},
    {Sign::rival_settled, 0.3790f},
    {Sign::label_same, -0.9448f},
    {Sign::label_likeness, 0.4272f},
    {Sign::label_differs, -0.9493f},
    {Sign::label_appears, 0.3011f},
    {Sign::any_name_same, 0.4753f},
    {Sign::unnamed, -0.1086f},
    {Sign::identity_same, 0.8309f},
    {Sign::kind_differs, -0.3883f},
    {Sign::sparse, 0.5025f},
    {Sign::twins, 0.4131f},
    {Sign::between, 0.4107f},
    {Sign::outside, 1.3941f},
    {Sign::offset_same, 0.3284f},
    {Sign::gap_same, 0.6177f},
    {Sign::gap_missing, -0.6278f},
    {Sign::near, 0.9381f},
    {Sign::label_contained, 0.4942f},
    {Sign::label_in_near, -0.5941f},
    {Sign::all_words, 1.2442f},
    {Sign::classes, -0.1047f},
    {Sign::href_same, 0.5340f},
    {Sign::position, 0.7878f},
    {Sign::path, -0.0440f},
    {Sign::familiar, -1.3491f},
    {Sign::label_same_rare, 0.3908f},
    {Sign::group_same, -0.0055f},
    {Sign::group_shrunk, -0.3140f},
    {Sign::text_varies, 0.0769f},
    {Sign::role_same_rare, 0.5562f},
    {Sign::same_spot, 0.0930f},
    {Sign::looks_known, -0.3310f},
    {Sign::look, 0.0262f},
    {Sign::look_same, 0.0957f},
    {Sign::look_outline, 0.0240f},
    {Sign::look_best, 0.1713f},
    {Sign::look_differs, 0.0544f},
    {Sign::group_shrunk_twin, -0.5843f},
};
constexpr float k_none = 4.9441f;

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
