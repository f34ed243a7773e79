// Chosen works as one file in an export format, byte for byte what `shoulders export` writes; or as formatted citations.
import { siteRoot } from "./base.js";
import { inTurns, json, text } from "./fetching.js";
import { pieceOf } from "./works.js";

// How a file of several works is cut into its entries, and which key an entry has; put together again, they are the file.
const bib = { between: /\n(?=@)/, separator: "\n", key: (entry) => /^@\w+\{([^,]+),/.exec(entry)?.[1] };
const formats = {
  bibtex: bib,
  biblatex: bib,
  ris: { between: /\r\n(?=TY {2}- )/, separator: "\r\n", key: (entry) => /^ID {2}- (.*?)\r$/m.exec(entry)?.[1] },
  csl: { between: ",\n", separator: ",\n", key: (entry) => JSON.parse(entry).id, start: "[\n", end: "\n]\n" },
};
// The entries of a file, by key.
export const entriesOf = (form, file) => {
  const { between, key, start = "", end = "" } = formats[form];
  return new Map(file.slice(start.length, file.length - end.length).split(between).map((entry) => [key(entry), entry]));
};
export const fileOf = (form, entries) => {
  const { separator, start = "", end = "" } = formats[form];
  return start + entries.join(separator) + end;
};

// A few works come from their own files, many from that of the whole catalog, which holds `count`.
const many = (wanted, count) => wanted > Math.max(60, count / 20);

// The text of the works in an export format. `progress` gets how many files have come, of how many.
export const exported = async (keys, { form, suffix, count, progress = () => {} }) => {
  const whole = many(keys.length, count);
  const names = whole ? [`papers${suffix}`] : keys.map((key) => `export/${key}${suffix}`);
  let done = 0;
  const found = new Map();
  await inTurns(names, async (name) => {
    for (const [key, entry] of entriesOf(form, await text(new URL(name, siteRoot)))) found.set(key, entry);
    progress(++done, names.length);
  });
  const lost = keys.find((key) => !found.has(key));
  if (lost) throw new Error(`${lost} is in none of the files`);
  return fileOf(form, keys.map((key) => found.get(key)));
};

// The citation of each work, in parts that are upright and italic by turns.
export const cited = async (keys, { style, progress = () => {} }) => {
  const folder = new URL("data/", siteRoot);
  const { from, files } = await json(new URL("citations.json", folder), { fresh: true });
  const places = [...new Set(keys.map((key) => pieceOf(from, key)))].filter((place) => place >= 0);
  const found = new Map();
  let done = 0;
  await inTurns(places, async (place) => {
    const piece = await json(new URL(files[style][place], folder));
    piece.key.forEach((key, number) => found.set(key, piece.text[number]));
    progress(++done, places.length);
  });
  const lost = keys.find((key) => !found.has(key));
  if (lost) throw new Error(`no citation of ${lost}`);
  return keys.map((key) => found.get(key));
};

// Styles that number their references; the others name author and year.
const numbered = ["ieee", "gbt"];
export const label = (style, place) => (numbered.includes(style) ? `[${place + 1}] ` : "");
