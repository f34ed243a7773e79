// The window on a timeline: scrolls by itself (touch, wheel, keys), is dragged by mouse, and zooms about the place pointed at.
//
// The browser scrolls an empty area of the size of the picture; the picture stands still in the window and draws what is there.
import { make } from "./base.js";
import { RIGHT, TOP } from "./picture.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const STEP = 1.3, LARGEST = 3;

export class Stage {
  #frame = 0;
  #pinch;

  constructor(picture, { changed, label, hint }) {
    [this.picture, this.changed, this.under] = [picture, changed, 0];
    this.area = make("div", { className: "sh-stage__area" });
    this.area.append(picture.svg);
    this.element = make("div", { className: "sh-stage", tabIndex: 0, role: "application", ariaLabel: label }, this.area);
    this.element.setAttribute("aria-describedby", hint);
    this.element.addEventListener("scroll", () => this.#later());
    this.element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.#drag();
    this.#pinching();
    new ResizeObserver(() => this.#resize()).observe(this.element);
  }

  // Another window on the same place, or on the whole where the whole was seen.
  #resize() {
    if (!this.scene || !this.element.clientWidth || matchMedia("print").matches || String(this.size) === String(this.picture.size)) return;
    const [whole, start, middle] = [this.isWhole, this.element.scrollTop < 2, this.middle(this.picture.size)];
    this.resized();
    if (whole) this.scale = this.#limit(this.fitting);
    this.draw();
    if (!whole && !start) this.centre(middle);
  }

  get size() { return [this.element.clientWidth, this.element.clientHeight]; }

  // The size of the window without the names of years and lanes.
  get room() { return [this.size[0] - this.picture.left - RIGHT - 2, this.size[1] - TOP - 10]; }

  // The scale at which the whole picture is in the window.
  get fitting() { return this.scene.kind === "tall" ? 0.5 : Math.min(this.room[0] / Math.max(1, this.scene.width), Math.max(1, this.room[1] / this.scene.height), 1.3); }

  // From scale 1 on both axes are scaled alike; below it the rows give way as far as the window asks for it.
  scaleY(scale) {
    const { scene, fitting } = this;
    if (scale >= 1 || fitting >= 1) return Math.max(1, scale);
    const least = Math.min(1, this.room[1] / scene.height);
    return least ** (Math.log(scale) / Math.log(fitting));
  }

  // A new scene, at a scale (by default the whole of it).
  set(scene, scale) {
    this.scene = scene;
    this.scale = this.#limit(scale ?? (scene.kind === "wide" ? this.fitting : scene.numbers.length > 1000 ? 0.5 : 1));
    this.draw();
  }

  #limit(scale) { return Math.max(Math.min(this.fitting, 1), Math.min(this.scene.kind === "tall" ? 1.6 : LARGEST, scale)); }

  draw() {
    const { picture } = this;
    picture.show(this.scene, this.scale, this.scaleY(this.scale), this.size);
    this.#stretch();
    this.now();
  }

  // The area is as large as the picture, and larger by what lies over the foot of the window.
  #stretch() {
    const [width, height] = this.picture.whole;
    this.area.style.width = `${Math.max(width, this.size[0])}px`;
    this.area.style.height = `${Math.max(height + this.under, this.size[1])}px`;
  }

  // Draws the window where it is now.
  now() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.picture.move(Math.max(0, this.element.scrollLeft), Math.max(0, this.element.scrollTop));
  }

  #later() {
    this.#frame ||= requestAnimationFrame(() => { this.now(); this.changed(); });
  }

  zoom(factor, at) { this.zoomTo(this.scale * factor, at); }

  // The point of the window at `at` ([x, y], by default its middle) stays where it is.
  zoomTo(scale, at) {
    const before = this.scale;
    const next = this.#limit(scale);
    if (Math.abs(next - before) < 1e-6) return;
    const { element, scene, size } = this;
    const isTall = scene.kind === "tall";
    const [left, top] = isTall ? [0, 0] : [this.picture.left, TOP];
    const [x, y] = at ?? [isTall ? 0 : (size[0] + left) / 2, (size[1] + top) / 2];
    const along = (scale) => (isTall ? scale : this.scaleY(scale));
    const place = [(element.scrollLeft + x - left) / before, (element.scrollTop + y - top) / along(before)];
    this.scale = next;
    this.draw();
    element.scrollTo({ left: place[0] * next + left - x, top: place[1] * along(next) + top - y, behavior: "instant" });
    this.now();
    this.changed();
  }

  whole() {
    this.scale = this.#limit(this.fitting);
    this.draw();
    this.element.scrollTo({ left: 0, top: 0, behavior: "instant" });
    this.now();
    this.changed();
  }

  get isWhole() { return Math.abs(this.scale - this.#limit(this.fitting)) < 1e-3; }

  // The work that is nearest to the middle of the window; -1 in an empty picture.
  middle(size = this.size) {
    const { element, picture } = this;
    const [x, y] = [element.scrollLeft + size[0] / 2, element.scrollTop + size[1] / 2];
    let [best, nearest] = [-1, Infinity];
    for (const number of this.scene.numbers) {
      const place = picture.at(number);
      const far = (this.scene.kind === "tall" ? 0 : place[0] - x) ** 2 + (place[1] - y) ** 2;
      if (far < nearest) [best, nearest] = [number, far];
    }
    return best;
  }

  centre(number) {
    if (!this.scene.place.has(number)) return;
    const [x, y] = this.picture.at(number);
    this.element.scrollTo({ left: x - this.size[0] / 2, top: y - this.size[1] / 2, behavior: "instant" });
    this.now();
  }

  // Scrolls so that a work is well inside the window; `under` is how much of the window's foot is covered.
  reveal(number, under = 0) {
    const { element, size, picture } = this;
    this.under = under;
    this.#stretch();
    const [x, y] = picture.at(number);
    const isTall = this.scene.kind === "tall";
    const [left, top] = [isTall ? 0 : picture.left + 20, isTall ? 40 : TOP + 20];
    const go = (scroll, place, near, far, room) => (place - scroll < near || place - scroll > room - far ? place - (near + room - far) / 2 : scroll);
    const target = {
      left: isTall ? 0 : go(element.scrollLeft, x, left, 150, size[0]),
      top: go(element.scrollTop, y, top, 40 + under, size[1]),
    };
    if (Math.abs(target.left - element.scrollLeft) + Math.abs(target.top - element.scrollTop) < 1) return;
    const far = Math.abs(target.left - element.scrollLeft) > size[0] || Math.abs(target.top - element.scrollTop) > size[1];
    element.scrollTo({ ...target, behavior: calm.matches || far ? "instant" : "smooth" });
    if (calm.matches || far) this.now();
  }

  point(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return; // a page that is scrolled past stays a page that is scrolled
    event.preventDefault();
    this.zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 110), this.point(event));
  }

  // Mouse only: fingers scroll by themselves.
  #drag() {
    let start;
    this.element.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button || event.clientX > this.element.getBoundingClientRect().left + this.element.clientWidth) return;
      start = { x: event.clientX, y: event.clientY, left: this.element.scrollLeft, top: this.element.scrollTop, moved: false, id: event.pointerId };
    });
    this.element.addEventListener("pointermove", (event) => {
      if (!start || event.pointerId !== start.id) return;
      const [x, y] = [event.clientX - start.x, event.clientY - start.y];
      if (!start.moved && Math.hypot(x, y) < 5) return;
      if (!start.moved) { start.moved = true; this.element.setPointerCapture(start.id); this.element.classList.add("sh-stage--dragged"); }
      this.element.scrollTo({ left: start.left - x, top: start.top - y, behavior: "instant" });
    });
    const end = () => {
      if (start?.moved) {
        this.element.classList.remove("sh-stage--dragged");
        this.dragged = true; // the click that follows opens nothing
        setTimeout(() => { this.dragged = false; });
      }
      start = undefined;
    };
    for (const type of ["pointerup", "pointercancel"]) this.element.addEventListener(type, end);
    this.element.addEventListener("dragstart", (event) => event.preventDefault());
  }

  #pinching() {
    const spread = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const between = ([a, b]) => this.point({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 });
    this.element.addEventListener("touchstart", (event) => {
      this.#pinch = event.touches.length === 2 ? { spread: spread(event.touches), scale: this.scale } : undefined;
    }, { passive: true });
    this.element.addEventListener("touchmove", (event) => {
      if (!this.#pinch || event.touches.length !== 2) return;
      event.preventDefault();
      this.zoomTo(this.#pinch.scale * (spread(event.touches) / this.#pinch.spread), between(event.touches));
    }, { passive: false });
    this.element.addEventListener("touchend", () => { this.#pinch = undefined; });
  }

  in(at) { this.zoom(STEP, at); }

  out(at) { this.zoom(1 / STEP, at); }
}
