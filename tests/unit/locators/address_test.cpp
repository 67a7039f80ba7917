#include "address.hpp"

#include <gtest/gtest.h>

namespace reprise::locators {
namespace {

TEST(Address, OriginsEndBeforeThePath) {
    EXPECT_EQ(origin_of("https://shop.example:8443/a?b#c"), "https://shop.example:8443");
    EXPECT_EQ(origin_of("http://a"), "http://a");
    EXPECT_EQ(origin_of("http://a?b"), "http://a");
    EXPECT_EQ(origin_of("about:blank"), "");
}

TEST(Address, WhatNamesAHostStaysAsItIs) {
    for (const auto* url : {"http://other/x", "about:blank", "data:text/html,<a href=/x>", "blob:http://a/1"}) {
        EXPECT_EQ(resolve_address("http://shop/app/", url), url);
    }
    EXPECT_EQ(resolve_address("", "/x"), "/x");
    EXPECT_EQ(resolve_address("https://shop/app/", "//cdn/x"), "https://cdn/x");
}

TEST(Address, TheRestIsFollowedFromTheBase) {
    EXPECT_EQ(resolve_address("http://shop/app/index.html?q#f", "/x"), "http://shop/x");
    EXPECT_EQ(resolve_address("http://shop/app/index.html?q#f", "x"), "http://shop/app/x");
    EXPECT_EQ(resolve_address("http://shop/app/index.html?q#f", "?y"), "http://shop/app/index.html?y");
    EXPECT_EQ(resolve_address("http://shop/app/index.html?q#f", "#z"), "http://shop/app/index.html?q#z");
    EXPECT_EQ(resolve_address("http://shop/app?q=/a/b", "x"), "http://shop/x");
    EXPECT_EQ(resolve_address("http://shop", "x"), "http://shop/x");
    EXPECT_EQ(resolve_address("http://shop", "/x?u=http://other"), "http://shop/x?u=http://other");
    EXPECT_EQ(resolve_address("http://shop/app", ""), "http://shop/app");
}

}  // namespace
}  // namespace reprise::locators
