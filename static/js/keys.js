// Single keys that work anywhere on a page while nobody is typing. Whoever finds them in the way
// switches them off (WCAG 2.2, 2.1.4): <body data-shortcuts="off">.

const FIELDS = "input, select, textarea, [contenteditable]";
const handlers = new Map();

// Do something when a single key is pressed: `shortcut("n", openNextFree)`.
export function shortcut(key, action) {
  handlers.set(key, action);
}

// Whether a key press is meant as a shortcut, and not as typing or as the browser's own command.
export function isShortcut({ key, ctrlKey, altKey, metaKey, isComposing, defaultPrevented, target }) {
  const command = ctrlKey || altKey || metaKey || isComposing || defaultPrevented;
  return key.length === 1 && !command && !target.closest(`${FIELDS}, dialog`);
}

export function listenForKeys() {
  shortcut("/", findPatient);
  shortcut("?", showKeys);
  document.addEventListener("keydown", (event) => {
    const action = handlers.get(event.key);
    if (action && document.body.dataset.shortcuts === "on" && isShortcut(event)) {
      event.preventDefault();
      action(event);
    }
  });
  document.getElementById("go-keys")?.addEventListener("click", (event) => {
    event.preventDefault();
    showKeys();
  });
}

function findPatient() {
  const search = document.getElementById("patient-search");
  if (search?.matches(FIELDS)) {
    search.focus();
    search.select();
  } else {
    (search ?? document.getElementById("go-patients"))?.click();
  }
}

function showKeys() {
  document.getElementById("keys")?.showModal();
}
