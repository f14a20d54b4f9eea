// Plays a week of polls through the website's script: files and polls in as JSON on standard input,
// out the spells during which its own words stood, in seconds of true time.

import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

runInThisContext(readFileSync(new URL("../../../static/js/embed.js", import.meta.url), "utf8"));
const { believed, decide, keyFrom, OWN_WORDS } = globalThis.surgeryStatus;

const { key: base64, files, polls } = JSON.parse(readFileSync(0, "utf8"));
const key = await keyFrom(base64);
const spells = [];
let next = 0;
let payload, shown, refused = 0;

for (const { true_time, host_time, answered } of polls) {
  while (next < files.length && files[next].there_at <= true_time) next += 1;
  if (answered && next) {
    try {
      payload = await believed(files[next - 1].text, key, payload);
    } catch {
      refused += 1;
    }
  }
  const before = shown;
  shown = decide({ payload, canCheck: true, now: host_time * 1000, online: true, answered, shown });
  if (shown === OWN_WORDS && before !== OWN_WORDS) spells.push([true_time, null]);
  if (shown !== OWN_WORDS && before === OWN_WORDS) spells.at(-1)[1] = true_time;
}
console.log(JSON.stringify({ spells, refused, polls: polls.length }));
