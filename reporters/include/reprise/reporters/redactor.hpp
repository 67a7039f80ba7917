// Replaces secret values in text by `***`, in the forms in which they travel: as they are, URL-, base64-, JSON-, XML-
// and HTML-escaped.
//
// Thread-safe: add and redact may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace reprise::reporters {

class Redactor {
public:
    static constexpr std::size_t k_shortest_secret = 4;  // bytes; shorter values would redact ordinary text

    // Values shorter than k_shortest_secret are not taken: returns false, and the caller says so to the user.
    bool add(std::string_view secret);
    // `text` with every secret replaced; where two of them overlap, by one `***`.
    std::string redact(std::string_view text) const;
    bool empty() const;  // no secret was taken

private:
    enum class Form { plain, base64 };
    struct Needle {
        std::string text;
        Form form;
    };
    using Span = std::pair<std::size_t, std::size_t>;  // begin, end

    void add_needle(std::string text, Form form);
    std::vector<Span> find(std::string_view text) const;

    mutable std::shared_mutex mutex_;
    // By the first four bytes: the cost of a search does not grow with the number of secrets (one or more per data
    // row).
    std::unordered_map<std::uint32_t, std::vector<Needle>> buckets_;
};

}  // namespace reprise::reporters
