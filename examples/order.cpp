#include "order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>

namespace harbour {

namespace {

constexpr Sailing k_sailings[] = {
    {"S-101", "Dover → Calais", "08:15", "Spirit of Kent", "Café, sun deck", 90, 2400},
    {"S-102", "Dover → Dunkirk", "10:00", "Channel Star", "Café, lounge", 120, 2150},
    {"S-103", "Harwich → Hook of Holland", "09:00", "Queen Wilhelmina", "Restaurant, cinema, cabins", 405, 5900},
    {"S-104", "Kiel → Göteborg", "18:45", "Skåne Express", "Restaurant, sauna, cabins", 870, 8900},
    {"S-105", "Rostock → Trelleborg", "15:00", "Wappen von Rügen", "Restaurant, playroom", 360, 4500},
    {"S-106", "Travemünde → Malmö", "22:00", "Königin Luise", "Cabins, breakfast", 540, 5200},
    {"S-107", "Puttgarden → Rødby", "07:30", "Femern", "Café", 45, 1650},
    {"S-108", "Helsinki → Tallinn", "10:30", "Baltic Lady", "Restaurant, shop", 120, 3300},
    {"S-109", "Turku → Mariehamn", "20:55", "Åland Princess", "Cabins, sauna", 330, 2990},
    {"S-110", "Ancona → Split", "19:45", "Adriatica", "Restaurant, cabins", 660, 6400},
    {"S-111", "Piraeus → Naxos", "07:25", "Blue Meltemi", "Café, sun deck", 320, 4350},
    {"S-112", "Cherbourg → Rosslare", "16:30", "Oscar's Wake", "Restaurant, cinema, cabins", 1080, 9950},
    {"S-113", "Ullapool → Stornoway", "17:30", "Loch Seafarer", "Café, observation lounge", 165, 2700},
    {"S-114", "Saint-Malo → Jersey", "08:00", "Côte d'Émeraude", "Café, shop", 85, 3900},
};

struct Fare {
    std::string_view id, name;
    int percent;
};

constexpr Fare k_fares[] = {{"saver", "Saver", 100}, {"flex", "Flex", 125}, {"first", "First class", 160}};

struct RequiredText {
    std::string_view name, complaint;
};

constexpr RequiredText k_required[] = {
    {"first_name", "Enter your first name."},
    {"last_name", "Enter your last name."},
    {"address", "Enter your address."},
    {"city", "Enter your city."},
};

constexpr std::size_t k_max_text_bytes = 500;
constexpr int k_first_year = 2026, k_last_year = 2029;  // of the timetable; fixed, so that no test grows old

std::string_view field(const Fields& fields, std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string_view{} : std::string_view(found->second);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::optional<int> number_in(std::string_view text) {
    int number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos || text.find_first_of(" @", at + 1) != std::string_view::npos)
        return false;
    const auto domain = text.substr(at + 1);
    const auto dot = domain.rfind('.');
    return dot != std::string_view::npos && dot > 0 && dot + 2 < domain.size();
}

bool is_phone(std::string_view text) {
    return std::ranges::count_if(text, is_digit) >= 6 &&
           text.find_first_not_of("0123456789 +-/().") == std::string_view::npos;
}

bool is_postcode(std::string_view text) {
    return text.size() >= 3 && text.size() <= 10 && std::ranges::any_of(text, is_digit) &&
           std::ranges::all_of(text, [](char c) { return is_digit(c) || is_letter(c) || c == ' ' || c == '-'; });
}

bool is_in_timetable(std::string_view text) {  // "2026-07-04"
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto year = number_in(text.substr(0, 4)), month = number_in(text.substr(5, 2)),
               day = number_in(text.substr(8));
    if (!year || !month || !day || *month < 1 || *day < 1) return false;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() && *year >= k_first_year && *year <= k_last_year;
}

bool passes_luhn(std::string_view digits) {
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        int digit = digits[digits.size() - 1 - i] - '0';
        if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

std::vector<Sailing> find_sailings(std::string_view text) {
    const auto wanted = lower(text);
    std::vector<Sailing> found;
    std::ranges::copy_if(k_sailings, std::back_inserter(found), [&](const Sailing& sailing) {
        return lower(sailing.route).find(wanted) != std::string::npos ||
               lower(sailing.ship).find(wanted) != std::string::npos;
    });
    return found;
}

std::optional<Quote> quote_for(const Fields& fields) {
    const auto* sailing = std::ranges::find(k_sailings, field(fields, "sailing"), &Sailing::id);
    const auto* fare = std::ranges::find(k_fares, field(fields, "fare"), &Fare::id);
    const auto quantity = number_in(field(fields, "quantity"));
    if (sailing == std::end(k_sailings) || fare == std::end(k_fares) || !quantity || *quantity < 1 || *quantity > 9) {
        return std::nullopt;
    }
    return Quote{.sailing = fmt::format("{} × {}, {}", *quantity, sailing->route, sailing->departs),
                 .fare = std::string(fare->name),
                 .cents = sailing->cents * *quantity * fare->percent / 100};
}

Fields errors_in_order(const Fields& order) {
    Fields errors;
    for (const auto& [name, complaint] : k_required) {
        if (is_blank(field(order, name))) errors.emplace(name, complaint);
    }
    for (const auto& [name, value] : order) {
        if (value.size() > k_max_text_bytes) errors.emplace(name, "This is too long.");
    }
    if (!is_email(field(order, "email"))) errors.emplace("email", "Enter an email address such as you@example.com.");
    if (!is_phone(field(order, "phone"))) errors.emplace("phone", "Enter a phone number of at least six digits.");
    if (!is_postcode(field(order, "postcode"))) errors.emplace("postcode", "Enter a postcode.");
    if (!is_in_timetable(field(order, "travel_date"))) {
        errors.emplace("travel_date", fmt::format("Choose a date from {} to {}.", k_first_year, k_last_year));
    }
    if (!quote_for(order)) errors.emplace("fare", "Choose a sailing, one to nine passengers and a fare.");
    return errors;
}

std::string order_number(const Fields& order) {
    std::uint32_t hash = 2166136261u;  // FNV-1a
    for (const auto& [name, value] : order) {
        for (const char c : value + '\n') hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    }
    return fmt::format("HT-{}", 100000 + hash % 900000);
}

std::optional<std::string> error_in_card(const Fields& card) {
    std::string digits(field(card, "card_number"));
    std::erase(digits, ' ');
    if (is_blank(field(card, "card_holder"))) return "Enter the name on the card.";
    if (digits.size() < 12 || digits.size() > 19 || !std::ranges::all_of(digits, is_digit) || !passes_luhn(digits)) {
        return "Check the card number.";
    }
    const auto expiry = field(card, "expiry");
    const auto month = number_in(expiry.substr(0, 2));
    if (expiry.size() != 5 || expiry[2] != '/' || !number_in(expiry.substr(3)) || !month || *month < 1 || *month > 12) {
        return "Enter the expiry date as MM/YY.";
    }
    const auto code = field(card, "cvc");
    if (code.size() < 3 || code.size() > 4 || !number_in(code))
        return "Enter the three or four digits of the security code.";
    if (digits == "4000000000000002") return "The card was declined.";
    return std::nullopt;
}

}  // namespace harbour
