// Checks what an error says, which gtest alone does not.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// `expression` throws `Type`, whose text matches `matcher`. What it gives otherwise may be [[nodiscard]].
#define EXPECT_THROW_MSG(expression, Type, matcher)                \
    try {                                                          \
        static_cast<void>(expression);                             \
        ADD_FAILURE() << "expected " #Type ", nothing was thrown"; \
    } catch (const Type& error) {                                  \
        EXPECT_THAT(std::string(error.what()), matcher);           \
    }
