// An edge in words: the sign of its type, the type, the other work, and the sentence that says why.
import { make, zh } from "./base.js";
import { draw } from "./picture.js";

const words = zh
  ? { extends: ["扩展", "被扩展"], simplifies: ["简化", "被简化"], replaces: ["取代", "被取代"], compares: ["比较", "被比较"], critiques: ["质疑", "被质疑"], failed: "说明加载失败。" }
  : { extends: ["extends", "extended by"], simplifies: ["simplifies", "simplified by"], replaces: ["replaces", "replaced by"], compares: ["compares with", "compared by"], critiques: ["critiques", "critiqued by"], failed: "The sentence could not be loaded." };

// A type as seen from the later work, or from the earlier one with `back`.
export const typeName = (type, back = false) => words[type]?.[Number(back)] ?? type;

export const sign = (graph, type) => {
  const svg = draw("svg", { class: "sh-sign", viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" });
  svg.append(draw("circle", { r: 7 }), draw("path", { d: graph.signs[type] }));
  return svg;
};

// A formula of nested lists (name, attributes, children) as MathML.
const formula = (part) => {
  if (typeof part === "string") return part;
  const [name, attributes, ...children] = part;
  const element = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
  for (const [key, value] of Object.entries(attributes)) if (!/^on|href|src|style/i.test(key)) element.setAttribute(key, value);
  element.append(...children.map(formula));
  return element;
};

// A paragraph that fills when the sentence has come.
export const sentence = (graph, later, place) => {
  const text = make("p", { className: "sh-why" });
  graph.why(later, place).then(
    (why) => { text.replaceChildren(...[why.text].flat().map(formula)); if (why.lang) text.lang = why.lang; },
    () => { text.textContent = words.failed; },
  );
  return text;
};

// The title of a work in `element`, its short name until the title has come.
export const title = (graph, number, element) => {
  element.textContent = graph.short[number];
  graph.title(number).then((found) => { element.textContent = found.text; if (found.lang) element.lang = found.lang; }, () => {});
  return element;
};
