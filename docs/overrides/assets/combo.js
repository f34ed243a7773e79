// A field in which a work is found by typing: names, titles, keys; with arrows and Enter, or by pointing.
import { make, zh } from "./base.js";
import { normal } from "./letters.js";

const words = zh
  ? { hint: "名称、标题或引用键", found: "{n} 项匹配", none: "没有匹配的作品" }
  : { hint: "Name, title or key", found: "{n} works match", none: "No work matches" };
const MOST = 8;

// What each work is found by; the titles join when they have come, which `whole` tells.
const haystacks = new WeakMap();
const prepare = (graph) => {
  if (!haystacks.has(graph)) {
    const texts = graph.key.map((key, number) => normal(`${graph.short[number]}\n${key.replaceAll("-", " ")}`));
    const join = (titles) => titles.forEach((title, number) => { texts[number] += `\n${normal(title.text)}`; });
    haystacks.set(graph, { texts, whole: graph.titles().then(join, () => {}) }); // names and keys are found all the same
  }
  return haystacks.get(graph);
};

// The works that hold every word of a query; those first whose name or title begins with it, then those on which most others stand.
export const matches = (graph, query) => {
  const asked = normal(query).split(/[\s-]+/).filter(Boolean);
  if (!asked.length) return [];
  const phrase = asked.join(" ");
  const found = [];
  prepare(graph).texts.forEach((text, number) => {
    if (!asked.every((word) => text.includes(word))) return;
    const [name, , title = name] = text.split("\n");
    const rank = name === phrase || title === phrase ? 0 : name.startsWith(phrase) || title.startsWith(phrase) ? 1 : ` ${name}`.includes(` ${phrase}`) ? 2 : 3;
    found.push({ number, rank, heirs: graph.to[number].length });
  });
  return found.sort((a, b) => a.rank - b.rank || b.heirs - a.heirs || a.number - b.number).slice(0, MOST).map((one) => one.number);
};

let fields = 0;
// Makes an input a field for a work; `picked` is called with its number, or with -1 when the field is emptied.
export const combo = (input, loading, picked) => {
  const id = `sh-combo-${fields++}`;
  const list = make("ul", { className: "sh-combo__list", id, role: "listbox", hidden: true });
  list.setAttribute("aria-label", words.hint);
  const status = make("span", { className: "sh-hidden", role: "status" });
  let graph, found = [], active = -1, turn = 0;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id })) input.setAttribute(name, value);
  input.placeholder = input.ariaLabel ?? words.hint;
  input.after(list, status);

  const mark = (place) => {
    active = place;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === place)));
    if (place >= 0) { input.setAttribute("aria-activedescendant", list.children[place].id); list.children[place].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); mark(-1); };
  const pick = (number) => {
    turn++;
    input.value = number < 0 ? "" : graph.short[number];
    close();
    status.textContent = "";
    picked(number);
  };
  const option = (number, i) => {
    const item = make("li", { id: `${id}-${i}`, role: "option", className: `sh-lane-${graph.lane[number]}` },
      make("span", { className: "sh-dot" }), make("span", { textContent: graph.short[number] }), make("span", { className: "sh-count", textContent: graph.year[number] }));
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    item.addEventListener("click", () => pick(number));
    return item;
  };
  const look = async () => {
    const asked = ++turn;
    graph = await loading();
    show();
    await prepare(graph).whole;
    if (asked === turn) show();
  };
  const show = () => {
    const next = matches(graph, input.value);
    if (document.activeElement !== input || (!list.hidden && String(next) === String(found))) return;
    found = next;
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
    mark(-1);
    status.textContent = !input.value.trim() ? "" : found.length ? words.found.replace("{n}", found.length) : words.none;
  };
  input.addEventListener("input", () => { if (input.value.trim()) look(); else { close(); picked(-1); } });
  input.addEventListener("focus", () => { loading().then(prepare, () => {}); input.select(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); close(); }
    if (event.key === "Enter") { event.preventDefault(); if (!list.hidden) pick(found[Math.max(0, active)]); }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (list.hidden) { look(); return; }
    const step = event.key === "ArrowDown" ? 1 : -1;
    mark(active < 0 && step < 0 ? found.length - 1 : (active + step + found.length) % found.length);
  });
  return { set: (number, known) => { graph = known; input.value = number < 0 ? "" : known.short[number]; } };
};
