// Scripts and style sheets put into a document.
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "observation.hpp"
#include "script_call.hpp"

namespace reprise::locators {
namespace {

// Runs in the isolated world, whose timers and constructors are its own. The tag's script runs in the page's world.
constexpr const char* k_add_tag = R"js(async ({ kind, url, content, type }) => {
  const sheet = kind === 'style' && url;
  const tag = document.createElement(sheet ? 'link' : kind);
  let refused = '';
  const note = (event) => { refused = event.effectiveDirective; };
  document.addEventListener('securitypolicyviolation', note);
  try {
    const loaded = new Promise((done) => {
      tag.addEventListener('load', () => done(''));
      tag.addEventListener('error', () => done('it could not be loaded'));
    });
    if (type) tag.type = type;
    if (sheet) {
      tag.rel = 'stylesheet';
      tag.href = url;
    } else if (url) {
      tag.src = url;
    } else {
      tag.textContent = content;
    }
    (document.head || document.documentElement).append(tag);
    const frame = () => new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 100); });
    // What is written in the tag runs at once; that the policy forbade it is told by an event, by the next frames.
    const problem = url ? await loaded : (await frame(), await frame(), '');
    return refused ? `the page's Content-Security-Policy forbids it (${refused})` : problem;
  } finally {
    document.removeEventListener('securitypolicyviolation', note);
  }
})js";

std::string content_of(const TagSource& source, const std::string& call) {
    if (source.file.empty()) return source.content;
    std::ifstream file{source.file, std::ios::binary};
    if (!file) throw ActionError(fmt::format("{}: {} cannot be read", call, source.file.string()));
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

void DocumentScope::add_tag(std::string_view call_name, std::string_view kind, const TagSource& source,
                            const WaitOptions& options) const {
    const auto shown = !source.url.empty()    ? json_text(source.url)
                       : !source.file.empty() ? json_text(source.file.string())
                                              : fmt::format("{} bytes", source.content.size());
    observed(*this, fmt::format(".{}({})", call_name, shown), options, [&](ElementCall& call) {
        const int named =
            (source.url.empty() ? 0 : 1) + (source.content.empty() ? 0 : 1) + (source.file.empty() ? 0 : 1);
        if (named != 1) {
            throw UsageError(fmt::format("{}: needs one of url, content and file, has {}", call.text(), named));
        }
        const auto argument = js_text(JsValue::object({{"kind", kind},
                                                       {"url", source.url},
                                                       {"content", content_of(source, call.text())},
                                                       {"type", source.type}}));
        const auto problem = call.page().target.evaluate(
            call.enter(), cdp::World::isolated, fmt::format("({})({})", k_add_tag, argument.text), call.deadline());
        if (problem.is_string() && !problem.get_string().empty()) {
            throw ActionError(call.explain(std::string(problem.get_string())));
        }
    });
}

void DocumentScope::add_script_tag(const TagSource& source, const WaitOptions& options) const {
    add_tag("add_script_tag", "script", source, options);
}

void DocumentScope::add_style_tag(const TagSource& source, const WaitOptions& options) const {
    add_tag("add_style_tag", "style", source, options);
}

}  // namespace reprise::locators
