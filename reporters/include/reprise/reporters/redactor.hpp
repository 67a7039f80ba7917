// Replaces secret values in text by `***`, in the forms in which they travel: as they are, URL-, base64-, JSON-, XML-
// and HTML-escaped.
//
// Thread-safe: add and redact may be called from any thread.
#pragma once

#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::reporters {

class Redactor {
public:
    static constexpr std::size_t k_shortest_secret = 4;  // bytes; shorter values would redact ordinary text

    // Values shorter than k_shortest_secret are not taken: returns false, and the caller says so to the user.
    bool add(std::string_view secret);
    std::string redact(std::string_view text) const;
    bool empty() const;

private:
    mutable std::shared_mutex mutex_;
    std::vector<std::string> needles_;  // longest first
};

}  // namespace reprise::reporters
