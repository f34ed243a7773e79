// How two works hang together: the shortest chains of edges between them. No page, no drawing.
//
// Ideas go forward in time, so a chain from the one to the other comes first, of whatever length. Where there is none, the
// nearest work on which both stand; then the nearest that stands on both; and only then a chain that turns back and forth.

const MOST = 4; // chains of the same length that are told

// Every shortest chain from `start` to `end` along "on" or "to" (at most MOST), as numbers from the one to the other.
const chains = (graph, start, end, ways) => {
  const steps = new Map([[start, 0]]);
  const before = new Map();
  for (const number of steps.keys()) {
    if (steps.has(end) && steps.get(number) >= steps.get(end)) break;
    for (const way of ways) {
      for (const { other } of graph[way][number]) {
        if (!steps.has(other)) { steps.set(other, steps.get(number) + 1); before.set(other, []); }
        if (other !== start && steps.get(other) === steps.get(number) + 1 && !before.get(other).includes(number)) before.get(other).push(number);
      }
    }
  }
  if (!steps.has(end)) return [];
  const found = [];
  const back = (number, tail) => {
    if (found.length === MOST) return;
    if (number === start) { found.push([start, ...tail]); return; }
    for (const other of [...before.get(number)].sort((a, b) => a - b)) back(other, [number, ...tail]);
  };
  back(end, []);
  return found;
};

// The work that both reach with the fewest steps in all; of several the latest.
const meeting = (graph, one, other, way) => {
  const [from, to] = [graph.reach(one, way), graph.reach(other, way)];
  let best;
  for (const [number, steps] of from) {
    if (!to.has(number)) continue;
    const all = steps + to.get(number);
    if (!best || all < best.all || (all === best.all && number > best.number)) best = { number, all };
  }
  return best?.number;
};

// { kind, chains, meeting }. A chain goes from the earlier to the later work; for "ancestor" and "heir" there are two, from the
// meeting to each of the works or from each of them to the meeting; for "detour" it goes from the one to the other.
export const between = (graph, one, other) => {
  if (one === other) return { kind: "same", chains: [] };
  for (const [start, end] of [[one, other], [other, one]]) {
    const found = chains(graph, start, end, ["to"]);
    if (found.length) return { kind: "chain", chains: found };
  }
  const ancestor = meeting(graph, one, other, "on");
  if (ancestor !== undefined) {
    return { kind: "ancestor", meeting: ancestor, chains: [one, other].map((end) => chains(graph, ancestor, end, ["to"])[0]) };
  }
  const heir = meeting(graph, one, other, "to");
  if (heir !== undefined) {
    return { kind: "heir", meeting: heir, chains: [one, other].map((start) => chains(graph, start, heir, ["to"])[0]) };
  }
  const detour = chains(graph, one, other, ["on", "to"]);
  return { kind: detour.length ? "detour" : "none", chains: detour.slice(0, 1) };
};

// The edge between two works: which of them is the later, its type, and its place among all on which the later stands.
export const edgeBetween = (graph, one, other) => {
  for (const [later, earlier] of [[one, other], [other, one]]) {
    const edge = graph.on[later].find((candidate) => candidate.other === earlier);
    if (edge) return { later, earlier, type: edge.type, place: edge.place };
  }
  throw new Error("no edge");
};
