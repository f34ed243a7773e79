// On the picture of a work's lineage: the sentence of the edge that is pointed at, or whose work has the focus.
import { make, zh } from "./base.js";

const words = zh ? { hint: "指向或选中一项，查看两者之间的关系。" } : { hint: "Point at a work, or move to it by Tab, to read how the two are related." };

for (const picture of document.querySelectorAll(".sh-ego")) {
  const section = picture.closest("section");
  // The lists below the picture hold every edge with its sentence; a work leads there to the same page as in the picture.
  const told = new Map([...section.querySelectorAll(".sh-descent")].map((item) => [item.querySelector("a").href, item]));
  const caption = make("p", { className: "sh-ego__why", role: "status" }, words.hint);
  picture.append(caption);
  const tell = (event) => {
    const node = event.target.closest("a.sh-node");
    const item = node && told.get(new URL(node.getAttribute("href"), location.href).href);
    if (!item) return;
    const [type, link, why] = [".sh-edge", "a", "p"].map((name) => item.querySelector(name));
    caption.replaceChildren(make("span", { className: "sh-edge", textContent: type.textContent }), " ", make("strong", { textContent: link.textContent }), zh ? "：" : ": ",
      ...why.cloneNode(true).childNodes);
    for (const other of picture.querySelectorAll("a.sh-on")) other.classList.remove("sh-on");
    for (const same of picture.querySelectorAll(`[data-key="${CSS.escape(node.dataset.key)}"]`)) same.classList.add("sh-on");
  };
  picture.addEventListener("pointerover", tell);
  picture.addEventListener("focusin", tell);
}
