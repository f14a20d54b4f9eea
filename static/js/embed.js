// Says on the practice's website how the surgery is: nothing while all is well, what was declared,
// and a cautious word of its own when the surgery has not been heard of in time. Beside it lies
// status.json, {"payload": {...}, "signature": "..."}, which the surgery renews every minute.
// docs/decisions/0019 says why everything is as it is.
(() => {
  "use strict";

  const POLL = 60_000; // ms
  const PATIENCE = 20_000; // ms
  const LARGEST = 16_384; // bytes
  const OWN_WORDS = [
    "We may be having problems with our systems",
    "Come, or ring, as usual.",
    "If it is urgent and nobody answers, ring 111. In an emergency, ring 999.",
  ];

  // The bytes that are signed: JSON with sorted keys, no spaces, UTF-8.
  const sorted = (key, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  const canonical = (payload) => new TextEncoder().encode(JSON.stringify(payload, sorted));

  const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

  // null where this browser can't check signatures: then only OWN_WORDS are ever shown.
  async function keyFrom(base64) {
    try {
      return await crypto.subtle.importKey("raw", bytes(base64), "Ed25519", false, ["verify"]);
    } catch {
      return null;
    }
  }

  // The payload of a file, or an error for one that is not to be believed.
  async function believed(text, key, last) {
    const { payload, signature } = JSON.parse(text);
    if (
      !Number.isSafeInteger(payload.sequence) ||
      payload.sequence < (last?.sequence ?? 0) ||
      !(Date.parse(payload.expires) > 0 && Array.isArray(payload.hours)) ||
      (key && !(await crypto.subtle.verify("Ed25519", key, bytes(signature), canonical(payload))))
    ) {
      throw new Error("not to be believed");
    }
    return payload;
  }

  // What to show: sentences (the first is the heading) or null. `now` is the host's time in ms,
  // NaN where it can't be read; `answered` whether it came just now or was reckoned on.
  function decide({ payload, canCheck, now, online, answered, shown }) {
    if (!online || !payload) return null;
    const isLate = now >= Date.parse(payload.expires);
    const isOpen = payload.hours.some(([from, to]) => Date.parse(from) <= now && now < Date.parse(to));
    const isDated = !Number.isNaN(now);
    if (!isLate) {
      if (payload.state === "well") return null;
      if (canCheck && isDated) return payload.sentences;
      return isOpen || !isDated ? OWN_WORDS : null;
    }
    // Without an answer it may be the visitor who is cut off: own words don't begin then.
    return isOpen && (answered || shown === OWN_WORDS) ? OWN_WORDS : null;
  }

  async function read(answer) {
    const reader = answer.body.getReader();
    const parts = [];
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > LARGEST) {
        reader.cancel();
        throw new Error("too large");
      }
      parts.push(value);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await new Blob(parts).arrayBuffer());
  }

  function start(script) {
    const address = new URL(script.dataset.status ?? "status.json", script.src);
    const region = document.createElement("div");
    region.className = "surgery-status";
    region.lang = "en-GB";
    region.setAttribute("role", "status");
    if (document.body.contains(script)) script.after(region);
    else document.body.prepend(region);

    let payload, shown, key;
    let now = NaN;
    let heardAt = 0;
    let isBusy = false;

    function show(words) {
      if (JSON.stringify(words) !== JSON.stringify(shown)) {
        const banner = document.createElement("section");
        banner.setAttribute("aria-label", "Message from the surgery");
        for (const [number, sentence] of (words ?? []).entries()) {
          banner.append(document.createElement(number ? "p" : "h2"));
          banner.lastChild.textContent = sentence;
        }
        region.replaceChildren(...(words ? [banner] : []));
      }
      shown = words;
    }

    function judge(answered) {
      const reckoned = now + performance.now() - heardAt;
      const online = navigator.onLine;
      show(decide({ payload, canCheck: Boolean(key), now: reckoned, online, answered, shown }));
    }

    async function poll() {
      if (isBusy || document.hidden) return;
      isBusy = true;
      let answered = false;
      const giveUp = new AbortController();
      const timer = setTimeout(() => giveUp.abort(), PATIENCE);
      try {
        const answer = await fetch(address, { cache: "no-store", signal: giveUp.signal });
        const age = 1000 * (Number(answer.headers.get("age")) || 0);
        now = Date.parse(answer.headers.get("date")) + age;
        heardAt = performance.now();
        answered = true;
        if (answer.ok) payload = await believed(await read(answer), key, payload);
      } catch {
        // No answer, or a file that is not to be believed: what was known before still counts.
      } finally {
        clearTimeout(timer);
        isBusy = false;
      }
      judge(answered);
    }

    keyFrom(script.dataset.key).then((found) => {
      key = found;
      poll();
      setInterval(poll, POLL);
      document.addEventListener("visibilitychange", poll);
      addEventListener("online", poll);
      addEventListener("offline", () => judge(false));
    });
  }

  if (typeof document === "undefined") globalThis.surgeryStatus = { believed, decide, keyFrom, OWN_WORDS };
  else start(document.currentScript);
})();
