// Words of titles and names that are near a misspelt one.
import { wordsEndingLike, wordsLike } from "./search-index.js";

const MOST = 3;
const slips = (word) => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

// Letters put in, left out, changed or swapped with their neighbour, to get from one word to the other; with `open`, to get to
// a beginning of the other. More than `most` is as good as never.
export const distance = (one, other, most, open = false) => {
  if (one.length - other.length > most || (!open && other.length - one.length > most)) return Infinity;
  let [before, last] = [[], Array.from({ length: one.length + 1 }, (_, i) => i)];
  let best = last[one.length];
  for (let j = 1; j <= other.length; j++) {
    const row = [j];
    for (let i = 1; i <= one.length; i++) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      row[i] = Math.min(row[i - 1] + 1, last[i] + 1, last[i - 1] + change);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[i] = Math.min(row[i], before[i - 2] + 1);
    }
    if (Math.min(...row) > most) break;
    [before, last] = [last, row];
    best = j === other.length || (open && row[one.length] < best) ? row[one.length] : open ? best : Infinity;
  }
  return best <= most ? best : Infinity;
};

// The nearest words, best first; of equally near ones those that come often. A word still being typed may be near a beginning.
export const nearest = async (word, last) => {
  const most = slips(word);
  if (!most || !/^[a-z]+[a-z0-9]*$/.test(word)) return [];
  const found = new Map();
  const weigh = (candidates) => {
    for (const { word: other, often } of candidates) {
      const whole = distance(word, other, most);
      const begun = last && word.length > 4 ? distance(word, other, 1, true) + 0.6 : Infinity;
      const cost = Math.min(whole, begun) + (other[0] === word[0] ? 0 : 0.4) - often * 0.12;
      if (cost < Infinity && other !== word) found.set(other, cost);
    }
  };
  weigh(await wordsLike(word));
  if (Math.min(...found.values(), Infinity) > 1) weigh(await wordsEndingLike(word));
  return [...found].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST).map(([other]) => other);
};
