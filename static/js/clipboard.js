// Put a text on the clipboard. Without https a browser hides its clipboard, so the old way, by a
// selection, comes second; where that is refused as well, what is shown stays marked for Ctrl+C.

// Copy `text`, and say whether it worked; `shown` is the element to mark when it did not.
export async function copy(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text) || mark(shown);
  }
}

function copyBySelection(text) {
  const back = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  field.className = "nhsuk-u-visually-hidden";
  document.body.append(field);
  field.select();
  let worked = false;
  try {
    worked = document.execCommand("copy");
  } catch {
    worked = false;
  }
  field.remove();
  back?.focus({ preventScroll: true });
  return worked;
}

function mark(shown) {
  getSelection().selectAllChildren(shown);
  return false;
}
