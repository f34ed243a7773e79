// On the picture of a work's lineage: the sentence of the edge that is pointed at, or whose work has the focus.
import { make } from "./base.js";

for (const picture of document.querySelectorAll(".sh-ego")) {
  const section = picture.closest("section");
  // The lists below the picture hold every edge with its sentence; a work leads there to the same page as in the picture.
  const told = new Map([...section.querySelectorAll(".sh-descent")].map((item) => [item.querySelector("a").href, item]));
  const card = make("p", { className: "sh-ego__why", role: "status" });
  picture.append(card);

  const clear = () => {
    card.replaceChildren();
    for (const node of picture.querySelectorAll("a.sh-on")) node.classList.remove("sh-on");
  };
  // Between the two sides where there is room for it, else below the work: on no other work.
  const place = (node) => {
    const [box, frame] = [node.getBoundingClientRect(), picture.getBoundingClientRect()];
    const sides = [...node.parentNode.querySelectorAll("a.sh-node")].map((other) => other.getBoundingClientRect());
    const isLeft = box.left - frame.left < node.ownerSVGElement.getBoundingClientRect().width / 2;
    const room = node.ownerSVGElement.getBoundingClientRect().width - 2 * box.width;
    card.style.maxWidth = "";
    if (room > 200) {
      card.style.maxWidth = `${room - 44}px`;
      card.style.left = `${isLeft ? box.right - frame.left + 22 : box.left - frame.left - 22 - card.offsetWidth}px`;
      const middle = (box.top + box.bottom) / 2 - frame.top - card.offsetHeight / 2;
      card.style.top = `${Math.max(0, Math.min(middle, Math.max(...sides.map((side) => side.bottom)) - frame.top - card.offsetHeight))}px`;
    } else {
      card.style.left = `${Math.max(0, Math.min(box.left - frame.left, frame.width - card.offsetWidth))}px`;
      card.style.top = `${box.bottom - frame.top + 3}px`;
    }
  };
  const tell = (event) => {
    const node = event.target.closest("a.sh-node");
    const item = node && told.get(new URL(node.getAttribute("href"), location.href).href);
    if (!item) return;
    clear();
    const [type, link, why] = [".sh-edge", "a", "p"].map((name) => item.querySelector(name));
    card.append(make("span", { className: "sh-edge", textContent: type.textContent }), " ", make("strong", { textContent: link.textContent }), make("br"), ...why.cloneNode(true).childNodes);
    node.classList.add("sh-on");
    place(node);
  };
  picture.addEventListener("pointerover", tell);
  picture.addEventListener("focusin", tell);
  picture.addEventListener("pointerleave", clear);
  picture.addEventListener("focusout", clear);
  picture.addEventListener("keydown", (event) => { if (event.key === "Escape") clear(); });
}
