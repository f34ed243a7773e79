// The search dialog: asks Pagefind's index, which is loaded with the first key pressed.
import { make, siteRoot, zh } from "./base.js";

const words = zh
  ? { search: "搜索", hint: "标题、作者、引用键、概念……", none: "没有找到：", found: "条结果", empty: "输入以搜索论文、作者、主题和页面。", failed: "搜索加载失败。", close: "关闭", loading: "正在加载……",
      paper: "论文", book: "书", repo: "代码仓库", article: "文章", course: "课程", author: "作者", topic: "主题", list: "书单", page: "页面" }
  : { search: "Search", hint: "Titles, authors, keys, ideas …", none: "Nothing found for: ", found: "results", empty: "Type to search papers, people, topics and pages.", failed: "Search could not be loaded.", close: "Close", loading: "Loading …",
      paper: "Paper", book: "Book", repo: "Repository", article: "Article", course: "Course", author: "Author", topic: "Topic", list: "Reading list", page: "Page" };

let dialog, input, status, results, pagefind, latest = 0;
const build = () => {
  input = make("input", { type: "search", autocomplete: "off", spellcheck: false, placeholder: words.hint, ariaLabel: words.search });
  const close = make("button", { type: "button", className: "sh-copy", textContent: words.close });
  status = make("p", { className: "sh-search__status", role: "status", textContent: words.empty });
  results = make("ol");
  const form = make("form", { role: "search" }, input, close);
  dialog = make("dialog", { className: "sh-search", ariaLabel: words.search }, form, status, results);
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); results.querySelector("a")?.click(); });
  input.addEventListener("input", () => find(input.value.trim()));
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); dialog.close(); } // a search field would only be emptied
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input, ...results.querySelectorAll("a")];
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    stops[Math.max(0, Math.min(stops.length - 1, next))].focus();
    event.preventDefault();
  });
};
// No accents, no hyphens, and pairs of Chinese characters in Latin letters, as tools/shoulders/search.py writes the index. A run of
// several characters asks for its pairs; the last character alone would only ask again for what they hold.
const han = /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+/g;
const letters = (character) =>
  character.charCodeAt(0).toString(16).padStart(4, "0").replace(/[0-9a-f]/g, (digit) => "abcdefghijklmnop"[parseInt(digit, 16)]);
const bare = { "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i" };
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[łøđßæœı]/g, (letter) => bare[letter]).normalize("NFC");
const indexed = (query) => plain(query).replace(/([\p{L}\p{N}])[-‐‑–/_](?=[\p{L}\p{N}])/gu, "$1 ").replace(han, (run) => {
  const codes = [...run].map(letters);
  const pairs = codes.length > 1 ? codes.slice(0, -1).map((code, i) => code + codes[i + 1]) : codes;
  return ` ${pairs.map((pair) => "qz" + pair).join(" ")} `;
});
// For a word that begins no word of the index, Pagefind takes ever shorter beginnings of it until something is found,
// at last one letter. Half of the word has to be there (not all: it compares stems). One result tells for all.
const holds = (content, asked) => {
  const [there, terms] = [content, asked].map((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean));
  return terms.every((term) => {
    const beginning = term.startsWith("qz") ? term : term.slice(0, Math.ceil(term.length / 2));
    return there.some((word) => word.startsWith(beginning));
  });
};
const find = async (query) => {
  const turn = ++latest;
  if (!query) { results.replaceChildren(); status.textContent = words.empty; return; }
  try {
    if (!pagefind) {
      status.textContent = words.loading;
      pagefind = await import(new URL("pagefind/pagefind.js", siteRoot));
      // Whole words before longer ones, long summaries no worse than short ones; what is shown of a result is indexed
      // with weights of its own already.
      const shown = Object.fromEntries(["title", "text", "by", "kind", "year"].map((name) => [name, 0]));
      const ranking = { termSimilarity: 20, termSaturation: 2, pageLength: 0.1, metaWeights: shown };
      await pagefind.options({ baseUrl: siteRoot.pathname, ranking });
      await pagefind.init();
    }
    const asked = indexed(query).trim();
    const answer = await pagefind.search(asked);
    const top = await Promise.all(answer.results.slice(0, 12).map((result) => result.data()));
    if (turn !== latest) return;
    const found = top.length && holds(top[0].content, asked) ? answer.results.length : 0;
    results.replaceChildren(...(found ? top.map((data) => show(data, query)) : []));
    status.textContent = found ? `${found} ${words.found}` : `${words.none}${query}`;
  } catch (error) {
    if (turn === latest) { status.textContent = words.failed; results.replaceChildren(); }
  }
};
const show = (data, query) => {
  const kind = [words[data.meta.kind] || data.meta.kind, data.meta.by, data.meta.year].filter(Boolean).join(" · ");
  const title = make("strong", {}, ...marked(data.meta.title, query));
  const link = make("a", { href: data.url }, title, make("span", { textContent: kind }), make("span", {}, ...excerpt(data.meta.text || "", query)));
  return make("li", {}, link);
};
const pattern = (query) => {
  const terms = query.split(/[\s"]+/).filter(Boolean).map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`(${terms.join("|")})`, "gi");
};
const marked = (text, query) =>
  text.split(pattern(query)).map((part, i) => (i % 2 ? make("mark", { textContent: part }) : part));
const excerpt = (text, query) => {
  const length = zh ? 70 : 150;
  const first = Math.max(0, text.search(pattern(query)));
  const start = first < length / 2 ? 0 : text.lastIndexOf(" ", first - length / 3) + 1 || first - 20;
  const end = Math.min(text.length, start + length);
  return [start ? "… " : "", ...marked(text.slice(start, end), query), end < text.length ? " …" : ""];
};
export const open = () => { if (!dialog) build(); if (!dialog.open) dialog.showModal(); input.focus(); input.select(); };
