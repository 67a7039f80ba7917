// How alike two pictures of controls look.
//
//     const auto likenesses = likeness_of_each(page, boxes_of_candidates, recorded_crop);
//
// Free functions; thread-safe.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <reprise/vision/picture.hpp>

namespace reprise::vision {

// Normalised cross-correlation of grey values after both were brought to one size: -1 (negative) to 1 (the same).
// nullopt: one of them is flat (standard deviation below 1), so there is nothing to compare; or empty.
std::optional<double> likeness(const Picture& a, const Picture& b);

// Four correlations of a recorded control with one on a page, and their proportions. Correlations are of grey values or
// of the steepness of edges, at one size, the best of small shifts; -1 to 1, and 0 where one side is flat.
struct Likeness {
    double padded{};        // with what is around them
    double tight{};         // the controls alone
    double padded_edges{};  // edges are the same in inverted colours: these two survive a change of theme
    double tight_edges{};
    double proportions{1};  // the smaller ratio of width to height by the larger one; 1: the same shape

    double edges() const { return (padded_edges + tight_edges) / 2; }
    // One number to rank candidates by, at most 1. Surroundings count: they tell twins apart. `tight` does not: on
    // redesigned pages ranking without it was better.
    double value() const;
};

// Compares one crop with many places of one page; the answers are in the order of `boxes`. nullopt: the place lies
// outside of the page, or it or the crop is flat even with its surroundings. `element` is the control's place in the
// crop, as for search(); places on the page are seen with as much around them.
std::vector<std::optional<Likeness>> likeness_of_each(const Picture& page, std::span<const Box> boxes,
                                                      const Picture& crop, const std::optional<Box>& element = {});

}  // namespace reprise::vision
