// What the driver may call. Every function takes one object; docs/page-script.md describes each.

globalThis.reprise = Object.freeze({
  act, read, query, wait, expect, landed, adopt,
  held: () => held,
  dropped,
  through_frame: throughFrame,
  checked_state: checkedNow,
  focus_kept: focusKept,
});
