// Reading progress on the page: the state and the note of a work, the bar and the next step of a list, the file to keep.
import { make, zh } from "./base.js";
import { STATES, count, file, isKept, of, rename, set, take, watch } from "./reading.js";

const words = zh
  ? { states: ["未读", "在读", "已读"], state: "阅读进度", note: "笔记", hint: "只保存在这个浏览器里", next: "接下来读", first: "先读", done: "全部读完了。",
      read: (n, all) => `已读 ${n} / ${all}`, reading: (n) => `，在读 ${n}`, save: "导出进度", load: "导入进度", print: "打印为阅读大纲",
      loaded: ({ found, taken }) => `文件里有 ${found} 条，采用了 ${taken} 条，其余与这里相同或较旧。`, wrong: "这不是本站导出的进度文件。",
      passing: "浏览器不允许本站保存数据：离开此页后，进度就没有了，请先导出。", colon: "：" }
  : { states: ["To read", "Reading", "Read"], state: "Progress", note: "Note", hint: "Kept in this browser only", next: "Next to read", first: "first", done: "All read.",
      read: (n, all) => `${n} of ${all} read`, reading: (n) => `, ${n} being read`, save: "Export progress", load: "Import progress", print: "Print as a syllabus",
      loaded: ({ found, taken }) => `${found} work${found === 1 ? "" : "s"} in the file, ${taken} taken over; the others are the same here or newer.`, wrong: "This is no progress file of this site.",
      passing: "Your browser keeps nothing for this site: progress lasts until you leave this page, so export it first.", colon: ": " };

// The state and the note of one work ---------------------------------------------------------------
const control = (box) => {
  const key = box.dataset.reading;
  const name = `${words.state}${words.colon}${box.dataset.name}`;
  const select = make("select", { className: "sh-state", ariaLabel: name, autocomplete: "off" });
  STATES.forEach((state, i) => select.append(make("option", { value: state, textContent: words.states[i] })));
  const area = make("textarea", { rows: 3, maxLength: 4000, placeholder: words.hint, ariaLabel: `${words.note}${words.colon}${box.dataset.name}`, autocomplete: "off" });
  const note = make("details", { className: "sh-note-box" }, make("summary", { textContent: words.note }), area);
  const printed = make("p", { className: "sh-note-printed" });
  select.addEventListener("change", () => set(key, { state: select.value }));
  area.addEventListener("input", () => set(key, { note: area.value }));
  box.append(select, note, printed);
  const show = () => {
    const { state, note: kept } = of(key);
    select.value = state;
    select.dataset.state = state;
    if (document.activeElement !== area) area.value = kept;
    note.classList.toggle("has-note", Boolean(kept));
    printed.textContent = kept;
    box.closest(".sh-path__step")?.setAttribute("data-state", state);
  };
  watch(show);
  show();
};

// A list as a whole -------------------------------------------------------------------------------
const listed = (box) => box.dataset.progress.split(" ");
const bar = (box) => {
  const meter = make("progress", { max: listed(box).length, value: 0, ariaLabel: words.state });
  const said = make("p", { className: "sh-progress__said" });
  const next = make("p", { className: "sh-progress__next", role: "status" });
  box.append(meter, said, next);
  const steps = new Map([...document.querySelectorAll(".sh-path__step")].map((step) => [step.id, step]));
  const show = () => {
    const keys = listed(box);
    const read = keys.filter((key) => of(key).state === "read").length;
    const reading = keys.filter((key) => of(key).state === "reading").length;
    meter.value = read;
    said.textContent = words.read(read, keys.length) + (reading ? words.reading(reading) : "");
    if (!steps.size) return;
    next.replaceChildren(...(read === keys.length ? [words.done] : [`${words.next}${words.colon}`, ...following(keys, steps)]));
  };
  watch(show);
  show();
};
// What is being read, else the first step that is not read; before it, what it stands on in this list and is not read.
const following = (keys, steps) => {
  const waits = (key) => of(key).state !== "read";
  let key = keys.find((name) => of(name).state === "reading") || keys.find(waits);
  const seen = new Set();
  for (;;) {
    seen.add(key);
    const earlier = (steps.get(key)?.dataset.before || "").split(" ").find((name) => name && waits(name) && !seen.has(name));
    if (!earlier) break;
    key = earlier;
  }
  const title = steps.get(key)?.querySelector("a");
  return [make("a", { href: `#${key}`, textContent: title ? title.textContent : key })];
};

// The file ----------------------------------------------------------------------------------------
const keeping = (box) => {
  const said = make("p", { className: "sh-progress__said", role: "status" });
  const save = make("button", { type: "button", className: "sh-button", textContent: words.save });
  const input = make("input", { type: "file", accept: "application/json,.json", hidden: true, tabIndex: -1, ariaLabel: words.load });
  const load = make("button", { type: "button", className: "sh-button", textContent: words.load });
  save.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([file()], { type: "application/json" }));
    const link = make("a", { href: address, download: "shoulders-reading.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  });
  load.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    const [chosen] = input.files;
    if (!chosen) return;
    const taken = chosen.size < 8_000_000 ? take(await chosen.text()) : null;
    said.textContent = taken ? words.loaded(taken) : words.wrong;
    input.value = "";
  });
  box.append(save, load, input);
  if (document.querySelector(".sh-path")) {
    const print = make("button", { type: "button", className: "sh-button", textContent: words.print });
    print.addEventListener("click", () => window.print());
    box.append(print);
  }
  box.append(said);
  watch(() => { if (!isKept() && count()) said.textContent = words.passing; });
};

// What a step stands on in its list: marked when it is read.
const earlier = () => {
  for (const link of document.querySelectorAll("[data-earlier]")) link.classList.toggle("is-read", of(link.dataset.earlier).state === "read");
};

rename(Object.fromEntries([...document.querySelectorAll("[data-former]")].flatMap((element) =>
  element.dataset.former.split(" ").map((name) => [name, element.dataset.key || element.dataset.choose]))));
for (const box of document.querySelectorAll("[data-reading]")) control(box);
for (const box of document.querySelectorAll("[data-progress]")) bar(box);
for (const box of document.querySelectorAll("[data-keeping]")) keeping(box);
watch(earlier);
earlier();
