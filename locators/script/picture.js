// Making a document hold still, and covering what must not be seen, while a picture of it is taken; outlining what is to
// be looked at.

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

// What is outlined until hideHighlights(), on one canvas over everything, dialogs too: no locator finds a text of it, no
// press meets it, and no policy of the page forbids it.
let highlighted = [];  // { elements, label }
let highlightLayer = null;

function drawHighlight(pen, element, label) {
  const box = element.getBoundingClientRect();
  if (box.width === 0 && box.height === 0) return;
  pen.fillStyle = '#6fa8dc66';
  pen.fillRect(box.x, box.y, box.width, box.height);
  pen.strokeStyle = pen.fillStyle = '#1a56b0';
  pen.strokeRect(box.x, box.y, box.width, box.height);
  const height = 18;
  const top = box.bottom + height <= innerHeight ? box.bottom : Math.max(0, box.top - height);
  pen.fillRect(box.x, top, pen.measureText(label).width + 8, height);
  pen.fillStyle = '#ffffff';
  pen.fillText(label, box.x + 4, top + 3);
}

function drawHighlights(canvas) {
  const [width, height] = [innerWidth, innerHeight].map((length) => Math.round(length * devicePixelRatio));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d');
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  pen.clearRect(0, 0, innerWidth, innerHeight);
  pen.font = '12px sans-serif';
  pen.textBaseline = 'top';
  pen.lineWidth = 2;
  for (const { elements, label } of highlighted) {
    for (const element of elements) drawHighlight(pen, element, label);
  }
}

function showHighlights() {
  const layer = document.createElement('reprise-highlight');
  layer.setAttribute('aria-hidden', 'true');
  layer.style.cssText = 'all:initial;display:block;position:fixed;left:0;top:0;width:100vw;height:100vh;margin:0;' +
    'z-index:2147483647;pointer-events:none';
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'display:block;width:100vw;height:100vh';
  layer.attachShadow({ mode: 'closed' }).append(canvas);
  document.documentElement.append(layer);
  layer.popover = 'manual';
  layer.showPopover();
  highlightLayer = layer;
  const follow = () => {
    if (highlightLayer !== layer || !layer.isConnected) return;
    drawHighlights(canvas);
    requestAnimationFrame(follow);
  };
  follow();
}

function highlight(elements, label) {
  if (elements.length === 0) return 0;
  highlighted.push({ elements, label });
  if (highlightLayer) highlightLayer.remove();  // what has come to the top layer since lies over it
  showHighlights();
  return elements.length;
}

function hideHighlights() {
  highlighted = [];
  if (highlightLayer) highlightLayer.remove();
  highlightLayer = null;
  return {};
}
