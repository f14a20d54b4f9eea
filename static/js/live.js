// Follow other desks: ask every 1.5 s whether the day has changed, and swap only the columns that
// did. The request says X-Poll, so that it does not keep a sign-in alive.

import { lookForLock } from "./idle_lock.js";

const EVERY = 1500; // milliseconds; a change is seen within 2 s
const HIDDEN_EVERY = 10_000; // a tab in the background
const TROUBLE_AFTER = 2; // polls without an answer

export function follow(grid, address, drawn) {
  const message = document.getElementById("shell-message");
  let stamp = "";
  let timer = 0;
  let failed = 0;
  let lastGood = new Date();
  let said = "";

  function say(sentence) {
    if (message.textContent === said) {
      message.textContent = sentence;
      said = sentence;
    }
  }

  async function ask() {
    clearTimeout(timer);
    try {
      // With this PC's time: if most differ from the server's, its clock is wrong.
      const told = { "X-Poll": "1", "X-Desk-Time": String(Date.now()) };
      const headers = { ...told, ...(stamp && { "If-None-Match": stamp }) };
      const answer = await fetch(address, { headers, cache: "no-store", redirect: "error" });
      if (answer.status === 200) {
        swap(grid, await answer.text());
        stamp = answer.headers.get("ETag") ?? "";
        drawn();
      }
      lookForLock(answer);
      if (answer.status === 403) {
        say("This page no longer follows the diary. Load it again.");
      } else if (answer.status >= 500) {
        throw new Error("no answer");
      } else {
        failed = 0;
        lastGood = new Date();
        say("");
      }
    } catch {
      failed += 1;
      if (failed >= TROUBLE_AFTER) {
        const since = lastGood.toTimeString().slice(0, 5);
        say(`The diary can't be reached. What you see is as it was at ${since}.`);
      }
    }
    timer = setTimeout(ask, document.hidden ? HIDDEN_EVERY : EVERY);
  }

  timer = setTimeout(ask, EVERY);
  document.addEventListener("visibilitychange", () => !document.hidden && ask());
  document.addEventListener("book-changed", ask);
}

// Swap the columns that differ. Others stay the very same elements, with focus and scroll.
function swap(grid, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".diary");
  const old = grid.querySelector(".diary");
  const columns = (diary) => [...diary.querySelectorAll(".column")];
  const shape = (diary) => diary.className + columns(diary).map((column) => column.id).join();
  const times = (diary) => diary.querySelector(".times")?.textContent;
  const focused = document.activeElement?.closest?.(".slot")?.dataset.slot;
  if (shape(fresh) !== shape(old) || times(fresh) !== times(old)) {
    old.replaceWith(document.adoptNode(fresh));
  } else {
    const next = columns(fresh); // listed before the first one is taken out of it
    columns(old).forEach((column, index) => {
      if (text(column) !== text(next[index])) {
        column.replaceWith(document.adoptNode(next[index]));
      }
    });
    const free = old.querySelector(".diary__free");
    free?.replaceWith(document.adoptNode(fresh.querySelector(".diary__free")));
  }
  if (focused && !grid.contains(document.activeElement)) {
    grid.querySelector(`[data-slot="${focused}"] > a`)?.focus({ preventScroll: true });
  }
}

// A column as the server wrote it, without the tab stops that diary.js puts on its links.
function text(column) {
  return column.outerHTML.replaceAll(/ tabindex="-?\d"/g, "");
}
