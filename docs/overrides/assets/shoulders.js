// What needs a script: copying, search, lighting up lineage. Every page reads without it.
(() => {
  "use strict";
  const zh = document.documentElement.lang.startsWith("zh");
  const words = zh
    ? { copy: "复制", copied: "已复制", search: "搜索", hint: "标题、作者、引用键、概念……", none: "没有找到：", found: "条结果", empty: "输入以搜索论文、作者、主题和页面。", failed: "搜索加载失败。", close: "关闭", loading: "正在加载……",
        paper: "论文", book: "书", repo: "代码仓库", article: "文章", course: "课程", author: "作者", topic: "主题", list: "书单", page: "页面" }
    : { copy: "Copy", copied: "Copied", search: "Search", hint: "Titles, authors, keys, ideas …", none: "Nothing found for: ", found: "results", empty: "Type to search papers, people, topics and pages.", failed: "Search could not be loaded.", close: "Close", loading: "Loading …",
        paper: "Paper", book: "Book", repo: "Repository", article: "Article", course: "Course", author: "Author", topic: "Topic", list: "Reading list", page: "Page" };
  const script = document.currentScript;
  // assets/ stands at the root of each language; the index at the root of the site.
  const languageRoot = new URL("../", script.src);
  const siteRoot = zh ? new URL("../", languageRoot) : languageRoot;

  // Copy ---------------------------------------------------------------------------------------
  const copyText = async (text) => {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  // Code of hand-written pages gets its button here: the theme's own adds landmarks that all have the same name.
  for (const box of document.querySelectorAll(".md-typeset .highlight")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "sh-copy sh-copy--corner", textContent: words.copy });
    button.dataset.copy = "";
    box.append(button);
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    const label = button.textContent;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const box = button.closest(".sh-code, .highlight");
      const source = box ? box.querySelector("pre") : button.closest("div").querySelector("dd");
      await copyText(source.textContent.trim() + (box ? "\n" : ""));
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }

  // Lineage: a work lights what it stands on and what stands on it -------------------------------
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

  // A line of code that an address names shows itself, though its section was folded ---------------
  const unfold = () => {
    const line = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = line?.closest("details:not([open])");
    if (folded) { folded.open = true; line.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  unfold();

  // Filter: shows what is filed under the chosen topic; the choice stands in the address ----------
  for (const select of document.querySelectorAll("[data-filter]")) {
    const items = [...document.querySelectorAll(select.dataset.filter)];
    const count = select.closest(".sh-filter").querySelector("[role=status]");
    const apply = () => {
      for (const item of items) item.hidden = Boolean(select.value) && !item.dataset.topics.split(" ").includes(select.value);
      count.textContent = select.value ? `${items.filter((item) => !item.hidden).length} / ${items.length}` : "";
    };
    select.addEventListener("change", () => {
      const url = new URL(location.href);
      if (select.value) url.searchParams.set("topic", select.value); else url.searchParams.delete("topic");
      history.replaceState(history.state, "", url);
      apply();
    });
    const asked = new URL(location.href).searchParams.get("topic");
    if ([...select.options].some((option) => option.value === asked)) select.value = asked;
    select.closest(".sh-filter").hidden = false;
    apply();
  }

  // Search -------------------------------------------------------------------------------------
  let dialog, input, status, results, pagefind, latest = 0;
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const build = () => {
    input = make("input", { type: "search", autocomplete: "off", spellcheck: false, placeholder: words.hint, ariaLabel: words.search });
    const close = make("button", { type: "button", className: "sh-copy", textContent: words.close });
    status = make("p", { className: "sh-search__status", role: "status", textContent: words.empty });
    results = make("ol");
    const form = make("form", { role: "search" }, input, close);
    dialog = make("dialog", { className: "sh-search", ariaLabel: words.search }, form, status, results);
    document.body.append(dialog);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); results.querySelector("a")?.click(); });
    input.addEventListener("input", () => find(input.value.trim()));
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); dialog.close(); } // a search field would only be emptied
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [input, ...results.querySelectorAll("a")];
      const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      stops[Math.max(0, Math.min(stops.length - 1, next))].focus();
      event.preventDefault();
    });
  };
  // No accents, no hyphens, and pairs of Chinese characters in Latin letters, as tools/shoulders/search.py writes the index. A run of
  // several characters asks for its pairs; the last character alone would only ask again for what they hold.
  const han = /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+/g;
  const letters = (character) =>
    character.charCodeAt(0).toString(16).padStart(4, "0").replace(/[0-9a-f]/g, (digit) => "abcdefghijklmnop"[parseInt(digit, 16)]);
  const bare = { "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i" };
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[łøđßæœı]/g, (letter) => bare[letter]).normalize("NFC");
  const indexed = (query) => plain(query).replace(/([\p{L}\p{N}])[-‐‑–/_](?=[\p{L}\p{N}])/gu, "$1 ").replace(han, (run) => {
    const codes = [...run].map(letters);
    const pairs = codes.length > 1 ? codes.slice(0, -1).map((code, i) => code + codes[i + 1]) : codes;
    return ` ${pairs.map((pair) => "qz" + pair).join(" ")} `;
  });
  // For a word that begins no word of the index, Pagefind takes ever shorter beginnings of it until something is found,
  // at last one letter. Half of the word has to be there (not all: it compares stems). One result tells for all.
  const holds = (content, asked) => {
    const [there, terms] = [content, asked].map((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean));
    return terms.every((term) => {
      const beginning = term.startsWith("qz") ? term : term.slice(0, Math.ceil(term.length / 2));
      return there.some((word) => word.startsWith(beginning));
    });
  };
  const find = async (query) => {
    const turn = ++latest;
    if (!query) { results.replaceChildren(); status.textContent = words.empty; return; }
    try {
      if (!pagefind) {
        status.textContent = words.loading;
        pagefind = await import(new URL("pagefind/pagefind.js", siteRoot));
        // Whole words before longer ones, long summaries no worse than short ones; what is shown of a result is indexed
        // with weights of its own already.
        const shown = Object.fromEntries(["title", "text", "by", "kind", "year"].map((name) => [name, 0]));
        const ranking = { termSimilarity: 20, termSaturation: 2, pageLength: 0.1, metaWeights: shown };
        await pagefind.options({ baseUrl: siteRoot.pathname, ranking });
        await pagefind.init();
      }
      const asked = indexed(query).trim();
      const answer = await pagefind.search(asked);
      const top = await Promise.all(answer.results.slice(0, 12).map((result) => result.data()));
      if (turn !== latest) return;
      const found = top.length && holds(top[0].content, asked) ? answer.results.length : 0;
      results.replaceChildren(...(found ? top.map((data) => show(data, query)) : []));
      status.textContent = found ? `${found} ${words.found}` : `${words.none}${query}`;
    } catch (error) {
      if (turn === latest) { status.textContent = words.failed; results.replaceChildren(); }
    }
  };
  const show = (data, query) => {
    const kind = [words[data.meta.kind] || data.meta.kind, data.meta.by, data.meta.year].filter(Boolean).join(" · ");
    const title = make("strong", {}, ...marked(data.meta.title, query));
    const link = make("a", { href: data.url }, title, make("span", { textContent: kind }), make("span", {}, ...excerpt(data.meta.text || "", query)));
    return make("li", {}, link);
  };
  const pattern = (query) => {
    const terms = query.split(/[\s"]+/).filter(Boolean).map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`(${terms.join("|")})`, "gi");
  };
  const marked = (text, query) =>
    text.split(pattern(query)).map((part, i) => (i % 2 ? make("mark", { textContent: part }) : part));
  const excerpt = (text, query) => {
    const length = zh ? 70 : 150;
    const first = Math.max(0, text.search(pattern(query)));
    const start = first < length / 2 ? 0 : text.lastIndexOf(" ", first - length / 3) + 1 || first - 20;
    const end = Math.min(text.length, start + length);
    return [start ? "… " : "", ...marked(text.slice(start, end), query), end < text.length ? " …" : ""];
  };
  const open = () => { if (!dialog) build(); if (!dialog.open) dialog.showModal(); input.focus(); input.select(); };
  for (const button of document.querySelectorAll("[data-search-open]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const commandK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (slash || commandK) { event.preventDefault(); open(); }
  });
})();
