#include "healing/question_picture.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/vision/annotate.hpp>

namespace reprise::runner {
namespace {

namespace json = boost::json;
using locators::CandidateList;
using locators::FrameCandidates;

constexpr int k_longest_side_px = 1568;  // the API makes larger ones smaller itself

// Of one document, in px of its viewport: where it is scrolled to, what may show something that was entered, and the
// frames. Fields are private with a value only: an empty one shows its placeholder. Texts in view come with their
// boxes; whether one holds a secret is not decided in the page, which need not know any.
constexpr const char* k_look = R"js((() => {
  const fields = [], frames = [], texts = [];
  const plain = new Set(['button', 'submit', 'reset', 'checkbox', 'radio', 'image', 'range', 'color', 'hidden']);
  const boxOf = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left, top, width, height];
  };
  const seen = ({ left, top, width, height }) => width > 0 && height > 0 && top < innerHeight && left < innerWidth &&
    top + height > 0 && left + width > 0;
  const read = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node && texts.length < 10000; node = walker.nextNode()) {
      if (!/\S/.test(node.data)) continue;
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (seen(box)) texts.push([node.data.slice(0, 2000), box.left, box.top, box.width, box.height]);
      }
    }
  };
  const look = (root) => {
    read(root);
    for (const element of root.querySelectorAll('*')) {
      const inner = element.shadowRoot || (globalThis.closedRoots && closedRoots.get(element));
      if (inner) look(inner);
      const tag = element.localName;
      if (tag === 'iframe' || tag === 'frame' || tag === 'object' || tag === 'embed') frames.push(boxOf(element));
      else if (tag === 'textarea' || tag === 'select') { if (element.value) fields.push(boxOf(element)); }
      else if (tag === 'input') { if (element.value && !plain.has(element.type)) fields.push(boxOf(element)); }
      else if (element.isContentEditable && element.textContent.trim()) fields.push(boxOf(element));
    }
  };
  look(document);
  return { fields, frames, texts, scroll: [scrollX, scrollY], width: innerWidth };
})())js";

// Closed shadow roots hide fields from scripts, and not from the camera.
constexpr const char* k_remember_closed_root =
    "function(host, root) { (globalThis.closedRoots ||= new WeakMap()).set(host, root); }";

struct Rect {
    double left{}, top{}, width{}, height{};
};
struct Look {
    std::vector<Rect> fields{}, frames{};  // fields: and texts that hold secrets
    double scroll_x{}, scroll_y{}, width{};
};

double number(const json::value& value) {
    return value.to_number<double>();
}

std::vector<Rect> rects(const json::value& list) {
    std::vector<Rect> found;
    for (const auto& box : list.as_array()) {
        found.push_back({number(box.at(0)), number(box.at(1)), number(box.at(2)), number(box.at(3))});
    }
    return found;
}

Look look_at(const cdp::PageTarget& target, const cdp::FrameId& frame, const IsSecret& is_secret,
             cdp::Deadline deadline) {
    const auto answer = target.evaluate(frame, cdp::World::isolated, k_look, deadline);
    Look look{.fields = rects(answer.at("fields")),
              .frames = rects(answer.at("frames")),
              .scroll_x = number(answer.at("scroll").at(0)),
              .scroll_y = number(answer.at("scroll").at(1)),
              .width = number(answer.at("width"))};
    for (const auto& text : answer.at("texts").as_array()) {
        if (!is_secret(std::string_view{text.at(0).as_string()})) continue;
        look.fields.push_back({number(text.at(1)), number(text.at(2)), number(text.at(3)), number(text.at(4))});
    }
    return look;
}

// Ids of the documents on the way to a frame, the page's own first.
std::vector<cdp::FrameId> way_to(const cdp::PageTarget& target, cdp::FrameId frame) {
    std::vector<cdp::FrameId> way{frame};
    const auto frames = target.frames();
    while (frame != target.main_frame()) {
        const auto info = std::ranges::find(frames, frame, &cdp::FrameInfo::id);
        if (info == frames.end() || info->parent.empty()) throw locators::ActionError("a frame has gone");
        frame = info->parent;
        way.insert(way.begin(), frame);
    }
    return way;
}

bool holds(const Rect& rect, double x, double y) {
    return x >= rect.left && y >= rect.top && x < rect.left + rect.width && y < rect.top + rect.height;
}

// What is seen of the page at one moment, in px of the viewport.
struct Scene {
    std::vector<Rect> hidden{};                        // to be painted over
    std::vector<std::pair<double, double>> origins{};  // of each of the list's documents: where its (0, 0) is
    double width{};
};

enum class Roots { find, known };

class SceneReader {
public:
    SceneReader(const cdp::PageTarget& target, const IsSecret& is_secret, Roots roots, cdp::Deadline deadline)
        : target_{target}, is_secret_{is_secret}, roots_{roots}, deadline_{deadline} {}

    Scene read(const CandidateList& list) {
        Scene scene;
        for (const auto& frame : list.frames) scene.origins.push_back(origin_of(frame));
        scene.width = documents_[target_.main_frame()].look.width;
        for (const auto& [id, document] : documents_) {
            const auto moved = [&document = document](const Rect& rect) {
                return Rect{rect.left + document.left, rect.top + document.top, rect.width, rect.height};
            };
            for (const auto& field : document.look.fields) scene.hidden.push_back(moved(field));
            for (const auto& frame : document.look.frames) {
                if (!was_read(id, moved(frame))) scene.hidden.push_back(moved(frame));
            }
        }
        return scene;
    }

private:
    struct Document {
        Look look{};
        double left{}, top{};  // where its viewport begins
    };

    Document& document(const cdp::FrameId& frame) {
        const auto [place, fresh] = documents_.try_emplace(frame);
        if (fresh) {
            if (roots_ == Roots::find) target_.for_each_closed_shadow_root(frame, k_remember_closed_root, deadline_);
            place->second.look = look_at(target_, frame, is_secret_, deadline_);
        }
        return place->second;
    }

    std::pair<double, double> origin_of(const FrameCandidates& frame) {
        const auto way = way_to(target_, frame.frame);
        if (way.size() != frame.chain.size() + 1) throw locators::ActionError("the frames have changed");
        double left = 0;
        double top = 0;
        for (std::size_t level = 0; level < way.size(); ++level) {
            auto& own = document(way[level]);
            own.left = left;
            own.top = top;
            left -= own.look.scroll_x;
            top -= own.look.scroll_y;
            if (level == frame.chain.size()) break;
            left += frame.chain[level].left;
            top += frame.chain[level].top;
        }
        return {left, top};
    }

    // Whether `box`, a frame in `document`, shows one of the other documents read.
    bool was_read(const cdp::FrameId& document, const Rect& box) const {
        return std::ranges::any_of(documents_, [&](const auto& other) {
            return other.first != target_.main_frame() && other.first != document &&
                   holds(box, other.second.left, other.second.top);
        });
    }

    const cdp::PageTarget& target_;
    const IsSecret& is_secret_;
    Roots roots_;
    cdp::Deadline deadline_;
    std::map<cdp::FrameId, Document> documents_{};
};

vision::Box scaled(const Rect& rect, double factor) {
    return {static_cast<int>(std::floor(rect.left * factor)), static_cast<int>(std::floor(rect.top * factor)),
            static_cast<int>(std::ceil(rect.width * factor)) + 1,
            static_cast<int>(std::ceil(rect.height * factor)) + 1};
}

}  // namespace

std::string question_picture(const locators::Page& page, const CandidateList& list,
                             const std::vector<std::size_t>& numbered, const IsSecret& is_secret,
                             cdp::Deadline deadline) {
    const auto& target = page.target();
    const auto before = SceneReader{target, is_secret, Roots::find, deadline}.read(list);
    auto shot = vision::decode_png(page.screenshot());
    const auto after = SceneReader{target, is_secret, Roots::known, deadline}.read(list);
    // The numbers would stand beside their elements, and the paint beside the fields.
    if (before.origins != after.origins) throw locators::ActionError("the page moved while it was pictured");
    if (before.width <= 0) throw locators::ActionError("the page has no size");
    shot = vision::shrink(std::move(shot), k_longest_side_px);
    const double factor = shot.width / before.width;
    const auto box_of = [&](std::size_t index) {
        const auto& box = list.fingerprints[index].box;
        for (std::size_t i = 0; i < list.frames.size(); ++i) {
            const auto& frame = list.frames[i];
            if (index < frame.first || index >= frame.first + frame.count) continue;
            return Rect{box.left + before.origins[i].first, box.top + before.origins[i].second, box.width, box.height};
        }
        return Rect{};
    };
    for (const auto* scene : {&before, &after}) {
        for (const auto& rect : scene->hidden) vision::paint_over(shot, scaled(rect, factor));
    }
    std::vector<vision::Mark> marks;
    for (std::size_t i = 0; i < numbered.size(); ++i) {
        marks.push_back({scaled(box_of(numbered[i]), factor), std::to_string(i + 1), vision::Colour::red});
    }
    std::ranges::reverse(marks);  // the best ones on top
    vision::annotate(shot, marks);
    return vision::encode_png(shot);
}

}  // namespace reprise::runner
