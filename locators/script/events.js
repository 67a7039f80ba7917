// Events that a test makes by script.

const eventClasses = [
  [/^(aux|dbl)?click$|^mouse(down|enter|leave|move|out|over|up)$|^contextmenu$/, MouseEvent],
  [/^key(down|up|press)$/, KeyboardEvent],
  [/^(got|lost)?pointer/, PointerEvent],
  [/^touch/, globalThis.TouchEvent],
  [/^(focus|focusin|focusout|blur)$/, FocusEvent],
  [/^(drag|drop)/, DragEvent],
  [/^wheel$/, WheelEvent],
  [/^(before)?input$/, InputEvent],
  [/^composition/, CompositionEvent],
];

function eventOf(type, init) {
  const found = eventClasses.find(([pattern]) => pattern.test(type));
  const Class = (found && found[1]) || (init.detail === undefined ? Event : CustomEvent);
  const all = { bubbles: true, cancelable: true, composed: true, ...init };
  if (/^touch/.test(type)) {
    for (const list of ['touches', 'targetTouches', 'changedTouches']) {
      if (all[list]) all[list] = all[list].map((touch) => new Touch({ identifier: 0, target: document.body, ...touch }));
    }
  }
  return new Class(type, all);
}
