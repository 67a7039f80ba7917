// Page: documents, navigation, lifecycle, dialogs, pictures. Members bear the wire's names; tests hold them against the
// browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::page {

enum class ImageFormat { jpeg, png, webp };
BOOST_DESCRIBE_ENUM(ImageFormat, jpeg, png, webp)

struct Viewport {
    double x{};
    double y{};
    double width{};
    double height{};
    double scale{};
};
BOOST_DESCRIBE_STRUCT(Viewport, (), (x, y, width, height, scale))

struct NavigationEntry {
    int id{};
    std::string url{};
    std::string title{};
};
BOOST_DESCRIBE_STRUCT(NavigationEntry, (), (id, url, title))

struct Enable {
    static constexpr std::string_view method = "Page.enable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Enable, (), ())

struct SetLifecycleEventsEnabled {
    static constexpr std::string_view method = "Page.setLifecycleEventsEnabled";
    using Result = Nothing;
    bool enabled{};
};
BOOST_DESCRIBE_STRUCT(SetLifecycleEventsEnabled, (), (enabled))

struct AddScriptToEvaluateOnNewDocument {
    static constexpr std::string_view method = "Page.addScriptToEvaluateOnNewDocument";
    struct Result {
        std::string identifier{};
    };
    std::string source{};
    std::optional<std::string> worldName{};
    std::optional<bool> runImmediately{};
};
BOOST_DESCRIBE_STRUCT(AddScriptToEvaluateOnNewDocument, (), (source, worldName, runImmediately))
BOOST_DESCRIBE_STRUCT(AddScriptToEvaluateOnNewDocument::Result, (), (identifier))

struct RemoveScriptToEvaluateOnNewDocument {
    static constexpr std::string_view method = "Page.removeScriptToEvaluateOnNewDocument";
    struct Result {};
    std::string identifier{};
};
BOOST_DESCRIBE_STRUCT(RemoveScriptToEvaluateOnNewDocument, (), (identifier))
BOOST_DESCRIBE_STRUCT(RemoveScriptToEvaluateOnNewDocument::Result, (), ())

struct Navigate {
    static constexpr std::string_view method = "Page.navigate";
    struct Result {
        std::string frameId{};
        std::optional<std::string> loaderId{};
        std::optional<std::string> errorText{};
        std::optional<bool> isDownload{};
    };
    std::string url{};
    std::optional<std::string> frameId{};
    std::optional<std::string> referrer{};
    std::optional<std::string> referrerPolicy{};
};
BOOST_DESCRIBE_STRUCT(Navigate, (), (url, frameId, referrer, referrerPolicy))
BOOST_DESCRIBE_STRUCT(Navigate::Result, (), (frameId, loaderId, errorText, isDownload))

struct Reload {
    static constexpr std::string_view method = "Page.reload";
    using Result = Nothing;
    std::optional<bool> ignoreCache{};
};
BOOST_DESCRIBE_STRUCT(Reload, (), (ignoreCache))

struct GetNavigationHistory {
    static constexpr std::string_view method = "Page.getNavigationHistory";
    struct Result {
        int currentIndex{};
        std::vector<NavigationEntry> entries{};
    };
};
BOOST_DESCRIBE_STRUCT(GetNavigationHistory, (), ())
BOOST_DESCRIBE_STRUCT(GetNavigationHistory::Result, (), (currentIndex, entries))

struct NavigateToHistoryEntry {
    static constexpr std::string_view method = "Page.navigateToHistoryEntry";
    using Result = Nothing;
    int entryId{};
};
BOOST_DESCRIBE_STRUCT(NavigateToHistoryEntry, (), (entryId))

struct HandleJavaScriptDialog {
    static constexpr std::string_view method = "Page.handleJavaScriptDialog";
    using Result = Nothing;
    bool accept{};
    std::optional<std::string> promptText{};
};
BOOST_DESCRIBE_STRUCT(HandleJavaScriptDialog, (), (accept, promptText))

struct GetFrameTree {
    static constexpr std::string_view method = "Page.getFrameTree";
    struct Result {
        boost::json::value frameTree{};
    };
};
BOOST_DESCRIBE_STRUCT(GetFrameTree, (), ())
BOOST_DESCRIBE_STRUCT(GetFrameTree::Result, (), (frameTree))

struct GetLayoutMetrics {
    static constexpr std::string_view method = "Page.getLayoutMetrics";
    struct Rect {
        double x{};
        double y{};
        double width{};
        double height{};
    };
    struct LayoutViewport {
        int pageX{};
        int pageY{};
        int clientWidth{};
        int clientHeight{};
    };
    struct Result {
        LayoutViewport cssLayoutViewport{};
        Rect cssContentSize{};
    };
};
BOOST_DESCRIBE_STRUCT(GetLayoutMetrics, (), ())
BOOST_DESCRIBE_STRUCT(GetLayoutMetrics::Rect, (), (x, y, width, height))
BOOST_DESCRIBE_STRUCT(GetLayoutMetrics::LayoutViewport, (), (pageX, pageY, clientWidth, clientHeight))
BOOST_DESCRIBE_STRUCT(GetLayoutMetrics::Result, (), (cssLayoutViewport, cssContentSize))

struct PrintToPDF {
    static constexpr std::string_view method = "Page.printToPDF";
    struct Result {
        std::optional<std::string> stream{};
    };
    std::optional<bool> landscape{};
    std::optional<bool> displayHeaderFooter{};
    std::optional<bool> printBackground{};
    std::optional<double> scale{};
    std::optional<double> paperWidth{};  // inches, as all lengths here
    std::optional<double> paperHeight{};
    std::optional<double> marginTop{};
    std::optional<double> marginBottom{};
    std::optional<double> marginLeft{};
    std::optional<double> marginRight{};
    std::optional<std::string> pageRanges{};
    std::optional<std::string> headerTemplate{};
    std::optional<std::string> footerTemplate{};
    std::optional<bool> preferCSSPageSize{};
    std::optional<std::string> transferMode{"ReturnAsStream"};
    std::optional<bool> generateTaggedPDF{};
    std::optional<bool> generateDocumentOutline{};
};
BOOST_DESCRIBE_STRUCT(PrintToPDF, (),
                      (landscape, displayHeaderFooter, printBackground, scale, paperWidth, paperHeight, marginTop,
                       marginBottom, marginLeft, marginRight, pageRanges, headerTemplate, footerTemplate,
                       preferCSSPageSize, transferMode, generateTaggedPDF, generateDocumentOutline))
BOOST_DESCRIBE_STRUCT(PrintToPDF::Result, (), (stream))

struct CaptureScreenshot {
    static constexpr std::string_view method = "Page.captureScreenshot";
    struct Result {
        std::string data{};
    };
    std::optional<ImageFormat> format{};
    std::optional<int> quality{};
    std::optional<Viewport> clip{};
    std::optional<bool> captureBeyondViewport{};
    std::optional<bool> optimizeForSpeed{};
};
BOOST_DESCRIBE_STRUCT(CaptureScreenshot, (), (format, quality, clip, captureBeyondViewport, optimizeForSpeed))
BOOST_DESCRIBE_STRUCT(CaptureScreenshot::Result, (), (data))

enum class ScreencastFormat { jpeg, png };
BOOST_DESCRIBE_ENUM(ScreencastFormat, jpeg, png)

struct StartScreencast {
    static constexpr std::string_view method = "Page.startScreencast";
    using Result = Nothing;
    std::optional<ScreencastFormat> format{};
    std::optional<int> quality{};
    std::optional<int> maxWidth{};
    std::optional<int> maxHeight{};
};
BOOST_DESCRIBE_STRUCT(StartScreencast, (), (format, quality, maxWidth, maxHeight))

struct StopScreencast {
    static constexpr std::string_view method = "Page.stopScreencast";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(StopScreencast, (), ())

struct ScreencastFrameAck {
    static constexpr std::string_view method = "Page.screencastFrameAck";
    using Result = Nothing;
    int sessionId{};
};
BOOST_DESCRIBE_STRUCT(ScreencastFrameAck, (), (sessionId))

struct BringToFront {
    static constexpr std::string_view method = "Page.bringToFront";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(BringToFront, (), ())

struct StopLoading {
    static constexpr std::string_view method = "Page.stopLoading";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(StopLoading, (), ())

struct Close {
    static constexpr std::string_view method = "Page.close";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Close, (), ())

struct SetBypassCSP {
    static constexpr std::string_view method = "Page.setBypassCSP";
    using Result = Nothing;
    bool enabled{};
};
BOOST_DESCRIBE_STRUCT(SetBypassCSP, (), (enabled))

struct SetInterceptFileChooserDialog {
    static constexpr std::string_view method = "Page.setInterceptFileChooserDialog";
    using Result = Nothing;
    bool enabled{};
    std::optional<bool> cancel{};
};
BOOST_DESCRIBE_STRUCT(SetInterceptFileChooserDialog, (), (enabled, cancel))

}  // namespace reprise::cdp::page
