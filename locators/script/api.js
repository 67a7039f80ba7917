// What the driver may call. Every function takes one object; docs/page-script.md describes each.

async function elementOf(args) {
  let found = null;
  const answer = await withElement({ ...args, strict: true }, async (element) => {
    found = element;
    return { ok: true };
  });
  if (!answer.ok) throw new Error(answer.message);
  return found;
}

globalThis.reprise = Object.freeze({
  act, read, query, wait, expect, landed, adopt,
  element: elementOf,
  held: () => held,
  dropped,
  through_frame: throughFrame,
  checked_state: checkedNow,
  focus_kept: focusKept,
});
