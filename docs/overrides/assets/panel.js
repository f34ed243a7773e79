// What is said of the chosen work beside the timeline: what it stands on and what stands on it, with the sentences.
import { make, zh } from "./base.js";
import { sentence, sign, title, typeName } from "./relations.js";

const words = zh
  ? { on: "站在谁的肩膀上", to: "谁站在它的肩膀上", all: " · 连同间接共 {n} 项", none: "目录中没有记录。", open: "打开页面", only: "只看它的传承", everything: "显示全部", path: "到另一项的路径", close: "取消选择", more: "再显示 {n} 项", runs: "可运行，已验证", retracted: "已撤稿", outside: "未显示" }
  : { on: "Stands on", to: "Stands on it", all: " · {n} in all", none: "None in this catalog.", open: "Open its page", only: "Only its lineage", everything: "Show all works", path: "Path to another", close: "Clear", more: "Show {n} more", runs: "runs, verified", retracted: "retracted", outside: "not shown" };
const FIRST = 8; // relations that are shown at once on each side

const button = (text, action, className = "sh-button") => {
  const made = make("button", { type: "button", className, textContent: text });
  made.addEventListener("click", action);
  return made;
};

export class Panel {
  // `acts`: choose(number), clear(), only(), path(number), isShown(number), address(number).
  constructor(graph, element, acts) {
    [this.graph, this.element, this.acts] = [graph, element, acts];
    this.idle = [...element.childNodes];
  }

  clear() {
    this.element.replaceChildren(...this.idle);
    this.element.classList.remove("sh-panel--chosen");
  }

  show(number, { ancestors, descendants, only }) {
    const { graph, acts, element } = this;
    const head = make("p", { className: "sh-kicker", textContent: `${graph.laneName(graph.lane[number])} · ${graph.date[number]}` });
    for (const [mark, good] of [["runs", "good"], ["retracted", "bad"]]) {
      if (graph[mark].has(number)) head.append(" ", make("span", { className: `sh-mark sh-mark--${good}`, textContent: words[mark] }));
    }
    const name = make("h2", {}, title(graph, number, make("a", { href: graph.page(number) })));
    const close = button("✕", () => acts.clear(), "sh-panel__close");
    close.ariaLabel = words.close;
    const actions = make("p", { className: "sh-panel__acts" },
      make("a", { className: "sh-button", href: graph.page(number), textContent: words.open }),
      button(only ? words.everything : words.only, () => acts.only()),
      button(words.path, () => acts.path(number)));
    element.replaceChildren(close, head, name, actions, ...this.#side(number, "on", ancestors), ...this.#side(number, "to", descendants));
    element.classList.add("sh-panel--chosen");
    element.scrollTop = 0;
  }

  #side(number, way, all) {
    const { graph } = this;
    const weight = ({ other }) => graph.to[other].length;
    const edges = [...graph[way][number]].sort((a, b) => (way === "to" ? weight(b) - weight(a) : 0) || a.other - b.other);
    const heading = make("h3", {}, `${words[way]} `, make("span", { className: "sh-count", textContent: edges.length }));
    if (all.size > edges.length) heading.append(make("span", { className: "sh-small", textContent: words.all.replace("{n}", all.size) }));
    if (!edges.length) return [heading, make("p", { className: "sh-none", textContent: words.none })];
    const list = make("ul", { className: "sh-relations" });
    const add = (some) => list.append(...some.map((edge) => this.#relation(number, way, edge)));
    add(edges.slice(0, FIRST));
    const rest = edges.slice(FIRST);
    if (!rest.length) return [heading, list];
    const more = button(words.more.replace("{n}", rest.length), () => {
      const first = list.children.length;
      add(rest);
      more.remove();
      list.children[first].querySelector("a").focus();
    });
    return [heading, list, more];
  }

  #relation(number, way, { other, type, place }) {
    const { graph, acts } = this;
    const [later, back] = way === "on" ? [number, false] : [other, true];
    const link = make("a", { href: acts.address(other), textContent: graph.short[other] });
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      acts.choose(other);
    });
    const about = make("p", {}, sign(graph, type), make("span", { className: "sh-edge", textContent: typeName(graph.types[type], back) }), " ", link, " ",
      make("span", { className: "sh-when", textContent: graph.year[other] }));
    if (!acts.isShown(other)) about.append(" ", make("span", { className: "sh-small", textContent: `(${words.outside})` }));
    return make("li", { className: `sh-lane-${graph.lane[other]}` }, about, sentence(graph, later, place));
  }
}
