#include "decisions.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace reprise::bench {
namespace {

namespace json = boost::json;
using locators::Fingerprint;

constexpr std::string_view k_padded = ".padded.png";

Decision::Looks looks_of(const json::value& print, std::string_view member) {
    const auto* looks = print.as_object().if_contains(member);
    if (looks == nullptr) return std::nullopt;
    return locators::Fingerprint::Looks{.alike = looks->at(0).to_number<double>(),
                                        .exact = looks->at(1).to_number<double>(),
                                        .outline = looks->at(2).to_number<double>()};
}

std::vector<Fingerprint> prints_of(const json::value& list) {
    std::vector<Fingerprint> prints;
    for (const auto& print : list.as_array()) {
        prints.push_back(locators::fingerprint_from(print.as_object()));
        prints.back().looks = looks_of(print, "looks");
    }
    return prints;
}

std::vector<Decision::Looks> bare_looks_of(const json::value& list) {
    std::vector<Decision::Looks> looks;
    for (const auto& print : list.as_array()) looks.push_back(looks_of(print, "bareLooks"));
    return looks;
}

void make_plain(Fingerprint& print) {
    for (auto* member : {&print.icon, &print.heading, &print.accessible_name, &print.implied_role, &print.wrapper}) {
        member->clear();
    }
    print.ordinal.reset();
}

bool is_plain_control(const Fingerprint& print) {
    constexpr std::array<std::string_view, 6> k_tags{"a", "button", "input", "select", "textarea", "summary"};
    return std::ranges::find(k_tags, print.tag) != k_tags.end() || print.role == "button" || print.role == "tab";
}

}  // namespace

std::vector<Decision> read_decisions(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error(path + " cannot be read");
    std::vector<Decision> decisions;
    for (std::string line; std::getline(file, line);) {
        const auto document = json::parse(line);
        const auto& members = document.as_object();
        Decision decision{.id = std::string(members.at("id").as_string()),
                          .set = std::string(members.at("set").as_string()),
                          .removed = members.at("removed").as_bool(),
                          .target = locators::fingerprint_from(members.at("target").as_object()),
                          .page = prints_of(members.at("page")),
                          .candidates = prints_of(members.at("candidates")),
                          .ablated = prints_of(members.at("ablated")),
                          .ablated_before = prints_of(members.at("ablatedBefore")),
                          .bare_looks = bare_looks_of(members.at("candidates")),
                          .bare_ablated = bare_looks_of(members.at("ablated"))};
        const auto* crop = members.if_contains("crop");
        if (crop != nullptr && !crop->as_string().empty()) {
            decision.crop = std::string(crop->as_string()) + std::string(k_padded);
        }
        for (const auto& tag : members.at("tags").as_array()) decision.tags.emplace_back(tag.as_string());
        for (const auto& index : members.at("right").as_array()) {
            decision.right.insert(index.to_number<std::size_t>());
        }
        decisions.push_back(std::move(decision));
    }
    return decisions;
}

Decision ablated(const Decision& decision) {
    auto without = decision;
    without.candidates = decision.ablated;
    without.right.clear();
    return without;
}

Decision plain(const Decision& decision) {
    auto lean = decision;
    make_plain(lean.target);
    if (lean.crop.ends_with(k_padded)) lean.crop.replace(lean.crop.size() - k_padded.size(), k_padded.size(), ".png");
    for (std::size_t i = 0; i < lean.candidates.size(); ++i) lean.candidates[i].looks = lean.bare_looks[i];
    for (std::size_t i = 0; i < lean.ablated.size(); ++i) lean.ablated[i].looks = lean.bare_ablated[i];
    std::erase_if(lean.page,
                  [](const Fingerprint& print) { return !is_plain_control(print) || !print.shadow.empty(); });
    for (auto& print : lean.page) {
        make_plain(print);
        print.inside.reset();
    }
    return lean;
}

Decision alone(const Decision& decision) {
    auto without = decision;
    without.page.clear();
    return without;
}

Decision blind(const Decision& decision) {
    auto without = decision;
    for (auto* list : {&without.candidates, &without.ablated}) {
        for (auto& print : *list) print.looks.reset();
    }
    return without;
}

Decision untold(const Decision& decision) {
    auto without = decision;
    without.target.text.clear();
    without.target.accessible_name.clear();
    without.target.text_varies = true;
    return without;
}

Decision regenerated(const Decision& decision) {
    auto later = decision;
    later.removed = false;
    later.right.clear();
    for (std::size_t i = 0; i < decision.page.size(); ++i) {
        const auto& print = decision.page[i];
        if (print.xpath == decision.target.xpath && print.shadow == decision.target.shadow) later.right.insert(i);
    }
    later.candidates = decision.page;
    later.ablated = decision.ablated_before;
    for (auto* list : {&later.candidates, &later.ablated}) {
        for (auto& print : *list) {
            print.id.clear();
            print.class_name.clear();
            print.data.clear();
            print.wrapper.clear();
            print.id_xpath.clear();
        }
    }
    return later;
}

}  // namespace reprise::bench
