// The panel beside the diary: one slot or appointment at a time, driven from the keyboard.

import { isShortcut } from "./keys.js";

const panel = document.getElementById("panel");
let comeBack = () => {};

// Open a slot or appointment in the panel; `back` puts the focus where it came from on closing.
export function openPanel(address, back) {
  giveBack();
  comeBack = back ?? comeBack;
  panel.hidden = false;
  htmx.ajax("GET", address, { target: panel, swap: "innerHTML" });
}

export function closePanel() {
  giveBack();
  panel.replaceChildren();
  panel.hidden = true;
  comeBack();
}

export function panelKeys() {
  panel.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    const inside = event.target.closest("[data-panel], .panel__person a");
    if (close) {
      event.preventDefault();
      closePanel();
    } else if (inside && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openPanel(inside.href);
    }
  });
}

// Give a slot back that the open form has in hand. Also when the page goes: the request outlives it.
function giveBack() {
  const held = panel.querySelector("[data-hold]");
  if (held) {
    const token = panel.querySelector("[name=csrfmiddlewaretoken]").value;
    fetch(held.dataset.hold, {
      method: "POST",
      headers: { "X-CSRFToken": token, "X-Poll": "1" },
      keepalive: true,
    });
  }
}

addEventListener("pagehide", giveBack);

// --- Keys in the panel --------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden && panel.matches(".panel") && panel.firstChild) {
    closePanel();
  }
  if (document.body.dataset.shortcuts === "on" && isShortcut(event)) {
    const wanted = panel.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (wanted) {
      event.preventDefault();
      press(wanted);
    }
  }
});

function press(wanted) {
  if (wanted.matches("details")) {
    wanted.open = true;
    wanted.querySelector("[data-start]").focus();
  } else {
    wanted.click();
  }
}

// In the booking form: Enter in the search box goes to the first patient found, Enter on a patient
// books. Nobody is chosen but by an arrow key, the space bar or a click.
panel.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-booking]");
  if (!form) {
    return;
  }
  const patients = [...form.querySelectorAll("#pick input[type=radio]")];
  if (event.target.id === "q" && ["Enter", "ArrowDown"].includes(event.key) && patients.length) {
    event.preventDefault();
    choose(patients[0], event.key === "ArrowDown");
  } else if (event.key === "Enter" && event.target.matches("input:not(#q, [type=submit])")) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-book]"));
  }
});

function choose(radio, pick) {
  radio.focus();
  if (pick) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// After each swap: focus goes where the next key press belongs.
panel.addEventListener("htmx:afterSwap", (event) => {
  if (event.target === panel) {
    const first = panel.querySelector("[autofocus]") ?? panel.querySelector(".panel__head");
    first?.focus();
  }
});
