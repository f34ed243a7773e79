// What needs a script. Every page reads without it; what only some pages need is loaded by those.
import "./copy.js";
import "./selection.js";
import { open as search } from "./search.js";

if (document.querySelector(".sh-timeline")) import("./timeline.js");
if (document.querySelector(".sh-ego")) import("./ego.js");
if (document.querySelector("[data-reading], [data-progress]")) import("./progress.js");
if (document.querySelector("[data-missing]")) import("./missing.js");
if (document.querySelector("[data-browse]")) import("./browse.js");
if (document.querySelector("[data-selection]")) import("./selection-page.js");

// A line of code that an address names shows itself, though its section was folded ---------------
const unfold = () => {
  let name;
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const line = document.getElementById(name);
  const folded = line?.closest("details:not([open])");
  if (folded) { folded.open = true; line.scrollIntoView(); }
};
addEventListener("hashchange", unfold);
unfold();

// Filter: shows what is filed under the chosen topic; the choice stands in the address ----------
for (const select of document.querySelectorAll("[data-filter]")) {
  const items = [...document.querySelectorAll(select.dataset.filter)];
  const count = select.closest(".sh-filter").querySelector("[role=status]");
  const apply = () => {
    for (const item of items) item.hidden = Boolean(select.value) && !item.dataset.topics.split(" ").includes(select.value);
    count.textContent = select.value ? `${items.filter((item) => !item.hidden).length} / ${items.length}` : "";
  };
  select.addEventListener("change", () => {
    const url = new URL(location.href);
    if (select.value) url.searchParams.set("topic", select.value); else url.searchParams.delete("topic");
    history.replaceState(history.state, "", url);
    apply();
  });
  const asked = new URL(location.href).searchParams.get("topic");
  if ([...select.options].some((option) => option.value === asked)) select.value = asked;
  select.closest(".sh-filter").hidden = false;
  apply();
}

// Search opens by its button, by "/" and by Ctrl-K.
for (const button of document.querySelectorAll("[data-search-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => search());
}
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  const commandK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (slash || commandK) { event.preventDefault(); search(); }
});
