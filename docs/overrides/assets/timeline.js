// The timeline: what is shown of it, what is chosen and lit, by mouse, by touch, by keyboard and by address.
import { make, zh } from "./base.js";
import { read, write } from "./address.js";
import { combo } from "./combo.js";
import { finder } from "./pathfinder.js";
import { filtered, graph as load } from "./graph.js";
import { tall, wide } from "./layout.js";
import { ofLineage } from "./light.js";
import { nextCell, nextWork } from "./moves.js";
import { Panel } from "./panel.js";
import { Picture } from "./picture.js";
import { Stage } from "./stage.js";
import { furnish } from "./tools.js";

const words = zh
  ? { label: "时间线", failed: "时间线的数据加载失败，下图为静态版本。", describe: "{name}，{year} 年，{lane}。站在 {on} 项的肩膀上，{to} 项站在它的肩膀上。", shown: "显示 {n} 项，共 {all} 项", chosen: "已选择：{name}。祖先 {on} 项，后代 {to} 项。" }
  : { label: "Timeline", failed: "The data of the timeline could not be loaded; this picture does without.", describe: "{name}, {year}, {lane}. Stands on: {on}. Stand on it: {to}.", shown: "{n} of {all} works shown", chosen: "{name} chosen. Ancestors: {on}. Descendants: {to}." };
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const narrow = matchMedia("screen and (max-width: 44.98em)"); // paper is no phone

const root = document.querySelector(".sh-timeline");
const explorer = root.querySelector(".sh-explorer");
const home = root.dataset.list ?? ""; // the list whose timeline this page is

class Timeline {
  constructor(graph) {
    this.graph = graph;
    this.state = this.#asked();
    const describe = (number) => fill(words.describe, {
      name: graph.short[number], year: graph.year[number], lane: graph.laneName(graph.lane[number]), on: graph.on[number].length, to: graph.to[number].length,
    });
    this.picture = new Picture(graph, describe);
    this.stage = new Stage(this.picture, { label: words.label, hint: "sh-timeline-keys", changed: () => this.#tell() });
    this.stage.resized = () => { this.stage.scene = this.#scene(); }; // which depends on the size
    this.parts = furnish(graph, this);
    explorer.replaceChildren(this.parts.tools, make("div", { className: "sh-explorer__body" }, this.stage.element, make("div", { className: "sh-panel-place" }, this.parts.panel)), this.parts.keys);
    explorer.classList.add("sh-explorer--on");
    this.panel = new Panel(graph, this.parts.panel, {
      choose: (number) => this.choose(number, { focus: true }), clear: () => this.clear(), only: () => this.only(!this.state.only),
      path: (number) => this.finder.from(number), isShown: (number) => this.stage.scene.place.has(number),
      address: (number) => `?work=${graph.key[number]}`,
    });
    this.combo = combo(this.parts.find, async () => graph, (number) => { if (number >= 0) this.find(number); });
    this.finder = finder(graph, (light) => this.#lightPath(light));
    this.#begin();
    const { work } = this.state;
    this.finder.begin();
    if (work >= 0) this.choose(work, { again: true, reveal: false }); // which the path would unlight
    this.#listen();
  }

  // The state that the address asks for; what does not exist is as if it were not asked for.
  #asked() {
    const { graph } = this;
    const asked = read();
    const known = (name, all) => (all.some((one) => one.id === asked.get(name)) ? asked.get(name) : "");
    const scale = Number(asked.get("z"));
    return {
      topic: known("topic", graph.allTopics), list: asked.get("list") === "all" ? "" : known("list", graph.lists) || home,
      work: graph.number.get(asked.get("work")) ?? -1, only: asked.get("only") === "1",
      scale: scale > 0 ? scale : undefined, at: graph.number.get(asked.get("at")) ?? -1,
    };
  }

  #begin() {
    const { state, stage } = this;
    this.#lineage();
    this.#count(); // first of all: it takes its room
    stage.set(this.#scene(), state.scale);
    this.#light();
    const at = state.at >= 0 ? state.at : stage.scene.kind === "tall" ? state.work : -1;
    if (at >= 0) stage.centre(at);
    if (narrow.matches && state.work >= 0 && !location.hash) this.#aside();
    this.#tell();
  }

  #scene() {
    const { graph, state, stage } = this;
    let numbers = filtered(graph, state);
    if (state.only && state.work >= 0) {
      const own = (number) => number === state.work || this.lineage.ancestors.has(number) || this.lineage.descendants.has(number);
      numbers = numbers.filter(own);
    }
    const scene = narrow.matches ? tall(graph, numbers) : wide(graph, numbers, stage.room);
    this.picture.kept = scene.place.has(state.work) ? state.work : numbers[0] ?? -1;
    this.parts.empty.hidden = numbers.length > 0;
    return scene;
  }

  #lineage() {
    const { graph, state: { work } } = this;
    this.lineage = work >= 0 ? { ancestors: graph.reach(work, "on"), descendants: graph.reach(work, "to") } : undefined;
  }

  // What is lit: the chosen work with all its ancestors and descendants, or else the path that was asked for.
  #light() {
    const { state: { work }, lineage, picture, graph } = this;
    picture.light = this.path ?? null;
    if (work >= 0) {
      picture.light = ofLineage(work, lineage);
      picture.kept = this.stage.scene.place.has(work) ? work : picture.kept;
      this.panel.show(work, { ...lineage, only: this.state.only });
      this.parts.said.textContent = fill(words.chosen, { name: graph.short[work], on: lineage.ancestors.size, to: lineage.descendants.size });
    } else {
      this.panel.clear();
      this.parts.said.textContent = "";
    }
    picture.relight();
    this.stage.now();
  }

  #lightPath(light) {
    this.path = light;
    if (light) this.state.work = -1;
    this.#light();
    this.#tell();
  }

  // Another scene: the same place and scale as far as they are in it.
  #rebuild() {
    const { stage } = this;
    const scene = this.#scene();
    stage.set(scene, scene.kind === "tall" ? stage.scale : undefined);
    stage.element.scrollTo({ left: 0, top: 0, behavior: "instant" });
    if (this.state.work >= 0) stage.centre(this.state.work);
    this.#light();
    this.#tell();
  }

  // What is shown, laid out for a file, which is wide on phones too.
  wideScene() { return wide(this.graph, this.stage.scene.numbers, [1600, 1000]); }

  // The place about which the buttons zoom: the chosen work where it is in the window.
  anchor() {
    const { state: { work }, stage } = this;
    if (!stage.scene.place.has(work)) return undefined;
    const [x, y] = this.#inWindow(work);
    return x > 0 && y > 0 && x < stage.size[0] && y < stage.size[1] ? [x, y] : undefined;
  }

  filter(changes) { Object.assign(this.state, changes); this.#rebuild(); }

  only(yes) { this.state.only = yes; this.#rebuild(); this.focus(this.state.work); }

  choose(number, { focus = false, reveal = true, again = focus } = {}) {
    if (number === this.state.work && !again) return;
    this.state.work = number;
    this.#lineage();
    if (this.state.only) this.#rebuild(); else { this.#light(); this.#tell(); }
    if (!this.stage.scene.place.has(number)) return;
    if (reveal) this.stage.reveal(number, this.#covered());
    if (focus) this.focus(number);
  }

  // A work that may be filtered out: then the filters go.
  find(number) {
    if (!this.stage.scene.place.has(number)) { Object.assign(this.state, { topic: "", list: "", only: false }); this.state.work = number; this.#lineage(); this.#rebuild(); }
    if (this.picture.dense) this.stage.zoomTo(1);
    this.choose(number, { focus: true });
  }

  clear() {
    const [was, inside] = [this.state.work, explorer.contains(document.activeElement)];
    Object.assign(this.state, { work: -1, only: false });
    this.lineage = undefined;
    if (this.stage.scene.numbers.length !== filtered(this.graph, this.state).length) this.#rebuild(); else this.#light();
    this.#tell();
    if (was >= 0 && inside) this.focus(was);
  }

  focus(number) {
    this.quiet = true;
    this.picture.element(number)?.focus({ preventScroll: true });
    this.quiet = false;
  }

  // On phones the panel lies over the foot of the window.
  // The page scrolls so that the panel does not lie over all of the window.
  #aside() {
    explorer.scrollIntoView({ block: "start", behavior: "instant" });
    this.stage.reveal(this.state.work, this.#covered());
  }

  #covered() {
    if (!narrow.matches || this.state.work < 0) return 0;
    return Math.max(0, this.stage.element.getBoundingClientRect().bottom - this.parts.panel.getBoundingClientRect().top);
  }

  #tell() {
    const { state, stage, graph } = this;
    const { kind } = stage.scene;
    const whole = kind === "wide" ? stage.isWhole : stage.scale === 1;
    const still = kind === "wide" ? stage.isWhole : stage.element.scrollTop < 2;
    const middle = still ? -1 : stage.middle();
    const key = (number) => (number >= 0 ? graph.key[number] : "");
    write({
      topic: state.topic, list: state.list === home ? "" : state.list || "all", work: key(state.work), only: state.only && state.work >= 0 ? "1" : "",
      z: whole ? "" : stage.scale.toFixed(2), at: key(middle),
    });
    this.#count(stage.scene.numbers.length);
  }

  #count(n = filtered(this.graph, this.state).length) { this.parts.update(this.state, fill(words.shown, { n, all: this.graph.count })); }

  // keyboard and pointers -------------------------------------------------------------------------

  #listen() {
    const { stage, picture: { svg } } = this;
    const number = (target) => this.graph.number.get(target.closest?.("[data-key]")?.dataset.key) ?? -1;
    // The work whose dot is pointed at, or else the one whose name is.
    const pointed = (event) => (number(event.target) >= 0 ? number(event.target) : this.picture.named(stage.point(event)));
    let hover, over = -1, pressed = false, before = { type: "", work: -1 };
    stage.element.addEventListener("keydown", (event) => this.#key(event, number(event.target)));
    // Not on the picture itself: SVG that listens for the focus can get it.
    stage.element.addEventListener("focusin", (event) => {
      const found = number(event.target);
      if (found >= 0 && !this.quiet && !pressed) this.choose(found);
    });
    // What is pressed gets the focus before the click that chooses or opens it.
    stage.element.addEventListener("pointerdown", (event) => { pressed = true; before = { type: event.pointerType, work: this.state.work }; }, true);
    for (const type of ["pointerup", "pointercancel"]) stage.element.addEventListener(type, () => setTimeout(() => { pressed = false; }, 50), true);
    svg.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "mouse") return;
      const found = event.buttons ? -1 : pointed(event);
      if (found === over) return;
      over = found;
      clearTimeout(hover);
      svg.style.cursor = found >= 0 ? "pointer" : "";
      if (found >= 0) hover = setTimeout(() => this.choose(found, { reveal: false }), 120);
    });
    svg.addEventListener("pointerleave", () => { clearTimeout(hover); over = -1; });
    svg.addEventListener("click", (event) => {
      const found = pointed(event);
      const cell = event.target.closest("[data-cell]");
      if (stage.dragged) event.preventDefault();
      else if (cell) this.#enter(cell);
      else if (found < 0) this.clear();
      else if (before.type === "touch" && found !== before.work) {
        event.preventDefault();
        this.choose(found, { again: true });
        if (narrow.matches) this.#aside();
      } else if (number(event.target) < 0) location.assign(this.graph.page(found));
    });
    narrow.addEventListener("change", () => { if (!matchMedia("print").matches) this.#rebuild(); });
  }

  #key(event, number) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { stage } = this;
    const cell = event.target.closest?.("[data-cell]");
    const at = number >= 0 ? this.#inWindow(number) : undefined;
    const acts = { "+": () => stage.in(at), "=": () => stage.in(at), "-": () => stage.out(at), "0": () => stage.whole(), Escape: () => this.clear() };
    if (acts[event.key]) { acts[event.key](); event.preventDefault(); this.focus(number); return; }
    if (event.shiftKey && event.key.startsWith("Arrow")) { this.#pan(event.key); event.preventDefault(); return; }
    if (cell) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.#enter(cell); return; }
      const next = nextCell(this.stage.scene, cell.dataset.cell, event.key);
      if (next === undefined) return;
      event.preventDefault();
      this.picture.toCell(next);
      return;
    }
    if (number < 0) return; // the window itself: the browser scrolls it
    const next = nextWork(this.graph, stage.scene, number, event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (next >= 0) this.choose(next, { focus: true });
  }

  #inWindow(number) {
    const [x, y] = this.picture.at(number);
    return [x - this.stage.element.scrollLeft, y - this.stage.element.scrollTop];
  }

  #pan(key) {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    this.stage.element.scrollBy({ left: x * 120, top: y * 90, behavior: "instant" });
    this.stage.now();
  }

  // Into a cell: as near as its works are drawn one by one, at the one on which most others stand.
  #enter(cell) {
    const { graph, stage } = this;
    const [lane, year] = cell.dataset.cell.split(" ").map(Number);
    const inside = stage.scene.numbers.filter((number) => graph.lane[number] === lane && graph.year[number] === year);
    const first = inside.reduce((best, number) => (graph.to[number].length > graph.to[best].length ? number : best));
    stage.zoomTo(1);
    stage.centre(first);
    this.choose(first, { focus: true });
  }
}

const fall = () => {
  const still = new DOMParser().parseFromString(root.querySelector("noscript").textContent, "text/html");
  explorer.replaceChildren(make("p", { className: "sh-notice", role: "status", textContent: words.failed }));
  explorer.classList.add("sh-explorer--failed");
  root.append(...still.body.childNodes);
};

load().then((graph) => new Timeline(graph)).catch((error) => { fall(); throw error; });
