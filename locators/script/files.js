// Files into file fields, and what is dropped on a page from outside.

// Chromium puts files into any file field, however many they are and whatever it takes: what is refused, we refuse.
function whyNoFiles(field, { count, folder }) {
  if (tagOf(field) !== 'input' || field.type !== 'file') {
    return { error: 'wrong_element', message: `${describe(field)} is no file field` };
  }
  if (isDisabled(field)) return { retry: true, state: 'element still disabled' };
  if (count > 1 && !field.multiple && !field.webkitdirectory) {
    return { error: 'wrong_value', message: `the field takes one file, not ${count}` };
  }
  if (count > 0 && folder !== field.webkitdirectory) {
    return { error: 'wrong_value', message: folder ? 'the field takes files, not a folder' : 'the field takes a folder, not files' };
  }
  return null;
}

let filesBefore = null;

function holdFileField(field, args) {
  const why = whyNoFiles(field, args);
  if (why) return why;
  held = field;
  filesBefore = field.files;
  return { ok: true };
}

// The browser takes its time to read a folder: whether the field held last has got its files.
async function filesTaken({ timeout_ms: timeoutMs }) {
  return { taken: !!(await until(timeoutMs, () => (held.files === filesBefore ? undefined : true))) };
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const fileOf = ({ name, type, data }) => new File([bytesOf(data)], name, { type });

function putFiles({ files }, field) {
  const why = whyNoFiles(field, { count: files.length, folder: false });
  if (why) return why;
  if (files.length === 0 && field.files.length === 0) return { ok: true };
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(fileOf(file));
  field.files = transfer.files;
  field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
  return { ok: true };
}

// A page takes what is dropped when it cancels the dragover.
function dropOn(element, { x, y }, { files, texts }) {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(fileOf(file));
  for (const [type, text] of texts) dataTransfer.setData(type, text);
  const send = (type, cancelable = true) => !element.dispatchEvent(new DragEvent(type, {
    bubbles: true, cancelable, composed: true, clientX: x, clientY: y, dataTransfer,
  }));
  send('dragenter');
  if (!send('dragover')) {
    send('dragleave', false);
    return { error: 'wrong_element', dispatched: true,
             message: 'the drop was not taken: the page does not cancel the dragover there' };
  }
  send('drop');
  return { ok: true };
}
