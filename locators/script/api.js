// What the driver may call. Every function takes one object; docs/page-script.md describes each.

// A chain that cannot be understood is an answer like others.
const answering = (run) => async (args) => {
  try {
    return await run(args);
  } catch (error) {
    if (error instanceof BadSelector) return { ok: false, error: 'bad_selector', message: error.message };
    throw error;
  }
};

globalThis.reprise = Object.freeze({
  act: answering(act), read: answering(read), query: answering(query), wait: answering(wait), expect: answering(expect),
  landed, watching, unwatch, adopt, tapped,
  cover: answering(cover), prepare_picture: preparePicture, restore_picture: restorePicture,
  hide_highlights: hideHighlights,
  held: () => held,
  held_all: () => heldAll.splice(0),
  tick,
  dropped,
  dragged,
  through_frame: throughFrame,
  box_through_frame: boxThroughFrame,
  checked_state: checkedNow,
  collect,
  settle,
  candidate_path: candidatePath,
  direct_hit: directHit,
  frame_place: framePlace,
  typed,
  hold_file_field: (args, field) => holdFileField(field, args),
  put_files: putFiles,
  files_taken: filesTaken,
  describe,
});
