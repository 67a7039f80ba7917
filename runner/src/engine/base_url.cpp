#include "engine/base_url.hpp"

namespace reprise::runner {

std::string origin_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos || scheme == 0) return {};
    return std::string(url.substr(0, url.find_first_of("/?#", scheme + 3)));
}

BaseUrl::BaseUrl(std::string_view recorded, const std::optional<std::string>& base)
    : recorded_origin_{origin_of(recorded)}, origin_{base ? origin_of(*base) : recorded_origin_} {
    if (base && origin_.empty()) origin_ = *base;
}

std::string BaseUrl::apply(std::string_view url) const {
    const auto origin = origin_of(url);
    if (!origin.empty())
        return origin == recorded_origin_ ? origin_ + std::string(url.substr(origin.size())) : std::string(url);
    // about:blank, data:… stand for themselves; a path belongs to the origin.
    const auto colon = url.find(':');
    if (colon != std::string_view::npos && colon < url.find('/')) return std::string(url);
    return origin_ + (url.starts_with('/') ? "" : "/") + std::string(url);
}

}  // namespace reprise::runner
