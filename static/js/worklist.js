// The worklist: copy buttons, and no line ticked by a key that was held down.

import { copy } from "./clipboard.js";

const SETTLE = 300; // ms after the page came in which a press was meant for the line before

const said = document.getElementById("copied");
const begun = performance.now();

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !button.dataset.copy;
  button.addEventListener("click", async () => {
    const shown = document.getElementById(button.dataset.of);
    said.textContent = (await copy(button.dataset.copy, shown))
      ? `Copied: ${button.dataset.copy}`
      : "This browser does not let us copy. It is marked for you: press Ctrl and C.";
  });
}

document.querySelector(".in-hand__entered")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.repeat) {
    event.preventDefault();
  }
});

document.querySelector("[data-once]")?.addEventListener("submit", (event) => {
  const form = event.currentTarget;
  if (form.dataset.sent || performance.now() - begun < SETTLE) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

// A page that the browser brings back from its own memory may be sent again.
window.addEventListener("pageshow", () => {
  delete document.querySelector("[data-once]")?.dataset.sent;
});
