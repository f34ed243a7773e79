// What was found, narrowed to a kind of page and to a year, each with its count.
import { make, zh } from "./base.js";
import { about } from "./search-index.js";

const words = zh
  ? { all: "全部", year: "年份", anyYear: "全部年份", papers: "论文", others: "书与资源", people: "作者", topics: "主题", lists: "书单", venues: "发表处", pages: "页面" }
  : { all: "All", year: "Year", anyYear: "All years", papers: "Papers", others: "Books and more", people: "People", topics: "Topics", lists: "Lists", venues: "Venues", pages: "Pages" };
const GROUPS = { papers: ["paper"], others: ["book", "repo", "article", "course"], people: ["author"], topics: ["topic"], lists: ["list"], venues: ["venue"], pages: ["page"] };
const groupOfKind = Object.fromEntries(Object.entries(GROUPS).flatMap(([group, kinds]) => kinds.map((kind) => [kind, group])));
const tally = (counts, name) => counts.set(name, (counts.get(name) ?? 0) + 1);

export class Facets {
  constructor(box, changed) {
    Object.assign(this, { box, changed, group: "", year: 0 });
  }

  // The documents of the chosen kind and year; when there are none, the choice is given up.
  narrow(numbers) {
    this.numbers = numbers;
    const chosen = numbers.filter((number) => this.fits(number));
    if (chosen.length || !numbers.length) return chosen;
    [this.group, this.year] = ["", 0];
    return numbers;
  }

  fits(number) {
    const { kind, year } = about(number);
    return (!this.group || groupOfKind[kind] === this.group) && (!this.year || year === this.year);
  }

  draw() {
    const [groups, years] = [new Map(), new Map()]; // each counts what the other one leaves
    for (const number of this.numbers) {
      const { kind, year } = about(number);
      if (!this.year || year === this.year) { tally(groups, groupOfKind[kind]); tally(groups, ""); }
      if (year && (!this.group || groupOfKind[kind] === this.group)) tally(years, year);
    }
    const names = ["", ...Object.keys(GROUPS)].filter((name) => groups.get(name) || name === this.group);
    const shown = names.length > 2 || this.group ? names.map((name) => this.button(name, groups.get(name) ?? 0)) : [];
    if (years.size > 1 || this.year) shown.push(this.select([...years].sort((a, b) => b[0] - a[0])));
    this.box.replaceChildren(...shown);
    this.box.hidden = !shown.length;
  }

  button(group, count) {
    const button = make("button", { type: "button", className: "sh-search__facet", ariaPressed: String(group === this.group) }, words[group || "all"], " ", make("span", { textContent: count }));
    button.dataset.group = group;
    button.addEventListener("click", () => this.choose({ group }));
    return button;
  }

  select(years) {
    const select = make("select", { ariaLabel: words.year, className: "sh-search__facet" }, make("option", { value: 0, textContent: words.anyYear }));
    for (const [year, count] of years) select.append(make("option", { value: year, textContent: `${year} (${count})` }));
    select.value = this.year;
    select.addEventListener("change", () => this.choose({ year: Number(select.value) }));
    return select;
  }

  // The new buttons take the place of the old ones: the one that was used has the focus again.
  async choose(change) {
    Object.assign(this, change);
    await this.changed();
    this.box.querySelector("group" in change ? "[aria-pressed=true]" : "select")?.focus();
  }
}
