import assert from "node:assert/strict";
import { test } from "node:test";

import { noNews } from "../../static/js/no_news.js";

const MINUTE = 60_000;

for (const [age, said] of [
  [MINUTE, "1 minute"],
  [25 * MINUTE + 59_999, "25 minutes"],
  [59 * MINUTE, "59 minutes"],
  [60 * MINUTE, "1 hour"],
  [180 * MINUTE - 1, "2 hours"],
  [72 * 60 * MINUTE, "72 hours"],
]) {
  test(`an age of ${age} ms is said as ${said}`, () => {
    assert.equal(
      noNews(age, "9:41am"),
      `No news for ${said}. What you see was so at 9:41am. Please ask at reception.`,
    );
  });
}
