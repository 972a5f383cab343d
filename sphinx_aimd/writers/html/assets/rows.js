/* sphinx-aimd: the rows of a view as numbers, so that 100,000 are filtered, sorted and grouped at once; and their state
   in an address. Nothing of a page is built here. */
(function () {
  "use strict";
  /* From worst to best, as in model/verdict.py. */
  const VERDICTS = ["failed", "stale", "missing", "planned", "partial", "waived", "verified", "not-applicable", "inactive"];
  const FIGURE = /^[-+−]?\d[\d,]*(\.\d+)?\s?%?$/;
  const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
  const SIZES = [50, 100, 250, 1000];

  /* Without accents and invisible characters, so that "e" finds "é". */
  const plain = (text) => (/[^\0-\x7f]/.test(text) ? text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "") : text);
  /* Compared as text this puts THR-2 before THR-10. */
  const natural = (text) => plain(text).toLowerCase().replace(/\d+/g, (digits) => digits.padStart(15, "0"));
  const figure = (text) => parseFloat(text.replaceAll(",", "").replace("−", "-"));

  /* Gives equal values the same number. */
  class Numbered extends Map {
    values = [];
    of(key, value = key) {
      if (!this.has(key)) this.set(key, this.values.push(value) - 1);
      return this.get(key);
    }
  }

  class Rows {
    constructor(table, count, facets) {
      this.columns = [...table.tHead.rows[0].cells].map((th) => ({
        name: th.dataset.name, title: th.textContent, spare: "spare" in th.dataset,
      }));
      this.count = count;
      this.width = this.columns.length;
      this.cells = new Int32Array(count * this.width); // row by row, numbers of distinct cells
      this.shown = []; // of each distinct cell what a reader sees of it
      this.hrefs = []; // one that ends in # goes on with the first word shown, as most do: that saves much room
      this.badges = []; // [word, CSS class] of its verdict, if it has one
      this.heads = []; // id of the item that heads each row
      this.ranks = new Map(); // word of a verdict -> place in VERDICTS
      this.known = new Map(); // facet or column -> its labels
      const isVerdict = ({ name }) => name === "verdict"; // what most readers ask for comes first
      this.facets = [...facets].sort((a, b) => isVerdict(b) - isVerdict(a)).map(({ name, title, words, rows }) => {
        const sets = new Numbered(); // of words that a row holds; "" where it holds none
        const codes = Int32Array.from(rows, (row) => {
          const set = row.length ? row.sort((a, b) => a - b) : [words.length];
          return sets.of(set.join(), set);
        });
        return { name, title, words: [...words, ""], codes, sets: sets.values };
      });
    }

    /* A table that stands whole on its page. */
    static fromTable(table, facets) {
      const trs = [...table.tBodies[0].rows];
      const rows = new Rows(table, trs.length, facets);
      const cells = new Numbered();
      trs.forEach((tr, row) => {
        rows.heads.push(tr.dataset.row);
        [...tr.cells].forEach((td, column) => {
          const text = td.textContent;
          if (!cells.has(text)) {
            const badge = td.querySelector(".aimd-verdict");
            rows.#add(text, "", badge && [badge.textContent, badge.classList[1]]);
          }
          rows.cells[row * rows.width + column] = cells.of(text);
        });
      });
      return rows;
    }

    /* The data files of a long view. What they held is let go: the numbers need a fifth of the room. */
    static fromParts(table, parts) {
      const pages = new Numbered();
      const { words, facets } = parts[0];
      const rows = new Rows(table, parts.reduce((sum, part) => sum + part.rows.length, 0), facets);
      let at = 0;
      for (const part of parts) {
        const before = rows.shown.length;
        for (const [text, href, word] of part.cells) {
          const badge = words[word];
          const page = href.slice(0, href.indexOf("#") + 1);
          const isUsual = page && href === page + text.split(" ", 1)[0];
          rows.#add(badge ? (text && text + " ") + badge[0] : text, isUsual ? pages.values[pages.of(page)] : href, badge);
        }
        for (const row of part.rows) for (const cell of row) rows.cells[at++] = before + cell;
        rows.heads = rows.heads.concat(part.heads);
      }
      parts.length = 0;
      return rows;
    }

    #add(shown, href, badge) {
      this.shown.push(shown);
      this.hrefs.push(href);
      this.badges.push(badge);
      if (badge) this.ranks.set(badge[0].replace(/^\[|\]$/g, ""), VERDICTS.indexOf(badge[1].slice(5)));
    }

    cell(row, column) {
      return this.cells[row * this.width + column];
    }

    href(cell) {
      const href = this.hrefs[cell];
      return href.endsWith("#") ? href + this.shown[cell].split(" ", 1)[0] : href;
    }

    /* For each distinct cell whether it holds all words of a text. */
    #holding(text) {
      this.plain ??= this.shown.map(plain);
      const found = new Uint8Array(this.plain.length).fill(1);
      for (const word of plain(text).split(/\s+/)) {
        const pattern = new RegExp(word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "i");
        this.plain.forEach((shown, cell) => (found[cell] &= pattern.test(shown)));
      }
      return found;
    }

    /* Rows that match, and for each facet how many rows a word has under all the other filters. A filter looks at rows,
       not at items: of an item with several rows those stay that match. Words that are searched for may stand in any
       column, also in one that is not shown. */
    filter(state) {
      const { cells, count, facets, width } = this;
      const anywhere = state.q.split(/\s+/).filter(Boolean).map((word) => this.#holding(word));
      const within = [...state.texts].map(([name, text]) => [this.index(name), this.#holding(text.trim())]);
      const picks = facets.map(({ name, words, sets }) => {
        const chosen = state.facets.get(name);
        return chosen && sets.map((set) => set.some((word) => chosen.has(words[word])));
      });
      const sums = facets.map(({ sets }) => new Int32Array(sets.length));
      const rows = new Int32Array(count);
      let matching = 0;
      next: for (let row = 0; row < count; row++) {
        const start = row * width;
        for (const found of anywhere) {
          let column = 0;
          while (column < width && !found[cells[start + column]]) column++;
          if (column === width) continue next;
        }
        for (const [column, found] of within) if (!found[cells[start + column]]) continue next;
        let against = -1; // the one facet that is against the row
        for (let facet = 0; facet < picks.length; facet++) {
          if (!picks[facet] || picks[facet][facets[facet].codes[row]]) continue;
          if (against >= 0) continue next;
          against = facet;
        }
        if (against < 0) rows[matching++] = row;
        for (let facet = 0; facet < sums.length; facet++) {
          if (against < 0 || against === facet) sums[facet][facets[facet].codes[row]]++;
        }
      }
      const counts = facets.map(({ words, sets }, facet) => {
        const each = words.map(() => 0);
        sets.forEach((set, code) => set.forEach((word) => (each[word] += sums[facet][code])));
        return each;
      });
      return { rows: rows.subarray(0, matching), counts };
    }

    index(name) {
      return this.columns.findIndex((column) => column.name === name);
    }

    facet(name) {
      return this.facets.find((facet) => facet.name === name);
    }

    /* Numbers of labels in the order in which readers look for them: verdicts from worst to best, figures by size, all
       else as a person would sort it, the empty one last. With different numbers of decimals they are no figures but
       sections, where 17.10 follows 17.9. */
    inOrder(labels) {
      const given = labels.filter(Boolean);
      const decimals = new Set(given.map((label) => label.split(".")[1]?.length).filter(Boolean));
      let key = natural;
      if (given.every((label) => this.ranks.has(label))) key = (label) => this.ranks.get(label);
      else if (decimals.size < 2 && given.every((label) => FIGURE.test(label))) key = figure;
      const keys = labels.map((label) => label && key(label));
      const order = [...labels.keys()].filter((label) => labels[label]);
      order.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0));
      return labels.includes("") ? [...order, labels.indexOf("")] : order;
    }

    /* The labels of a facet or column, for each row the number of its label (codes), and the place of each label. */
    labels(name) {
      if (!this.known.has(name)) {
        const facet = this.facet(name), column = this.index(name), found = new Numbered();
        const ofCell = []; // looked up once for each distinct cell
        const codes = facet?.codes ?? new Int32Array(this.count).map((_, row) => {
          const cell = this.cell(row, column);
          return (ofCell[cell] ??= found.of(this.shown[cell]));
        });
        const labels = facet?.sets.map((set) => set.map((word) => facet.words[word]).join(", ")) ?? found.values;
        const places = new Int32Array(labels.length);
        this.inOrder(labels).forEach((label, place) => (places[label] = place));
        this.known.set(name, { codes, labels, places });
      }
      return this.known.get(name);
    }

    /* Rows by the place of their label in a facet or column; rows without one come last, equal ones stay as they were. */
    sort(rows, name, down) {
      const { codes, labels, places } = this.labels(name);
      const last = labels.length;
      const keys = new Float64Array(rows.length); // place and position in one number: sorts fast and stably
      rows.forEach((row, position) => {
        const place = places[codes[row]];
        keys[position] = (!labels[codes[row]] ? last : down ? last - 1 - place : place) * rows.length + position;
      });
      return Int32Array.from(keys.sort(), (key) => rows[key % rows.length]);
    }

    /* Columns of the rows as CSV (RFC 4180), then notes. Spreadsheets run what looks like a formula: it gets an apostrophe. */
    csv(rows, columns, notes) {
      const field = (text) => {
        const safe = FORMULA.test(text) ? "'" + text : text;
        return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
      };
      const lines = [columns.map((column) => this.columns[column].title)];
      for (const row of rows) lines.push(columns.map((column) => this.shown[this.cell(row, column)]));
      for (const note of notes) lines.push(columns.map((_, n) => (n ? "" : note)));
      return "\ufeff" + lines.map((line) => line.map(field).join(",") + "\r\n").join("");
    }
  }

  const newState = () => ({
    q: "", facets: new Map(), texts: new Map(), sort: "", down: false, group: "", cols: null, page: 1, size: 100,
  });

  /* What follows "view-ID?" in the address of a view. */
  function toAddress({ q, facets, texts, sort, down, group, cols, page, size }) {
    const code = encodeURIComponent;
    return [
      ...[...facets].map(([name, words]) => `f.${code(name)}=${[...words].map(code).join("|")}`),
      ...[...texts].map(([name, text]) => `c.${code(name)}=${code(text)}`),
      q && "q=" + code(q),
      sort && "sort=" + code(sort),
      sort && down && "dir=desc",
      group && "group=" + code(group),
      cols && "cols=" + cols.map(code),
      page > 1 && "page=" + page,
      size !== 100 && "size=" + size,
    ].filter(Boolean).join("&");
  }

  /* The state in an address. Names that the view does not know are left out; words of a facet that no row holds are not,
     since they match nothing. */
  function fromAddress(query, rows) {
    const state = newState();
    for (const pair of query.split("&")) {
      const [, coded, text] = /^([^=]*)=?(.*)/.exec(pair);
      const key = decode(coded), value = decode(text), name = key.slice(2);
      const isColumn = rows.index(value) >= 0;
      if (key.startsWith("f.") && rows.facet(name)) state.facets.set(name, new Set(text.split("|").map(decode)));
      else if (key.startsWith("c.") && rows.index(name) >= 0 && value) state.texts.set(name, value);
      else if (key === "q") state.q = value;
      else if (key === "sort" && isColumn) state.sort = value;
      else if (key === "dir") state.down = value === "desc";
      else if (key === "group" && (isColumn || rows.facet(value))) state.group = value;
      else if (key === "cols") state.cols = text.split(",").map(decode).filter((one) => rows.index(one) >= 0);
      else if (key === "page") state.page = parseInt(value, 10) || 1;
      else if (key === "size" && SIZES.includes(+value)) state.size = +value;
    }
    if (!state.cols?.length) state.cols = null;
    return state;
  }

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a stray per cent sign
    }
  }

  Object.assign(window.AIMD, { Rows, SIZES, newState, toAddress, fromAddress, decode });
})();
