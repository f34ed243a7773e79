// What is lit on a timeline: which works, how strongly, and which lines.

// A work with everything on which it stands and everything that stands on it, each with its steps there.
export const ofLineage = (work, { ancestors, descendants }) => {
  const works = new Map([[work, "self"]]);
  for (const [number, steps] of [...ancestors, ...descendants]) works.set(number, steps === 1 ? "near" : "far");
  const edge = (later, earlier) => {
    if (later === work || earlier === work) return "near";
    return (ancestors.has(later) && ancestors.has(earlier)) || (descendants.has(later) && descendants.has(earlier)) ? "far" : "";
  };
  return { works, edge };
};

// Chains of works, the ends of which are named.
export const ofChains = (chains, ends) => {
  const works = new Map(chains.flat().map((number) => [number, ends.includes(number) ? "self" : "near"]));
  const edges = new Set(chains.flatMap((chain) => chain.slice(1).flatMap((number, i) => [`${chain[i]} ${number}`, `${number} ${chain[i]}`])));
  return { works, edge: (later, earlier) => (edges.has(`${later} ${earlier}`) ? "near" : "") };
};
