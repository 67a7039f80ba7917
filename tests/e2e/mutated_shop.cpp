#include "mutated_shop.hpp"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace reprise::tests {
namespace {

namespace fs = std::filesystem;
using Replacements = std::vector<std::pair<std::string, std::string>>;

std::string read(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// Each must be there: a page that has changed meanwhile would make an empty mutation.
void replace_all(std::string& text, const std::string& what, const std::string& by) {
    auto at = text.find(what);
    if (at == std::string::npos) throw std::runtime_error("the shop's page no longer holds " + what);
    for (; at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

std::string stripped_of_test_ids(const std::string& text) {
    // The thank-you page reads its own test ids.
    static const std::regex pattern{R"((<(?!dd)[^>]*?) data-testid="[^"]*")"};
    return std::regex_replace(text, pattern, "$1");
}

std::set<std::string> names_of(const std::string& text, const std::string& attribute) {
    std::set<std::string> names;
    const std::regex pattern{attribute + "=\"([^\"]+)\""};
    for (std::sregex_iterator it{text.begin(), text.end(), pattern}; it != std::sregex_iterator{}; ++it) {
        std::string words = (*it)[1];
        std::size_t from = 0;
        while (from < words.size()) {
            const auto to = std::min(words.find(' ', from), words.size());
            if (to > from) names.insert(words.substr(from, to - from));
            from = to + 1;
        }
    }
    return names;
}

std::string hashed(const std::string& name) {
    return "x" + std::to_string(std::hash<std::string>{}(name) % 100'000'000) + "q";
}

std::string regenerated(std::string text, const std::set<std::string>& ids, const std::set<std::string>& classes) {
    for (const auto& id : ids) {
        for (const auto* pattern :
             {R"((\bid=")NAME(?="))", R"((\bfor=")NAME(?="))", R"((aria-labelledby=")NAME(?="))",
              R"((href="#)NAME(?="))", R"((getElementById\(')NAME(?='))", R"((['"]#)NAME(?=[ '"]))", R"((^#)NAME\b)"}) {
            std::string expression = pattern;
            expression.replace(expression.find("NAME"), 4, id);
            text = std::regex_replace(text, std::regex{expression}, "$1" + hashed(id));
        }
    }
    for (const auto& name : classes) {
        for (const auto* pattern :
             {R"((class="(?:[^"]* )?)NAME(?=[ "]))", R"((['"]\.)NAME(?=['"]))", R"((className = ')NAME(?='))"}) {
            std::string expression = pattern;
            expression.replace(expression.find("NAME"), 4, name);
            text = std::regex_replace(text, std::regex{expression}, "$1" + hashed(name));
        }
    }
    return stripped_of_test_ids(text);
}

const Replacements k_reworded{
    {">First name<", ">Given name<"},
    {">Last name<", ">Family name<"},
    {">Email<", ">E-mail<"},
    {">Phone<", ">Telephone<"},
    {">Address<", ">Street address<"},
    {">City<", ">Town or city<"},
    {">Place order<", ">Order now<"},
    {">Send me offers by email<", ">Send me offers and news by email<"},
    {">Email address<", ">Your email<"},
    {">Remember me<", ">Remember me on this device<"},
    {">Name on card<", ">Cardholder name<"},
    {">Card number<", ">Number of the card<"},
    {">Pay now<", ">Pay<"},
    {">Security code<", ">Security code (CVC)<"},
};

const Replacements k_retagged{
    {R"(<button id="place-order" class="button primary" type="submit" data-testid="place-order">Place order</button>)",
     R"(<input type="submit" class="btn" value="Place order">)"},
    {R"(<button id="sign-in-button" class="button primary" type="submit" data-testid="sign-in">Sign in</button>)",
     R"(<input type="submit" class="btn" value="Sign in">)"},
    {R"(<button id="pay" class="button primary" type="submit" data-testid="pay-now">Pay now</button>)",
     R"(<input type="submit" class="btn" value="Pay now">)"},
    {R"(<textarea id="address" name="address" rows="2" autocomplete="street-address" placeholder="Street and house number"></textarea>)",
     R"(<input id="address-line" name="address" placeholder="Street and house number" aria-label="Address">)"},
    {R"(<p class="summary" id="order-summary" role="status" data-testid="order-summary"></p>)",
     R"(<div class="summary" role="status"><strong id="order-summary"></strong></div>)"},
};

const Replacements k_removed{
    {R"(<button id="place-order" class="button primary" type="submit" data-testid="place-order">Place order</button>)",
     ""},
    {R"(<button id="sign-in-button" class="button primary" type="submit" data-testid="sign-in">Sign in</button>)", ""},
    {R"(<button id="pay" class="button primary" type="submit" data-testid="pay-now">Pay now</button>)", ""},
};

// The fields in the opposite order, in a box more, the tick box before them.
std::string moved(std::string text) {
    const std::regex field{R"(      <div class="field[^]*?</div>\n)"};
    std::vector<std::string> fields;
    for (std::sregex_iterator it{text.begin(), text.end(), field}; it != std::sregex_iterator{}; ++it) {
        fields.push_back(it->str());
    }
    if (fields.size() < 2) return text;
    std::string reversed;
    for (auto it = fields.rbegin(); it != fields.rend(); ++it) reversed += *it;
    const auto first = text.find(fields.front());
    text = std::regex_replace(text, field, "");
    text.insert(first, "<section><div>" + reversed + "</div></section>");
    return stripped_of_test_ids(text);
}

}  // namespace

void mutate_shop(const fs::path& from, const fs::path& to, Mutation mutation) {
    fs::copy(from, to, fs::copy_options::recursive);
    std::string everything;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(to)) {
        const auto extension = entry.path().extension();
        if (extension != ".html" && extension != ".js") continue;
        files.push_back(entry.path());
        everything += read(entry.path());
    }
    const auto ids = names_of(everything, "\\bid");
    const auto classes = names_of(everything, "\\bclass");
    const auto apply = [&](const Replacements& replacements) {
        for (const auto& [what, by] : replacements) {
            bool found = false;
            for (const auto& file : files) {
                auto text = read(file);
                if (text.find(what) == std::string::npos) continue;
                found = true;
                replace_all(text, what, by);
                std::ofstream{file, std::ios::binary} << text;
            }
            if (!found) throw std::runtime_error("the shop no longer holds " + what);
        }
    };
    switch (mutation) {
        case Mutation::regenerated:
            for (const auto& file : files) {
                const auto text = regenerated(read(file), ids, classes);
                std::ofstream{file, std::ios::binary} << text;
            }
            return;
        case Mutation::moved:
            for (const auto& file : files) {
                if (file.extension() == ".html") {
                    const auto text = moved(read(file));
                    std::ofstream{file, std::ios::binary} << text;
                }
            }
            return;
        case Mutation::reworded:
            return apply(k_reworded);
        case Mutation::retagged:
            return apply(k_retagged);
        case Mutation::removed:
            return apply(k_removed);
    }
}

}  // namespace reprise::tests
