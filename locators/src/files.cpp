// Files into fields, by locators and by choosers, and onto elements.
#include <filesystem>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/dom.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/file_chooser.hpp>
#include <reprise/locators/locator.hpp>

#include "element_call.hpp"
#include "observation.hpp"

namespace reprise::locators {
namespace fs = std::filesystem;
namespace json = boost::json;
namespace {

constexpr Milliseconds k_page_margin{2'000};  // longer than the page script, which ends its waits on time
constexpr std::size_t k_most_bytes = std::size_t{50} << 20;  // of files that are sent through the protocol

std::string counted(std::size_t count) {
    return fmt::format("{} {}", count, count == 1 ? "file" : "files");
}

struct Paths {
    std::vector<std::string> absolute;  // the browser has a working folder of its own
    bool folder{};
    std::string problem;  // empty: none
};

bool holds_no_file(const fs::path& folder) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored)) return false;
    }
    return true;
}

constexpr auto k_folder_unread = "the browser has not read the folder in time";

Paths read_paths(const std::vector<std::string>& paths) {
    Paths result;
    for (const auto& path : paths) {
        std::error_code error;
        const bool folder = fs::is_directory(path, error);
        if (!folder && !fs::is_regular_file(path, error)) result.problem = fmt::format("\"{}\": no such file", path);
        if (folder && paths.size() > 1) result.problem = fmt::format("\"{}\" is a folder: it goes alone", path);
        if (folder && holds_no_file(path)) result.problem = fmt::format("\"{}\" is a folder without files", path);
        result.folder = folder;
        result.absolute.push_back(fs::absolute(path).lexically_normal().string());
    }
    return result;
}

std::string arguments_of(const Paths& paths) {
    return fmt::format(R"("count":{},"folder":{})", paths.absolute.size(), paths.folder);
}

// The member of a page script's argument; `problem` says why there is none.
std::string files_member(const std::vector<FilePayload>& files, std::string& problem) {
    std::size_t bytes = 0;
    json::array list;
    for (const auto& file : files) bytes += file.bytes.size();
    if (bytes > k_most_bytes) {
        problem = fmt::format(
            "the files have {} MB, {} at most can be given as bytes: write them to a folder and use "
            "set_files()",
            bytes >> 20, k_most_bytes >> 20);
        return {};
    }
    for (const auto& file : files) {
        list.push_back({{"name", file.name}, {"type", file.mime_type}, {"data", cdp::encode_base64(file.bytes)}});
    }
    return R"("files":)" + json::serialize(list);
}

}  // namespace

ActionResult Locator::set_files(const std::vector<std::string>& paths, const ActionOptions& options) const {
    const auto text = fmt::format(".set_files({})", counted(paths.size()));
    return observed(*this, text, options, [&](ElementCall& call) {
        const auto files = read_paths(paths);
        if (!files.problem.empty()) throw ActionError(call.explain(files.problem));
        // The protocol's command leaves the files of before when it is given none.
        if (paths.empty()) return to_result(call.demand("act", R"("action":"put_files","files":[])"));
        const auto field = call.hold(R"("action":"hold_files",)" + arguments_of(files));
        const cdp::dom::SetFileInputFiles command{.files = files.absolute, .objectId = field.object_id};
        call.dispatch([&] { field.session.send(command, call.deadline()); });
        if (!files.folder) return ActionResult{};
        const auto answer = call.ask_again("files_taken", "");  // empty: the page has left, having taken them
        if (!answer.empty() && !is_true(answer, "taken")) throw TimeoutError(call.explain(k_folder_unread));
        return ActionResult{};
    });
}

ActionResult Locator::set_file_contents(const std::vector<FilePayload>& files, const ActionOptions& options) const {
    const auto text = fmt::format(".set_file_contents({})", counted(files.size()));
    return observed(*this, text, options, [&](ElementCall& call) {
        std::string problem;
        const auto member = files_member(files, problem);
        if (!problem.empty()) throw ActionError(call.explain(problem));
        return to_result(call.demand("act", R"("action":"put_files",)" + member));
    });
}

ActionResult Locator::drop(const DroppedData& data, const ActionOptions& options) const {
    return observed(*this, ".drop()", options, [&](ElementCall& call) {
        std::string problem;
        const auto member = files_member(data.files, problem);
        if (!problem.empty()) throw ActionError(call.explain(problem));
        json::array texts;
        for (const auto& [type, text] : data.texts) texts.push_back({type, text});
        return to_result(call.demand(
            "act", fmt::format(R"("action":"drop","force":{},"texts":{},{}{})", options.force, json::serialize(texts),
                               member, checks(R"("visible","stable","receives")"))));
    });
}

FileChooser::FileChooser(std::shared_ptr<PageState> page, cdp::RemoteHandle field, std::string element, bool multiple)
    : page_{std::move(page)}, field_{std::move(field)}, element_{std::move(element)}, is_multiple_{multiple} {}

void FileChooser::demand(std::string_view function, const std::string& arguments, cdp::Deadline deadline) const {
    const auto answer = page_->target.call_with(
        field_, fmt::format("(args, field) => reprise.{}(args, field)", function), "{" + arguments + "}", deadline);
    const auto* object = answer.if_object();
    if (object != nullptr && is_true(*object, "ok")) return;
    auto why = object == nullptr ? std::string("the field has gone") : string_of(*object, "message");
    if (why.empty() && object != nullptr) why = string_of(*object, "state");
    throw ActionError(fmt::format("file chooser of {}: {}", element_, why));
}

void FileChooser::set_files(const std::vector<std::string>& paths, const WaitOptions& options) const {
    const auto text = [&] { return fmt::format("file_chooser.set_files({})", counted(paths.size())); };
    observed(*page_, options.site, text, [&] {
        const auto deadline = page_->deadline(options.timeout);
        const auto files = read_paths(paths);
        if (!files.problem.empty()) throw ActionError(fmt::format("file chooser of {}: {}", element_, files.problem));
        if (paths.empty()) return demand("put_files", R"("files":[])", deadline);
        demand("hold_file_field", arguments_of(files), deadline);
        field_.session.send(cdp::dom::SetFileInputFiles{.files = files.absolute, .objectId = field_.object_id},
                            deadline);
        if (!files.folder) return;
        const auto answer = page_->target.call_with(field_, "(args) => reprise.files_taken(args)",
                                                    fmt::format(R"({{"timeout_ms":{}}})", deadline.remaining().count()),
                                                    deadline.plus(k_page_margin));
        if (answer.is_object() && is_true(answer.get_object(), "taken")) return;
        throw TimeoutError(fmt::format("file chooser of {}: {}", element_, k_folder_unread));
    });
}

void FileChooser::set_file_contents(const std::vector<FilePayload>& files, const WaitOptions& options) const {
    const auto text = [&] { return fmt::format("file_chooser.set_file_contents({})", counted(files.size())); };
    observed(*page_, options.site, text, [&] {
        std::string problem;
        const auto member = files_member(files, problem);
        if (!problem.empty()) throw ActionError(fmt::format("file chooser of {}: {}", element_, problem));
        demand("put_files", member, page_->deadline(options.timeout));
    });
}

namespace {

class ChoosersIntercepted {
public:
    ChoosersIntercepted(const cdp::PageTarget& target, cdp::Deadline deadline) : target_{target} {
        target_.intercept_file_choosers(true, deadline);
    }
    ~ChoosersIntercepted() {
        try {
            target_.intercept_file_choosers(false, cdp::Deadline::after(std::chrono::seconds{5}));
        } catch (const Error&) {
            // The page has gone, and its choosers with it.
        }
    }
    ChoosersIntercepted(const ChoosersIntercepted&) = delete;
    ChoosersIntercepted& operator=(const ChoosersIntercepted&) = delete;

private:
    const cdp::PageTarget& target_;
};

}  // namespace

FileChooser Page::wait_for_file_chooser(const std::function<void()>& action, const WaitOptions& options) const {
    static constexpr auto k_call = "page.wait_for_file_chooser()";
    auto& target = page_->target;
    // That the browser listens is no part of the wait, and takes none of its time.
    const ChoosersIntercepted intercepted{target, page_->deadline(std::nullopt)};
    const auto before = target.file_choosers().size();
    action();
    return observed(
        *page_, options.site, [] { return std::string(k_call); },
        [&] {
            const auto deadline = page_->deadline(options.timeout);
            try {
                const auto opened = target.wait_for_file_chooser(before, deadline);
                if (opened.field == 0) {
                    throw ActionError(fmt::format(
                        "{}: a script asked for files by showOpenFilePicker(), which no field is behind", k_call));
                }
                auto field = target.node(opened.frame, opened.field, deadline);
                const auto element = target.call_with(field, "(_, field) => reprise.describe(field)", "null", deadline);
                return FileChooser{page_, std::move(field),
                                   element.is_string() ? std::string(element.as_string()) : std::string(),
                                   opened.multiple};
            } catch (const cdp::TimeoutError& error) {
                throw cdp::TimeoutError(fmt::format("{}: {}", k_call, error.what()));
            }
        });
}

}  // namespace reprise::locators
