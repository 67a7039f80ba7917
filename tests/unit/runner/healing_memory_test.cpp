#include "healing/memory.hpp"

#include <gtest/gtest.h>

#include "recording/bundle_writer.hpp"

namespace reprise::runner {
namespace {

TEST(HealingMemory, KnowsAnElementByItsRecordingStepAndBundle) {
    HealingMemory memory{nullptr};
    const locators::Bundle save{.id = "save", .visible_text = "Save"};
    auto without_text = save;
    without_text.visible_text.reset();
    // Twice each: hashed at first, remembered then.
    for (int row = 0; row < 2; ++row) {
        const auto key = memory.key_of("orders", 3, save);
        EXPECT_EQ(key.recording, "orders");
        EXPECT_EQ(key.step, 3);
        EXPECT_EQ(key.bundle, hash_of(save));
        EXPECT_EQ(memory.key_of("orders", 3, without_text).bundle, hash_of(without_text));
        EXPECT_EQ(memory.key_of("orders", 4, without_text).bundle, hash_of(without_text));
        EXPECT_EQ(memory.key_of("returns", 3, without_text).recording, "returns");
    }
    EXPECT_NE(memory.key_of("orders", 3, save).bundle, memory.key_of("orders", 3, without_text).bundle);
}

TEST(HealingMemory, TellsBundlesApartByTheirFramesAndPlaces) {
    HealingMemory memory{nullptr};
    const locators::Bundle plain{.tag = "button"};
    auto framed = plain;
    framed.iframe_chain.push_back({.name = "left"});
    auto moved = plain;
    moved.bounding = locators::BoundingBox{1, 2, 3, 4};
    const auto key = [&](const locators::Bundle& bundle) { return memory.key_of("orders", 1, bundle).bundle; };
    EXPECT_EQ(key(plain), hash_of(plain));
    EXPECT_EQ(key(framed), hash_of(framed));
    EXPECT_EQ(key(moved), hash_of(moved));
}

}  // namespace
}  // namespace reprise::runner
