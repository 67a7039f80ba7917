// Draws boxes with labels into a picture, for people to look at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <reprise/vision/picture.hpp>

namespace reprise::vision {

enum class Colour : std::uint8_t { green, red, grey };

struct Mark {
    Box box;
    std::string label{};  // ASCII; drawn above the box, or inside where there is no room
    Colour colour{Colour::green};
};

// What lies outside of the picture is cut off.
void annotate(Picture& picture, const std::vector<Mark>& marks);

}  // namespace reprise::vision
