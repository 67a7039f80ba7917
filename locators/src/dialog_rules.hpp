// How the dialogs of a context's pages are answered: by the page's rule, then by the context's. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <reprise/cdp/dialog.hpp>

#include "router.hpp"

namespace reprise::locators {

class DialogRules : public cdp::DialogListener {
public:
    // What a rule throws is told as what goes wrong in routes is.
    explicit DialogRules(std::shared_ptr<Router> router) : router_{std::move(router)} {}

    // `page`: PageTarget::id(), or empty for all. In place of the one before; an empty rule takes it back.
    void set(const std::string& page, cdp::DialogRule rule);
    void close() noexcept;  // lets go of all rules

    std::optional<cdp::DialogAnswer> answer_on_io_thread(const std::string& page, const cdp::Dialog& dialog) override;

private:
    using Rule = std::shared_ptr<const cdp::DialogRule>;
    Rule rule_of(const std::string& page) const;

    const std::shared_ptr<Router> router_;
    mutable std::mutex mutex_;
    std::map<std::string, Rule> rules_;  // guarded by mutex_
};

}  // namespace reprise::locators
