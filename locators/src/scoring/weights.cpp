// Made by bench/healing/healing_tune from hand-paired elements: do not edit. docs/healing.md tells how.
#include "scoring/model.hpp"

namespace reprise::locators::scoring {

const Model& shipped_model() {
    static const Model model{
        .pair =
            {
                0.0000f,  // kind_same
                -0.3946f,  // kind_differs
                -12.0000f,  // kind_impossible
                0.0000f,  // tag_same
                1.4140f,  // tag_same_rare
                -0.0956f,  // type_differs
                0.0000f,  // role_same
                1.0254f,  // role_same_rare
                -0.3180f,  // role_differs
                0.0151f,  // id_same
                0.0000f,  // id_words
                -0.1138f,  // id_differs
                0.4482f,  // name_same
                0.4604f,  // name_words
                -0.1043f,  // name_differs
                4.0000f,  // test_id_same
                -2.0000f,  // test_id_differs
                0.4582f,  // data_values
                0.2625f,  // data_names
                0.1984f,  // classes
                0.6970f,  // href_same
                0.3372f,  // href_words
                0.0000f,  // href_differs
                0.0000f,  // label_same
                1.1510f,  // label_same_rare
                0.2385f,  // label_words
                0.5164f,  // label_likeness
                0.6709f,  // label_contained
                0.0000f,  // label_in_near
                -1.4984f,  // label_differs
                -0.9528f,  // label_appears
                0.3946f,  // any_name_same
                0.2489f,  // text_same
                0.2304f,  // text_contained
                0.7426f,  // all_words
                1.0897f,  // all_contained
                0.0000f,  // heading_same
                0.0000f,  // heading_likeness
                -0.3751f,  // heading_differs
                0.4320f,  // icon_words
                -0.5300f,  // icon_differs
                1.0985f,  // near_words
                0.1691f,  // near_contained
                0.1655f,  // both_unnamed_near
                1.5479f,  // path_tail
                0.0000f,  // path_tags
                0.2854f,  // id_path_same
                0.2876f,  // place_same
                0.3562f,  // landmark_same
                -0.1310f,  // landmark_differs
                0.0000f,  // shadow_same
                1.4456f,  // position
                0.0497f,  // position_x
                0.3375f,  // size
                -0.5751f,  // order_far
                0.0000f,  // between_anchors
                -1.3661f,  // outside_anchors
                1.0148f,  // offset_same
                0.2088f,  // gap_same
                -1.1083f,  // gap_missing
                1.5987f,  // group_same
                -0.8803f,  // group_shrunk
                0.0000f,  // group_grown
            },
        .decision =
            {
                -2.8992f,  // always
                0.1361f,  // score
                1.0800f,  // share
                1.1278f,  // lead
                -0.4275f,  // snapshot
                1.4193f,  // own_lead
                0.1622f,  // own_share
                0.3216f,  // rival_settled
                -1.0494f,  // label_same
                0.4821f,  // label_likeness
                -0.9145f,  // label_differs
                0.3323f,  // label_appears
                0.4997f,  // any_name_same
                -0.1456f,  // unnamed
                0.8450f,  // identity_same
                -0.3639f,  // kind_differs
                0.5209f,  // sparse
                0.3520f,  // twins
                0.3179f,  // between
                1.6030f,  // outside
                0.3563f,  // offset_same
                0.6310f,  // gap_same
                -0.6188f,  // gap_missing
                0.9147f,  // near
                0.5524f,  // label_contained
                -0.6824f,  // label_in_near
                1.2342f,  // all_words
                -0.0177f,  // classes
                0.5671f,  // href_same
                0.7193f,  // position
                -0.0479f,  // path
                -1.3636f,  // familiar
                0.2898f,  // label_same_rare
                -0.0662f,  // group_same
                -0.3358f,  // group_shrunk
                0.0826f,  // text_varies
                0.1009f,  // role_same_rare
                0.0521f,  // same_spot
                -0.5599f,  // group_shrunk_twin
            },
        .none = 4.9424f,
    };
    return model;
}

}  // namespace reprise::locators::scoring
