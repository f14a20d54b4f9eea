// Say in one sentence when something that was sent did not arrive or failed. The page stays as it
// is, with everything that was typed.

const UNREACHABLE =
  "The appointment book can't be reached. What you typed is still here: try again in a moment.";
const SENTENCES = [
  { from: 500, says: "Something went wrong. What you typed is still here: try again in a moment." },
  { from: 405, says: "This could not be done. What you typed is still here." },
  { from: 404, says: "This is no longer in the book. Load the page again to see how it is now." },
  {
    from: 403,
    says:
      "This was not done: your role does not include it, or this PC has no desk yet. " +
      "What you typed is still here.",
  },
  {
    from: 401,
    says: "This was not done: the screen was locked. What you typed is still here.",
  },
  { from: 0, says: "This could not be done. What you typed is still here." },
];

// The sentence for an HTTP status; 0 for an answer that never came.
export function sentenceFor(status) {
  return status === 0 ? UNREACHABLE : SENTENCES.find(({ from }) => status >= from).says;
}

export function sayTrouble() {
  const place = document.getElementById("shell-message");
  let untilSomeoneActs = false;

  function say(sentence, event) {
    if (place.textContent !== sentence) {
      place.textContent = sentence; // only then: the same words again would be read out again
    }
    untilSomeoneActs = byPerson(event);
  }

  document.addEventListener("htmx:sendError", (event) => say(sentenceFor(0), event));
  document.addEventListener("htmx:timeout", (event) => say(sentenceFor(0), event));
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status !== 401 || byPerson(event)) {
      say(sentenceFor(status), event); // a poll that meets the lock is no news
    }
  });
  // A poll that succeeds takes back what polls said, not what a person has yet to read.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.isError && (byPerson(event) || !untilSomeoneActs)) {
      place.textContent = "";
    }
  });
}

function byPerson(event) {
  return Boolean(event.detail.requestConfig.triggeringEvent?.isTrusted);
}
