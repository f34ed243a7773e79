// The page of all works: filter, sort, and see at every choice how many works it would leave. What stands in the page is the
// first view; the catalog itself is fetched when a reader reaches for the filters or an address asks for some.
import { make, zh } from "./base.js";
import { active, apply, between, fromAddress, howMany, toAddress, without } from "./filters.js";
import { row } from "./rows.js";
import { add, chosen, remove, rename, tick, watch } from "./selection.js";
import { all, index } from "./works.js";

const words = zh
  ? { works: (n, of) => (n === of ? `共 ${of} 条` : `${of} 条中的 ${n} 条`), loading: "正在加载……", failed: "目录加载失败。", again: "重试",
      remove: "去掉筛选：", clear: "全部清除", none: "没有条目同时符合这些条件。", lacking: (name) => `去掉“${name}”`, more: (n) => `再显示 ${n} 条`,
      show: (n) => `查看 ${n} 条`, choose: (n) => `全选这 ${n} 条`, unchoose: (n) => `取消选择这 ${n} 条`, from: (y) => `${y} 年起`, to: (y) => `${y} 年止`, quote: (q) => `“${q}”`, left: (n) => `${n} 条` }
  : { works: (n, of) => (n === of ? `${of} work${of === 1 ? "" : "s"}` : `${n} of ${of} works`), loading: "Loading …", failed: "The catalog could not be loaded.", again: "Try again",
      remove: "Remove filter: ", clear: "Clear all", none: "No work fits all of these.", lacking: (name) => `Without “${name}”`, more: (n) => `Show ${n} more`,
      show: (n) => (n === 1 ? "Show 1 work" : `Show ${n} works`), choose: (n) => `Select all ${n}`, unchoose: (n) => `Unselect these ${n}`, from: (y) => `from ${y}`, to: (y) => `to ${y}`, quote: (q) => `“${q}”`, left: (n) => (n === 1 ? "1 work" : `${n} works`) };

const MOST = 1000; // works that one press selects
const page = document.querySelector("[data-browse]");
const STEP = Number(page.dataset.browse); // rows at a time: enough for find-in-page, few enough to be quick
const [finder, facets, status, chips, list, more, everything, done] = [".sh-finder", ".sh-facets", ".sh-browse__status",
  ".sh-browse__active", ".sh-rows", "[data-more]", "[data-choose-all]", "[data-done]"].map((one) => page.querySelector(one));
const opener = finder.querySelector(".sh-finder__open");
const [text, sort] = [finder.elements.q, finder.elements.sort];
const [from, to] = ["from", "to"].map((name) => facets.querySelector(`[name=${name}]`));
const boxes = [...facets.querySelectorAll("input")];
const bars = [...facets.querySelectorAll("[data-year]")];
const rows = new Map([...list.children].map((element) => [element.dataset.key, element]));
const total = Number(/\d+/.exec(status.textContent)[0]);

let state = fromAddress(location.search);
let works = []; // those that have come
let about; // the index
let loading; // a promise, once the catalog was asked for
let found = []; // those that fit
let shown = STEP;

// State and controls ------------------------------------------------------------------------------
const nameOf = ({ name, value }) => {
  if (name === "q") return value;
  if (name === "from" || name === "to") return words[name](value);
  return boxes.find((box) => box.name === name && box.value === value).nextElementSibling.textContent;
};
// What the page has no control for is no filter.
const sensible = (asked) => {
  for (const name of ["kind", "venue", "topic", "list"]) {
    asked[name] = asked[name].filter((value) => boxes.some((box) => box.name === name && box.value === value));
  }
  for (const select of [from, to]) {
    if (select && ![...select.options].some((option) => Number(option.value) === asked[select.name])) asked[select.name] = 0;
  }
  return asked;
};
const setControls = () => {
  if (text.value.trim() !== state.q.trim()) text.value = state.q;
  sort.value = state.sort;
  for (const box of boxes) box.checked = box.name === "demo" ? state.demo : state[box.name].includes(box.value);
  for (const select of [from, to]) if (select) select.value = state[select.name] || "";
  for (const button of facets.querySelectorAll(".sh-facet__more")) {
    const under = document.getElementById(button.getAttribute("aria-controls"));
    if (button.parentElement.querySelector("input").checked || under.querySelector("input:checked")) unfold(button, true);
  }
  const others = facets.querySelector(".sh-facet__others");
  if (others?.querySelector("input:checked")) others.open = true;
};
const readControls = () => {
  const checked = (name) => boxes.filter((box) => box.name === name && box.checked).map((box) => box.value);
  const many = Object.fromEntries(["kind", "venue", "topic", "list"].map((name) => [name, checked(name)]));
  return { ...many, q: text.value, demo: checked("demo").length > 0, sort: sort.value, from: Number(from?.value), to: Number(to?.value) };
};
const unfold = (button, open) => {
  button.setAttribute("aria-expanded", open);
  document.getElementById(button.getAttribute("aria-controls")).hidden = !open;
};

// The address says the state; typing changes one entry of the history, not one for every letter.
let typing = false;
const turn = (next, { typed = false } = {}) => {
  state = next;
  const address = location.pathname + toAddress(state);
  if (typed && typing) history.replaceState(null, "", address); else history.pushState(null, "", address);
  typing = typed;
  shown = STEP;
  showLanguage();
  render();
  const above = page.getBoundingClientRect().top < 0; // whoever has read far down sees the first of what now fits
  if (above && !page.classList.contains("is-filtering")) page.scrollIntoView();
};
const showLanguage = () => {
  const other = document.querySelector("[data-language]");
  if (other) other.search = location.search;
};

const isPlain = () => !active(state).length && !state.sort;

// Showing -----------------------------------------------------------------------------------------
const rowOf = (work) => {
  if (!rows.has(work.key)) { rows.set(work.key, row(work, about)); tick(rows.get(work.key)); }
  return rows.get(work.key);
};
const showCounts = (counts) => {
  for (const box of boxes) {
    const count = counts[box.name].get(box.value) || 0;
    box.parentElement.querySelector(".sh-count").textContent = count;
    box.parentElement.classList.toggle("is-none", !count && !box.checked);
  }
  facets.querySelector(".sh-bars")?.style.setProperty("--most", Math.max(1, ...counts.years.values()));
  for (const bar of bars) {
    const year = Number(bar.dataset.year);
    bar.style.setProperty("--n", counts.years.get(year) || 0);
    bar.classList.toggle("is-out", Boolean((state.from && year < state.from) || (state.to && year > state.to)));
  }
  for (const select of [from, to]) {
    for (const option of select?.options || []) {
      const year = /^\d+/.exec(option.textContent)[0];
      const left = select === from ? between(counts.years, Number(year), state.to) : between(counts.years, state.from, Number(year));
      option.textContent = `${year} (${left})`;
    }
  }
};
const off = (filter, label, className) => {
  const button = make("button", { type: "button", className, textContent: label });
  button.addEventListener("click", () => {
    turn(filter ? without(state, filter) : { ...fromAddress(""), sort: state.sort });
    setControls();
    (chips.querySelector("button") || text).focus();
  });
  return button;
};
const showActive = () => {
  const filters = active(state);
  chips.hidden = !filters.length;
  opener.classList.toggle("is-on", filters.length > 0);
  chips.replaceChildren(...filters.map((filter) => {
    const name = filter.name === "q" ? words.quote(nameOf(filter)) : nameOf(filter);
    const button = off(filter, name, "sh-chip sh-chip--off");
    button.ariaLabel = words.remove + name;
    return make("li", {}, button);
  }), ...(filters.length > 1 ? [make("li", {}, off(null, words.clear, "sh-copy"))] : []));
};
const showNothing = () => {
  const ways = active(state).map((filter) => ({ filter, count: howMany(works, without(state, filter)) })).filter(({ count }) => count);
  const items = ways.map(({ filter, count }) =>
    make("li", {}, off(filter, words.lacking(nameOf(filter)), "sh-button"), " ", make("span", { className: "sh-count", textContent: words.left(count) })));
  if (!items.length) items.push(make("li", {}, off(null, words.clear, "sh-button")));
  return make("li", { className: "sh-nothing" }, make("p", { textContent: words.none }), make("ul", {}, ...items));
};
const showEverything = () => {
  const own = new Set(chosen());
  const whole = found.length > 0 && found.every((work) => own.has(work.key));
  everything.hidden = !found.length || found.length > MOST;
  everything.textContent = (whole ? words.unchoose : words.choose)(found.length);
  everything.dataset.chooseAll = whole ? "off" : "on";
};

// Rows that stand as they should are not touched, so that the focus in them is not lost.
const showRows = (elements) => {
  const same = elements.length === list.children.length && elements.every((element, place) => element === list.children[place]);
  if (!same) list.replaceChildren(...elements);
};
const render = () => {
  showActive();
  if (!about || !loading) return void load();
  const complete = works.length === about.count;
  if (!complete && isPlain()) return; // the page's own rows stand until all have come
  const { found: fitting, counts } = apply(works, state);
  found = fitting;
  showCounts(counts);
  status.textContent = complete ? words.works(found.length, total) : `${words.loading} ${works.length} / ${total}`;
  done.textContent = words.show(found.length);
  showRows(found.length || !complete ? found.slice(0, shown).map(rowOf) : [showNothing()]);
  more.hidden = found.length <= shown;
  more.textContent = words.more(Math.min(STEP, found.length - shown));
  page.querySelector("[data-static]")?.remove();
  showEverything();
};
const fail = () => {
  const again = make("button", { type: "button", className: "sh-copy", textContent: words.again });
  again.addEventListener("click", () => { again.disabled = true; load(); });
  status.replaceChildren(words.failed, " ", again);
  loading = undefined;
};
const load = () => {
  loading ??= (async () => {
    status.textContent = words.loading;
    const first = await index();
    rename(first.former);
    await all((come) => { about = first; works = come; render(); });
  })().catch(fail);
  return loading;
};

// What a reader does ------------------------------------------------------------------------------
page.addEventListener("input", ({ target }) => { if (target === text) turn(readControls(), { typed: true }); });
page.addEventListener("change", ({ target }) => {
  if (target === text || target.dataset.choose || !target.name) return;
  turn(readControls());
  setControls();
});
finder.addEventListener("submit", (event) => event.preventDefault());
for (const part of [finder, facets]) for (const kind of ["focusin", "pointerenter"]) part.addEventListener(kind, load, { once: true });
for (const button of facets.querySelectorAll(".sh-facet__more")) {
  button.addEventListener("click", () => unfold(button, button.getAttribute("aria-expanded") === "false"));
}
const openFacets = (open) => { page.classList.toggle("is-filtering", open); opener.setAttribute("aria-expanded", open); };
opener.addEventListener("click", () => openFacets(!page.classList.contains("is-filtering")));
done.addEventListener("click", () => { openFacets(false); opener.focus(); page.scrollIntoView(); });
more.addEventListener("click", async () => {
  const before = list.children.length;
  await load();
  shown += STEP;
  render();
  list.children[before]?.querySelector("a").focus();
});
everything.addEventListener("click", () => (everything.dataset.chooseAll === "on" ? add : remove)(found.map((work) => work.key)));
addEventListener("popstate", () => {
  const asked = sensible(fromAddress(location.search));
  if (toAddress(asked) === toAddress(state)) return; // another place of the same page
  state = asked;
  typing = false;
  shown = STEP;
  showLanguage();
  setControls();
  render();
});

watch(showEverything);
sensible(state);
const early = readControls(); // what a reader chose before this script had come
if (isPlain() && toAddress(early)) state = early;
setControls();
if (state === early) turn(early, { typed: true });
showLanguage();
more.textContent = words.more(Math.min(STEP, total - rows.size));
if (!isPlain()) render();
