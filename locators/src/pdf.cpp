// A page on paper.
#include <reprise/locators/pdf.hpp>

#include <fmt/format.h>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/io.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

namespace io = cdp::io;
using Print = cdp::page::PrintToPDF;

double inches(double millimetres) {
    return millimetres / 25.4;
}

Print print_command(const PdfOptions& options) {
    const bool has_margins = !options.header.empty() || !options.footer.empty();
    Print command{.landscape = options.landscape,
                  .displayHeaderFooter = has_margins,
                  .printBackground = options.background,
                  .scale = options.scale,
                  .paperWidth = inches(options.width_mm),
                  .paperHeight = inches(options.height_mm),
                  .marginTop = inches(options.margin_top_mm),
                  .marginBottom = inches(options.margin_bottom_mm),
                  .marginLeft = inches(options.margin_left_mm),
                  .marginRight = inches(options.margin_right_mm),
                  .preferCSSPageSize = options.css_page_size,
                  .generateTaggedPDF = options.tagged,
                  .generateDocumentOutline = options.outline};
    if (!options.pages.empty()) command.pageRanges = options.pages;
    // Left empty, Chromium puts its own there.
    if (has_margins) {
        command.headerTemplate = options.header.empty() ? "<span></span>" : options.header;
        command.footerTemplate = options.footer.empty() ? "<span></span>" : options.footer;
    }
    return command;
}

}  // namespace

std::string Page::pdf(const PdfOptions& options) const {
    return observed(
        *page_, options.site, [] { return std::string("page.pdf()"); },
        [&] {
            const auto deadline = page_->deadline(options.timeout);
            const auto session = page_->target.session();
            try {
                // In parts: one answer would hold the whole of a long document, a third larger than it is.
                const auto stream = session.send(print_command(options), deadline).stream;
                if (!stream) throw ActionError("page.pdf(): the browser gave no document");
                std::string bytes;
                for (bool ended = false; !ended;) {
                    const auto part = session.send(io::Read{.handle = *stream}, deadline);
                    bytes += part.base64Encoded.value_or(false) ? cdp::decode_base64(part.data) : part.data;
                    ended = part.eof;
                }
                session.post(io::Close{.handle = *stream});
                return bytes;
            } catch (const cdp::ProtocolError& error) {
                throw ActionError(fmt::format("page.pdf(): {}", error.browser_text()));
            }
        });
}

}  // namespace reprise::locators
