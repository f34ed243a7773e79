// On a picture of lineage a work lights what it stands on and what stands on it.
for (const timeline of document.querySelectorAll(".sh-timeline")) {
  for (const svg of timeline.querySelectorAll("svg.sh-timeline__svg")) {
    const lines = [...svg.querySelectorAll("[data-from]")];
    const nodes = new Map([...svg.querySelectorAll("[data-key]")].map((node) => [node.dataset.key, node]));
    const dark = () => {
      timeline.classList.remove("sh-lit");
      for (const element of svg.querySelectorAll(".sh-on")) element.classList.remove("sh-on");
    };
    const reach = (start, here, there) => {
      const seen = new Set([start]);
      const queue = [start];
      while (queue.length) {
        const key = queue.pop();
        for (const line of lines) {
          if (line.dataset[here] !== key) continue;
          line.classList.add("sh-on");
          if (!seen.has(line.dataset[there])) { seen.add(line.dataset[there]); queue.push(line.dataset[there]); }
        }
      }
      for (const key of seen) nodes.get(key)?.classList.add("sh-on");
    };
    for (const [key, node] of nodes) {
      const light = () => { dark(); timeline.classList.add("sh-lit"); reach(key, "to", "from"); reach(key, "from", "to"); };
      node.addEventListener("mouseenter", light);
      node.addEventListener("focus", light);
      node.addEventListener("mouseleave", dark);
      node.addEventListener("blur", dark);
    }
  }
}
