// What a run knows of its elements: the history, if there is one, and what has been read of it.
//
// Thread-safe: shared by the rows of a run.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <reprise/locators/bundle.hpp>
#include <reprise/runner/history.hpp>

namespace reprise::runner {

class VisionModel;

class HealingMemory {
public:
    // Null: there is no history, nothing is remembered beyond the row.
    // `model`: null: none is asked. Outlives it.
    explicit HealingMemory(std::shared_ptr<History> history, VisionModel* model = nullptr)
        : model_{model}, history_{std::move(history)} {}

    VisionModel* model() const { return model_; }

    // What a step's element goes by in the history. `bundle`: as recorded, so the same in every row: it is hashed once
    // in a run. Hashed in each row it was the dearest part of one that heals nothing.
    ElementKey key_of(const std::string& recording, int step, const locators::Bundle& bundle);
    // Null: nothing is known. Valid as long as this object.
    const KnownElement* known(const ElementKey& key);
    // True for the first caller when nothing is known of the element and there is a history to learn for.
    bool wants(const ElementKey& key);
    std::optional<StoredHeal> cached(const ElementKey& key, const std::string& page, std::chrono::seconds ttl);
    // `crop`: PNG of the element, padded; empty: none.
    void learn(const ElementKey& key, KnownElement element, const std::string& crop);
    void add(const StoredHeal& heal);
    // What went wrong with the history, once: the run went on without it.
    std::optional<std::string> take_problem();

private:
    template <class Use>
    auto with_history(Use&& use) -> decltype(use(std::declval<History&>()));
    static std::string text_of(const ElementKey& key);

    VisionModel* const model_;
    std::mutex mutex_;
    std::shared_ptr<History> history_;                           // guarded by mutex_; reset when it fails
    std::map<std::string, std::unique_ptr<KnownElement>> read_;  // guarded by mutex_; null: known to be unknown
    using Hashed = std::pair<locators::Bundle, std::string>;
    // Guarded by mutex_; by recording and step, which may have two elements, each with and without its text.
    std::map<std::pair<std::string, int>, std::vector<Hashed>> hashed_;
    std::set<std::string> wanted_;        // guarded by mutex_
    std::optional<std::string> problem_;  // guarded by mutex_
};

}  // namespace reprise::runner
