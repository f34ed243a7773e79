// The works a reader chose: their keys in the order of choosing, kept in the browser, the same in every tab; and the boxes
// that tick them. What becomes of them is the business of selection-page.js.
import { languageRoot, make, zh } from "./base.js";

const words = zh
  ? { name: "所选条目", select: "选择", chosen: (n) => `已选 ${n} 条`, passing: "浏览器不允许本站保存数据：离开此页后，所选条目就没有了。", open: "现在打开" }
  : { name: "Selection", select: "Select", chosen: (n) => `${n} selected`, passing: "Your browser keeps nothing for this site: the selection lasts until you leave this page.", open: "Open it now" };

const place = "shoulders.selection";
const watchers = [];
let keys = [];
let keeps = true; // whether the browser keeps what is chosen

const load = () => {
  if (!keeps) return;
  let kept;
  try { kept = localStorage.getItem(place); keeps = !localStorage.passing; } catch { keeps = false; }
  if (!keeps) return;
  try { kept = JSON.parse(kept || "[]"); } catch { kept = []; }
  keys = Array.isArray(kept) ? [...new Set(kept.filter((key) => typeof key === "string" && /^[\w-]{1,200}$/.test(key)))] : [];
};
const tell = () => { for (const watcher of watchers) watcher(); };

export const chosen = () => [...keys];
export const isKept = () => keeps;
export const watch = (watcher) => { watchers.push(watcher); };
export const choose = (next) => {
  keys = [...new Set(next)];
  try { if (keeps) localStorage.setItem(place, JSON.stringify(keys)); } catch { keeps = false; }
  tell();
};
export const add = (some) => { load(); choose([...keys, ...some]); };
export const remove = (some) => { load(); const gone = new Set(some); choose(keys.filter((key) => !gone.has(key))); };
// Former keys are kept as the present ones.
export const rename = (former) => {
  if (keys.some((key) => Object.hasOwn(former, key))) choose(keys.map((key) => (Object.hasOwn(former, key) ? former[key] : key)));
};
// An address that shows these works to whoever opens it.
export const addressOf = (some) => {
  const address = new URL("selection/", languageRoot);
  if (some.length) address.search = `works=${some.join(",")}`;
  return address.href;
};

// Boxes: one on every entry of a list, one on the page of a work -----------------------------------
export const tick = (entry) => {
  const box = make("input", { type: "checkbox", checked: keys.includes(entry.dataset.key), ariaLabel: `${words.select}${zh ? "：" : ": "}${entry.querySelector("a").textContent}` });
  box.dataset.choose = entry.dataset.key;
  entry.append(make("label", { className: "sh-tick" }, box));
};
const former = () => Object.fromEntries([...document.querySelectorAll("[data-former]")].flatMap((element) =>
  element.dataset.former.split(" ").map((name) => [name, element.dataset.key || element.dataset.choose])));

const note = make("p", { className: "sh-toast", role: "status" });
const link = document.querySelector("[data-chosen]");
const show = () => {
  const here = new Set(keys);
  for (const box of document.querySelectorAll("[data-choose]")) box.checked = here.has(box.dataset.choose);
  if (!link) return;
  const count = link.querySelector("span");
  count.textContent = keys.length;
  count.hidden = !keys.length;
  link.href = keeps ? addressOf([]) : addressOf(keys); // what the browser does not keep, the address carries
  link.ariaLabel = keys.length ? `${words.name}${zh ? "：" : ": "}${words.chosen(keys.length)}` : words.name;
};

addEventListener("change", ({ target }) => {
  if (!target.dataset?.choose) return;
  (target.checked ? add : remove)([target.dataset.choose]);
  note.replaceChildren(keeps || !keys.length ? words.chosen(keys.length) : words.passing);
  note.classList.toggle("is-shown", !keeps && keys.length > 0);
  if (!keeps && keys.length) note.append(" ", make("a", { href: addressOf(keys), textContent: words.open }));
});
addEventListener("storage", ({ key }) => { if (key === place || key === null) { load(); tell(); } });
addEventListener("pageshow", ({ persisted }) => { if (persisted) { load(); tell(); } });

load();
for (const entry of document.querySelectorAll(".sh-entry[data-key]")) tick(entry);
document.body.append(note);
watch(show);
rename(former());
show();
