// The page of the selection: its works in order, and what one takes away from them.
import { languageRoot, make, zh } from "./base.js";
import { cited, exported, label } from "./bibliography.js";
import { copyText } from "./copy.js";
import { row } from "./rows.js";
import { add, addressOf, choose, chosen, isKept, remove, rename, watch } from "./selection.js";
import { find, index } from "./works.js";

const words = zh
  ? { works: (n) => `共 ${n} 条`, none: "还没有选出条目。在论文列表、书单、主题或作品页面上勾选，就会出现在这里。", browse: "查看全部条目", remove: "移除", removed: (t) => `已移除“${t}”。`, cleared: (n) => `已清空 ${n} 条。`,
      sorted: "顺序已改变。", undo: "撤销", clear: "全部清空", link: "复制这些条目的链接", linked: "链接已复制", year: "按年份排列", author: "按作者排列", lost: "已不在目录中",
      shared: (n) => `这个链接列出了 ${n} 条条目。它们不在你的所选条目里。`, take: "加入我的所选条目", own: "查看我的所选条目", passing: "浏览器不允许本站保存数据：离开此页后，所选条目就没有了。",
      loading: (done, all) => `正在加载：${done} / ${all}`, failed: "加载失败。", again: "重试", copied: "已复制", copy: "复制" }
  : { works: (n) => `${n} work${n === 1 ? "" : "s"}`, none: "Nothing is selected yet. Tick works in the list of papers, in a reading list, on a topic or on a work's page, and they appear here.", browse: "See all works", remove: "Remove", removed: (t) => `Removed “${t}”.`, cleared: (n) => `Cleared ${n} works.`,
      sorted: "The order was changed.", undo: "Undo", clear: "Clear all", link: "Copy a link to these works", linked: "Link copied", year: "Sort by year", author: "Sort by author", lost: "no longer in the catalog",
      shared: (n) => `This link shows ${n} work${n === 1 ? "" : "s"}. They are not in your own selection.`, take: "Add to my selection", own: "See my selection", passing: "Your browser keeps nothing for this site: the selection lasts until you leave this page.",
      loading: (done, all) => `Loading: ${done} of ${all}`, failed: "This could not be loaded.", again: "Try again", copied: "Copied", copy: "Copy" };

const page = document.querySelector("[data-selection]");
const [status, box, ways, list, made, output] = [".sh-selection__status", ".sh-selection__works", ".sh-selection__ways", ".sh-rows",
  ".sh-selection__made", ".sh-selection__text"].map((one) => page.querySelector(one));
const [copy, download] = ["copy", "download"].map((one) => page.querySelector(`[data-take=${one}]`));
const formats = [...page.querySelectorAll("[name=format]")];

const asked = new URLSearchParams(location.search);
let shared = (asked.get("works") || "").split(",").filter(Boolean); // what a link shows, which is not one's own
let about = { former: {}, count: 0, words: {}, topics: {} };
let works = new Map();
let before; // what the last change took away, for undoing it
let taken; // { text, html, name, media }: what the buttons take

const current = () => {
  const keys = shared.length ? shared : chosen();
  return [...new Set(keys.map((key) => (Object.hasOwn(about.former, key) ? about.former[key] : key)))];
};
const known = () => current().filter((key) => works.has(key));
const button = (text, act, className = "sh-copy") => {
  const element = make("button", { type: "button", className, textContent: text });
  element.addEventListener("click", act);
  return element;
};
// One's own selection is changed; a shared one is only looked at.
const change = (next, said) => {
  before = { keys: current(), said };
  choose(next);
};
const undo = () => { const { keys } = before; before = undefined; choose(keys); };

// The works ---------------------------------------------------------------------------------------
const showStatus = (failed) => {
  const count = current().length;
  const said = [];
  if (shared.length && isKept()) {
    const take = () => { add(current()); shared = []; history.replaceState(null, "", location.pathname); render(); };
    said.push(make("p", { className: "sh-notice" }, words.shared(count), " ", button(words.take, take), " ", make("a", { href: addressOf([]), textContent: words.own })));
  }
  if (!isKept()) said.push(make("p", { className: "sh-notice", textContent: words.passing }));
  if (before) said.push(make("p", { className: "sh-notice" }, before.said, " ", button(words.undo, undo)));
  if (count) said.push(make("p", { textContent: words.works(count) }));
  else said.push(make("p", { textContent: words.none }), make("p", {}, make("a", { className: "sh-button", href: new URL("papers/", languageRoot), textContent: words.browse })));
  if (failed) said.push(make("p", { className: "sh-notice" }, words.failed, " ", button(words.again, render)));
  status.replaceChildren(...said);
};
const item = (key) => {
  const work = works.get(key);
  const element = work ? row(work, about) : make("li", { className: "sh-entry sh-row" }, make("span", { className: "sh-row__year" }),
    make("div", { className: "sh-row__work" }, make("code", { textContent: key }), about.count ? ` ${words.lost}` : ""));
  if (shared.length) return element;
  const title = work ? work.title : key;
  const drop = button("", () => {
    const place = [...list.children].indexOf(element);
    focus = () => ([...list.querySelectorAll(".sh-drop")].slice(0, place + 1).pop() || status.querySelector("button")).focus();
    change(current().filter((other) => other !== key), words.removed(title));
  }, "sh-drop");
  drop.ariaLabel = `${words.remove}${zh ? "：" : ": "}${title}`;
  element.append(drop);
  return element;
};
const sortBy = (name) => () => {
  const place = (key) => works.get(key)?.[name] ?? Infinity;
  change(current().sort((one, other) => place(one) - place(other)), words.sorted);
};
const showWays = () => {
  const link = button(words.link, async () => { await copyText(addressOf(current())); link.textContent = words.linked; setTimeout(() => { link.textContent = words.link; }, 1500); });
  const own = [button(words.year, sortBy("order")), button(words.author, sortBy("author_order")),
    button(words.clear, () => { focus = () => status.querySelector("button").focus(); change([], words.cleared(current().length)); })];
  ways.replaceChildren(link, ...(shared.length ? [] : own));
};

// What is taken -----------------------------------------------------------------------------------
const chosenFormat = () => formats.find((one) => one.checked) || formats[0];
const paragraphs = (citations, style, keys) => citations.map((parts, place) => {
  const text = parts.map((part, number) => (number % 2 ? make("em", { textContent: part }) : part));
  return make("p", { lang: works.get(keys[place]).language || document.documentElement.lang }, label(style, place), ...text);
});
let turn = 0;
const write = async () => {
  const own = ++turn;
  const progress = (done, all) => { if (own === turn) made.textContent = words.loading(done, all); };
  const format = chosenFormat();
  const keys = known();
  const name = format.nextElementSibling.textContent;
  taken = undefined;
  for (const one of [copy, download]) one.disabled = true;
  if (!keys.length) { output.replaceChildren(); made.textContent = ""; return; }
  try {
    let next;
    let elements;
    if ("style" in format.dataset) {
      elements = paragraphs(await cited(keys, { style: format.value, progress }), format.value, keys);
      const lines = elements.map((element) => element.textContent);
      next = { text: `${lines.join("\n")}\n`, html: elements, name: `selection-${format.value}.txt`, media: "text/plain" };
    } else {
      const { suffix, media } = format.dataset;
      next = { text: await exported(keys, { form: format.value, suffix, count: about.count, progress }), name: `selection${suffix}`, media };
      elements = [make("pre", { lang: "en", translate: false, textContent: next.text })];
    }
    if (own !== turn) return;
    taken = next;
    output.replaceChildren(...elements);
    made.textContent = `${name} · ${words.works(keys.length)}`;
    for (const one of [copy, download]) one.disabled = false;
  } catch {
    if (own !== turn) return;
    output.replaceChildren();
    made.replaceChildren(words.failed, " ", button(words.again, write));
  }
};
const copyTaken = async () => {
  if (taken.html && window.ClipboardItem && isSecureContext) {
    const html = taken.html.map((element) => element.outerHTML).join("\n"); // for word processors, which keep its italics
    const blobs = { "text/plain": taken.text, "text/html": html };
    for (const type in blobs) blobs[type] = new Blob([blobs[type]], { type });
    await navigator.clipboard.write([new ClipboardItem(blobs)]);
  } else {
    await copyText(taken.text);
  }
  copy.textContent = words.copied;
  setTimeout(() => { copy.textContent = words.copy; }, 1500);
};
const downloadTaken = () => {
  const link = make("a", { href: URL.createObjectURL(new Blob([taken.text], { type: taken.media })), download: taken.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

let focus = () => {}; // where the focus goes when what had it is gone
const render = async () => {
  let failed = false;
  try {
    if (current().length) {
      about = await index();
      rename(about.former);
      works = await find(current());
    }
  } catch {
    failed = true;
  }
  showStatus(failed);
  list.replaceChildren(...current().map(item));
  box.hidden = !current().length;
  showWays();
  write();
  focus();
  focus = () => {};
};

formats.forEach((one) => one.addEventListener("change", () => {
  const address = new URL(location.href);
  address.searchParams.set("format", one.value);
  history.replaceState(null, "", address.href.replaceAll("%2C", ","));
  write();
}));
copy.addEventListener("click", copyTaken);
download.addEventListener("click", downloadTaken);
(formats.find((one) => one.value === asked.get("format")) || formats[0]).checked = true;
watch(render);
render();
