// "Path between two works": two fields, and the chain of ideas between what stands in them.
import { make, zh } from "./base.js";
import { read, write } from "./address.js";
import { combo } from "./combo.js";
import { ofChains } from "./light.js";
import { between, edgeBetween } from "./paths.js";
import { sentence, sign, typeName } from "./relations.js";

const words = zh
  ? { chain: "{to} 在 {n} 步之内站在 {from} 的肩膀上。", ancestor: "两者互不为祖先。它们共同站在 {meeting} 的肩膀上。", heir: "两者互不为祖先，也没有共同的祖先。{meeting} 同时站在两者的肩膀上。",
      detour: "两者之间没有一条顺着时间的链条，也没有共同的祖先或后代。最短的联系要来回转折。", none: "在本目录中，两者之间没有已知的路径。", same: "这是同一项工作。", others: "同样短的其他路径", clear: "清除", swap: "对调", arrow: "→" }
  : { chain: "{to} stands on {from}, in {n}.", ancestor: "Neither stands on the other. Both stand on {meeting}.", heir: "Neither stands on the other, and no work is beneath both. {meeting} stands on both.",
      detour: "No chain leads from the one to the other, and nothing is beneath both or stands on both. The shortest connection turns back in time on its way.", none: "No path between them is known in this catalog.", same: "This is one and the same work.", others: "Other paths as short", clear: "Clear", swap: "Swap", arrow: "→" };
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const steps = (n) => (zh ? n : `${n} step${n === 1 ? "" : "s"}`);

// The works of a chain one below the other, with the edge between each two and its sentence.
const chainList = (graph, chain) => {
  const list = make("ol", { className: "sh-chain" });
  chain.forEach((number, i) => {
    const item = make("li", { className: `sh-lane-${graph.lane[number]}` });
    item.dataset.key = graph.key[number];
    if (i > 0) {
      const edge = edgeBetween(graph, chain[i - 1], number);
      const back = edge.later === chain[i - 1];
      item.append(make("div", { className: "sh-chain__edge" },
        make("p", {}, sign(graph, edge.type), make("span", { className: "sh-edge", textContent: typeName(graph.types[edge.type], !back) })),
        sentence(graph, edge.later, edge.place)));
    }
    item.append(make("p", { className: "sh-chain__work" }, make("span", { className: "sh-dot" }),
      make("a", { href: graph.page(number), textContent: graph.short[number] }), " ", make("span", { className: "sh-when", textContent: graph.year[number] })));
    list.append(item);
  });
  return list;
};

const show = (graph, result, ends, box) => {
  const { kind, chains, meeting } = result;
  const name = (number) => graph.short[number];
  const first = chains[0] ?? [];
  const text = fill(words[kind], { from: name(first[0]), to: name(first.at(-1)), n: steps(first.length - 1), meeting: name(meeting) });
  box.append(make("p", { className: "sh-pathfinder__verdict", textContent: text }));
  const shown = kind === "ancestor" || kind === "heir" ? chains : chains.slice(0, 1);
  box.append(make("div", { className: "sh-chains" }, ...shown.map((chain) => chainList(graph, chain))));
  if (kind === "chain" && chains.length > 1) {
    const others = chains.slice(1).map((chain) => make("li", { textContent: chain.map(name).join(` ${words.arrow} `) }));
    box.append(make("p", { className: "sh-label", textContent: words.others }), make("ul", { className: "sh-small" }, ...others));
  }
  return chains.length ? ofChains(shown, ends) : null;
};

// Sets the finder of the page going; `lit` gets what the timeline shall light, or null.
export const finder = (graph, lit) => {
  const root = document.querySelector(".sh-pathfinder");
  const box = root.querySelector(".sh-pathfinder__result");
  const inputs = { from: root.querySelector("[name=from]"), to: root.querySelector("[name=to]") };
  const ends = { from: -1, to: -1 };
  const live = make("div", { role: "status" });
  box.append(live);

  const update = () => {
    write({ from: graph.key[ends.from] ?? "", to: graph.key[ends.to] ?? "" });
    live.replaceChildren();
    actions.hidden = ends.from < 0 && ends.to < 0;
    lit(ends.from < 0 || ends.to < 0 ? null : show(graph, between(graph, ends.from, ends.to), [ends.from, ends.to], live));
  };
  const fields = {};
  for (const name of ["from", "to"]) {
    fields[name] = combo(inputs[name], async () => graph, (number) => {
      ends[name] = number;
      update();
      if (number >= 0 && name === "from" && ends.to < 0) inputs.to.focus();
    });
  }
  const set = (from, to) => {
    Object.assign(ends, { from, to });
    for (const name of ["from", "to"]) fields[name].set(ends[name], graph);
    update();
  };
  const button = (text, action) => {
    const made = make("button", { type: "button", className: "sh-button", textContent: text });
    made.addEventListener("click", action);
    return made;
  };
  const actions = make("span", { hidden: true }, button(words.swap, () => set(ends.to, ends.from)), " ", button(words.clear, () => { set(-1, -1); inputs.from.focus(); }));
  const form = root.querySelector("form");
  form.append(actions);
  form.addEventListener("submit", (event) => event.preventDefault());
  const asked = read();
  const [from, to] = ["from", "to"].map((name) => graph.number.get(asked.get(name)) ?? -1);
  return {
    begin: () => { if (asked.has("from") || asked.has("to")) set(from, to); },
    // The first end is given, the reader looks for the other.
    from: (number) => { set(number, ends.to === number ? -1 : ends.to); root.scrollIntoView({ block: "start" }); if (ends.to < 0) inputs.to.focus({ preventScroll: true }); },
  };
};
