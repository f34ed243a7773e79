// Chosen works as one file in an export format, byte for byte what `shoulders export` writes; or as formatted citations.
import { siteRoot } from "./base.js";
import { inTurns, json, text } from "./fetching.js";
import { pieceOf } from "./works.js";

// How a file of several works is cut into its entries, which key an entry has, and how entries are put together.
const lines = (between) => ({ cut: (file) => file.split(between), join: (entries, separator) => entries.join(separator) });
const bib = { ...lines(/\n(?=@)/), key: (entry) => /^@\w+\{([^,]+),/.exec(entry)?.[1], separator: "\n" };
const formats = {
  bibtex: bib,
  biblatex: bib,
  ris: { ...lines(/\r\n(?=TY {2}- )/), key: (entry) => /^ID {2}- (.*?)\r$/m.exec(entry)?.[1], separator: "\r\n" },
  csl: {
    cut: (file) => file.replace(/^\[\n/, "").replace(/\n\]\n$/, "").split(/,\n(?= {2}\{\n)/),
    key: (entry) => JSON.parse(entry).id,
    separator: ",\n",
    join: (entries, separator) => `[\n${entries.join(separator)}\n]\n`,
  },
};

// A few works come from their own files, many from that of the whole catalog.
const many = (wanted, count) => wanted > Math.max(60, count / 20);

// The text of the works in an export format. `progress` gets how many files have come, of how many.
export const exported = async (keys, { form, suffix, count, progress = () => {} }) => {
  const format = formats[form];
  let entries;
  if (many(keys.length, count)) {
    progress(0, 1);
    const found = new Map(format.cut(await text(new URL(`papers${suffix}`, siteRoot))).map((entry) => [format.key(entry), entry]));
    const lost = keys.find((key) => !found.has(key));
    if (lost) throw new Error(`papers${suffix} does not hold ${lost}`);
    entries = keys.map((key) => found.get(key));
  } else {
    let done = 0;
    entries = await inTurns(keys, async (key) => {
      const file = await text(new URL(`export/${key}${suffix}`, siteRoot));
      progress(++done, keys.length);
      return format.cut(file)[0];
    });
  }
  return format.join(entries, format.separator);
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
