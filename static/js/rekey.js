// Keying a sheet by the keyboard alone. Everything here is quicker ways to the page's own buttons,
// links and choices; without it they work by Tab, Enter and the mouse.

import { isShortcut } from "./keys.js";
import { Ahead, wantedBy } from "./rekey_keys.js";

const ahead = new Ahead();

const find = (selector) => document.querySelector(`#keying ${selector}`);
const choices = () => [...document.querySelectorAll("#choices-found input[type=radio]")];

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.defaultPrevented || target.closest("dialog")) {
    return; // a dialog; or the browser has pressed the button itself (accesskey)
  }
  if (ahead.isWaiting && target.closest("#keying") && ahead.keep(event)) {
    event.preventDefault(); // typed for the next row, whose box is not there yet
    return;
  }
  const wanted = wantedBy({
    key: event.key,
    isRepeat: event.repeat,
    isAlt: event.altKey && !event.ctrlKey && !event.metaKey,
    isCommand: event.ctrlKey || event.metaKey || event.isComposing,
    inName: target.id === "id_q",
    typed: target.id === "id_q" ? target.value.trim() : "",
    inChoice: Boolean(target.closest("#choices-found")),
    isSingle: document.body.dataset.shortcuts === "on" && isShortcut(event),
    list: listFor(),
  });
  if (wanted && act(wanted)) {
    event.preventDefault();
  }
});

// What the list below the name box is: made for which name, how long, and whether one is meant.
function listFor() {
  const list = document.getElementById("choices-found");
  return list
    ? { typed: list.dataset.for, isExact: "exact" in list.dataset, length: choices().length }
    : { typed: null, isExact: false, length: 0 };
}

// Do what a key press asks for; says whether there was anything to do.
function act({ deed, value }) {
  switch (deed) {
    case "say":
      find("#hand-note").textContent = value;
      return true;
    case "stop":
      return true;
    case "sign":
    case "press":
      return press(find(`[data-${deed === "sign" ? "sign" : "key"}="${CSS.escape(value)}"]`));
    case "walk":
      return press(find(`.hand__walk [rel=${value}]`));
    case "into list":
      choices()[0].focus();
      return true;
    case "first":
      return choose(choices()[0]);
    case "choose":
      return choose(choices().find((radio) => radio.dataset.number === value));
    case "send":
      find("#hand").requestSubmit(find("[data-enter]"));
      return true;
    default:
      return false;
  }
}

function press(wanted) {
  wanted?.click();
  return Boolean(wanted);
}

function choose(radio) {
  if (radio) {
    radio.focus();
    radio.checked = true;
  }
  return Boolean(radio);
}

// --- Typing ahead --------------------------------------------------------------------------------

// The name box's own search may be in flight as well: only what changes the row makes typing wait.
document.addEventListener("htmx:beforeSend", (event) => {
  if (event.detail.target.id === "keying") {
    ahead.wait();
  }
});

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, () => give());
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "keying") {
    show();
    give();
  }
});

function show() {
  const focus = find("[autofocus]") ?? find("#hand-head");
  focus?.focus({ preventScroll: true });
  const hand = find(".row--hand");
  if (hand) {
    hand.scrollIntoView({ block: "nearest" });
  } else {
    scrollTo(0, 0); // nothing is left to key: what is to be done next stands at the top
  }
}

function give() {
  const keys = ahead.take();
  const box = document.activeElement;
  if (keys && box?.id === "id_q") {
    box.setRangeText(keys, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (keys.length === 1 && box?.closest("#choices-found")) {
    act({ deed: "choose", value: keys });
  }
}

show();
