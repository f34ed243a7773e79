// Asking for files of this site: a few at a time, each once; what failed is asked for again next time.
const asked = new Map();

const ask = async (url, options) => {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${response.status}: ${url}`);
  return response.text();
};

// The text of a file. Its address says which version it is, or it is asked for anew with `fresh`: kept, but checked.
export const text = (url, { fresh = false } = {}) => {
  const address = String(url);
  if (!asked.has(address)) {
    const answer = ask(address, fresh ? { cache: "no-cache" } : {});
    answer.catch(() => asked.delete(address));
    asked.set(address, answer);
  }
  return asked.get(address);
};

export const json = async (url, options) => JSON.parse(await text(url, options));

// `job` of every item, at most `width` at the same time; the answers in the order of the items.
export const inTurns = async (items, job, width = 6) => {
  const answers = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const place = next++;
      answers[place] = await job(items[place]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  return answers;
};
