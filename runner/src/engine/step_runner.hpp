// Carries out the steps of one row on its pages. One thread at a time; lives for one attempt.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>
#include <reprise/reporters/event.hpp>

#include "engine/base_url.hpp"
#include "engine/selection.hpp"
#include "healing/healer.hpp"

namespace reprise::runner {

// Where the files of an attempt go.
struct AttachmentFolder {
    std::filesystem::path output;  // the run's folder
    std::string relative;          // "attachments/<suite>/<row>/"
    std::string prefix;            // "a1-"

    // Writes `bytes` and tells what was written; creates folders as needed. Throws Error with the path.
    reporters::Attachment save(const std::string& name, const std::string& content_type,
                               const std::string& bytes) const;
    // The same of a file, which is moved there.
    reporters::Attachment take(const std::string& name, const std::string& content_type,
                               const std::filesystem::path& file) const;
};

class StepRunner {
public:
    StepRunner(const PlannedTest& test, locators::Context context, locators::Page page, const BaseUrl& base_url,
               AttachmentFolder attachments, cdp::Deadline row_deadline, HealingMemory& memory);

    void open_starting_page();
    // Carries out the step at `index`; throws what went wrong. Fills in `result`'s strategy and message.
    void run(std::size_t index, reporters::StepResult& result);

    // What the row gathered so far.
    std::vector<reporters::Attachment> attachments{};
    reporters::StringMap extracted{};
    std::vector<std::string> notes{};

    locators::Page& page() { return current_; }
    Healer& healer() { return healer_; }

private:
    using Milliseconds = std::chrono::milliseconds;
    void act(std::size_t index, reporters::StepResult& result);
    void select_tab(const Step& step);
    // What the step is about. `heals`: when the element is not there, another may take its place; not so where its
    // absence is what is asked for.
    enum class Heals { yes, no };
    locators::Locator target(const Step& step, reporters::StepResult& result, bool about_text = false,
                             Heals heals = Heals::yes);
    locators::Locator by_bundle(const Step& step, const locators::Bundle& bundle, Heals heals);
    bool heal(const Step& step, const locators::ElementAbsent& absent, int tries);
    std::string with_doubt(const Error& error) const;
    Milliseconds step_timeout(const Step& step) const;
    void found(const locators::ActionResult& action, reporters::StepResult& result) const;

    void set_value(const Step& step, const StepPlan& plan, reporters::StepResult& result);
    void click(const Step& step, const StepPlan& plan, reporters::StepResult& result);
    void click_drawn(const Step& step, const RecordedLook& look, reporters::StepResult& result);
    void press(const Step& step, const StepPlan& plan, reporters::StepResult& result);
    void scroll(const Step& step, reporters::StepResult& result);
    void drag(std::size_t index, reporters::StepResult& result);
    void upload(const Step& step, const StepPlan& plan, reporters::StepResult& result);
    void submit(const Step& step, reporters::StepResult& result);
    void navigate(const Step& step, const StepPlan& plan, reporters::StepResult& result);
    void step_history(const Step& step);
    void wait(const Step& step, const StepPlan& plan, reporters::StepResult& result);
    void assert_step(const Step& step, const StepPlan& plan, reporters::StepResult& result);
    void extract(const Step& step, reporters::StepResult& result);
    void check_dialog(const Step& step, reporters::StepResult& result);
    void keep_download(const Step& step, reporters::StepResult& result);
    void new_tab(const Step& step, const StepPlan& plan);
    void close_tab(const Step& step);

    const PlannedTest& test_;
    const Recording& recording_;
    const ReplaySettings& replay_;
    const JobSettings& job_;
    locators::Context context_;
    locators::Page current_;
    BaseUrl base_url_;
    AttachmentFolder folder_;
    cdp::Deadline row_deadline_;
    Healer healer_;
    cdp::Deadline step_deadline_;
    int heal_tries_{};                          // of the step
    std::vector<locators::Bundle> looked_for_;  // by this try of the step
    bool healed_{};                             // what the step acts on is not what was recorded

    std::map<std::int64_t, locators::Page> tabs_;  // by the recorder's tab id
    std::size_t pages_known_{1};                   // how many of the context's pages have a place in tabs_
    std::size_t dialogs_seen_{};
    std::size_t downloads_seen_{};
    std::string document_before_;  // main document's loader before the previous step
    std::string url_before_;
    std::optional<Event> previous_event_;
};

}  // namespace reprise::runner
