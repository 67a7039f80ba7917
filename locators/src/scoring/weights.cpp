// Made by bench/healing/healing_tune from hand-paired elements: do not edit. docs/healing.md tells how.
#include "scoring/model.hpp"

namespace reprise::locators::scoring {

const Model& shipped_model() {
    static const Model model{
        .pair =
            {
                0.0000f,   // kind_same
                -1.5033f,  // kind_differs
                0.0000f,   // tag_same
                -0.0989f,  // type_differs
                0.0000f,   // role_same
                -0.4842f,  // role_differs
                0.0000f,   // id_same
                0.0000f,   // id_words
                -0.3597f,  // id_differs
                1.1625f,   // name_same
                1.1032f,   // name_words
                -0.0539f,  // name_differs
                4.0000f,   // test_id_same
                -2.0000f,  // test_id_differs
                1.1957f,   // data_values
                0.0000f,   // data_names
                0.0000f,   // classes
                1.2417f,   // href_same
                0.0000f,   // href_words
                0.0000f,   // href_differs
                0.0000f,   // label_same
                1.4482f,   // label_same_rare
                0.0000f,   // label_words
                0.5354f,   // label_likeness
                0.8049f,   // label_contained
                0.0000f,   // label_in_near
                -2.0554f,  // label_differs
                -1.4452f,  // label_appears
                0.3121f,   // any_name_same
                0.1812f,   // text_same
                0.2034f,   // text_contained
                0.0000f,   // all_words
                1.3632f,   // all_contained
                0.0000f,   // heading_same
                0.0000f,   // heading_likeness
                0.0000f,   // heading_differs
                0.8679f,   // icon_words
                -0.8248f,  // icon_differs
                1.6635f,   // near_words
                0.0000f,   // near_contained
                0.0000f,   // both_unnamed_near
                1.9530f,   // path_tail
                0.0000f,   // path_tags
                0.3032f,   // id_path_same
                0.3756f,   // place_same
                0.5336f,   // landmark_same
                0.0000f,   // landmark_differs
                0.0000f,   // shadow_same
                2.1202f,   // position
                0.0900f,   // position_x
                0.0515f,   // size
                -0.2872f,  // order_far
                0.1344f,   // between_anchors
                -0.8454f,  // outside_anchors
                1.7528f,   // offset_same
                0.0967f,   // gap_same
                -0.7293f,  // gap_missing
            },
        .decision =
            {
                -2.6936f,  // always
                0.3110f,   // score
                0.6699f,   // share
                1.6715f,   // lead
                -0.4160f,  // snapshot
                1.3243f,   // own_lead
                -0.0078f,  // own_share
                0.1683f,   // rival_settled
                -0.5817f,  // label_same
                0.3279f,   // label_likeness
                -0.5075f,  // label_differs
                0.3893f,   // label_appears
                0.4360f,   // any_name_same
                -0.2889f,  // unnamed
                0.3463f,   // identity_same
                -0.3104f,  // kind_differs
                0.2252f,   // sparse
                0.2428f,   // twins
                0.2202f,   // between
                0.7090f,   // outside
                -0.0428f,  // offset_same
                0.3072f,   // gap_same
                0.1392f,   // gap_missing
                0.6220f,   // near
                0.0404f,   // label_contained
                -0.7201f,  // label_in_near
                0.7224f,   // all_words
                0.2022f,   // classes
                0.3172f,   // href_same
                0.4901f,   // position
                0.3251f,   // path
                -0.7663f,  // familiar
                -0.3090f,  // label_same_rare
            },
        .none = 4.9153f,
    };
    return model;
}

}  // namespace reprise::locators::scoring
