// Where the arrow keys lead in the day grid. Works on elements that have a place on the screen.

const SIDEWAYS = { ArrowLeft: -1, ArrowRight: 1 };

// The link that `key` leads to from `link`, or null.
export function beside(link, key) {
  const column = link.closest(".column");
  const own = [...column.querySelectorAll(".slot > a")];
  const index = own.indexOf(link);
  if (key === "ArrowUp") return own[index - 1] ?? null;
  if (key === "ArrowDown") return own[index + 1] ?? null;
  if (key === "Home") return own[0];
  if (key === "End") return own.at(-1);
  if (!(key in SIDEWAYS)) return null;
  const columns = [...column.parentElement.querySelectorAll(".column")];
  let next = columns.indexOf(column) + SIDEWAYS[key];
  while (columns[next] && !columns[next].querySelector(".slot > a")) {
    next += SIDEWAYS[key];
  }
  return columns[next] ? nearest(link, [...columns[next].querySelectorAll(".slot > a")]) : null;
}

function nearest(link, others) {
  const height = (element) => element.getBoundingClientRect().top;
  const here = height(link);
  return others.reduce((best, other) =>
    Math.abs(height(other) - here) < Math.abs(height(best) - here) ? other : best,
  );
}

// The next free slot after the one with id `at` in the order of time; the first one if none is on.
export function nextFree(links, at) {
  const place = (link) => link.getBoundingClientRect();
  const inTime = [...links].sort(
    (a, b) => place(a).top - place(b).top || place(a).left - place(b).left,
  );
  const from = inTime.findIndex((link) => link.parentElement.dataset.slot === at);
  const free = (link) => link.parentElement.dataset.state === "free";
  return inTime.slice(from + 1).find(free) ?? null;
}
