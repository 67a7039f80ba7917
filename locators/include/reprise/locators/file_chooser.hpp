// A file chooser that a page wanted to show: the test chooses in its stead.
//
//     auto chooser = page.wait_for_file_chooser([&] { page.get_by_text("Upload").click(); });
//     chooser.set_files({"report.csv"});
//
// Thread contract: as its page's. Valid as long as the document that it belongs to.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/locators/file_payload.hpp>
#include <reprise/locators/page.hpp>

namespace reprise::locators {

class FileChooser {
public:
    bool is_multiple() const noexcept { return is_multiple_; }        // several files may be chosen
    const std::string& element() const noexcept { return element_; }  // "<input id=\"photo\" type=\"file\">"
    // As Locator::set_files() and set_file_contents(). Throws ActionError.
    void set_files(const std::vector<std::string>& paths, const WaitOptions& options = {}) const;
    void set_file_contents(const std::vector<FilePayload>& files, const WaitOptions& options = {}) const;

private:
    friend class Page;
    FileChooser(std::shared_ptr<PageState> page, cdp::RemoteHandle field, std::string element, bool multiple);
    void demand(std::string_view function, const std::string& arguments, cdp::Deadline deadline) const;

    std::shared_ptr<PageState> page_;
    cdp::RemoteHandle field_;
    std::string element_;
    bool is_multiple_;
};

}  // namespace reprise::locators
