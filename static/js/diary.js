// The day screen: follows other desks' changes, walks by arrow keys, opens slots in the panel.

import { follow } from "./live.js";
import { openPanel, panelKeys } from "./panel.js";
import { beside, nextFree } from "./walk.js";
import { shortcut } from "./keys.js";

const grid = document.getElementById("diary");
const MINUTE = 60_000; // milliseconds
let at = null; // the id of the slot that the keyboard is on

panelKeys();
follow(grid, location.href, drawn);
drawn();
showNow();
setInterval(showNow, MINUTE / 2);

// --- Filters and the jump field go at once ---------------------------------------------------

for (const form of document.querySelectorAll("[data-filters]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
document.querySelector("[data-jump]").addEventListener("change", (event) => {
  if (event.target.value && event.target.validity.valid) {
    event.target.form.requestSubmit();
  }
});

// --- The grid as one stop of the Tab key, walked by arrows -------------------------------------

function links() {
  return [...grid.querySelectorAll(".slot > a")];
}

function drawn() {
  const all = links();
  const here = all.find((link) => link.parentElement.dataset.slot === at) ?? all[0];
  for (const link of all) {
    link.tabIndex = link === here ? 0 : -1;
  }
  markHours();
  showNow();
}

function go(link) {
  if (!link) {
    return;
  }
  for (const other of grid.querySelectorAll('.slot > a[tabindex="0"]')) {
    other.tabIndex = -1;
  }
  link.tabIndex = 0;
  link.focus();
  at = link.parentElement.dataset.slot;
}

grid.addEventListener("focusin", ({ target }) => {
  if (target.matches(".slot > a")) {
    at = target.parentElement.dataset.slot;
  }
});

grid.addEventListener("keydown", (event) => {
  const link = event.target.closest(".slot > a");
  if (link && !event.ctrlKey && !event.altKey && !event.metaKey) {
    const next = beside(link, event.key);
    if (next) {
      event.preventDefault();
      go(next);
    }
  }
});

grid.addEventListener("click", (event) => {
  const link = event.target.closest(".slot > a");
  if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openPanel(link.href, () => go(grid.querySelector(`[data-slot="${at}"] > a`)));
  }
});

shortcut("n", () => {
  const link = nextFree(links(), at);
  if (link) {
    go(link);
  } else {
    document.getElementById("go-find").click();
  }
});
shortcut("[", () => document.getElementById("step-before").click());
shortcut("]", () => document.getElementById("step-after").click());

// --- The now-line -----------------------------------------------------------------------------

function showNow() {
  const diary = grid.querySelector(".diary");
  const rows = [...diary.querySelectorAll(".times__rows li")];
  const elapsed = (Date.now() / 1000 - Number(diary.dataset.first)) / 60; // minutes
  const row = Math.floor(elapsed / Number(diary.dataset.unit)) + 1;
  const label = rows.findLast((item) => Number(item.className.match(/\br(\d+)/)[1]) <= row);
  const last = rows.length ? Number(rows.at(-1).className.match(/\br(\d+)/)[1]) : 0;
  for (const item of rows) {
    item.classList.toggle("is-now", item === label && elapsed >= 0 && row <= last);
  }
  diary.style.setProperty("--grid-width", `${diary.scrollWidth}px`);
}

function markHours() {
  for (const item of grid.querySelectorAll(".times__rows li")) {
    item.classList.toggle("is-hour", item.textContent.endsWith(":00"));
  }
}
