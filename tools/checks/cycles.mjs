/**
 * The cycles of a graph: one shortest cycle for each group of files that reach each other.
 *
 * @param {Map<string, string[]>} graph
 * @returns {string[][]} each from its first file around to the file before it comes back
 */
export const cyclesOf = (graph) => {
  const seen = new Set();
  const cycles = [];
  for (const start of [...graph.keys()].sort()) {
    if (seen.has(start)) continue;
    const cycle = shortestCycle(graph, start);
    if (cycle === undefined) continue;
    for (const file of cycle) seen.add(file);
    cycles.push(cycle);
  }
  return cycles;
};

const shortestCycle = (graph, start) => {
  const cameFrom = new Map();
  let front = [start];
  while (front.length > 0) {
    const next = [];
    for (const file of front) {
      for (const target of graph.get(file) ?? []) {
        if (target === start) {
          const path = [file];
          while (path[0] !== start) path.unshift(cameFrom.get(path[0]));
          return path;
        }
        if (!cameFrom.has(target)) {
          cameFrom.set(target, file);
          next.push(target);
        }
      }
    }
    front = next;
  }
  return undefined;
};
