// What a key press means while a sheet is keyed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Ahead, wantedBy } from "../../static/js/rekey_keys.js";

const EMPTY = { typed: null, isExact: false, length: 0 };

function press(key, more = {}) {
  const nothing = { isRepeat: false, isAlt: false, isCommand: false, inName: false, typed: "" };
  return wantedBy({ ...nothing, inChoice: false, isSingle: false, list: EMPTY, key, ...more });
}

test("in an empty box signs say that nothing is written, and arrows walk", () => {
  const inName = true;
  assert.deepEqual(press("-", { inName }), { deed: "sign", value: "-" });
  assert.deepEqual(press("=", { inName }), { deed: "sign", value: "=" });
  assert.deepEqual(press("ArrowDown", { inName }), { deed: "walk", value: "next" });
  assert.equal(press("Enter", { inName }).deed, "say");
});

test("in a box with a name they are typed", () => {
  for (const key of ["-", "=", "n", "a", "7"]) {
    assert.equal(press(key, { inName: true, typed: "smith" }), null);
  }
});

test("Enter leads into a list that is there for this very name, and else asks the server", () => {
  const list = { typed: "smith", isExact: false, length: 3 };
  const inName = true;
  assert.equal(press("Enter", { inName, typed: "smith", list }).deed, "into list");
  assert.equal(press("Enter", { inName, typed: "smith j", list }), null);
  assert.equal(press("Enter", { inName, typed: "smith", list: { ...list, isExact: true } }), null);
  assert.equal(press("Enter", { inName, typed: "smith" }), null);
});

test("in the list a figure chooses and Enter sends", () => {
  assert.deepEqual(press("2", { inChoice: true }), { deed: "choose", value: "2" });
  assert.equal(press("Enter", { inChoice: true }).deed, "send");
});

test("letters are keys with Alt, and alone where nobody types", () => {
  const alt = { inName: true, typed: "smith", isAlt: true };
  assert.deepEqual(press("T", alt), { deed: "press", value: "t" });
  assert.deepEqual(press("d", { isSingle: true }), { deed: "press", value: "d" });
  assert.deepEqual(press("-", { isSingle: true }), { deed: "sign", value: "-" });
  assert.equal(press("d"), null);
  assert.equal(press("F5", alt), null);
});

test("a key that is held down does nothing twice", () => {
  const isRepeat = true;
  assert.equal(press("-", { inName: true, isRepeat }).deed, "stop");
  assert.equal(press("Enter", { inName: true, typed: "smith", isRepeat }).deed, "stop");
  assert.equal(press("Enter", { inChoice: true, isRepeat }).deed, "stop");
  assert.equal(press("a", { isSingle: true, isRepeat }).deed, "stop");
  assert.equal(press("a", { isAlt: true, isRepeat }), null);
});

test("the browser's own commands are left alone", () => {
  for (const key of ["-", "Enter", "a", "2"]) {
    assert.equal(press(key, { isCommand: true, inName: true }), null);
  }
});

test("what is typed ahead is kept, taken back letter by letter, and given once", () => {
  const ahead = new Ahead();
  ahead.wait();
  for (const key of ["a", "b", "Backspace", "c", "Enter", "Shift"]) {
    ahead.keep({ key });
  }
  assert.equal(ahead.keep({ key: "v", ctrlKey: true }), false);
  assert.equal(ahead.take(), "ac");
  assert.equal(ahead.take(), "");
  assert.equal(ahead.isWaiting, false);
});
