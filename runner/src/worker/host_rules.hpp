// Which addresses the pages of a worker's jobs may be at, and ask for.
//
// Two fences: refusal() reads addresses before a browser sees them, so that the answer is clear; browser_switches()
// make Chromium refuse every other host for whatever a page asks: documents, redirects, pictures, scripts, sockets.
//
// A value; thread-safe as such.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::runner {

class HostRules {
public:
    // `hosts`: names or addresses without port, "*" for any run of characters: "shop.example.com", "*.example.com",
    // "10.1.2.*". Throws std::invalid_argument naming the one that cannot be.
    static HostRules only(const std::vector<std::string>& hosts);
    // Every host but link-local addresses and what clouds answer for metadata.
    static HostRules any();

    // Why `url` is not visited; nullopt: it may be. Only http and https, without user name, to an allowed host.
    std::optional<std::string> refusal(std::string_view url) const;
    std::vector<std::string> browser_switches() const;
    std::string shown() const;  // "shop.example.com, *.example.org"; "any host"

private:
    bool allows(const std::string& host) const;

    std::vector<std::string> patterns_;
    bool any_{};
};

}  // namespace reprise::runner
