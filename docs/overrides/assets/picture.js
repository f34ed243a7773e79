// The part of a timeline that is seen, as SVG: what leaves the window is taken away, what enters it is drawn.
//
// Knows where works stand (layout.js) and which are lit; knows no reader, no address and no panel.
import { cut, measure, names } from "./layout.js";

export const draw = (tag, attributes = {}, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

export const TOP = 28, RIGHT = 84; // of a wide picture, for the names of the years and of the last works
const MANY = 1500; // edges, above which only those are drawn that are lit or near
const NODES = 700; // works that may be in the window where they are drawn one by one
const BEYOND = 0.25; // how much more than the window is drawn on each side, in windows
const OFTEN = 0.12; // after how much movement it is drawn anew, in windows: often and little, so that no frame is late

// A line from the earlier to the later of two places.
export const curve = (kind, [x1, y1], [x2, y2]) => {
  const round = (number) => Math.round(number * 10) / 10;
  const points = (...numbers) => numbers.map(round).join(" ");
  if (kind === "tall") {
    const bend = Math.min(34, 10 + Math.abs(y2 - y1) / 20);
    return `M${points(x1, y1)}C${points(x1 - bend, y1 + 10, x2 - bend, y2 - 10, x2, y2)}`;
  }
  if (x2 > x1) {
    const bend = Math.max(24, (x2 - x1) / 2);
    return `M${points(x1, y1)}C${points(x1 + bend, y1, x2 - bend, y2, x2, y2)}`;
  }
  const bend = 12 + Math.abs(y2 - y1) / 8; // within one column: a bow to the left
  return `M${points(x1, y1)}C${points(x1 - bend, y1, x2 - bend, y2, x2, y2)}`;
};

export class Picture {
  #nodes = new Map(); // number -> element
  #lines = new Map(); // "later place" -> element
  #window; // [left, top, right, bottom] of what is drawn
  #seen = [0, 0]; // where the window is
  #stale = true; // whether what is drawn looks otherwise now
  #x = []; #y = []; // of each work
  #names = new Map();
  #order;

  constructor(graph, describe) {
    [this.graph, this.describe] = [graph, describe];
    this.left = Math.max(...graph.lanes.map((lane) => 1.1 * measure(lane.name))) + 26; // of a wide picture, for the names of the lanes
    this.light = null; // { works: Map number -> "self", "near" or "far", edge(later, earlier) -> "near", "far" or "" }
    this.kept = -1; // a work that stays drawn wherever the window is, because it can be reached by Tab
    [this.bands, this.lines, this.nodes, this.head, this.side] = Array.from({ length: 5 }, () => draw("g"));
    this.content = draw("g", {}, this.bands, this.lines, this.nodes);
    this.svg = draw("svg", { class: "sh-picture" }, this.content, this.head, this.side);
  }

  // What is shown and how large; the window follows by `move`. A wide picture is scaled by `scale` along x, and along y by
  // `scaleY`, which differs where the whole of it is too large for the window.
  show(scene, scale, scaleY, size) {
    if (scene !== this.scene) {
      this.nodes.replaceChildren(); this.lines.replaceChildren();
      this.#nodes.clear(); this.#lines.clear();
      const heirs = (number) => this.graph.to[number].length;
      this.#order = [...scene.numbers].sort((a, b) => heirs(b) - heirs(a) || a - b);
      this.edges = scene.numbers.flatMap((later) =>
        this.graph.on[later].flatMap(({ other, type, place }) => (scene.place.has(other) ? [{ later, earlier: other, type, place }] : [])));
    }
    [this.scene, this.scale, this.scaleY, this.size] = [scene, scale, scaleY, size];
    this.svg.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
    for (const [i, name] of ["width", "height"].entries()) this.svg.setAttribute(name, size[i]);
    this.dense = this.isDense(scale);
    for (const number of scene.numbers) [this.#x[number], this.#y[number]] = this.#place(number);
    this.relight();
  }

  isDense(scale) {
    const { scene, size } = this;
    if (scene.kind === "tall") return scale < 0.6;
    const fitting = (size[0] * size[1]) / (scene.column * scale * scene.line * this.scaleY);
    return Math.min(scene.numbers.length, fitting) > NODES || scene.line * this.scaleY < 4;
  }

  // After another choice of what is lit: names and classes change, elements stay, and with them the focus.
  relight() {
    const works = this.light?.works;
    const rank = { self: 0, near: 1, far: 2 };
    // Where there is no room for all names, those of works in the dark make way.
    const order = works ? this.#order.filter((number) => works.has(number)).sort((a, b) => rank[works.get(a)] - rank[works.get(b)]) : this.#order;
    this.#names = this.dense || this.scene.kind === "tall" ? new Map() : names(this.graph, this.scene, [this.scale, this.scaleY], order, this.#order);
    this.svg.classList.toggle("sh-lit", Boolean(works));
    this.svg.classList.toggle("sh-picture--many", this.edges.length > 200);
    this.#window = undefined;
    this.#stale = true;
  }

  // Where a work stands in the picture as a whole, before anything is scrolled.
  at(number) { return [this.#x[number], this.#y[number]]; }

  #place(number) {
    const [x, y] = this.scene.place.get(number);
    return this.scene.kind === "tall" ? [x, y * this.scale] : [this.left + x * this.scale, TOP + y * this.scaleY];
  }

  get whole() {
    const { scene, scale, size } = this;
    if (scene.kind === "tall") return [size[0], (this.dense ? scene.years.length * CELL + TOP : scene.height * scale) + 12];
    return [this.left + scene.width * scale + RIGHT, TOP + scene.height * this.scaleY + 8];
  }

  // The window goes to a place; what is drawn reaches half a window further on each side.
  move(left, top) {
    const [width, height] = this.size;
    this.content.setAttribute("transform", `translate(${-left} ${-top})`);
    this.#seen = [left, top];
    const moved = this.#window && Math.max(Math.abs(left - this.#window[0] - BEYOND * width) / width, Math.abs(top - this.#window[1] - BEYOND * height) / height);
    if (!this.#window || moved > OFTEN) {
      this.#window = [left - BEYOND * width, top - BEYOND * height, left + (1 + BEYOND) * width, top + (1 + BEYOND) * height];
      this.#fill();
      this.#stale = false;
    }
    this.#heads(left, top);
  }

  #fill() {
    const [left, top, right, bottom] = this.#window;
    const inside = (number) => this.#x[number] > left && this.#x[number] < right && this.#y[number] > top && this.#y[number] < bottom;
    const seen = this.dense ? [] : this.scene.numbers.filter((number) => number === this.kept || inside(number));
    this.#keep(this.#nodes, this.nodes, new Map(seen.map((number) => [number, number])), (number) => this.#node(number), (element, number) => this.#dress(element, number));
    if (this.#stale) { // names over dots; but what has the focus would lose it by being moved
      for (const number of seen) if (this.#names.has(number) && this.#nodes.get(number) !== document.activeElement) this.nodes.append(this.#nodes.get(number));
    }
    const lines = this.dense ? [] : this.edges.filter((edge) => this.#isDrawn(edge, inside));
    this.#keep(this.#lines, this.lines, new Map(lines.map((edge) => [edge.later * 4096 + edge.place, edge])), () => draw("path"), (element, edge) => this.#stroke(element, edge));
    if (!this.#stale) return;
    const focused = document.activeElement?.dataset.cell;
    this.bands.replaceChildren(...this.#bands(), ...(this.dense ? this.#cells() : []));
    if (focused) this.toCell(focused);
  }

  // The elements of a layer become those that are wanted; those that stay are the same elements.
  #keep(elements, layer, wanted, create, dress) {
    for (const [key, element] of elements) if (!wanted.has(key)) { element.remove(); elements.delete(key); }
    for (const [key, value] of wanted) {
      const isNew = !elements.has(key);
      if (isNew) { elements.set(key, create(value)); layer.append(elements.get(key)); }
      if (isNew || this.#stale) dress(elements.get(key), value);
    }
  }

  #isDrawn({ later, earlier }, inside) {
    const [left, top, right, bottom] = this.#window;
    const [x, y] = [this.#x, this.#y];
    if (Math.max(x[later], x[earlier]) < left || Math.min(x[later], x[earlier]) > right) return false;
    if (Math.max(y[later], y[earlier]) < top || Math.min(y[later], y[earlier]) > bottom) return false;
    if (this.light?.edge(later, earlier)) return true;
    return this.edges.length <= MANY || (this.scale >= 0.8 && inside(later) && inside(earlier));
  }

  #node(number) {
    const { graph } = this;
    const node = draw("a", { href: graph.page(number), "data-key": graph.key[number], "aria-label": this.describe(number) });
    node.append(draw("rect", { class: "sh-hit" }), draw("circle", { r: 5 }));
    if (graph.runs.has(number)) node.append(draw("circle", { class: "sh-ring", r: 8 }));
    node.append(draw("text"));
    return node;
  }

  #dress(node, number) {
    const { graph, scene, scale, scaleY, size } = this;
    const [x, y] = this.at(number);
    const isTall = scene.kind === "tall";
    node.setAttribute("tabindex", number === this.kept ? 0 : -1);
    const level = this.light?.works.get(number);
    node.setAttribute("class", `sh-node sh-lane-${graph.lane[number]}${level ? ` sh-on sh-on--${level}` : ""}`);
    node.setAttribute("transform", `translate(${isTall ? 0 : x} ${y})`);
    const [dotX, textX] = isTall ? [x, scene.text] : [0, 10];
    const text = isTall ? cut(graph.short[number], (size[0] - scene.text - 6) * 0.89) : this.#names.get(number) ?? (level === "self" ? graph.short[number] : "");
    const small = !isTall && scale < 0.55;
    for (const circle of node.querySelectorAll("circle")) {
      circle.setAttribute("cx", dotX);
      circle.setAttribute("r", circle.classList.contains("sh-ring") ? (small ? 5.5 : 8) : (small ? 3.2 : 5));
    }
    const label = node.querySelector("text");
    label.setAttribute("x", small ? 7 : textX);
    label.setAttribute("y", 4.4);
    if (label.textContent !== text) label.textContent = text;
    const reach = Math.min(12, (scene.line * (isTall ? scale : scaleY)) / 2);
    const hit = isTall ? { x: 40, width: size[0] - 40 } : { x: -Math.max(8, reach), width: Math.max(16, (scene.column * scale) - 6) };
    for (const [name, value] of Object.entries({ ...hit, y: -reach, height: 2 * reach })) node.firstChild.setAttribute(name, value);
  }

  #stroke(line, { later, earlier, type }) {
    const level = this.light?.edge(later, earlier);
    line.setAttribute("class", `sh-line sh-line--${this.graph.types[type]} sh-lane-${this.graph.lane[earlier]}${level ? ` sh-on sh-on--${level}` : ""}`);
    line.setAttribute("d", curve(this.scene.kind, this.at(earlier), this.at(later)));
  }

  #bands() {
    const { scene, scale, scaleY, left } = this;
    const [width, height] = this.whole;
    if (scene.kind === "tall") {
      if (this.dense) return scene.years.map((year) => draw("text", { class: "sh-tick", x: 0, y: this.cell(scene.lanes[0], year).y + 16 }, String(year.year)));
      return scene.years.map(({ start }) => draw("line", { class: "sh-grid", x1: 0, x2: width, y1: start * scale, y2: start * scale }));
    }
    const bands = scene.lanes.map(({ start, size }, i) =>
      draw("rect", { class: `sh-band sh-band--${i % 2}`, x: 0, y: TOP + start * scaleY, width, height: size * scaleY }));
    return [...bands, ...scene.years.map(({ start, gap }) =>
      draw("line", { class: `sh-grid${gap ? " sh-grid--gap" : ""}`, x1: left + start * scale, x2: left + start * scale, y1: 0, y2: height }))];
  }

  // The area of a lane in a year, where works are counted instead of drawn.
  cell(lane, year) {
    const { scene, scale, scaleY, size } = this;
    if (scene.kind === "tall") {
      const width = (size[0] - 48) / scene.lanes.length;
      return { x: 46 + scene.lanes.indexOf(lane) * width, y: TOP + scene.years.indexOf(year) * CELL, width: width - 2, height: CELL - 2 };
    }
    return { x: this.left + year.start * scale + 1, y: TOP + lane.start * scaleY + 1, width: year.size * scale - 2, height: lane.size * scaleY - 2 };
  }

  #cells() {
    const { scene, graph } = this;
    const most = Math.max(...scene.sizes.values());
    if (!scene.sizes.has(this.keptCell)) this.keptCell = [...scene.sizes.keys()][0];
    return scene.lanes.flatMap((lane) => scene.years.flatMap((year) => {
      const name = `${lane.lane} ${year.year}`;
      const count = scene.sizes.get(name);
      if (!count) return [];
      const { x, y, width, height } = this.cell(lane, year);
      const opacity = (0.12 + 0.6 * Math.sqrt(count / most)).toFixed(2);
      const cell = draw("g", { class: `sh-cell sh-lane-${lane.lane}`, role: "button", tabindex: name === this.keptCell ? 0 : -1, "data-cell": name, "aria-label": `${graph.laneName(lane.lane)}, ${year.year}: ${count}` });
      cell.append(draw("rect", { x, y, width, height, "fill-opacity": opacity }));
      if (width >= 9 * String(count).length && height >= 13) cell.append(draw("text", { x: x + width / 2, y: y + height / 2 + 4 }, String(count)));
      return [cell];
    }));
  }

  // The names of years and lanes stay at the edge of the window as long as something of theirs is seen.
  #heads(left, top) {
    const { scene, scale, scaleY, graph, left: side, size: [width, height] } = this;
    if (scene.kind === "tall" && !this.dense) {
      this.side.replaceChildren();
      this.head.replaceChildren(...scene.years.flatMap(({ year, start, size }) => {
        const y = Math.min(Math.max(start * scale - top, 0), (start + size) * scale - top - 20) + 17;
        return y < 0 || y > height + 20 ? [] : [draw("text", { class: "sh-tick", x: 0, y }, String(year))];
      }));
      return;
    }
    if (scene.kind === "tall") {
      this.head.replaceChildren();
      const dots = scene.lanes.map((lane) => {
        const { x, width: wide } = this.cell(lane, scene.years[0]);
        return draw("circle", { class: `sh-lane-${lane.lane} sh-lane-dot`, cx: x + wide / 2, cy: 14, r: 5 });
      });
      this.side.replaceChildren(draw("rect", { class: "sh-cover", width, height: TOP }), ...dots);
      return;
    }
    const taken = []; // where years are close, those with more works are named
    const ticks = [...scene.years].sort((a, b) => b.size - a.size).flatMap(({ year, start, size }) => {
      const begin = side + start * scale - left;
      const x = Math.max(begin, Math.min(side, begin + size * scale - 36)) + 4;
      if (x < side - 30 || x > width || taken.some((other) => Math.abs(other - x) < 36)) return [];
      taken.push(x);
      return [draw("text", { class: "sh-tick", x, y: 18 }, String(year))];
    });
    this.head.replaceChildren(draw("rect", { class: "sh-cover", x: 0, y: 0, width, height: TOP }), ...ticks);
    const lanes = scene.lanes.flatMap(({ lane, start, size }) => {
      const from = Math.max(TOP + start * scaleY - top, TOP);
      const to = TOP + (start + size) * scaleY - top;
      if (to < TOP + 8 || from > height) return [];
      const y = Math.max(Math.min(from + Math.min(size * scaleY, 40) / 2 + 4.5, to - 4), from + 9);
      return [draw("text", { class: `sh-lane-name sh-lane-${lane}`, x: 8, y }, graph.laneName(lane))];
    });
    this.side.replaceChildren(draw("rect", { class: "sh-cover", width: side - 6, height }), ...lanes, draw("rect", { class: "sh-cover", width: side - 6, height: TOP }));
  }

  // The work whose name is at a point of the window; names lie over dots, which come first.
  named([left, top]) {
    if (!this.#window || this.scene.kind === "tall") return -1;
    const [x, y] = [left + this.#seen[0], top + this.#seen[1]];
    for (const [number, text] of this.#names) {
      const [from, middle] = this.at(number);
      if (Math.abs(y - middle) < 8 && x > from && x < from + 12 + measure(text)) return number;
    }
    return -1;
  }

  // The cell that can be reached by Tab, and the focus on it.
  toCell(name) {
    this.keptCell = name;
    for (const cell of this.bands.querySelectorAll("[data-cell]")) cell.setAttribute("tabindex", cell.dataset.cell === name ? 0 : -1);
    this.bands.querySelector(`[data-cell="${name}"]`)?.focus({ preventScroll: true });
  }

  element(number) { return this.#nodes.get(number); }
}

const CELL = 26;
