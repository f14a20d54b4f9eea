"use strict";
// Search, print and the copy's age. Without this script the page reads just as well.
const MINUTE = 60_000; // ms
const OLD = 60; // minutes
const search = document.getElementById("search");
const free = document.getElementById("free");
const found = document.getElementById("found");
const age = document.getElementById("age");
const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

const rows = [...document.querySelectorAll("tbody tr")].map((row) => {
  const section = row.closest("section");
  const heading = section.querySelector("h2").textContent;
  const holder = section.classList.contains("holder");
  const text = folded(`${row.textContent} ${holder ? heading : ""}`);
  return { row, section, text: `${text} ${text.replace(/[^\p{L}\p{N}]/gu, "")}` };
});

function choose() {
  const words = folded(search.value).split(/\s+/).filter(Boolean);
  const asked = words.length > 0 || free.checked;
  let seen = 0;
  const kept = new Set();
  for (const { row, section, text } of rows) {
    const fits = words.every((word) => text.includes(word)) &&
      (!free.checked || row.classList.contains("free"));
    row.classList.toggle("away", !fits);
    if (fits) {
      kept.add(section);
      seen += 1;
    }
  }
  for (const section of document.querySelectorAll("section")) {
    section.classList.toggle("away", asked && !kept.has(section));
  }
  found.textContent = asked ? `${seen} ${seen === 1 ? "row" : "rows"}` : "";
}

function tellAge() {
  const { made, clinical } = document.body.dataset;
  const times = [made, clinical].filter(Boolean).map((at) => new Date(at).getTime());
  const minutes = Math.max(0, Math.floor((Date.now() - Math.min(...times)) / MINUTE));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const said = days ? `${days} d ${hours % 24} h` : hours ? `${hours} h ${minutes % 60} min`
    : `${minutes} min`;
  const words = `This copy is ${said} old`;
  if (age.textContent !== words) age.textContent = words;
  age.classList.toggle("old", minutes >= OLD);
}

document.getElementById("tools").hidden = false;
search.addEventListener("input", choose);
free.addEventListener("change", choose);
document.getElementById("print").addEventListener("click", () => window.print());
choose();
tellAge();
setInterval(tellAge, MINUTE / 2);
