// Queries and texts become words by the rules of tools/shoulders/search/terms.py, which makes the terms of the index.
import { normal } from "./letters.js";

const CJK = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const LETTER = `(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}])`;
const HYPHEN = "[-\\u2010\\u2011\\u2013]";
const WORDS = new RegExp(`[${CJK}]+|${LETTER}+(?:${HYPHEN}${LETTER}+)*`, "gu");
const PARTS = new RegExp(`${LETTER}+`, "gu");
const IS_CJK = new RegExp(`[${CJK}]`, "u");
const MAX_COMPOUND = 24;
const MOST_PAIRS = 5;

export const isCjk = (text) => IS_CJK.test(text);

// What else a word may stand for: its plural and singular, and the spelling beyond the ocean. `exact` are whole words,
// `beginnings` may go on.
export const forms = (word) => {
  if (!/^[a-z]{4,}$/.test(word)) return { exact: [], beginnings: [] };
  const exact = [];
  if (word.endsWith("ies")) exact.push(word.slice(0, -3) + "y");
  else if (/(s|x|ch|sh)es$/.test(word)) exact.push(word.slice(0, -2), word.slice(0, -1));
  else if (/[^su]s$/.test(word)) exact.push(word.slice(0, -1));
  if (/[^aeiou]y$/.test(word)) exact.push(word.slice(0, -1) + "ies");
  const swapped = word
    .replace(/^([a-z]{3,}[iy])([sz])(?=([aei][a-z]{0,7})?$)/, (_, before, letter) => before + (letter === "s" ? "z" : "s"))
    .replace(/^([a-z]{2,}[ae])(ll?)(?=(ing|ed|er)[a-z]?$)/, (_, before, letters) => before + (letters === "l" ? "ll" : "l"))
    .replace(/^([a-z]{3,})(ou?r)(?=(s|al|ing|hood)?$)/, (_, before, letters) => before + (letters === "our" ? "or" : "our"));
  return { exact, beginnings: swapped === word ? [] : [swapped] };
};

// Addresses that people paste: what names the work is left.
const bare = (query) => query.replace(/https?:\/\/|(?:www\.|export\.)?arxiv\.org\/(?:abs|pdf)\/|(?:dx\.)?doi\.org\/|\b(?:arxiv|doi):\s*|\b10\.(?=\d{4})/gi, " ");

const pairsOf = (run) => [...run].slice(1).map((character, i) => [...run][i] + character);

// What a query asks for, one unit a word: `word` may begin a term, `whole` are terms that will do as well. Of a run of
// Chinese characters its pairs are asked for, of a long one as many as cover it. A unit that may go on being typed is `last`. Words of `stop` are left out, unless there are no others.
export const units = (query, stop) => {
  const found = [];
  const add = (unit) => { if (!found.some((other) => other.word === unit.word)) found.push(unit); };
  const text = normal(bare(query));
  for (const { 0: run, index } of text.matchAll(WORDS)) {
    const last = index + run.length === text.length;
    if (isCjk(run)) {
      const pairs = pairsOf(run);
      if (!pairs.length) add({ word: run, run, cjk: true, last: true, whole: [] });
      for (let i = 0; i < pairs.length; i += pairs.length > MOST_PAIRS && i + 2 < pairs.length ? 2 : 1) add({ word: pairs[i], run, cjk: true, last: false, whole: [] });
      continue;
    }
    const parts = run.match(PARTS);
    const joined = parts.join("");
    const whole = parts.length > 1 && parts.length < 4 && joined.length <= MAX_COMPOUND ? [joined] : [];
    parts.forEach((word, i) => add({ word, whole, last: last && i === parts.length - 1, stop: stop.includes(word) }));
  }
  const meant = found.filter((unit) => !unit.stop);
  return meant.length ? meant : found.slice(-1);
};

// A query with one of its words changed for another.
export const exchange = (query, word, other) => query.replace(PARTS, (part) => (normal(part) === word ? other : part));

// Where a text holds what was asked: pairs of start and end, in order, none overlapping.
export const places = (text, asked) => {
  const found = [];
  const words = asked.filter((unit) => !unit.cjk).flatMap((unit) => [unit.word, ...unit.whole, ...forms(unit.word).exact, ...forms(unit.word).beginnings]);
  const runs = [...new Set(asked.flatMap(({ run }) => (run ? [run, ...pairsOf(run)] : [])))];
  const fits = (token) => { const plain = normal(token); return words.some((word) => (word.length > 1 ? plain.startsWith(word) : plain === word)); };
  // A compound is marked whole where it was asked for in one word: GPT-2 for gpt2.
  const wholly = (token, first) => {
    const joined = token.match(PARTS).map(normal).join("");
    return asked.some((unit) => [unit.word, ...unit.whole].some((word) => word.length > first.length && joined.startsWith(word)));
  };
  for (const { 0: token, index } of text.matchAll(WORDS)) {
    if (isCjk(token)) {
      for (let at = 0; at < token.length; at++) {
        const run = runs.find((one) => token.startsWith(one, at));
        if (!run) continue;
        const end = index + at + run.length;
        if (found.at(-1)?.[1] >= index + at) found.at(-1)[1] = Math.max(found.at(-1)[1], end); else found.push([index + at, end]);
      }
    } else if (token.match(PARTS).length > 1 && wholly(token, token.match(PARTS)[0])) {
      found.push([index, index + token.length]);
    } else {
      for (const part of token.matchAll(PARTS)) if (fits(part[0])) found.push([index + part.index, index + part.index + part[0].length]);
    }
  }
  return found;
};
