// A query answered: which documents hold what was asked, best first. What stands in which file is the business of
// search-index.js, how results look that of search-results.js.
import { about, each, open, pageOf } from "./search-index.js";
import { nearest as wordsNear } from "./search-spell.js";
import { exchange, forms, units } from "./search-text.js";

const MOST_UNITS = 5; // a longer query asks for its rarest words
const FEW = 3; // results with which another word may have been meant

// The documents of one unit, each with the best it has. A term that only begins with what was asked is worth less than the word
// itself: by some levels, and by one more for each further letter.
const look = async (unit, { least, steps, further, longer }) => {
  const found = new Map();
  const take = (word, part) => (number, level, term) => {
    const less = term === word ? 0 : further + Math.min(longer, term.length - word.length);
    const value = least * 2 ** ((level - less) / steps) * part;
    if (value > (found.get(number) ?? 0)) found.set(number, value);
  };
  const goesOn = !unit.cjk || unit.last ? unit.last || (unit.word.length > 2 && !/^\d+$/.test(unit.word)) : false;
  const { exact, beginnings } = unit.cjk ? { exact: [], beginnings: [] } : forms(unit.word);
  const [own, ...others] = await Promise.all([
    each(unit.word, goesOn, take(unit.word, 1)),
    ...[...unit.whole].map((term) => each(term, false, take(term, 1))),
    ...exact.map((term) => each(term, false, take(term, 0.9))),
    ...beginnings.map((term) => each(term, goesOn, take(term, 0.9))),
  ]);
  const known = own.exact || others.some((other) => other.exact);
  const loose = (!own.complete && !own.exact) || (unit.word.length === 1 && !unit.cjk && !/\d/.test(unit.word));
  return { ...unit, found, known, loose, complete: own.complete };
};

// The documents that hold what has to be there, with what each is worth: `full` hold all of it, `near` most of it.
const weigh = (looked, count) => {
  const firm = looked.filter((unit) => !unit.loose);
  const needed = firm.length ? firm : looked;
  const scores = new Map();
  for (const unit of looked) {
    const rare = Math.log(1 + count / (unit.found.size + 0.5));
    const one = needed.includes(unit) ? 1 : 0;
    for (const [number, value] of unit.found) {
      const score = scores.get(number);
      if (score) { score.held += one; score.value += value * rare; } else scores.set(number, { number, held: one, value: value * rare });
    }
  }
  const ranked = [...scores.values()].sort((a, b) => b.value - a.value || a.number - b.number);
  const full = ranked.filter(({ held }) => held === needed.length);
  const near = full.length > FEW ? [] : ranked.filter(({ held }) => held < needed.length && held * 2 >= needed.length).sort((a, b) => b.held - a.held);
  return [full, near].map((scored) => onePerPage(scored.map(({ number }) => number)));
};
// A hand-written page is shown once, by its best section.
const onePerPage = (numbers) => {
  const pages = new Set();
  return numbers.filter((number) => {
    if (about(number).kind !== "page") return true;
    const page = pageOf(number);
    return !pages.has(page) && pages.add(page);
  });
};

const ask = async (query) => {
  const plan = await open();
  const rarity = (unit) => { const place = plan.common.indexOf(unit.word); return place < 0 ? plan.common.length : place; };
  const asked = units(query, plan.stop);
  const chosen = asked.length > MOST_UNITS
    ? [...asked].sort((a, b) => rarity(b) - rarity(a) || b.word.length - a.word.length).slice(0, MOST_UNITS)
    : asked;
  const looked = await Promise.all(chosen.map((unit) => look(unit, plan.scale)));
  const [numbers, near] = weigh(looked, plan.count);
  return { query, put: query, asked, looked, numbers, near, others: [], complete: looked.length !== 1 || looked[0].complete };
};
// The query with its misspelt words set right in the nearest way, and other ways where there was one such word.
const setRight = async (query, looked, wanted) => {
  const wrong = looked.filter((unit) => !unit.cjk && !unit.known && wanted(unit));
  const near = await Promise.all(wrong.map((unit) => wordsNear(unit.word, unit.last)));
  const apply = (choice) => wrong.reduce((text, unit, i) => (near[i].length ? exchange(text, unit.word, near[i][choice] ?? near[i][0]) : text), query);
  const ways = wrong.length === 1 ? near[0].map((_, choice) => apply(choice)) : [apply(0)];
  return ways.filter((way, i) => way !== query && ways.findIndex((other) => way.startsWith(other)) === i);
};

// `how`: "all", "right" (after setting right: `query` is what was searched, `put` what was typed), "near" (no document holds all)
// or "none". `near` are documents that hold only most of it, `others` queries that may have been meant.
export const search = async (query) => {
  const answer = await ask(query);
  const { looked, numbers } = answer;
  if (numbers.length) {
    const others = numbers.length <= FEW ? await setRight(query, looked, (unit) => unit.word.length > 3) : [];
    return { ...answer, how: "all", others: others.slice(0, 1) };
  }
  const empty = looked.some((unit) => !unit.found.size);
  const [meant, ...others] = await setRight(query, looked, (unit) => !empty || !unit.found.size);
  const right = meant ? await ask(meant) : answer;
  if (right.numbers.length) return { ...right, put: query, how: "right", others };
  const nearest = right.near.length ? right : answer;
  return { ...nearest, put: query, numbers: nearest.near, near: [], how: nearest.near.length ? "near" : "none", others: meant ? [meant] : [] };
};
