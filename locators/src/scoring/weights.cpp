// Made by bench/healing/healing_tune from hand-paired elements: do not edit. docs/healing.md tells how.
#include "scoring/model.hpp"

namespace reprise::locators::scoring {

const Model& shipped_model() {
    static const Model model{
        .pair =
            {
                0.0000f,   // kind_same
                -1.1570f,  // kind_differs
                0.0000f,   // tag_same
                -0.1678f,  // type_differs
                0.0000f,   // role_same
                0.1043f,   // role_same_rare
                -0.3343f,  // role_differs
                0.0000f,   // id_same
                0.0000f,   // id_words
                -0.2031f,  // id_differs
                0.6318f,   // name_same
                0.6444f,   // name_words
                -0.1047f,  // name_differs
                4.0000f,   // test_id_same
                -2.0000f,  // test_id_differs
                0.5890f,   // data_values
                0.1038f,   // data_names
                0.0000f,   // classes
                0.9140f,   // href_same
                0.3884f,   // href_words
                0.0000f,   // href_differs
                0.0000f,   // label_same
                1.1544f,   // label_same_rare
                0.1977f,   // label_words
                0.6266f,   // label_likeness
                0.8149f,   // label_contained
                0.0000f,   // label_in_near
                -1.6102f,  // label_differs
                -0.9914f,  // label_appears
                0.4190f,   // any_name_same
                0.1298f,   // text_same
                0.1623f,   // text_contained
                0.4115f,   // all_words
                1.3270f,   // all_contained
                0.0000f,   // heading_same
                0.0000f,   // heading_likeness
                -0.1613f,  // heading_differs
                0.7554f,   // icon_words
                -0.5724f,  // icon_differs
                1.1754f,   // near_words
                0.2596f,   // near_contained
                0.0000f,   // both_unnamed_near
                1.2778f,   // path_tail
                0.0000f,   // path_tags
                0.2677f,   // id_path_same
                0.3591f,   // place_same
                0.3837f,   // landmark_same
                -0.1466f,  // landmark_differs
                0.0000f,   // shadow_same
                1.6034f,   // position
                0.1231f,   // position_x
                0.4677f,   // size
                -0.4716f,  // order_far
                0.0331f,   // between_anchors
                -1.2070f,  // outside_anchors
                1.2403f,   // offset_same
                0.2822f,   // gap_same
                -0.5983f,  // gap_missing
                1.4002f,   // group_same
                -0.8223f,  // group_shrunk
                0.0000f,   // group_grown
            },
        .decision =
            {
                -3.1483f,  // always
                0.0675f,   // score
                0.7392f,   // share
                1.8171f,   // lead
                -0.4055f,  // snapshot
                1.5743f,   // own_lead
                -0.1703f,  // own_share
                0.3833f,   // rival_settled
                -1.1782f,  // label_same
                0.6157f,   // label_likeness
                -0.8106f,  // label_differs
                0.4122f,   // label_appears
                0.5286f,   // any_name_same
                -0.0003f,  // unnamed
                0.6885f,   // identity_same
                -0.5617f,  // kind_differs
                0.6157f,   // sparse
                0.3936f,   // twins
                0.2747f,   // between
                1.4802f,   // outside
                0.0737f,   // offset_same
                0.3044f,   // gap_same
                -0.3651f,  // gap_missing
                0.9612f,   // near
                0.3775f,   // label_contained
                -0.5572f,  // label_in_near
                1.4637f,   // all_words
                0.1028f,   // classes
                0.6422f,   // href_same
                0.6638f,   // position
                -0.3953f,  // path
                -1.2338f,  // familiar
                -0.2664f,  // label_same_rare
                -0.4502f,  // group_same
                -0.1613f,  // group_shrunk
                0.2184f,   // text_varies
                -0.0018f,  // role_same_rare
                -0.0787f,  // same_spot
                -0.4652f,  // group_shrunk_twin
            },
        .none = 5.1056f,
    };
    return model;
}

}  // namespace reprise::locators::scoring
