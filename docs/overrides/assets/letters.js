// Letters as they are compared: small, without accents, in the usual forms of their characters. tools/shoulders/search/terms.py
// does the same for the index.
const BARE = { "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe" };

export const normal = (text) =>
  text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[łøđıßæœ]/g, (letter) => BARE[letter]).normalize("NFKC");
