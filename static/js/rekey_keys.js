// What a key press means while a sheet is keyed. Knows no page, so that Node can test it.

const SIGNS = ["-", "="]; // in an empty box: nothing written, the rest is empty
const LETTER = /^[a-z]$/i;
const NOTHING_TYPED = "Type the name, or press - if nothing is written here.";
const LONGEST = 60; // characters that are kept while an answer is on its way

// Gives { deed, value }, or null where the browser does what it always does.
//   key, isRepeat, isAlt       the key press; with Alt a letter is a key while one types, too
//   isCommand                  the browser's own
//   inName, typed              whether it is in the name box, and what stands there
//   inChoice                   whether it is in the list of whom it can mean
//   isSingle                   whether single letters are keys here
//   list                       { typed, isExact, length } of that list
export function wantedBy(press) {
  const { key, isRepeat, isAlt, isCommand, inName, typed, inChoice, isSingle, list } = press;
  if (isCommand) {
    return null;
  }
  if (isAlt) {
    return LETTER.test(key) && !isRepeat ? { deed: "press", value: key.toLowerCase() } : null;
  }
  if (inName) {
    return inTheBox(key, isRepeat, typed, list);
  }
  if (inChoice && /^\d$/.test(key)) {
    return { deed: "choose", value: key };
  }
  if (inChoice && key === "Enter") {
    return { deed: isRepeat ? "stop" : "send" };
  }
  if (isSingle && (LETTER.test(key) || SIGNS.includes(key))) {
    return isRepeat ? { deed: "stop" } : { deed: SIGNS.includes(key) ? "sign" : "press", value: key };
  }
  if (key === "Enter" && isRepeat) {
    return { deed: "stop" }; // a key that is held down keys one row
  }
  return null;
}

function inTheBox(key, isRepeat, typed, list) {
  if (!typed && SIGNS.includes(key)) {
    return isRepeat ? { deed: "stop" } : { deed: "sign", value: key };
  }
  if (!typed && (key === "ArrowDown" || key === "ArrowUp")) {
    return { deed: "walk", value: key === "ArrowDown" ? "next" : "prev" };
  }
  if (key === "ArrowDown" && list.length) {
    return { deed: "first" };
  }
  if (key !== "Enter") {
    return null;
  }
  if (isRepeat) {
    return { deed: "stop" };
  }
  if (!typed) {
    return { deed: "say", value: NOTHING_TYPED };
  }
  // The list is already there: the server would only give it again.
  return list.length && list.typed === typed && !list.isExact ? { deed: "into list" } : null;
}

// Keeps what is typed between Enter and the next row's box.
export class Ahead {
  #keys = "";

  isWaiting = false;

  wait() {
    this.isWaiting = true;
    this.#keys = "";
  }

  // Whether this key press is kept; others go their way.
  keep({ key, ctrlKey, altKey, metaKey, isComposing }) {
    if (ctrlKey || altKey || metaKey || isComposing) {
      return false;
    }
    if (key === "Backspace") {
      this.#keys = this.#keys.slice(0, -1);
    } else if (key.length === 1 && this.#keys.length < LONGEST) {
      this.#keys += key;
    } else {
      return key === "Enter"; // nothing is sent twice
    }
    return true;
  }

  take() {
    const keys = this.#keys;
    this.isWaiting = false;
    this.#keys = "";
    return keys;
  }
}
