#include "healing/memory.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "recording/bundle_writer.hpp"

namespace reprise::runner {

std::string HealingMemory::text_of(const ElementKey& key) {
    return fmt::format("{}\n{}\n{}", key.recording, key.step, key.bundle);
}

template <class Use>
auto HealingMemory::with_history(Use&& use) -> decltype(use(std::declval<History&>())) {
    std::shared_ptr<History> history;
    {
        const std::lock_guard lock{mutex_};
        history = history_;
    }
    using Result = decltype(use(*history));
    if (history) {
        try {
            return use(*history);
        } catch (const std::exception& error) {
            const std::lock_guard lock{mutex_};
            history_.reset();
            problem_ = fmt::format("the history is not used: {}", error.what());
        }
    }
    if constexpr (!std::is_void_v<Result>) return Result{};
}

ElementKey HealingMemory::key_of(const std::string& recording, int step, const locators::Bundle& bundle) {
    const std::lock_guard lock{mutex_};
    auto& hashed = hashed_[{recording, step}];
    auto found = std::ranges::find(hashed, bundle, &Hashed::first);
    if (found == hashed.end()) found = hashed.insert(found, {bundle, hash_of(bundle)});
    return {recording, step, found->second};
}

const KnownElement* HealingMemory::known(const ElementKey& key) {
    const auto text = text_of(key);
    {
        const std::lock_guard lock{mutex_};
        if (!history_) return nullptr;
        if (const auto found = read_.find(text); found != read_.end()) return found->second.get();
    }
    auto element = with_history([&](History& history) { return history.known(key); });
    const std::lock_guard lock{mutex_};
    const auto [place, fresh] = read_.try_emplace(text);
    if (fresh && element) place->second = std::make_unique<KnownElement>(std::move(*element));
    return place->second.get();
}

bool HealingMemory::wants(const ElementKey& key) {
    if (known(key) != nullptr) return false;
    const std::lock_guard lock{mutex_};
    return history_ && wanted_.insert(text_of(key)).second;
}

std::optional<StoredHeal> HealingMemory::cached(const ElementKey& key, const std::string& page,
                                                std::chrono::seconds ttl) {
    return with_history([&](History& history) { return history.cached(key, page, ttl); });
}

void HealingMemory::learn(const ElementKey& key, KnownElement element, const std::string& crop) {
    with_history([&](History& history) {
        if (!crop.empty()) element.crop = history.keep(crop, "png").string();
        history.learn(key, element);
    });
}

void HealingMemory::add(const StoredHeal& heal) {
    with_history([&](History& history) { history.add(heal); });
}

std::optional<std::string> HealingMemory::take_problem() {
    const std::lock_guard lock{mutex_};
    return std::exchange(problem_, std::nullopt);
}

}  // namespace reprise::runner
