// Works in time order and the edges between them (tools/shoulders/lineage_data.py makes the data): who stands on whom.
import { languageRoot, siteRoot, zh } from "./base.js";
import { inTurns, json } from "./fetching.js";

const folder = new URL("lineage/", siteRoot);
const language = zh ? "zh" : "en";

class Graph {
  #index;
  constructor(index, pieces) {
    this.#index = index;
    const column = (name) => pieces.flatMap((piece) => piece[name]);
    [this.key, this.short, this.date, this.lane, this.topics] = ["key", "short", "date", "lane", "topics"].map(column);
    this.count = this.key.length;
    this.year = this.date.map((date) => Number(date.slice(0, 4)));
    this.number = new Map(this.key.map((key, number) => [key, number]));
    for (const [alias, number] of Object.entries(index.aliases)) this.number.set(alias, number);
    for (const name of ["runs", "retracted"]) {
      this[name] = new Set(pieces.flatMap((piece, place) => piece[name].map((number) => number + place * index.piece)));
    }
    // Edges of a work: { other, type, place } where `place` is that of the edge among all on which the later work stands.
    this.on = this.key.map(() => []);
    this.to = this.key.map(() => []);
    column("on").forEach((flat, later) => {
      for (let i = 0; i < flat.length; i += 2) {
        this.on[later].push({ other: flat[i], type: flat[i + 1], place: i / 2 });
        this.to[flat[i]].push({ other: later, type: flat[i + 1], place: i / 2 });
      }
    });
    [this.types, this.signs] = [index.types, index.signs];
    this.allTopics = index.topics.map((topic) => ({ ...topic, name: topic.name[language] }));
    this.lists = index.lists.map((list) => ({ ...list, name: list.name[language] }));
    this.lanes = this.allTopics.filter((topic) => !topic.parent);
  }

  laneName(lane) { return this.lanes[lane]?.name ?? "…"; }

  page(number) { return new URL(`papers/${this.key[number]}/`, languageRoot).href; }

  // Everything reached from a work along "on" (its ancestors) or "to" (its descendants), by the fewest steps; without itself.
  reach(start, way) {
    const steps = new Map([[start, 0]]);
    for (const number of steps.keys()) { // a Map is walked in the order of insertion, also of what is put in meanwhile
      for (const { other } of this[way][number]) if (!steps.has(other)) steps.set(other, steps.get(number) + 1);
    }
    steps.delete(start);
    return steps;
  }

  async #piece(name, size, number) {
    const url = new URL(`${name}-${Math.floor(number / size)}.json`, folder);
    url.search = this.#index.version;
    return (await json(url))[number % size];
  }

  // { text, lang }: a string, or parts of which some are formulas; lang only where it is not the language that is expected.
  async #text(answer) {
    const found = await answer;
    return typeof found === "string" ? { text: found, lang: "" } : { lang: "", ...found };
  }

  title(number) {
    return this.#text(this.#piece("titles", this.#index.piece, number)).then((title) =>
      ({ text: title.text, lang: title.lang || (zh ? "en" : "") }));
  }

  async titles() {
    const starts = Array.from({ length: Math.ceil(this.count / this.#index.piece) }, (_, i) => i * this.#index.piece);
    await inTurns(starts, (start) => this.title(start), 4);
    return Promise.all(this.key.map((_, number) => this.title(number)));
  }

  // Why the later work of an edge stands on the earlier one.
  why(later, place) {
    return this.#text(this.#piece(`why-${language}`, this.#index.sentences, later).then((sentences) => sentences[place]));
  }
}

let loading;
// The graph; asked for once, and again after a failure.
export const graph = () => {
  loading ??= (async () => {
    const index = await json(new URL("index.json", folder), { fresh: true });
    const names = Array.from({ length: Math.ceil(index.works / index.piece) }, (_, i) => `works-${i}.json?${index.version}`);
    return new Graph(index, await inTurns(names, (name) => json(new URL(name, folder)), 4));
  })();
  loading.catch(() => { loading = undefined; });
  return loading;
};

// The numbers of the works that are filed under a topic (or below it) and stand in a list; each may be "".
export const filtered = (graph, { topic = "", list = "" }) => {
  const under = new Set(graph.allTopics.flatMap((one, place) => (one.id === topic || one.parent === topic ? [place] : [])));
  const listed = list && new Set(graph.lists.find((one) => one.id === list)?.works);
  return Array.from({ length: graph.count }, (_, number) => number).filter((number) =>
    (!topic || graph.topics[number].some((place) => under.has(place))) && (!list || listed.has(number)));
};
