// Copying to the clipboard, by button.
import { make, zh } from "./base.js";

const words = zh ? { copy: "复制", copied: "已复制" } : { copy: "Copy", copied: "Copied" };

export const copyText = async (text) => {
  if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

// Code of hand-written pages gets its button here: the theme's own adds landmarks that all have the same name.
for (const box of document.querySelectorAll(".md-typeset .highlight")) {
  const button = make("button", { type: "button", className: "sh-copy sh-copy--corner", textContent: words.copy });
  button.dataset.copy = "";
  box.append(button);
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const label = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const box = button.closest(".sh-code, .highlight");
    const source = box ? box.querySelector("pre") : button.closest("div").querySelector("dd");
    await copyText(source.textContent.trim() + (box ? "\n" : ""));
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = label; }, 1500);
  });
}
