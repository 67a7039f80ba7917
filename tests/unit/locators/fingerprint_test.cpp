// Fingerprints as recorders and our page script write them.
#include <reprise/locators/fingerprint.hpp>

#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace reprise::locators {
namespace {

namespace json = boost::json;

TEST(Fingerprints, AreReadFromACanonicalBundleAndItsExtraMembers) {
    const auto bundle = json::parse(R"({"xpath": "/html[1]/body[1]/a[2]", "id": "cart", "name": "", "className": "btn",
        "aria": "Cart", "placeholder": "", "dataAttrs": {"data-id": "7"}, "tag": "a", "visibleText": "Cart 2",
        "bounding": {"left": 10, "top": 20, "width": 30, "height": 40}, "shadowHosts": ["x-app #main", "x-bar"]})");
    auto print = fingerprint_from(bundle.as_object());
    add_members(
        print,
        json::parse(R"x({"href": "/cart", "neighborText": "home", "idxpath": "//*[@id='nav']/a[2]"})x").as_object());
    EXPECT_EQ(print.tag, "a");
    EXPECT_EQ(print.aria_label, "Cart");
    EXPECT_EQ(print.text, "Cart 2");
    EXPECT_EQ(print.href, "/cart");
    EXPECT_EQ(print.near, "home");
    EXPECT_EQ(print.id_xpath, "//*[@id='nav']/a[2]");
    EXPECT_EQ(print.shadow, "* x-bar");
    EXPECT_EQ(print.data.at(0).second, "7");
    EXPECT_EQ(print.box.height, 40);
}

TEST(Fingerprints, SurviveWritingAndReading) {
    const Fingerprint print{.tag = "button",
                            .type = "submit",
                            .aria_label = "Größe",
                            .text = "OK",
                            .icon = "trash",
                            .near = "a b",
                            .data = {{"data-x", "1"}},
                            .ordinal = {{2, 5}},
                            .box = {1.5, 2, 3, 4},
                            .text_varies = true};
    const auto read = fingerprint_from(to_json(print));
    EXPECT_EQ(json::serialize(to_json(read)), json::serialize(to_json(print)));
    EXPECT_EQ(read.ordinal, print.ordinal);
    EXPECT_TRUE(read.text_varies);
}

TEST(Fingerprints, PassOverMembersOfAnotherTypeAndCutLongOnesAtACharacter) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "ß";
    auto members = json::object{{"tag", 5}, {"text", text}, {"bounding", "none"}, {"data", json::array{1, 2}}};
    const auto print = fingerprint_from(members);
    EXPECT_EQ(print.tag, "");
    EXPECT_EQ(print.text.size(), 400U);
    EXPECT_EQ(json::parse(json::serialize(to_json(print))).at("text").as_string().size(), 400U);
}

}  // namespace
}  // namespace reprise::locators
