// What stands around the window of a timeline: filters, search, zoom, download, the key to its signs.
import { make, zh } from "./base.js";
import { draw } from "./picture.js";
import { sign, typeName } from "./relations.js";
import { save } from "./save.js";

const words = zh
  ? { topic: "主题", list: "书单", topics: "全部主题", lists: "全部书单", find: "查找作品", in: "放大", out: "缩小", whole: "全图", save: "下载 SVG", key: "怎样看这张图", runs: "可运行，已验证", empty: "没有符合条件的作品。",
      what: "每个点是一项工作，时间向右（手机上向下）推移，每条色带是一个主题。指向或选中一项，它的祖先与后代就会亮起，并说明每条线的理由。",
      keys: "方向键在时间与主题间移动，Shift 加方向键平移，+、-、0 缩放，Enter 打开，Esc 取消选择。拖动平移，Ctrl 加滚轮或双指缩放。" }
  : { topic: "Topic", list: "List", topics: "All topics", lists: "All lists", find: "Find a work", in: "Zoom in", out: "Zoom out", whole: "Whole", save: "SVG", key: "How to read it", runs: "runs, verified", empty: "No work is filed under both.",
      what: "Each dot is a work; time runs to the right (on phones, down), and each band is a topic. Point at a work or choose it, and its ancestors and descendants light up, with the reason for each line.",
      keys: "Arrow keys move through time and topics, with Shift they move the window; +, - and 0 zoom; Enter opens a work; Escape clears. Drag to move; Ctrl and the wheel, or two fingers, to zoom." };

const option = (value, text) => make("option", { value, textContent: text });

const topicSelect = (graph) => {
  const select = make("select", { ariaLabel: words.topic }, option("", words.topics));
  for (const topic of graph.lanes) {
    const children = graph.allTopics.filter((child) => child.parent === topic.id);
    select.append(option(topic.id, topic.name), ...children.map((child) => option(child.id, `\u2003${child.name}`)));
  }
  return select;
};

const button = (text, label, action) => {
  const made = make("button", { type: "button", className: "sh-button", textContent: text });
  if (label) { made.ariaLabel = label; made.title = label; }
  made.addEventListener("click", action);
  return made;
};

// The key to lanes and lines, shown while no work is chosen.
const key = (graph) => {
  const lanes = graph.lanes.map((topic, lane) =>
    make("li", { className: `sh-lane-${lane}` }, make("span", { className: "sh-dot" }), topic.name));
  const types = graph.types.map((type, i) => {
    const line = draw("svg", { viewBox: "0 0 34 10", width: 34, height: 10, "aria-hidden": "true" });
    line.append(draw("path", { class: `sh-line sh-line--${type}`, d: "M1 5H33" }));
    return make("li", {}, line, sign(graph, i), typeName(type));
  });
  const ring = draw("svg", { viewBox: "-10 -10 20 20", width: 20, height: 20, "aria-hidden": "true" });
  ring.append(draw("circle", { r: 5 }), draw("circle", { class: "sh-ring", r: 8 }));
  return [make("h2", { textContent: words.key }), make("p", { textContent: words.what }),
    make("ul", { className: "sh-legend" }, ...lanes), make("ul", { className: "sh-legend" }, ...types, make("li", {}, ring, words.runs)),
    make("p", { className: "sh-small", textContent: words.keys })];
};

// On paper the list is unfolded, also where the style sheet alone cannot do it.
const unfold = () => {
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.sh-chronicle:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
};

// The furniture of a timeline; `update` shows the state in the filters and says how many works are shown.
export const furnish = (graph, timeline) => {
  const topic = topicSelect(graph);
  const list = make("select", { ariaLabel: words.list }, option("", words.lists), ...graph.lists.map((one) => option(one.id, one.name)));
  topic.addEventListener("change", () => timeline.filter({ topic: topic.value }));
  list.addEventListener("change", () => timeline.filter({ list: list.value }));
  const find = make("input", { type: "text", autocomplete: "off", spellcheck: false, ariaLabel: words.find });
  const status = make("span", { className: "sh-count", role: "status" });
  const anchor = () => timeline.anchor();
  const zoom = make("span", { className: "sh-tools__zoom", role: "group" },
    button("−", words.out, () => timeline.stage.out(anchor())), button("+", words.in, () => timeline.stage.in(anchor())), button(words.whole, "", () => timeline.stage.whole()));
  const tools = make("div", { className: "sh-tools" }, topic, list, make("div", { className: "sh-combo" }, find), zoom, button(words.save, "", () => save(timeline)), status);
  const panel = make("div", { className: "sh-panel", tabIndex: 0, role: "region", ariaLabel: words.key }, ...key(graph));
  const said = make("p", { className: "sh-hidden", role: "status" });
  const empty = make("p", { className: "sh-explorer__empty", hidden: true, textContent: words.empty });
  const keys = make("div", {}, make("p", { id: "sh-timeline-keys", hidden: true, textContent: words.keys }), said, empty);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") timeline.clear(); });
  unfold();
  const update = (state, text) => {
    [topic.value, list.value] = [state.topic, state.list];
    if (status.textContent !== text) status.textContent = text;
  };
  return { tools, panel, keys, find, said, empty, update };
};
