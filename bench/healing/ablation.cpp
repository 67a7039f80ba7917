#include "ablation.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace reprise::bench {
namespace {

namespace json = boost::json;

constexpr const char* k_take_out = R"js((() => {
  let root = document;
  for (const css of FRAMES) root = root.querySelector(css).contentDocument;
  for (const css of SHADOW) root = root.querySelector(css).shadowRoot;
  const element = root.querySelector(SELECTOR);
  const undo = [];
  const cut = (node) => {
    const { parentNode, nextSibling } = node;
    undo.push(() => parentNode.insertBefore(node, nextSibling));
    node.remove();
  };
  for (const label of [...(element.labels || [])]) cut(label);
  let node = element;
  while (node.parentElement && node.parentElement !== root.body && node.parentElement.children.length === 1 &&
         !node.parentElement.textContent.replace(node.textContent, '').trim()) node = node.parentElement;
  if (node.isConnected) cut(node);
  window.putBack = () => undo.reverse().forEach((step) => step());
})(), undefined)js";

}  // namespace

std::string take_out(const Place& place) {
    const auto list = [](const std::vector<std::string>& texts) {
        json::array values;
        for (const auto& text : texts) values.emplace_back(text);
        return json::serialize(values);
    };
    std::string script = k_take_out;
    const auto put = [&](const std::string& name, const std::string& value) {
        script.replace(script.find(name), name.size(), value);
    };
    put("FRAMES", list(place.frames));
    put("SHADOW", list(place.shadow));
    put("SELECTOR", json::serialize(json::string(place.selector)));
    return script;
}

}  // namespace reprise::bench
