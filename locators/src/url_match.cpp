#include <boost/regex.hpp>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/route.hpp>

#include "address.hpp"

namespace reprise::locators {
namespace {

constexpr std::size_t k_most_patterns = 32;  // of one glob with braces; beyond it the braces become "*"

// Stars, braces and literal text of a glob, one at a time.
struct GlobToken {
    enum class Kind { literal, star, stars, stars_slash, open, close, comma } kind{};
    char character{};
    bool after_slash{};  // stars_slash
};

bool closes_later(std::string_view glob, std::size_t at) {
    for (; at < glob.size(); ++at) {
        if (glob[at] == '}') return true;
        if (glob[at] == '\\') ++at;
    }
    return false;
}

// Of another scheme and host than the base's; "://" may also stand in the query.
bool is_absolute(std::string_view glob) {
    const auto colon = glob.find("://");
    return colon != std::string_view::npos && glob.find_first_of("/?#") == colon + 1;
}

std::vector<GlobToken> tokens_of(std::string_view glob) {
    using Kind = GlobToken::Kind;
    std::vector<GlobToken> tokens;
    bool in_braces = false;
    for (std::size_t at = 0; at < glob.size(); ++at) {
        const char c = glob[at];
        if (c == '\\' && at + 1 < glob.size()) {
            tokens.push_back({Kind::literal, glob[++at]});
        } else if (c == '*') {
            const bool after_slash = at > 0 && glob[at - 1] == '/';
            auto end = at;
            while (end < glob.size() && glob[end] == '*') ++end;
            const bool many = end - at > 1;
            at = end - 1;
            if (many && end < glob.size() && glob[end] == '/') {
                tokens.push_back({Kind::stars_slash, {}, after_slash});
                at = end;
            } else {
                tokens.push_back({many ? Kind::stars : Kind::star});
            }
        } else if (c == '{' && closes_later(glob, at)) {
            if (in_braces) throw reprise::UsageError(fmt::format("\"{}\": braces within braces", glob));
            in_braces = true;
            tokens.push_back({Kind::open});
        } else if (c == '}' && in_braces) {
            in_braces = false;
            tokens.push_back({Kind::close});
        } else if (c == ',' && in_braces) {
            tokens.push_back({Kind::comma});
        } else {
            tokens.push_back({Kind::literal, c});
        }
    }
    return tokens;
}

std::string regex_of(std::string_view glob) {
    using Kind = GlobToken::Kind;
    constexpr std::string_view k_special = "$^+.*()|\\?{}[]";
    std::string regex = "^";
    for (const auto& token : tokens_of(glob)) {
        switch (token.kind) {
            case Kind::literal:
                if (k_special.find(token.character) != std::string_view::npos) regex += '\\';
                regex += token.character;
                break;
            case Kind::star:
                regex += "[^/]*";
                break;
            case Kind::stars:
                regex += ".*";
                break;
            case Kind::stars_slash:
                regex += token.after_slash ? "(?:.+/|)" : ".*/";
                break;
            case Kind::open:
                regex += "(?:";
                break;
            case Kind::close:
                regex += ')';
                break;
            case Kind::comma:
                regex += '|';
                break;
        }
    }
    return regex + "$";
}

void append_star(std::string& pattern) {
    if (!pattern.ends_with('*') || pattern.ends_with("\\*")) pattern += '*';
}

void append_all(std::vector<std::string>& patterns, const std::vector<std::string>& endings) {
    std::vector<std::string> longer;
    for (const auto& pattern : patterns) {
        for (const auto& ending : endings) longer.push_back(pattern + ending);
    }
    patterns = std::move(longer);
}

std::vector<std::string> patterns_of(std::string_view glob) {
    using Kind = GlobToken::Kind;
    std::vector<std::string> patterns{""};
    std::vector<std::string> alternatives;  // of the braces that are open
    bool in_braces = false;
    const auto append = [&](auto&& change) {
        if (in_braces) return change(alternatives.back());
        for (auto& pattern : patterns) change(pattern);
    };
    for (const auto& token : tokens_of(glob)) {
        switch (token.kind) {
            case Kind::literal:
                append([&](std::string& pattern) {
                    if (std::string_view("*?\\").find(token.character) != std::string_view::npos) pattern += '\\';
                    pattern += token.character;
                });
                break;
            case Kind::star:
            case Kind::stars:
            case Kind::stars_slash:
                append(append_star);
                break;
            case Kind::open:
                in_braces = true;
                alternatives = {""};
                break;
            case Kind::comma:
                alternatives.emplace_back();
                break;
            case Kind::close:
                in_braces = false;
                if (patterns.size() * alternatives.size() <= k_most_patterns) {
                    append_all(patterns, alternatives);
                } else {
                    for (auto& pattern : patterns) append_star(pattern);
                }
                break;
        }
    }
    return patterns;
}

}  // namespace

struct UrlMatch::Compiled {
    boost::regex regex;
};

UrlMatch::UrlMatch(std::string glob)
    : source_{std::move(glob)},
      compiled_{std::make_shared<const Compiled>(Compiled{boost::regex{regex_of(source_)}})} {}

UrlMatch::UrlMatch(const Regex& regex) : source_{regex.source}, flags_{regex.flags} {
    if (!regex.flags.empty() && regex.flags != "i") {
        throw reprise::UsageError(fmt::format("{}: the only flag for addresses is \"i\"", shown()));
    }
    try {
        const auto options =
            regex.flags == "i" ? boost::regex::ECMAScript | boost::regex::icase : boost::regex::ECMAScript;
        compiled_ = std::make_shared<const Compiled>(Compiled{boost::regex(regex.source, options)});
    } catch (const boost::regex_error& error) {
        throw reprise::UsageError(fmt::format("{}: not a regular expression: {}", shown(), error.what()));
    }
}

bool UrlMatch::matches(std::string_view url) const {
    return boost::regex_search(url.begin(), url.end(), compiled_->regex);
}

std::string UrlMatch::shown() const {
    return flags_ ? fmt::format("/{}/{}", source_, *flags_) : fmt::format("\"{}\"", source_);
}

UrlMatch UrlMatch::based_on(std::string_view base) const {
    if (flags_ || source_.starts_with('*')) return *this;
    auto glob = is_absolute(source_) ? source_ : resolve_address(base, source_);
    // The browser's addresses have a path always.
    if (!glob.empty() && origin_of(glob).size() == glob.size() && !glob.ends_with('*')) glob += '/';
    return UrlMatch{std::move(glob)};
}

std::pair<std::string, std::string> UrlMatch::script_pattern() const {
    return {flags_ ? source_ : regex_of(source_), flags_.value_or("")};
}

std::vector<std::string> UrlMatch::browser_patterns() const {
    return flags_ ? std::vector<std::string>{"*"} : patterns_of(source_);
}

}  // namespace reprise::locators
