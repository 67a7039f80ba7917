// Recordings are made on one host and run on another: addresses of the recorded origin move to the base URL. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reprise::runner {

// "https://shop.example" of "https://shop.example/a?b"; empty when `url` is not absolute.
std::string origin_of(std::string_view url);

class BaseUrl {
public:
    // `recorded`: the recording's starting address; `base`: what takes the place of its origin (nullopt: nothing).
    BaseUrl(std::string_view recorded, const std::optional<std::string>& base);
    // Absolute address for `url`, which may be relative to the recorded origin.
    std::string apply(std::string_view url) const;

private:
    std::string recorded_origin_;
    std::string origin_;  // of the base, or the recorded one
};

}  // namespace reprise::runner
