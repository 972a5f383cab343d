/* sphinx-aimd: search of every item and clause, from the data files of index.py. */
(function () {
  "use strict";
  const AIMD = window.AIMD;
  const SHOWN = 50; // results on show
  const finder = document.querySelector("a.aimd-find"); // leads to the list of everything
  let promise, search;

  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    node.append(...children);
    return node;
  }

  /* Every item and clause, in the order of the file; read once, when it is first asked for. */
  function known() {
    promise ??= AIMD.data("items", ["items.js"]).then(([data]) => data.items.map(
      ([id, label, title, kind, word, href, reason]) => ({
        id, label, title, kind: data.kinds[kind], word: data.words[word], href: AIMD.root + href, reason,
        trace: data.trace ? `${AIMD.root}_aimd/trace/${id}.html` : "",
      })));
    return promise;
  }

  function heading(item, words) {
    return make("span", {}, make("span", { class: "aimd-kind" }, item.kind), " ",
      make("strong", {}, make("bdi", {}, ...marked(item.label, words))), " ",
      make("span", { class: `aimd-verdict ${item.word[1]}` }, item.word[0]));
  }

  /* ---- matching ---- */

  /* Lower case without accents, letter for letter: a place in it is the same place in the text. */
  function fold(text) {
    return text.replace(/[^\0-\x7f]/g, (letter) => {
      const plain = letter.normalize("NFD")[0].toLowerCase();
      return plain.length === 1 ? plain : letter;
    }).toLowerCase();
  }

  /* Letters and numbers, each after a blank, without leading zeros: THR-001 and thr1 are both " thr 1". */
  function spelled(folded) {
    return (folded.match(/\p{L}+|[1-9]\d*/gu) || []).map((part) => " " + part).join("");
  }

  function prepare(item) {
    item.keys = [item.id, item.label].map((key) => `|${spelled(fold(key))} |`).join("");
    item.head = fold(item.title);
    item.also = fold(`${item.kind} ${item.word[0]}`);
  }

  /* How well an item answers, 0 best, 9 not at all: id or citation whole, as a start, inside; title; kind; text. */
  function grade({ keys, head, also, low }, all, words) {
    if (all && keys.includes(all)) {
      const place = [`|${all} |`, `|${all} `, `|${all}`, `${all} `].findIndex((form) => keys.includes(form));
      if (place >= 0) return place;
    }
    let worst = 4;
    for (const [word, key] of words) {
      if (head.includes(word) || (key && keys.includes(key))) continue;
      if (also.includes(word)) worst = Math.max(worst, 5);
      else if (low?.includes(word)) worst = 6;
      else return 9;
    }
    return worst;
  }

  /* The text in pieces, those that match in marks. */
  function marked(text, words) {
    const low = fold(text);
    const parts = [];
    let at = 0;
    for (;;) {
      const [start, length] = words.map(([word]) => [low.indexOf(word, at), word.length])
        .filter(([place]) => place >= 0).sort((a, b) => a[0] - b[0] || b[1] - a[1])[0] || [-1];
      if (start < 0) return [...parts, text.slice(at)];
      parts.push(text.slice(at, start), make("mark", {}, text.slice(start, start + length)));
      at = start + length;
    }
  }

  function snippet({ text, low }, words) {
    const places = words.map(([word]) => low?.indexOf(word) ?? -1).filter((place) => place >= 0);
    if (!places.length) return "";
    const first = Math.min(...places);
    const blank = text.indexOf(" ", first - 40);
    const start = first < 40 ? 0 : blank < 0 || blank > first ? first - 40 : blank + 1;
    const cut = text.slice(start, start + 160).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, ""); // no half characters
    const end = text[start + 160] ? " …" : "";
    return make("bdi", { class: "aimd-snippet" }, start ? "… " : "", ...marked(cut, words), end);
  }

  /* ---- dialogs ---- */
  function dialog(title, name, ...content) {
    const close = make("button", { type: "button" }, "Close");
    const head = make("div", { class: "aimd-dialog-head" }, make("h2", { id: `${name}-title` }, title), close);
    const box = make("dialog", { class: `aimd-dialog ${name}`, "aria-labelledby": `${name}-title` },
      make("div", { class: "aimd-dialog-body" }, head, ...content));
    box.addEventListener("click", ({ target }) => (target === box || target === close) && box.close());
    document.body.append(box);
    return box;
  }

  function openSearch() {
    search ??= makeSearch();
    search();
  }

  function makeSearch() {
    const input = make("input", {
      id: "aimd-query", type: "text", role: "combobox", "aria-controls": "aimd-options", "aria-autocomplete": "list",
      autocomplete: "off", spellcheck: "false", autocapitalize: "off", enterkeyhint: "go",
    });
    const status = make("p", { role: "status" });
    const list = make("div", { id: "aimd-options", role: "listbox", "aria-label": "Items and clauses" });
    const [open, trace, all] = [make("a", {}), make("a", {}), make("a", {}, "All in the list")];
    const keys = make("button", { type: "button" }, "Keys");
    const foot = make("p", { class: "aimd-dialog-foot" }, open, trace, all, keys);
    const label = make("label", { for: "aimd-query" }, "Id, citation, or words of title and text");
    const box = dialog("Find an item or clause", "aimd-search", label, input, status, list, foot);
    let items = [];
    let last = ""; // what was searched, and all that answers to it
    let matches = [];
    let hits = []; // those on show
    let active = -1;
    let trouble = "";
    let isBegun = false;

    function choose(number) {
      list.children[active]?.setAttribute("aria-selected", "false");
      active = Math.max(0, Math.min(number, hits.length - 1));
      const option = list.children[active];
      const item = hits[active] || {};
      lead(open, item.href, `Open ${item.label}`, "Enter");
      lead(trace, item.trace, `Trace of ${item.label}`, "Shift+Enter");
      input.setAttribute("aria-activedescendant", option?.id || "");
      option?.setAttribute("aria-selected", "true");
    }

    function reach() {
      list.children[active]?.scrollIntoView({ block: "nearest" });
    }

    function lead(link, href, text, key) {
      link.hidden = !href;
      link.href = href || "";
      link.replaceChildren(text, " ", make("kbd", {}, key));
    }

    function option(item, number, words) {
      const toTrace = item.trace ? make("span", { class: "aimd-to-trace", "aria-hidden": "true" }, "Trace") : "";
      return make("div", { role: "option", id: `aimd-option-${number}`, "aria-selected": "false" },
        heading(item, words), toTrace, " ", make("bdi", { class: "aimd-name" }, ...marked(item.title, words)), " ",
        snippet(item, words));
    }

    /* Search again; `keep` says that the reader typed nothing, so what was chosen stays. */
    function show(keep) {
      const typed = fold(input.value.normalize("NFC")).trim();
      const words = typed ? typed.split(/\s+/).map((word) => [word, spelled(word)]) : [];
      const whole = spelled(typed);
      const grades = Array.from({ length: 7 }, () => []);
      const before = keep && hits[active];
      const pool = last && !keep && typed.startsWith(last) ? matches : items; // to type on only narrows
      matches = [];
      last = typed;
      for (const item of typed ? pool : []) {
        const place = grade(item, whole, words);
        if (place === 9) continue;
        matches.push(item);
        grades[place].push(item);
      }
      hits = grades.flat().slice(0, SHOWN);
      list.scrollTop = 0; // before there is anything to lay out
      list.replaceChildren(...hits.map((item, number) => option(item, number, words)));
      list.hidden = !hits.length;
      input.setAttribute("aria-expanded", !list.hidden);
      choose(hits.indexOf(before));
      if (active) reach();
      let count = `${matches.length} found. `;
      if (!items.length) count = trouble ? "" : "Reading the index …";
      else if (!typed) count = `${items.length} items and clauses. `;
      else if (matches.length > SHOWN) count = `${SHOWN} shown, ${matches.length - SHOWN} more in the list. `;
      status.textContent = count + trouble;
      all.hidden = !finder;
      if (finder) all.href = `${finder.href.split("#")[0]}#view-all-items?q=${encodeURIComponent(input.value.trim())}`;
    }

    async function read() {
      let what = "The index could not be read: use the list.";
      try {
        const found = await known();
        found.forEach(prepare);
        items = found;
        show(true);
        what = "Texts could not be read: only ids and titles are searched.";
        const [{ texts }] = await AIMD.data("texts", ["texts.js"]);
        for (let at = 0; at < texts.length; at += 1) {
          if (at % 2000 === 0) await new Promise((go) => setTimeout(go)); // typing goes on meanwhile
          items[at].text = texts[at];
          items[at].low = fold(texts[at]);
        }
      } catch {
        trouble = what;
      }
      show(true);
    }

    function go(href) {
      box.close();
      location.href = href;
      const [page, hash] = href.split("#");
      if (hash && page === location.href.split("#")[0]) focusOn(document.getElementById(decodeURIComponent(hash)));
    }

    input.addEventListener("input", () => show(false));
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
      if (event.isComposing || !hits.length || (!step && event.key !== "Enter")) return;
      event.preventDefault();
      if (step) {
        choose(active + step);
        reach();
      } else go((event.shiftKey && hits[active].trace) || hits[active].href);
    });
    list.addEventListener("click", ({ target }) => {
      const item = hits[[...list.children].indexOf(target.closest("[role=option]"))];
      if (item) go(target.matches(".aimd-to-trace") ? item.trace : item.href);
    });
    foot.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link) plainly(event, () => go(link.href));
    });
    keys.addEventListener("click", () => {
      box.close();
      AIMD.find.help();
    });
    return () => {
      box.showModal();
      input.select();
      show(true);
      if (!isBegun) read();
      isBegun = true;
    };
  }

  /* A click on a link that is not for another tab or window. */
  function plainly(event, action) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    action();
  }

  function focusOn(node) {
    if (!node) return;
    if (node.tabIndex < 0) node.tabIndex = -1;
    node.focus({ preventScroll: true });
    node.scrollIntoView();
  }

  /* What hints.js uses of this, and adds to it. */
  AIMD.find = { make, known, heading, dialog, focusOn, open: openSearch };

  if (!finder) return;
  finder.setAttribute("aria-haspopup", "dialog");
  finder.setAttribute("aria-keyshortcuts", "/");
  finder.append(" ", make("kbd", { "aria-hidden": "true" }, "/"));
  finder.addEventListener("click", (event) => plainly(event, openSearch));
})();
