// The answer to a query on the page: what was found, by kind and year, with the words that were asked marked.
import { languageRoot, make, zh } from "./base.js";
import { Facets } from "./search-facets.js";
import { record } from "./search-index.js";
import { search } from "./search-query.js";
import { isCjk, places } from "./search-text.js";

export { open } from "./search-index.js";

const words = zh
  ? { found: (n) => `${n} 条结果`, best: (n) => `最相关的 ${n} 条；继续输入可缩小范围。`, none: (query) => `没有找到：${query}`,
      right: (query, meant) => `没有找到“${query}”，以下是“${meant}”的结果：`, near: "没有完全匹配的结果，最接近的是：", also: "部分匹配：", mean: "您要找的是不是：", browse: "浏览全部条目", or: "或者：",
      more: (n) => `再显示 ${n} 条`,
      paper: "论文", book: "书", repo: "代码仓库", article: "文章", course: "课程", author: "作者", topic: "主题", list: "书单", venue: "发表处", page: "页面" }
  : { found: (n) => (n === 1 ? "1 result" : `${n} results`), best: (n) => `The best ${n}; keep typing to narrow it down.`, none: (query) => `Nothing found for: ${query}`,
      right: (query, meant) => `Nothing found for “${query}”. Results for “${meant}”:`, near: "Nothing holds all of it. The nearest:", also: "With only a part of it:", mean: "Did you mean:", browse: "Browse all works", or: "Or:",
      more: (n) => `Show ${n} more`,
      paper: "Paper", book: "Book", repo: "Repository", article: "Article", course: "Course", author: "Author", topic: "Topic", list: "Reading list", venue: "Venue", page: "Page" };
const PAGE = 10;
const NEAR = 5;

// Texts with marks ---------------------------------------------------------------------------------
const marked = (text, asked, from = 0, to = text.length) => {
  const parts = [];
  let at = from;
  for (const [start, end] of places(text, asked)) {
    if (start < at || end > to) continue;
    parts.push(text.slice(at, start), make("mark", { textContent: text.slice(start, end) }));
    at = end;
  }
  return [...parts, text.slice(at, to)];
};
// The part of a text that holds most of what was asked.
const excerpt = (text, asked) => {
  const cjk = isCjk(text);
  const length = cjk ? 80 : 170;
  if (text.length <= length * 1.2) return marked(text, asked);
  const found = places(text, asked);
  const inside = (start) => found.filter((place) => place[0] >= start && place[1] <= start + length).map((place) => text.slice(...place).toLowerCase());
  const held = (start) => [...new Set(inside(start))].join("").length;
  let [start, most] = [0, held(0)];
  for (const [place] of found) {
    const before = Math.max(0, Math.floor(place - length / 4));
    const begin = before && before + 1 + text.slice(before, place).search(/[\s，。；：、]/);
    if (held(begin) > most) [start, most] = [begin, held(begin)];
  }
  // It ends between words, and not with a sign that opens or divides something.
  const cut = text.length > start + length;
  const shown = cut ? text.slice(start, start + length + 1).replace(cjk ? /[A-Za-z0-9-]+$|.$/u : /\s\S*$/, "").replace(/[\s，；：、（]+$/, "") : text.slice(start);
  const end = start + shown.length;
  const [left, right] = zh ? ["……", "……"] : ["… ", " …"];
  return [start ? left : "", ...marked(text, asked, start, end), cut ? right : ""];
};
const item = (found, asked) => {
  const title = make("strong", {}, ...marked(found.title, asked));
  if (isCjk(found.title) !== zh) title.lang = zh ? "en" : "zh";
  const nickname = found.nickname && make("span", { className: "sh-search__nick" }, ...marked(found.nickname, asked));
  const facts = make("span", { className: "sh-search__by" }, ...marked([words[found.kind], found.by, found.year].filter(Boolean).join(" · "), asked));
  const link = make("a", { href: found.href }, make("span", {}, title, ...(nickname ? [" ", nickname] : [])), facts);
  if (found.text) link.append(make("span", { className: "sh-search__text" }, ...excerpt(found.text, asked)));
  return make("li", {}, link);
};

// The answer of one dialog -------------------------------------------------------------------------
export class Results {
  constructor({ facets, ...parts }) {
    Object.assign(this, parts);
    this.facets = new Facets(facets, () => this.draw().catch(this.failed));
    this.more.addEventListener("click", () => this.next().catch(this.failed));
  }

  // Answers a query, unless `late()` tells that another has been put since.
  async answer(query, late) {
    const answer = await search(query);
    if (late()) return;
    this.current = answer;
    await this.draw(late);
  }

  // Whether the first result is what was asked, and not what may have been meant.
  get sure() { return this.current?.how === "all"; }

  async draw(late = () => false) {
    const answer = this.current;
    this.chosen = this.facets.narrow(answer.numbers);
    const [first, near] = await Promise.all([this.chosen.slice(0, PAGE), answer.near.slice(0, NEAR)].map((numbers) => Promise.all(numbers.map(record))));
    if (late() || answer !== this.current) return;
    this.list.replaceChildren(...first.map((found) => item(found, answer.asked)));
    this.near.replaceChildren(...near.map((found) => item(found, answer.asked)));
    this.also.textContent = words.also;
    this.also.hidden = this.near.hidden = !near.length;
    this.facets.draw();
    this.tell(answer);
    this.offerMore();
  }

  tell({ how, put, query, others, complete }) {
    const count = this.chosen.length;
    const found = complete ? words.found(count) : words.best(count);
    this.status.textContent = { all: found, none: words.none(put), near: words.near, right: words.right(put, query) }[how];
    this.meant.hidden = !others.length && how !== "none";
    const buttons = others.map((other) => {
      const button = make("button", { type: "button", className: "sh-search__facet", textContent: other });
      button.addEventListener("click", () => this.again(other));
      return button;
    });
    if (how === "none" && !others.length) { this.meant.replaceChildren(make("a", { href: new URL("papers/", languageRoot).href, textContent: words.browse })); return; }
    this.meant.replaceChildren(how === "right" ? words.or : words.mean, ...buttons.flatMap((button) => [" ", button]));
  }

  offerMore() {
    const left = this.chosen.length - this.list.childElementCount;
    this.more.hidden = left <= 0;
    this.more.textContent = words.more(Math.min(PAGE, left));
  }

  async next() {
    const [answer, at] = [this.current, this.list.childElementCount];
    const found = await Promise.all(this.chosen.slice(at, at + PAGE).map(record));
    if (answer !== this.current || at !== this.list.childElementCount) return;
    this.list.append(...found.map((one) => item(one, answer.asked)));
    this.list.children[at].querySelector("a").focus();
    this.offerMore();
  }
}
