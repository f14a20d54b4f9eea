// How the waiting room's screen says that what it shows is old.

const MINUTE = 60_000; // milliseconds
const HOUR = 60 * MINUTE;

// 'No news for 25 minutes. What you see was so at 9:41am. Please ask at reception.'
export function noNews(milliseconds, asOf) {
  const [count, unit] =
    milliseconds < HOUR
      ? [Math.floor(milliseconds / MINUTE), "minute"]
      : [Math.floor(milliseconds / HOUR), "hour"];
  const age = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return `No news for ${age}. What you see was so at ${asOf}. Please ask at reception.`;
}
