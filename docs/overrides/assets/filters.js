// What a reader looks for among the works, as text in the address and as the works that fit; touches no page.
import { normal } from "./letters.js";

// A work has one kind and one venue: any of the chosen will do. It has several topics and lists: it must have all of them.
const groups = {
  kind: { any: true, has: (work) => [work.kind] },
  venue: { any: true, has: (work) => (work.venue ? [work.venue] : []) },
  topic: { any: false, has: (work) => work.under },
  list: { any: false, has: (work) => work.lists },
};
const names = Object.keys(groups);
const orders = {
  "": (one, other) => one.order - other.order,
  newest: (one, other) => other.order - one.order,
  title: (one, other) => one.title_order - other.title_order,
  author: (one, other) => one.author_order - other.author_order,
  heirs: (one, other) => other.heirs - one.heirs || one.order - other.order,
};

// A state in full: { q, kind, topic, venue, list, from, to, demo, sort }.
export const fromAddress = (search) => {
  const asked = new URLSearchParams(search);
  const many = (name) => [...new Set(asked.getAll(name).flatMap((value) => value.split(",")).filter(Boolean))];
  const year = (name) => (/^\d{4}$/.test(asked.get(name) || "") ? Number(asked.get(name)) : 0);
  const state = { q: (asked.get("q") || "").trim(), from: year("from"), to: year("to"), demo: asked.get("demo") === "1" };
  for (const name of names) state[name] = many(name);
  state.sort = Object.hasOwn(orders, asked.get("sort")) ? asked.get("sort") : "";
  return state;
};

export const toAddress = (state) => {
  const said = new URLSearchParams();
  if (state.q.trim()) said.set("q", state.q.trim());
  for (const name of names) if (state[name].length) said.set(name, state[name].join(","));
  for (const name of ["from", "to"]) if (state[name]) said.set(name, state[name]);
  if (state.demo) said.set("demo", "1");
  if (state.sort) said.set("sort", state.sort);
  return said.size ? `?${said}`.replaceAll("%2C", ",") : "";
};

// What narrows the works down, one by one: [{ name, value }].
export const active = (state) => [
  ...(state.q.trim() ? [{ name: "q", value: state.q.trim() }] : []),
  ...names.flatMap((name) => state[name].map((value) => ({ name, value }))),
  ...["from", "to"].filter((name) => state[name]).map((name) => ({ name, value: state[name] })),
  ...(state.demo ? [{ name: "demo", value: "1" }] : []),
];

export const without = (state, { name, value }) => {
  if (groups[name]) return { ...state, [name]: state[name].filter((other) => other !== value) };
  return { ...state, [name]: { q: "", from: 0, to: 0, demo: false }[name] };
};

const test = (state) => {
  const terms = normal(state.q).split(/\s+/).filter(Boolean);
  return {
    q: (work) => terms.every((term) => work.words.includes(term)),
    kind: (work) => !state.kind.length || state.kind.includes(work.kind),
    venue: (work) => !state.venue.length || state.venue.includes(work.venue),
    topic: (work) => state.topic.every((id) => work.under.has(id)),
    list: (work) => state.list.every((id) => work.lists.includes(id)),
    years: (work) => (!state.from || work.year >= state.from) && (!state.to || work.year <= state.to),
    demo: (work) => !state.demo || work.mark !== "",
  };
};

// The works that fit, in order, and for every choice how many works it would leave: those that fit all the rest.
// `years` counts what fits but for the years, by year.
export const apply = (works, state) => {
  const found = [];
  const counts = Object.fromEntries(["years", "demo", ...names].map((name) => [name, new Map()]));
  const add = (name, value) => counts[name].set(value, (counts[name].get(value) || 0) + 1);
  const tests = Object.entries(test(state));
  for (const work of works) {
    let failed = "";
    let failures = 0;
    for (const [name, fits] of tests) {
      if (!fits(work)) { failed = name; if (++failures > 1) break; }
    }
    if (failures > 1) continue;
    if (!failures) found.push(work);
    for (const name of names) {
      if (!failures || (failed === name && groups[name].any)) for (const value of groups[name].has(work)) add(name, value);
    }
    if (!failures || failed === "years") add("years", work.year);
    if (!failures && work.mark) add("demo", "1");
  }
  return { found: found.sort(orders[state.sort]), counts };
};

// How many works would fit with the years between these two.
export const between = (years, from, to) => {
  let sum = 0;
  for (const [year, count] of years) if ((!from || year >= from) && (!to || year <= to)) sum += count;
  return sum;
};

export const howMany = (works, state) => {
  const tests = Object.values(test(state));
  return works.reduce((sum, work) => sum + tests.every((fits) => fits(work)), 0);
};
