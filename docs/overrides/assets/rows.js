// One work as a row, made of data: the same that tools/shoulders/templates/browse.html writes.
import { languageRoot, make } from "./base.js";

const dot = "\u00a0· "; // no line begins with it

export const row = (work, { words, topics }) => {
  const title = make("a", { className: "sh-row__title", href: new URL(`papers/${work.key}/`, languageRoot), textContent: work.title });
  if (work.language) title.lang = work.language;
  const about = make("div", { className: "sh-row__work" }, title);
  if (work.nickname) about.append(" ", make("span", { className: "sh-nick", textContent: work.nickname }));
  if (work.retracted) about.append(" ", make("span", { className: "sh-mark sh-mark--bad", textContent: words.retracted }));
  if (work.mark) {
    const good = work.mark === "runs" ? " sh-mark--good" : "";
    about.append(" ", make("span", { className: `sh-mark${good}`, textContent: words[work.mark] }));
  }
  const by = [work.by, work.where, ...(work.kind === "paper" ? [] : [words[work.kind]])].join(dot);
  about.append(make("p", { className: "sh-row__by", textContent: by }));
  const last = work.topics.length - 1;
  const named = work.topics.flatMap((id, place) => [make("span", { textContent: topics[id][0] + (place < last ? "\u00a0·" : "") }), place < last ? " " : ""]);
  const element = make("li", { className: `sh-entry sh-row sh-lane-${work.lane}` },
    make("span", { className: "sh-row__year", textContent: work.year }), about,
    make("p", { className: "sh-row__topics" }, ...named));
  element.dataset.key = work.key;
  return element;
};
