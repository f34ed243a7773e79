// Where the works of a timeline stand: numbers in, places out; nothing is drawn here.
//
// Wide: a column or several for each year, a band for each lane. Tall, for phones: one work below the other. Both are laid out
// at scale 1, where every name has room; what is scaled is the distance between works, never the text. Where a wide one is too
// large for its window, its rows give way less than its columns, so that the whole fills the window.

let pen;
const widths = new Map(); // of letters: text is measured thousands of times
const widthOf = (letter) => {
  if (!pen) {
    pen = document.createElement("canvas").getContext("2d");
    pen.font = `12.5px ${getComputedStyle(document.querySelector(".sh-explorer") ?? document.body).fontFamily}`;
  }
  if (!widths.has(letter)) widths.set(letter, pen.measureText(letter).width);
  return widths.get(letter);
};

// How wide a text is in the timeline's type.
export const measure = (text) => {
  let width = 0;
  for (const letter of text) width += widthOf(letter);
  return width;
};

// The text, cut with an ellipsis where it is wider than there is room; "" where not even two letters have it.
export const cut = (text, room) => {
  if (measure(text) <= room) return text;
  let [width, kept] = [widthOf("…"), ""];
  for (const letter of text) {
    width += widthOf(letter);
    if (width > room) break;
    kept += letter;
  }
  return kept.length < 2 ? "" : `${kept.replace(/[\s,:;-]+$/, "")}…`;
};

const COLUMN = 118, LINE = 23, BAND = 16, ROW = 30;
const RATIO = 2.2; // of the distances between columns and between rows where the whole is in the window

const cellsOf = (graph, numbers) => {
  const cells = new Map(); // "lane year" -> numbers
  for (const number of numbers) {
    const name = `${graph.lane[number]} ${graph.year[number]}`;
    if (!cells.has(name)) cells.set(name, []);
    cells.get(name).push(number);
  }
  return cells;
};
const lanesOf = (graph, numbers) =>
  [...new Set(numbers.map((number) => graph.lane[number]))].sort((a, b) => (a < 0) - (b < 0) || a - b);
const yearsOf = (graph, numbers) => [...new Set(numbers.map((number) => graph.year[number]))].sort((a, b) => a - b);

// How many columns each year has and how many rows each lane, so that the whole fills a window well.
const divide = (lanes, years, sizes, [width, height]) => {
  const most = new Map(years.map((year) => [year, Math.max(...lanes.map((lane) => sizes.get(`${lane} ${year}`) ?? 0))]));
  const largest = Math.max(1, ...most.values());
  const total = (counts) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  let best, nearest = Infinity;
  for (let limit = 1; limit <= largest; limit++) {
    const columns = new Map(years.map((year) => [year, Math.ceil(most.get(year) / limit)]));
    const rows = new Map(lanes.map((lane) => [lane, Math.max(1, ...years.map((year) => Math.ceil((sizes.get(`${lane} ${year}`) ?? 0) / columns.get(year))))]));
    const far = Math.abs(Math.log(width / total(columns) / (height / total(rows)) / RATIO));
    if (far < nearest) [best, nearest] = [{ columns, rows }, far];
  }
  return best;
};

// `size` is that of the window without the names of years and lanes.
export const wide = (graph, numbers, size) => {
  const cells = cellsOf(graph, numbers);
  const [lanes, years] = [lanesOf(graph, numbers), yearsOf(graph, numbers)];
  const sizes = new Map([...cells].map(([name, found]) => [name, found.length]));
  const { columns, rows } = divide(lanes, years, sizes, size);
  const allRows = [...rows.values()].reduce((sum, count) => sum + count, 0);
  const line = Math.floor(Math.max(LINE, Math.min(1.7 * LINE, (size[1] - lanes.length * BAND) / allRows))); // few works stand further apart
  const place = new Map(); // number -> [x, y]
  let [width, height] = [0, 0];
  const yearBands = years.map((year, i) => {
    const start = width;
    width += columns.get(year) * COLUMN;
    return { year, start, size: width - start, gap: i > 0 && year - years[i - 1] > 1 };
  });
  const laneBands = lanes.map((lane) => {
    const start = height;
    height += rows.get(lane) * line + BAND;
    for (const { year, start: x } of yearBands) {
      const found = cells.get(`${lane} ${year}`) ?? [];
      const deep = Math.ceil(found.length / columns.get(year)) || 1;
      found.forEach((number, i) => place.set(number, [x + 10 + Math.floor(i / deep) * COLUMN, start + BAND / 2 + ((i % deep) + 0.5) * line]));
    }
    return { lane, start, size: height - start };
  });
  return { kind: "wide", numbers, place, width, height, lanes: laneBands, years: yearBands, sizes, column: COLUMN, line };
};

// Years downwards; `dots` is how wide the part at the left is in which dots and edges stand, a column for each lane.
export const tall = (graph, numbers) => {
  const [lanes, years] = [lanesOf(graph, numbers), yearsOf(graph, numbers)];
  const sizes = new Map([...cellsOf(graph, numbers)].map(([name, found]) => [name, found.length]));
  const step = Math.min(13, 100 / lanes.length);
  const column = new Map(lanes.map((lane, i) => [lane, 48 + i * step]));
  const place = new Map(numbers.map((number, i) => [number, [column.get(graph.lane[number]), (i + 0.5) * ROW]]));
  let row = 0;
  const yearBands = years.map((year, i) => {
    const start = row * ROW;
    while (row < numbers.length && graph.year[numbers[row]] === year) row++;
    return { year, start, size: row * ROW - start, gap: i > 0 && year - years[i - 1] > 1 };
  });
  return {
    kind: "tall", numbers, place, width: 0, height: numbers.length * ROW, years: yearBands, sizes, line: ROW,
    lanes: lanes.map((lane) => ({ lane, start: column.get(lane), size: step })), text: 48 + lanes.length * step + 4,
  };
};

const MOST = 2000; // names that look for a place in a small picture

// Which works have room for their names, their places being scaled by x and y; those that come first in `order` choose first,
// and where there is room for each, `all` have theirs.
// In a small picture a name may stand where the dots of others are, never where another name is.
export const names = (graph, scene, [scaleX, scaleY], order, all) => {
  const texts = new Map();
  const room = scene.column * scaleX - 18;
  if (room >= 84) {
    for (const number of all) texts.set(number, cut(graph.short[number], room));
    return texts;
  }
  const height = 13;
  if (order.length > MOST) order = order.slice(0, MOST);
  const taken = new Map(); // strip of the height of a name -> [left, right] of the names in it
  for (const number of order) {
    const [x, y] = scene.place.get(number);
    const text = cut(graph.short[number], 130);
    const [left, right] = [x * scaleX - 6, x * scaleX + 12 + measure(text)];
    const strips = [Math.floor((y * scaleY - height / 2) / height), Math.floor((y * scaleY + height / 2) / height)];
    if (strips.some((strip) => taken.get(strip)?.some(([from, to]) => left < to && right > from))) continue;
    for (const strip of new Set(strips)) {
      if (!taken.has(strip)) taken.set(strip, []);
      taken.get(strip).push([left, right]);
    }
    texts.set(number, text);
  }
  return texts;
};
