// The frame around every page: design system components, forms' tokens, trouble said, keys.

import { wake } from "./components.js";
import { keepLock } from "./idle_lock.js";
import { listenForKeys } from "./keys.js";
import { keepTokensFresh } from "./tokens.js";
import { sayTrouble } from "./trouble.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
wake(document);
keepTokensFresh();
sayTrouble();
listenForKeys();
keepLock();

// Each fragment that htmx swaps in. Waking an error summary moves the focus to it; otherwise htmx
// has moved it to the fragment's [autofocus] already. htmx also fires this for the whole page.
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) {
    wake(event.target);
  }
});
