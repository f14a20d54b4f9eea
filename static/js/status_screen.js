// The waiting room's screen: ask for this page again, swap what it says, and keep the last state
// with its age when no answer comes.

import { noNews } from "./no_news.js";

const EVERY = 15_000; // milliseconds between two questions
const PATIENCE = 10_000; // milliseconds for an answer
const LATE = 60_000; // milliseconds without an answer until the screen says so: three questions

const age = document.getElementById("age");
let heard = now();

// Both clocks: the steady one may stand still while a machine sleeps, the other may be set back.
function now() {
  return { steady: performance.now(), wall: Date.now() };
}

function silentFor() {
  const at = now();
  return Math.max(at.steady - heard.steady, at.wall - heard.wall);
}

async function ask() {
  try {
    const answer = await fetch(location.pathname, {
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) {
      take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    // No answer: `sayAge` says it.
  }
  sayAge();
  setTimeout(ask, EVERY);
}

// Whatever else may answer in the server's place (a login page of the network) has no #told.
function take(fresh) {
  const told = fresh.getElementById("told");
  if (!told) {
    return;
  }
  if (sources(fresh) !== sources(document)) {
    location.reload(); // a newer version of the program: the server is there
    return;
  }
  heard = now();
  const there = document.getElementById("told");
  if (told.outerHTML !== there.outerHTML) {
    there.replaceWith(document.adoptNode(told));
  }
}

function sources(page) {
  const links = page.querySelectorAll('link[rel="stylesheet"], script[src]');
  return [...links].map((link) => link.getAttribute("href") ?? link.getAttribute("src")).join();
}

function sayAge() {
  const silent = silentFor();
  const words = silent < LATE ? "" : noNews(silent, document.getElementById("told").dataset.asOf);
  if (age.textContent !== words) {
    age.textContent = words;
  }
  age.hidden = !words;
}

setTimeout(ask, EVERY);
