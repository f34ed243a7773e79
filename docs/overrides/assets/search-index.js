// The pieces of the search index, asked for when they are needed and kept: tools/shoulders/search writes them.
import { languageRoot, siteRoot, zh } from "./base.js";

const asked = new Map();
let plan;
const json = async (path, options) => {
  const answer = await fetch(new URL(path, siteRoot), options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};
// What failed is forgotten, the plan too, which a newer build may have replaced: the next try asks anew.
const kept = (name, ask) => {
  if (!asked.has(name)) asked.set(name, ask().catch((error) => { asked.clear(); plan = undefined; throw error; }));
  return asked.get(name);
};
export const open = async () => {
  plan = await kept("plan", () => json(`search/${zh ? "zh" : "en"}.json`, { cache: "no-cache" }));
  return plan;
};
const piece = (name, read = (data) => data) => kept(name, async () => read(await json(`${plan.folder}${name}.json`)));

// The last of the sorted `firsts` that is not beyond `key`.
export const lastUpTo = (firsts, key) => {
  let [low, high] = [0, firsts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firsts[middle] <= key) low = middle + 1; else high = middle;
  }
  return low - 1;
};
const END = "\uffff";
export const reach = (firsts, beginning) => [Math.max(0, lastUpTo(firsts, beginning)), Math.max(0, lastUpTo(firsts, beginning + END))];

// Terms ------------------------------------------------------------------------------------------
const readTerms = (flat) => ({ terms: flat.filter((_, i) => i % 2 === 0), lists: flat.filter((_, i) => i % 2) });
const files = ([low, high]) => Promise.all(Array.from({ length: high - low + 1 }, (_, i) => piece(`t${low + i}`, readTerms)));

const postings = (list, take) => {
  let [level, number] = [0, 0];
  for (const step of list) {
    if (step < 0) { level = -step; number = 0; } else { number += step; take(number, level); }
  }
};
// Calls `take(number, level, term)` for each posting of `word`, and, where it may go on, of the terms that begin with it. Tells
// whether the word is a term itself, and whether all was looked at: a beginning that reaches over many files is a term of its own,
// which holds only the best.
export const each = async (word, goesOn, take) => {
  const range = reach(plan.terms, word);
  const wide = goesOn && range[1] - range[0] + 1 >= plan.wide;
  const loaded = await files(goesOn && !wide ? range : [range[0], range[0]]);
  const wanted = wide ? [word, `${word}*`] : [word];
  let exact = false;
  for (const { terms, lists } of loaded) {
    for (let at = Math.max(0, lastUpTo(terms, word)); at < terms.length && terms[at] <= word + END; at++) {
      const term = terms[at];
      const fits = goesOn && !wide ? term.startsWith(word) && !term.endsWith("*") : wanted.includes(term);
      if (!fits) continue;
      if (term === word) exact = true;
      postings(lists[at], (number, level) => take(number, level, term.endsWith("*") ? word : term));
    }
  }
  return { exact, complete: !wide };
};

// Documents --------------------------------------------------------------------------------------
export const record = async (number) => {
  const file = lastUpTo(plan.records, number);
  const [path, title, nickname, by, text] = (await piece(`r${file}`))[number - plan.records[file]];
  return { ...about(number), href: new URL(path, languageRoot).href, title, nickname, by, text };
};
let spanStarts;
export const about = (number) => {
  if (spanStarts?.plan !== plan) spanStarts = { plan, at: plan.spans.map((span) => span[2]) };
  const [kind, year] = plan.spans[lastUpTo(spanStarts.at, number)];
  return { kind, year };
};
// The page of a section: sections of one page have one answer.
export const pageOf = (number) => lastUpTo(plan.pages, number);

// Words ------------------------------------------------------------------------------------------
const readWords = (text) => text.split(" ").map((entry) => ({ word: entry.slice(0, -2), often: Number(entry.at(-1)) }));
const backwards = (word) => [...word].reverse().join("");
const wordPieces = async (letter, firsts, beginning) => {
  const [low, high] = reach(firsts, beginning);
  return (await Promise.all(Array.from({ length: high - low + 1 }, (_, i) => piece(`${letter}${low + i}`, readWords)))).flat();
};
export const wordsLike = (word) => wordPieces("b", plan.beginnings, word.slice(0, 2));
export const wordsEndingLike = (word) => wordPieces("e", plan.endings, backwards(word.slice(-2)));
