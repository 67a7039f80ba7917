// What the soak tests share: how long they are, and chance that can be had again.
//
// REPRISE_SOAK_SEED=<64-bit number> replays a run as far as its chances go; REPRISE_SOAK_<NAME>=<count> makes one
// longer.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace reprise::soak {

// How often: the short form unless the environment says more.
inline int length(const char* name, int usual) {
    const char* wanted = std::getenv(name);
    return wanted != nullptr ? std::atoi(wanted) : usual;
}

// One seed per test, printed, so that a failure can be had again.
class Chance {
public:
    explicit Chance(const char* test) {
        const char* given = std::getenv("REPRISE_SOAK_SEED");
        seed_ = given != nullptr ? std::strtoull(given, nullptr, 0) : fresh();
        random_.seed(seed_);
        std::cout << test << ": REPRISE_SOAK_SEED=" << seed_ << std::endl;
    }
    std::uint64_t seed() const { return seed_; }
    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }
    template <class List>
    const auto& one_of(const List& list) {
        return *(std::begin(list) + below(static_cast<int>(std::size(list))));
    }

private:
    static std::uint64_t fresh() {
        std::random_device device;
        return (std::uint64_t{device()} << 32) | device();
    }
    std::uint64_t seed_{};
    std::mt19937_64 random_;
};

}  // namespace reprise::soak
