// The state of a view in the address: read once, written as it changes; the other language's page gets it too.
const waiting = new Map();
let timer;

export const read = () => new URL(location.href).searchParams;

const flush = () => {
  clearTimeout(timer);
  timer = undefined;
  const url = new URL(location.href);
  for (const [name, value] of waiting) {
    if (value === "") url.searchParams.delete(name); else url.searchParams.set(name, value);
  }
  waiting.clear();
  // Commas and the like stay readable; what a browser refuses to write so often is written the next time.
  try { history.replaceState(history.state, "", url); } catch { /* the view goes on */ }
  for (const link of document.querySelectorAll("a.sh-language")) link.search = url.search;
};

// Sets parameters ("" takes one away), a little later, so that what changes fast is written once.
export const write = (changes) => {
  for (const [name, value] of Object.entries(changes)) waiting.set(name, String(value));
  timer ??= setTimeout(flush, 250);
};

addEventListener("pagehide", () => { if (timer) flush(); });
