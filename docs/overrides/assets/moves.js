// Where an arrow key leads on a timeline, from work to work and from cell to cell.

// Time runs to the right or, on phones, down: along it to the next work of the lane (on phones, of any), across it to the lane
// beside, to the work nearest in time. The number of a work, -1 where there is none that way, undefined for another key.
export const nextWork = (graph, scene, number, key) => {
  const isTall = scene.kind === "tall";
  const along = isTall ? { ArrowUp: -1, ArrowDown: 1 } : { ArrowLeft: -1, ArrowRight: 1 };
  const across = isTall ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 };
  const line = isTall ? scene.numbers : scene.numbers.filter((other) => graph.lane[other] === graph.lane[number]);
  const at = (place) => line[Math.max(0, Math.min(line.length - 1, place))] ?? -1;
  if (key in along) return at(line.indexOf(number) + along[key]);
  if (key === "Home" || key === "End") return at(key === "Home" ? 0 : line.length);
  if (key === "PageDown") return line.find((other) => graph.year[other] > graph.year[number]) ?? at(line.length);
  if (key === "PageUp") return line.findLast((other) => graph.year[other] < graph.year[number]) ?? at(0);
  if (!(key in across)) return undefined;
  const lanes = scene.lanes.map((one) => one.lane);
  const beside = lanes[lanes.indexOf(graph.lane[number]) + across[key]];
  const order = new Map(scene.numbers.map((other, place) => [other, place]));
  const far = (other) => Math.abs(order.get(other) - order.get(number));
  const there = scene.numbers.filter((other) => graph.lane[other] === beside);
  return there.reduce((best, other) => (best < 0 || far(other) < far(best) ? other : best), -1);
};

// The next cell with works in it, as "lane year"; the same one where there is none that way; undefined for another key.
export const nextCell = ({ lanes, years, sizes, kind }, name, key) => {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  if (!step) return undefined;
  const [down, right] = kind === "tall" ? [step[1], step[0]] : step;
  const [lane, year] = name.split(" ").map(Number);
  let row = lanes.findIndex((one) => one.lane === lane) + down;
  let column = years.findIndex((one) => one.year === year) + right;
  for (; lanes[row] && years[column]; row += down, column += right) {
    const next = `${lanes[row].lane} ${years[column].year}`;
    if (sizes.has(next)) return next;
  }
  return name;
};
