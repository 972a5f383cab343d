/* sphinx-aimd: <aimd-matrix>, a table that a reader can search, filter, sort, group, link to, print and save.
   The page holds a whole table, or the first part of a long one whose rows all come from data files. */
(function () {
  "use strict";
  const { Rows, Controls, make, button, decode } = AIMD;
  const PRINTED = 5000; // rows; more are left to the static pages
  const { format: figure } = new Intl.NumberFormat("en");

  class Matrix extends HTMLElement {
    async connectedCallback() {
      const table = this.querySelector("table");
      if (this.status || table.rows[1].cells[0].colSpan > 1) return; // the latter says that there are no rows
      this.table = table;
      this.status = make("output", { tabindex: -1 });
      table.parentNode.before(this.status);
      const { files, count } = this.dataset;
      if (!files) {
        const block = this.querySelector('script[type="application/json"]');
        this.trs = [...table.tBodies[0].rows];
        this.#start(Rows.fromTable(table, block ? JSON.parse(block.textContent).facets : []));
        return;
      }
      this.status.textContent = `Reading ${figure(+count)} rows …`;
      try {
        const names = files.split(" ");
        this.#start(Rows.fromParts(table, await AIMD.data(names[0].replace(/-[^-]+-0\.js$/, ""), names)));
      } catch (error) {
        console.warn(error);
        this.status.textContent = "The data of this view could not be read: it cannot be searched or sorted here. "
          + `The table shows its first rows; the links below it lead to all ${figure(+count)}.`;
      }
    }

    #start(rows) {
      const { table } = this;
      this.rows = rows;
      this.state = AIMD.newState();
      this.folded = new Set(); // labels of groups that are folded away
      this.ths = [...table.tHead.rows[0].cells];
      this.ths.forEach((th, column) => th.replaceChildren(button(th.textContent, () => this.#sortBy(rows.columns[column].name))));
      this.controls = new Controls(rows, (edit) => this.#change(edit), {
        reset: () => this.#change((state) => Object.assign(state, AIMD.newState())),
        csv: () => this.#save(),
      });
      table.tHead.append(this.controls.line);
      this.page = make("input", { type: "number", min: 1, onchange: () => this.#turn(+this.page.value) });
      this.pages = make("span");
      this.turns = [button("Previous", () => this.#turn(this.state.page - 1)), button("Next", () => this.#turn(this.state.page + 1))];
      this.pager = make("nav", { class: "aimd-pager", "aria-label": "Pages of " + table.caption.textContent },
        this.turns[0], AIMD.labelled("Page", this.page), this.pages, this.turns[1]);
      this.filter = make("p", { class: "aimd-chosen" });
      this.left = make("p", { class: "aimd-left" });
      const scope = this.querySelector(".aimd-scope");
      this.scope = "Scope: " + scope.textContent;
      table.parentNode.before(this.controls.box,
        make("div", { class: "aimd-shown" }, scope, make("div", null, this.status, this.pager), this.filter));
      const parts = this.querySelector(".aimd-parts");
      this.append(this.left);
      if (parts) this.append(make("details", { class: "aimd-static" }, make("summary", null, "All rows on static pages"), parts));
      this.classList.add("aimd-live");
      this.#find();
      this.#draw();
      follow([this]);
    }

    /* Every change by the reader comes through here: it begins on the first page and goes into the address. */
    #change(edit) {
      edit(this.state);
      this.#find();
      this.#turn(1);
    }

    #turn(page) {
      this.state.page = page;
      this.table.parentNode.scrollTop = 0;
      this.#draw();
      this.own = this.#address();
      try {
        history.replaceState(history.state, "", this.own);
      } catch {
        location.replace(this.own); // some browsers keep pages from file:// from the former
      }
    }

    #address() {
      const query = AIMD.toAddress(this.state);
      return "#" + this.id + (query && "?" + query);
    }

    /* Up, down, then back to the order of the source. */
    #sortBy(name) {
      this.#change((state) => {
        const isSorted = state.sort === name;
        state.sort = isSorted && state.down ? "" : name;
        state.down = isSorted && !state.down;
      });
    }

    /* Shows the state that an address names, and leads the reader there. */
    show(query) {
      this.state = AIMD.fromAddress(query, this.rows);
      this.own = "";
      this.#find();
      this.#draw();
      this.scrollIntoView();
      this.status.focus({ preventScroll: true });
    }

    /* Turns to the row that an anchor is in, or that an item heads: an ordinary link may lead to a page not on show. */
    reveal(anchor) {
      const { heads } = this.rows;
      const named = `[id="${CSS.escape(anchor)}"]`;
      const row = heads.includes(anchor) ? heads.indexOf(anchor) : this.trs?.findIndex((tr) => tr.querySelector(named)) ?? -1;
      if (row < 0) return false;
      this.state = AIMD.newState();
      this.#find();
      this.state.page = Math.floor(row / this.state.size) + 1;
      this.#draw();
      const tr = this.drawn[row % this.state.size];
      tr.scrollIntoView();
      tr.querySelector("a")?.focus({ preventScroll: true });
      return true;
    }

    #find() {
      const { rows, state } = this;
      const found = rows.filter(state);
      this.counts = found.counts;
      this.found = state.sort ? rows.sort(found.rows, state.sort, state.down) : found.rows;
      if (state.group) this.found = rows.sort(this.found, state.group);
      this.#lay();
    }

    /* What stands under each other: rows, and heads of groups as -1 - number of the label. */
    #lay(isPrint) {
      this.entries = this.found;
      if (!this.state.group) return;
      const { codes, labels } = this.rows.labels(this.state.group);
      this.sizes = new Map();
      this.entries = [];
      let isFolded;
      for (const row of this.found) {
        const code = codes[row], size = this.sizes.get(code) ?? 0;
        if (!size) {
          this.entries.push(-1 - code);
          isFolded = !isPrint && this.folded.has(labels[code]);
        }
        this.sizes.set(code, size + 1);
        if (!isFolded) this.entries.push(row);
      }
    }

    #draw(isPrint) {
      const { controls, entries, rows, state } = this;
      const size = isPrint ? Infinity : state.size;
      const pages = isPrint ? 1 : Math.max(1, Math.ceil(entries.length / size));
      state.page = Math.min(Math.max(1, Math.floor(state.page) || 1), pages);
      let at = isPrint ? 0 : (state.page - 1) * size;
      this.isShown = rows.columns.map(({ name, spare }) => (state.cols ? state.cols.includes(name) : !spare));
      this.drawn = [];
      const before = entries.slice(0, at).filter((entry) => entry >= 0).length;
      const bodies = [make("tbody")];
      if (entries[at] >= 0 && state.group) bodies.push(this.#head(rows.labels(state.group).codes[entries[at]], true));
      let head;
      for (const end = Math.min(at + size, entries.length); at < end && !(isPrint && this.drawn.length === PRINTED); at++) {
        if (entries[at] < 0) {
          bodies.push(this.#head(-1 - entries[at]));
          head = "";
          continue;
        }
        const tr = this.#row(entries[at]);
        tr.classList.toggle("aimd-first", !head || rows.heads[entries[at]] !== head);
        head = rows.heads[entries[at]];
        this.drawn.push(tr);
        bodies.at(-1).append(tr);
      }
      if (!entries.length) bodies[0].append(make("tr", null, make("td", { colspan: this.#width() }, "No row matches.")));
      for (const body of [...this.table.tBodies]) body.remove();
      this.table.append(...bodies.filter((body) => body.rows.length));
      this.ths.forEach((th, column) => {
        th.hidden = controls.line.cells[column].hidden = !this.isShown[column];
        if (rows.columns[column].name !== state.sort) th.removeAttribute("aria-sort");
        else th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      });
      this.page.value = state.page;
      this.page.max = pages;
      this.pages.textContent = "of " + figure(pages);
      this.pager.hidden = pages < 2;
      this.turns[0].setAttribute("aria-disabled", state.page === 1);
      this.turns[1].setAttribute("aria-disabled", state.page === pages);
      this.#say(before, isPrint);
      controls.show(state, this.counts, this.isShown);
      controls.link.href = this.#address();
    }

    #width() {
      return this.isShown.filter(Boolean).length;
    }

    /* A row as it stood on the page, or one made from data. */
    #row(row) {
      const { isShown, rows } = this;
      if (this.trs) {
        isShown.forEach((is, column) => (this.trs[row].cells[column].hidden = !is));
        return this.trs[row];
      }
      const tr = make("tr", rows.heads[row] && { "data-row": rows.heads[row] });
      isShown.forEach((is, column) => {
        if (!is) return;
        const cell = rows.cell(row, column), href = rows.href(cell), badge = rows.badges[cell];
        let text = rows.shown[cell];
        if (badge) text = text.slice(0, -badge[0].length).trim();
        const link = !/^https?:/i.test(href)
          ? { class: "reference internal", href: AIMD.root + href }
          : { class: "reference external", href, rel: "noreferrer" };
        const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
        const td = make("td", isDay ? { class: "aimd-day" } : null, href ? make("a", link, text) : text);
        if (badge) td.append(text && " ", make("span", { class: "aimd-verdict " + badge[1] }, badge[0]));
        tr.append(td);
      });
      return tr;
    }

    /* Head of a group, which folds it away. */
    #head(code, isContinued) {
      const label = this.rows.labels(this.state.group).labels[code], size = this.sizes.get(code);
      const fold = button(make("bdi", null, label || "none"), () => {
        if (!this.folded.delete(label)) this.folded.add(label);
        this.#lay();
        this.#draw();
        this.table.querySelector(`[data-group="${code}"]`)?.focus();
      }, { "aria-expanded": !this.folded.has(label), "data-group": code });
      fold.append(` (${figure(size)} ${size === 1 ? "row" : "rows"}${isContinued ? ", continued" : ""})`);
      return make("tbody", { class: "aimd-group" },
        make("tr", null, make("th", { scope: "rowgroup", colspan: this.#width() }, fold)));
    }

    /* Count and filter in words. */
    #say(before, isPrint) {
      const { drawn, found, rows } = this;
      const all = figure(rows.count), left = found.length - drawn.length;
      let text = found.length ? "All rows are folded away, of " : "No row matches, of ";
      if (drawn.length) text = `Rows ${figure(before + 1)} to ${figure(before + drawn.length)} of `;
      if (found.length && found.length < rows.count) text += figure(found.length) + " that match, of ";
      text += all + (found.length < rows.count ? " in all" : "");
      if (this.state.group) text += `, in ${figure(this.sizes.size)} groups`;
      if (this.status.textContent !== text) this.status.textContent = text; // said aloud only when it changes
      this.filter.textContent = this.#filterText();
      this.left.hidden = !isPrint || !left;
      if (this.left.hidden) return;
      const pages = [...this.querySelectorAll(".aimd-parts a")].map((a) => make("a", { href: a.href }, a.textContent));
      this.left.replaceChildren(`${figure(left)} more rows match and are not printed here. Static pages hold all ${all} rows, from `,
        pages[0], " to ", pages.at(-1), ".");
    }

    #filterText() {
      const { rows, state } = this;
      const title = (name) => (rows.facet(name) ?? rows.columns[rows.index(name)]).title;
      const said = [
        ...[...state.facets].map(([name, words]) => `${title(name)} is ${[...words].map((word) => word || "none").join(" or ")}`),
        ...[...state.texts].map(([name, text]) => `${title(name)} holds “${text}”`),
      ];
      if (state.q) said.push(`the row holds “${state.q}”`);
      return (said.length ? `Reader’s filter: ${said.join("; ")}. ` : "")
        + (state.sort ? `Sorted by ${title(state.sort)}${state.down ? ", descending" : ""}. ` : "")
        + (state.group ? `Grouped by ${title(state.group)}.` : "");
    }

    #save() {
      const shown = [...this.ths.keys()].filter((column) => this.isShown[column]);
      const csv = this.rows.csv(this.found, shown, [this.scope, this.#filterText() || "Reader’s filter: none."]);
      const href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
      make("a", { href, download: this.id.slice(5) + ".csv" }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10000);
    }

    /* Paper gets the whole filtered view with no group folded away. */
    print(isPrint) {
      if (!this.rows) return;
      const { page } = this.state, focus = document.activeElement;
      this.#lay(isPrint);
      this.#draw(isPrint);
      this.state.page = page;
      if (!isPrint && this.contains(focus)) focus.focus({ preventScroll: true });
    }
  }

  /* Follows the address to a view in a state of its own, or to a row on a page that is not on show. */
  function follow(matrices) {
    const [, id, query] = /^#(view-[^?]+)\??(.*)$/.exec(location.hash) ?? [];
    const anchor = decode(id ?? location.hash.slice(1));
    const target = anchor && document.getElementById(anchor);
    if (target instanceof Matrix) {
      if (target.rows && matrices.includes(target) && target.own !== location.hash) target.show(query);
    } else if (anchor && !target) {
      matrices.some((matrix) => matrix.rows && matrix.reveal(anchor));
    }
  }

  const all = () => [...document.querySelectorAll("aimd-matrix")];
  customElements.define("aimd-matrix", Matrix);
  addEventListener("hashchange", () => follow(all()));
  addEventListener("beforeprint", () => all().forEach((matrix) => matrix.print(true)));
  addEventListener("afterprint", () => all().forEach((matrix) => matrix.print(false)));
})();
