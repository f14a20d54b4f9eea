// Buttons that copy what stands in a field: data-copy-of names it, data-copied is where that is said.

import { copy } from "./clipboard.js";

for (const button of document.querySelectorAll("[data-copy-of]")) {
  const field = document.getElementById(button.dataset.copyOf);
  const said = document.querySelector(`[data-copied="${button.dataset.copyOf}"]`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = (await copy(field.value, field))
      ? "Copied"
      : "This browser does not let us copy. It is marked for you: press Ctrl and C.";
  });
}
