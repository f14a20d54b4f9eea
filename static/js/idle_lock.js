// Cover the page while its screen is locked, keep everything that was typed, and let a colleague
// take over the desk. The server alone decides whether a screen is locked; this asks it now and
// then, and tells it when somebody is typing without sending anything.
//
// When the server can't be reached the page stays as it is: a desk that is cut off must go on.

import { token } from "./tokens.js";

const ASK_EVERY = 20_000; // ms; a lock is counted in minutes
const UNREACHABLE = "The appointment book can't be reached. Try again in a moment.";
const STALE = "This page is too old to be opened again. Load it again and sign in.";
const SIGNS_OF_LIFE = ["keydown", "pointerdown", "wheel", "input"];

let dialog;
let locked = false;
let somebodyActed = false;
let presses = 0; // of the Lock button
let untold = false; // the server does not know of the last one yet

export function keepLock() {
  dialog = document.getElementById("lock");
  if (!dialog) {
    return;
  }
  for (const sign of SIGNS_OF_LIFE) {
    document.addEventListener(sign, () => (somebodyActed = true), { passive: true, capture: true });
  }
  setInterval(ask, ASK_EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    coverIf(xhr.status, xhr.getResponseHeader("X-Signed-Out"));
  });
  document.addEventListener("submit", lockAtOnce);
  dialog.addEventListener("close", () => locked && dialog.showModal()); // Esc is no way in
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // nor out of a panel
  dialog.querySelector("form").addEventListener("submit", open);
  document.getElementById("lock-take-over").addEventListener("click", () => askForName(true));
}

// For scripts that fetch: `lookForLock(response)` covers the page if the answer says it is locked.
export function lookForLock(response) {
  coverIf(response.status, response.headers.get("X-Signed-Out"));
}

async function ask() {
  const typing = somebodyActed && !locked;
  const pressesSoFar = presses;
  somebodyActed = false;
  try {
    if (untold) {
      await tellOfLock();
    }
    const response = await send("/still-here/", typing ? "POST" : "GET");
    lookForLock(response);
    if (response.ok && pressesSoFar === presses) {
      uncover(await response.json());
    }
  } catch {
    // Unreachable: see above.
  }
}

function coverIf(status, signedOut) {
  if (status === 401) {
    cover();
    if (signedOut) {
      askForName(true);
    }
  }
}

function lockAtOnce(event) {
  if (event.target.getAttribute("action") === "/lock/") {
    event.preventDefault();
    cover();
    presses += 1;
    untold = true;
    tellOfLock().catch(() => say(UNREACHABLE));
  }
}

async function tellOfLock() {
  await send("/lock/", "POST");
  untold = false;
}

async function open(event) {
  event.preventDefault();
  event.stopPropagation();
  say("");
  const form = event.target;
  form.elements.csrfmiddlewaretoken.value = token();
  try {
    const response = await send(form.action, "POST", new URLSearchParams(new FormData(form)));
    if (response.ok) {
      uncover(await response.json());
      return;
    }
    say(response.status === 403 ? STALE : (await response.json()).sentence);
  } catch {
    say(UNREACHABLE);
  }
  form.elements.password.value = "";
  form.elements.password.focus();
}

function send(address, method, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  if (method === "GET") {
    headers["X-Poll"] = "1"; // looking keeps no sign-in alive
  }
  return fetch(address, { method, headers, body, redirect: "error" });
}

function cover() {
  if (locked) {
    return;
  }
  locked = true;
  dialog.showModal();
  document.documentElement.classList.add("is-locked");
  askForName(false);
}

function uncover(person) {
  show(person);
  if (locked) {
    locked = untold = false;
    document.documentElement.classList.remove("is-locked");
    dialog.querySelector("form").reset();
    say("");
    dialog.close();
  }
}

// The page may have been made for somebody else.
function show({ name, may_manage, shortcuts }) {
  for (const place of document.querySelectorAll(".shell__person, #lock-person")) {
    place.textContent = name;
  }
  document.body.dataset.shortcuts = shortcuts;
  const settings = document.getElementById("go-settings");
  if (settings) {
    settings.parentElement.hidden = !may_manage;
  }
}

function askForName(colleague) {
  const username = document.getElementById("lock-username");
  username.disabled = !colleague;
  document.getElementById("lock-colleague").hidden = !colleague;
  document.getElementById("lock-own").hidden = colleague;
  document.getElementById("lock-take-over").hidden = colleague;
  document.getElementById(colleague ? "lock-username" : "lock-password").focus();
}

function say(sentence) {
  document.getElementById("lock-said").textContent = sentence;
}
