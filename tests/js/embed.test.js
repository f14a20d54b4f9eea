// What the website's script believes and decides, without a page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { runInThisContext } from "node:vm";

const SOURCE = new URL("../../static/js/embed.js", import.meta.url);
runInThisContext(readFileSync(SOURCE, "utf8"));
const { believed, decide, keyFrom, OWN_WORDS } = globalThis.surgeryStatus;

const at = (clock) => Date.parse(`2026-11-23T${clock}Z`);
const payload = {
  state: "outage",
  template: "internet",
  sentences: ["Our internet connection is not working", "Dr Nguyễn’s £5 “clinic” \u2028 is on."],
  issued: "2026-11-23T09:00:00Z",
  expires: "2026-11-23T09:10:00Z",
  sequence: 100,
  hours: [["2026-11-23T08:00Z", "2026-11-23T18:30Z"]],
};
const usual = { payload, canCheck: true, now: at("09:05:00"), online: true, answered: true };
const well = { ...payload, state: "well", sentences: [] };

let pair, key;
const base64 = (buffer) => Buffer.from(buffer).toString("base64");

// Signed in the stated form, written here by hand: sorted keys, no spaces.
async function file(said, signer = pair) {
  const names = Object.keys(said).sort();
  const text = `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(said[name])}`)}}`;
  const bytes = new TextEncoder().encode(text);
  const signature = base64(await crypto.subtle.sign("Ed25519", signer.privateKey, bytes));
  return JSON.stringify({ payload: said, signature });
}

before(async () => {
  pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  key = await keyFrom(base64(await crypto.subtle.exportKey("raw", pair.publicKey)).replace("=", ""));
});

test("nothing while all is well, the declared words while they stand", () => {
  assert.equal(decide({ ...usual, payload: well }), null);
  assert.equal(decide(usual), payload.sentences);
  assert.equal(decide({ ...usual, now: at("23:00:00"), payload: { ...payload, expires: "2026-11-23T23:05:00Z" } }), payload.sentences);
});

test("own words when the file is late, in opening hours only", () => {
  for (const said of [payload, well]) {
    assert.equal(decide({ ...usual, payload: said, now: at("09:09:59") }) === OWN_WORDS, false);
    assert.equal(decide({ ...usual, payload: said, now: at("09:10:00") }), OWN_WORDS);
    assert.equal(decide({ ...usual, payload: said, now: at("18:29:59") }), OWN_WORDS);
    assert.equal(decide({ ...usual, payload: said, now: at("18:30:00") }), null);
    assert.equal(decide({ ...usual, payload: said, now: at("23:00:00") }), null);
  }
  assert.equal(decide({ ...usual, now: Date.parse("2027-02-01T10:00Z") }), null); // beyond what it carries
});

test("nothing when the visitor is offline, or nothing was ever read", () => {
  assert.equal(decide({ ...usual, online: false }), null);
  assert.equal(decide({ ...usual, online: false, now: at("12:00:00") }), null);
  assert.equal(decide({ ...usual, payload: undefined }), null);
});

test("without an answer own words go on, but don't begin", () => {
  const late = { ...usual, now: at("12:00:00"), answered: false };
  assert.equal(decide({ ...late, shown: null }), null);
  assert.equal(decide({ ...late, shown: payload.sentences }), null);
  assert.equal(decide({ ...late, shown: OWN_WORDS }), OWN_WORDS);
  assert.equal(decide({ ...late, shown: OWN_WORDS, now: at("19:00:00") }), null);
  assert.equal(decide({ ...usual, answered: false, shown: payload.sentences }), payload.sentences);
});

test("only own words where signatures can't be checked or the host gives no date", () => {
  assert.equal(decide({ ...usual, canCheck: false }), OWN_WORDS);
  assert.equal(decide({ ...usual, canCheck: false, payload: well }), null);
  assert.equal(decide({ ...usual, canCheck: false, now: at("12:00:00"), payload: well }), OWN_WORDS);
  assert.equal(decide({ ...usual, now: NaN }), OWN_WORDS);
  assert.equal(decide({ ...usual, now: NaN, payload: well }), null);
});

test("a signed file is believed, however it is laid out", async () => {
  const text = await file(payload);
  assert.deepEqual(await believed(text, key), payload);
  const { payload: said, signature } = JSON.parse(text);
  const turned = Object.fromEntries(Object.entries(said).reverse());
  assert.deepEqual(await believed(JSON.stringify({ signature, payload: turned }, null, 4), key), payload);
});

test("tampered, truncated, foreign and replayed files are not", async () => {
  const text = await file(payload);
  const other = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const bad = {
    tampered: text.replace("not working", "on fire"),
    "later end": text.replace("09:10:00", "19:10:00"),
    "another state": text.replace('"outage"', '"well"'),
    added: text.replace('"sequence"', '"more":1,"sequence"'),
    truncated: text.slice(0, -20),
    foreign: await file(payload, other),
    unsigned: JSON.stringify({ payload }),
    "no JSON": "<!DOCTYPE html><p>Not found",
    empty: "",
    null: "null",
    list: "[]",
  };
  for (const [name, said] of Object.entries(bad)) {
    await assert.rejects(believed(said, key), undefined, name);
  }
  await assert.rejects(believed(text, key, { ...payload, sequence: 101 }));
  assert.deepEqual(await believed(text, key, payload), payload); // the same once more
});

test("where signatures can't be checked, a file of nonsense is still not believed", async () => {
  for (const said of ["{}", '{"payload":{}}', '{"payload":{"sequence":1,"hours":"no","expires":"x"}}']) {
    await assert.rejects(believed(said, null));
  }
  assert.equal(await keyFrom("nonsense"), null);
  assert.equal(await keyFrom(undefined), null);
});

test("it is small, and puts text in only as text", () => {
  const source = readFileSync(SOURCE, "utf8");
  assert.ok(Buffer.byteLength(source) <= 6 * 1024);
  assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|\.style\b|Date\.now|new Date/);
});
