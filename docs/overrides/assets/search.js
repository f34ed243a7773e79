// The search dialog: its field, its keys, and what it remembers. Nothing of the index is asked for before a key is pressed; what
// is found is the business of search-results.js.
import { make, zh } from "./base.js";

const words = zh
  ? { search: "搜索", hint: "标题、作者、引用键、概念……", empty: "输入以搜索论文、作者、主题、书单和页面。", recent: "按回车再次搜索。", failed: "搜索加载失败。", again: "重试", close: "关闭", loading: "正在加载……", show: "显示",
      keys: [["↑↓", "选择"], ["Enter", "打开"], ["Esc", "关闭"]] }
  : { search: "Search", hint: "Titles, authors, keys, ideas …", empty: "Type to search papers, people, topics, lists and pages.", recent: "Press Enter to search again.", failed: "Search could not be loaded.", again: "Try again", close: "Close", loading: "Loading …", show: "Show",
      keys: [["↑↓", "move"], ["Enter", "open"], ["Esc", "close"]] };
const RECENT = "shoulders-search";
const PAUSE = 90; // milliseconds without a key before a query is put

let dialog, input, results, latest = 0, answered = "", waiting, pending;
const parts = {};
const load = () => import("./search-results.js");
const remember = (query) => { try { sessionStorage.setItem(RECENT, query); } catch { /* storage is blocked */ } };
const recent = () => { try { return sessionStorage.getItem(RECENT) ?? ""; } catch { return ""; } };

const build = () => {
  input = make("input", { type: "search", autocomplete: "off", autocapitalize: "none", spellcheck: false, enterKeyHint: "search", placeholder: words.hint, ariaLabel: words.search, value: recent() });
  const close = make("button", { type: "button", className: "sh-copy", textContent: words.close });
  parts.status = make("p", { className: "sh-search__status", role: "status" });
  parts.meant = make("p", { className: "sh-search__meant", hidden: true });
  parts.facets = make("div", { className: "sh-search__facets", role: "group", ariaLabel: words.show, hidden: true });
  parts.list = make("ol");
  parts.more = make("button", { type: "button", className: "sh-search__more", hidden: true });
  parts.also = make("h2", { className: "sh-search__also", hidden: true });
  parts.near = make("ol", { hidden: true });
  parts.again = (query) => { input.value = query; input.focus(); find(); };
  const form = make("form", { role: "search" }, input, close);
  const keys = make("p", { className: "sh-search__keys", ariaHidden: "true" }, ...words.keys.map(([key, what]) => make("span", {}, make("kbd", { textContent: key }), ` ${what}`)));
  parts.body = make("div", { className: "sh-search__body" }, parts.status, parts.meant, parts.facets, parts.list, parts.more, parts.also, parts.near);
  dialog = make("dialog", { className: "sh-search", ariaLabel: words.search }, form, parts.body, keys);
  document.body.append(dialog);
  parts.status.textContent = input.value ? words.recent : words.empty;
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("click", ({ target }) => { if (target.closest("li > a")?.pathname === location.pathname) dialog.close(); }); // a section of this page
  form.addEventListener("submit", submit);
  input.addEventListener("input", (event) => { if (!event.isComposing) findSoon(); });
  input.addEventListener("compositionend", findSoon);
  dialog.addEventListener("keydown", move);
  load().catch(() => {}); // the code, not the index
};

// Arrows go through field and results; what is typed on a result goes to the field.
const move = (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") { event.preventDefault(); dialog.close(); } // a search field would only be emptied
  const { activeElement } = document;
  if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey && activeElement.closest("li")) input.focus();
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (activeElement.tagName === "SELECT") return;
  const stops = [input, ...dialog.querySelectorAll("li > a, .sh-search__more:not([hidden])")];
  const here = Math.max(0, stops.indexOf(activeElement));
  stops[Math.max(0, Math.min(stops.length - 1, here + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  event.preventDefault();
};

// Enter opens the first result; what was typed a moment ago is put first, and a query of before is put again.
const submit = async (event) => {
  event.preventDefault();
  const typing = Boolean(waiting || pending);
  const seen = input.value.trim() === answered && !typing;
  if (!seen) find();
  await pending;
  if (seen || (typing && results?.sure)) parts.list.querySelector("a")?.click();
};
const findSoon = () => {
  clearTimeout(waiting);
  parts.body.ariaBusy = "true";
  waiting = setTimeout(find, PAUSE);
  load().then(({ open }) => open()).catch(() => {}); // meanwhile; when it fails, the query tells
};
const find = () => {
  clearTimeout(waiting);
  waiting = undefined;
  parts.body.ariaBusy = "true";
  const turn = ++latest;
  pending = ask(input.value.trim(), () => turn !== latest).finally(() => {
    if (turn !== latest) return;
    pending = undefined;
    parts.body.ariaBusy = "false";
  });
};
const ask = async (query, late) => {
  remember(query);
  if (!query) { clear(words.empty); return; }
  try {
    if (!answered) parts.status.textContent = words.loading;
    const { Results } = await load();
    results ??= new Results(parts);
    await results.answer(query, late);
    if (!late()) answered = query;
  } catch (error) {
    if (!late()) parts.failed(error);
  }
};
parts.failed = (error) => {
  console.warn(error);
  clear(words.failed);
  const again = make("button", { type: "button", className: "sh-search__facet", textContent: words.again });
  again.addEventListener("click", () => { input.focus(); find(); });
  parts.meant.replaceChildren(again);
  parts.meant.hidden = false;
};
const clear = (said) => {
  answered = "";
  parts.status.textContent = said;
  for (const name of ["list", "near"]) parts[name].replaceChildren();
  for (const name of ["meant", "facets", "more", "also", "near"]) parts[name].hidden = true;
};

// With a query, that is looked for at once.
export const open = (query = "") => {
  if (!dialog) build();
  if (!dialog.open) dialog.showModal();
  if (query) parts.again(query); else input.focus();
  input.select();
};
