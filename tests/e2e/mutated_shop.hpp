// The demo shop as its makers might have changed it since the recordings were made.
#pragma once

#include <filesystem>

namespace reprise::tests {

enum class Mutation {
    regenerated,  // other ids and classes, no test ids
    reworded,     // other labels
    moved,        // another order and other containers
    retagged,     // controls made of other elements
    removed,      // the controls that send something are gone
};

// Writes the changed site to `to`.
void mutate_shop(const std::filesystem::path& from, const std::filesystem::path& to, Mutation mutation);

}  // namespace reprise::tests
