// Hand-made pairs of elements between two published versions of a page: bench/healing/sets/*.json.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

namespace reprise::bench {

struct Place {
    std::string page;                   // relative to the root of the fetched packages
    boost::json::array prep{};          // steps as `reprise locate` takes them
    std::string selector{};             // css; empty: removed
    std::vector<std::string> frames{};  // css of the frames around it, outermost first
    std::vector<std::string> shadow{};  // css of the shadow hosts
};

struct Pair {
    std::string id;
    std::string set;
    Place before, after;
    std::vector<std::string> tags{};  // twin, icon, reworded, moved, role, dyn; none: plain
    bool removed() const { return after.selector.empty(); }
};

// A member that is a text; empty: it is none.
std::string text(const boost::json::object& members, std::string_view name);

// Every set of `folder`, by name. Throws std::runtime_error naming file and entry.
std::vector<Pair> read_pairs(const std::filesystem::path& folder);

}  // namespace reprise::bench
