// A timeline as a file of its own: every work that is shown, with names, lines and key, in colours and type that need no style sheet.
import { make, siteRoot, zh } from "./base.js";
import { cut } from "./layout.js";
import { curve, draw } from "./picture.js";
import { typeName } from "./relations.js";

const words = zh ? { title: "时间线" } : { title: "Timeline" };
const FONT = 'system-ui, "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const DASHES = { simplifies: "9 3", compares: "4 3", critiques: "1.5 3" };
const LEFT = 190, TOP = 62, COLUMN = 118;

// The colour that a custom property has now, as a number that every program understands.
const colours = () => {
  const style = getComputedStyle(document.body);
  return (name) => style.getPropertyValue(name).trim();
};

// Where the site will stand, whatever it is read from now.
const published = (url) => {
  const canonical = document.querySelector("link[rel=canonical]")?.href;
  if (!canonical) return url;
  const here = new URL(location.pathname, location.href).href;
  const tail = here.slice(siteRoot.href.length);
  return canonical.endsWith(tail) ? canonical.slice(0, canonical.length - tail.length) + url.slice(siteRoot.href.length) : url;
};

const text = (content, attributes) => draw("text", attributes, content);

const legend = (graph, scene, y, colour, line) => {
  const parts = [];
  let x = 12;
  for (const { lane } of scene.lanes) {
    const name = graph.laneName(lane);
    parts.push(draw("circle", { cx: x + 5, cy: y - 4, r: 5, fill: colour(lane) }), text(name, { x: x + 15, y }));
    x += 40 + 8 * [...name].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 1.7 : 1), 0);
  }
  x = 12;
  for (const type of graph.types) {
    parts.push(draw("path", { d: `M${x} ${y + 18}h34`, ...line(type) }), text(typeName(type), { x: x + 42, y: y + 22 }));
    x += 150;
  }
  return parts;
};

// The picture of a scene as laid out at scale 1, as an SVG element.
export const picture = (graph, scene, light, heading) => {
  const value = colours();
  const [ink, soft, paper, rule] = ["--md-default-fg-color", "--md-default-fg-color--light", "--sh-card", "--sh-rule"].map(value);
  const colour = (lane) => (lane < 0 ? soft : value(`--sh-lane-${lane}`));
  const line = (type, lane) => ({
    fill: "none", stroke: lane === undefined ? soft : colour(lane), "stroke-width": type === "replaces" ? 2.2 : 1.3, ...(DASHES[type] ? { "stroke-dasharray": DASHES[type] } : {}),
  });
  const [width, height] = [Math.max(LEFT + scene.width + 12, 640), TOP + scene.height + 60];
  const at = (number) => { const [x, y] = scene.place.get(number); return [LEFT + x, TOP + y]; };
  const svg = draw("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, "font-family": FONT, "font-size": 12.5, fill: ink });
  svg.append(draw("title", {}, heading), draw("rect", { width, height, fill: paper }), text(heading, { x: 12, y: 24, "font-size": 17, "font-weight": 600 }));
  scene.lanes.forEach(({ lane, start, size }, i) => {
    if (i % 2) svg.append(draw("rect", { x: 0, y: TOP + start, width, height: size, fill: ink, "fill-opacity": 0.04 }));
    svg.append(text(graph.laneName(lane), { x: 12, y: TOP + start + 20, "font-weight": 600, fill: colour(lane) }));
  });
  for (const { year, start, gap } of scene.years) {
    const x = LEFT + start;
    svg.append(draw("line", { x1: x, x2: x, y1: TOP - 20, y2: TOP + scene.height, stroke: rule, ...(gap ? { "stroke-dasharray": "3 3" } : {}) }), text(String(year), { x: x + 6, y: TOP - 8, "font-weight": 600, fill: soft }));
  }
  for (const later of scene.numbers) {
    for (const { other, type } of graph.on[later]) {
      if (!scene.place.has(other)) continue;
      const strength = light ? { near: 1, far: 0.5 }[light.edge(later, other)] ?? 0.06 : 0.5;
      svg.append(draw("path", { d: curve("wide", at(other), at(later)), ...line(graph.types[type], graph.lane[other]), opacity: strength }));
    }
  }
  for (const number of scene.numbers) {
    const [x, y] = at(number);
    const node = draw("a", { href: published(graph.page(number)), opacity: light && !light.works.has(number) ? 0.3 : 1 });
    node.append(draw("title", {}, `${graph.short[number]} (${graph.year[number]})`), draw("circle", { cx: x, cy: y, r: 5, fill: colour(graph.lane[number]) }));
    if (graph.runs.has(number)) node.append(draw("circle", { cx: x, cy: y, r: 8, fill: "none", stroke: value("--sh-good"), "stroke-width": 1.6 }));
    node.append(text(cut(graph.short[number], COLUMN - 24), { x: x + 11, y: y + 4.4, "paint-order": "stroke", stroke: paper, "stroke-width": 3, "stroke-linejoin": "round" }));
    svg.append(node);
  }
  svg.append(...legend(graph, scene, TOP + scene.height + 26, colour, line));
  return svg;
};

export const save = (timeline) => {
  const { graph, state } = timeline;
  const parts = [graph.lists.find((list) => list.id === state.list)?.name, graph.allTopics.find((topic) => topic.id === state.topic)?.name];
  const heading = [words.title, ...parts.filter(Boolean)].join(" · ");
  const svg = picture(graph, timeline.wideScene(), timeline.picture.light, heading);
  const file = new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(svg), "\n"], { type: "image/svg+xml" });
  const link = make("a", { href: URL.createObjectURL(file), download: ["timeline", state.list, state.topic].filter(Boolean).join("-") + ".svg" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
