// The catalog as data (tools/shoulders/browse.py makes it): an index, and pieces of works in the order of their keys.
import { languageRoot } from "./base.js";
import { inTurns, json } from "./fetching.js";
import { normal } from "./letters.js";

const folder = new URL("data/", languageRoot);
const loaded = new Map(); // file of a piece -> its works

export const index = () => json(new URL("works.json", folder), { fresh: true });

// The number of the piece that would hold a key, given the first key of each; -1 for none.
export const pieceOf = (firsts, key) => {
  let [low, high] = [0, firsts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firsts[middle] <= key) low = middle + 1; else high = middle;
  }
  return low - 1;
};

// Columns become works, each with the words it is found by.
const worksOf = (columns, { venues, topics }) =>
  columns.key.map((key, place) => {
    const work = {};
    for (const name in columns) work[name] = columns[name][place];
    work.topics = work.topics.split(" ").filter(Boolean);
    work.lists = work.lists.split(" ").filter(Boolean);
    work.under = new Set(work.topics.flatMap((id) => [id, topics[id][1]]).filter(Boolean));
    work.words = normal([work.title, work.nickname, work.by, work.where, key, venues[work.venue] || "", work.also].join("\n"));
    return work;
  });

const piece = async ({ file }) => {
  const [columns, about] = await Promise.all([json(new URL(file, folder)), index()]);
  if (!loaded.has(file)) loaded.set(file, worksOf(columns, about));
  return loaded.get(file);
};

// Every work; `progress` gets those that are there whenever another piece has come.
export const all = async (progress = () => {}) => {
  const { pieces } = await index();
  const works = [];
  await inTurns(pieces, async (one) => { works.push(...await piece(one)); progress(works); }, 4);
  return works;
};

// The works of these keys, by key: only the pieces that hold them are asked for.
export const find = async (keys) => {
  const { pieces } = await index();
  const firsts = pieces.map((one) => one.from);
  const wanted = new Set(keys);
  const places = [...new Set(keys.map((key) => pieceOf(firsts, key)))].filter((place) => place >= 0);
  const works = (await inTurns(places, (place) => piece(pieces[place]), 4)).flat();
  return new Map(works.filter((work) => wanted.has(work.key)).map((work) => [work.key, work]));
};
