// Making a document hold still, and covering what must not be seen, while a picture of it is taken.

let pictureUndo = [];

// Animations that end are at their end, others stand at their beginning; carets are not shown.
function preparePicture({ animations, caret, style }) {
  restorePicture();
  if (!caret || style) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${caret ? '' : '*,*::before,*::after{caret-color:transparent!important}'}${style || ''}`);
    for (const root of rootsBelow(document)) {
      const sheets = root.adoptedStyleSheets;
      root.adoptedStyleSheets = [...sheets, sheet];
      pictureUndo.push(() => {
        root.adoptedStyleSheets = [...root.adoptedStyleSheets].filter((other) => other !== sheet);
      });
    }
  }
  if (animations) return {};
  for (const animation of rootsBelow(document).flatMap((root) => root.getAnimations())) {
    if (animation.playState === 'finished' || animation.playState === 'paused') continue;
    const timing = animation.effect ? animation.effect.getComputedTiming() : null;
    if (timing && Number.isFinite(timing.endTime) && animation.playbackRate > 0) {
      animation.finish();
      continue;
    }
    const at = animation.currentTime;
    animation.pause();
    animation.currentTime = 0;
    pictureUndo.push(() => {
      animation.currentTime = at;
      animation.play();
    });
  }
  return {};
}

// A box of one colour over each element, above everything that does not lie in the top layer, and above dialogs too.
function cover({ chain, colour, report_closed: reportClosed }) {
  const { elements } = resolve(chain, reportClosed);
  if (elements.length === 0 && reportClosed && mayHideClosedRoots()) return { error: 'closed_roots' };
  const layer = document.createElement('div');
  layer.style.cssText = 'all:initial;position:absolute;left:0;top:0;margin:0;border:0;padding:0;width:0;height:0;' +
    'background:none;overflow:visible;z-index:2147483647;pointer-events:none';
  document.documentElement.append(layer);
  pictureUndo.push(() => layer.remove());
  layer.popover = 'manual';
  layer.showPopover();
  const origin = layer.getBoundingClientRect();
  for (const element of elements) {
    const box = element.getBoundingClientRect();
    const patch = document.createElement('div');
    patch.style.cssText = `all:initial;position:absolute;left:${box.x - origin.x}px;top:${box.y - origin.y}px;` +
      `width:${box.width}px;height:${box.height}px;background:${colour}`;
    layer.append(patch);
  }
  return { value: elements.length };
}

function restorePicture() {
  for (const undo of pictureUndo.splice(0).reverse()) undo();
  return {};
}
