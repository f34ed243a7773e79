// How far a reader is: for each work by its key a state and a private note, kept in this browser and nowhere else.
// Shows nothing; that is the business of progress.js.
const place = "shoulders.reading";
export const STATES = ["unread", "reading", "read"];
const LONGEST = 4000; // characters of a note
const MOST = 20000; // works
const watchers = [];
let works = new Map();
let keeps = true; // whether the browser keeps it

// What a file or the browser says, as far as it is well formed: [key, {state, note, changed}].
const sound = (entry) => {
  const [key, value] = entry;
  if (!/^[a-z0-9][a-z0-9-]{0,199}$/.test(key) || !value || typeof value !== "object") return [];
  const state = STATES.includes(value.state) ? value.state : "unread";
  const note = typeof value.note === "string" ? value.note.slice(0, LONGEST) : "";
  const changed = typeof value.changed === "string" && !Number.isNaN(Date.parse(value.changed)) ? value.changed.slice(0, 24) : "";
  return state === "unread" && !note ? [] : [[key, { state, note, changed }]];
};
const read = (text) => {
  let data;
  try { data = JSON.parse(text || "{}"); } catch { return null; }
  if (!data || typeof data !== "object" || Array.isArray(data) || (data.works && (typeof data.works !== "object" || Array.isArray(data.works)))) return null;
  return new Map(Object.entries(data.works || {}).slice(0, MOST).flatMap(sound));
};
const load = () => {
  if (!keeps) return;
  try {
    keeps = !localStorage.passing; // what stands in for the browser's own storage, see overrides/main.html
    if (keeps) works = read(localStorage.getItem(place)) || new Map();
  } catch { keeps = false; }
};
const tell = () => { for (const watcher of watchers) watcher(); };
const text = () => `${JSON.stringify({ format: "shoulders-reading", version: 1, works: Object.fromEntries([...works].sort(([a], [b]) => (a < b ? -1 : 1))) }, null, 2)}\n`;
const save = () => {
  try { if (keeps) localStorage.setItem(place, text()); } catch { keeps = false; }
  tell();
};

export const isKept = () => keeps;
export const watch = (watcher) => { watchers.push(watcher); };
export const of = (key) => works.get(key) || { state: "unread", note: "", changed: "" };
export const count = () => works.size;
export const set = (key, change) => {
  load(); // another tab may have written meanwhile
  const [next] = sound([key, { ...of(key), ...change, changed: new Date().toISOString() }]);
  if (next) works.set(key, next[1]); else works.delete(key);
  save();
};
// Former keys are kept as the present ones.
export const rename = (former) => {
  for (const [old, key] of Object.entries(former)) {
    if (works.has(old) && !works.has(key)) { works.set(key, works.get(old)); works.delete(old); save(); }
  }
};
export const file = text;
// Take over what a file says: of a work that both know, the later word counts. Null when the file is none of ours.
export const take = (content) => {
  let mark;
  try { mark = JSON.parse(content)?.format; } catch { return null; }
  const found = mark === "shoulders-reading" ? read(content) : null;
  if (!found) return null;
  load();
  let taken = 0;
  for (const [key, value] of found) {
    const ours = works.get(key);
    if (ours && ours.changed > value.changed) continue;
    if (JSON.stringify(ours) === JSON.stringify(value)) continue;
    works.set(key, value);
    taken += 1;
  }
  save();
  return { found: found.size, taken };
};
addEventListener("storage", ({ key }) => { if (key === place || key === null) { load(); tell(); } });
addEventListener("pageshow", ({ persisted }) => { if (persisted) { load(); tell(); } });
load();
