// What the shop sells and which orders it takes. Plain values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/fixtures/http_server.hpp>

namespace harbour {

using Fields = reprise::fixtures::HttpFields;

struct Sailing {
    std::string_view id, route, departs, ship, on_board;
    int minutes, cents;  // cents: per passenger, in the saver fare
};

// Those whose route or ship holds `text`, whatever the case of ASCII letters.
std::vector<Sailing> find_sailings(std::string_view text);

struct Quote {
    std::string sailing;  // "2 × Kiel → Göteborg, 18:45"
    std::string fare;     // "Flex"
    int cents{};
};

// From the fields sailing, quantity (1 to 9) and fare; none when one of them makes no sense.
std::optional<Quote> quote_for(const Fields& fields);

// What is wrong with an order: field → sentence. Empty: nothing.
Fields errors_in_order(const Fields& order);

// The same for the same order, in whatever turn it comes: "HT-482915".
std::string order_number(const Fields& order);

// What is wrong with a card, as a sentence; none when it is accepted.
std::optional<std::string> error_in_card(const Fields& card);

}  // namespace harbour
