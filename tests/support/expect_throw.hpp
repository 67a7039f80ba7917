// Checks what an error says, which gtest alone does not.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// `statement` throws `Type`, whose text matches `matcher`.
#define EXPECT_THROW_MSG(statement, Type, matcher)                 \
    try {                                                          \
        statement;                                                 \
        ADD_FAILURE() << "expected " #Type ", nothing was thrown"; \
    } catch (const Type& error) {                                  \
        EXPECT_THAT(std::string(error.what()), matcher);           \
    }
