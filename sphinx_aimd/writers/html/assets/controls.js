/* sphinx-aimd: what a reader chooses rows with. Controls are made here, so none exists without scripts. */
(function () {
  "use strict";
  const BESIDE = 3; // facets with a control of their own; the others share one
  let fields = 0;

  /* An element with attributes, listeners (such as onclick) and children. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (typeof value === "function") element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  const button = (text, onclick, attributes) => make("button", { type: "button", onclick, ...attributes }, text);

  function labelled(text, field) {
    field.id = "aimd-field-" + ++fields;
    return make("span", { class: "aimd-field" }, make("label", { for: field.id }, text), " ", field);
  }

  function tick(onchange, ...content) {
    const input = make("input", { type: "checkbox", onchange });
    return { input, label: make("label", { class: "aimd-tick" }, input, " ", ...content) };
  }

  /* A panel that opens under its title; Escape closes it, and so does going elsewhere. */
  function panel(title, content) {
    const summary = make("summary", null, title);
    return make("details", {
      class: "aimd-pick",
      onkeydown(event) {
        if (event.key !== "Escape" || !this.open) return;
        this.open = false;
        summary.focus();
      },
      onfocusout(event) {
        if (event.relatedTarget && !this.contains(event.relatedTarget)) this.open = false;
      },
    }, summary, make("div", { class: "aimd-panel" }, ...content));
  }

  addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(".aimd-pick[open]")) if (!open.contains(event.target)) open.open = false;
  });

  class Controls {
    /* change(edit) lets edit alter the state of the view, then shows the rows. */
    constructor(rows, change, actions) {
      const { columns, facets } = rows;
      this.rows = rows;
      this.waiting = new Set(); // inputs that are being typed into
      /* Waits until a reader pauses, so that not each letter searches 100,000 rows. */
      const typed = (edit, attributes) => {
        let timer;
        const oninput = () => {
          clearTimeout(timer);
          this.waiting.add(input);
          timer = setTimeout(() => {
            this.waiting.delete(input);
            change((state) => edit(state, input.value));
          }, 40);
        };
        const input = make("input", { type: "search", oninput, ...attributes });
        return input;
      };
      const select = (name, options) => {
        const onchange = () => change((state) => (state[name] = name === "size" ? +one.value : one.value));
        const one = make("select", { onchange }, ...options.map(([value, text]) => make("option", { value }, text ?? value)));
        return one;
      };
      this.search = typed((state, text) => (state.q = text));
      this.ticks = facets.map(({ name, words }) => rows.inOrder(words).map((number) => {
        const word = words[number], count = make("span", { class: "aimd-count" });
        const one = tick(() => change((state) => {
          const chosen = new Set(state.facets.get(name));
          chosen[one.input.checked ? "add" : "delete"](word);
          state.facets.set(name, chosen);
          if (!chosen.size) state.facets.delete(name);
        }), make("bdi", null, word || "none"), " ", count);
        return { ...one, word, number, count };
      }));
      const labels = this.ticks.map((ticks) => ticks.map((one) => one.label));
      this.panels = facets.slice(0, BESIDE).map(({ title }, n) => panel(title, labels[n]));
      if (facets.length > BESIDE) {
        this.panels.push(panel("More filters", facets.slice(BESIDE).map(({ title }, n) =>
          make("fieldset", null, make("legend", null, title), ...labels[BESIDE + n]))));
      }
      this.texts = columns.map(({ name, title }) => typed(
        (state, text) => (text ? state.texts.set(name, text) : state.texts.delete(name)), { "aria-label": title + " holds" }));
      this.line = make("tr", { class: "aimd-holds" }, ...this.texts.map((input) => make("td", null, input)));
      this.within = button("Filter by column", () => this.#openLine(this.line.hidden));
      this.#openLine(false);
      this.columns = columns.map(({ title }) => tick(() => change((state) => {
        const names = columns.filter((_, n) => this.columns[n].input.checked).map(({ name }) => name);
        if (names.length) state.cols = names;
      }), title));
      const names = [...facets, ...columns.filter(({ name }) => !rows.facet(name))];
      this.group = select("group", [["", "none"], ...names.map(({ name, title }) => [name, title])]);
      this.size = select("size", AIMD.SIZES.map((size) => [size]));
      this.link = make("a", { class: "aimd-link" }, "Link to this view");
      this.box = make("div", { class: "aimd-tools", role: "group", "aria-label": "Choose rows" },
        labelled("Search", this.search), ...this.panels, this.within, panel("Columns", this.columns.map((one) => one.label)),
        labelled("Group by", this.group), labelled("Rows on a page", this.size),
        button("Reset", actions.reset), button("Save as CSV", actions.csv), this.link);
    }

    #openLine(isOpen) {
      this.line.hidden = !isOpen;
      this.within.setAttribute("aria-expanded", isOpen);
    }

    /* Shows a state, and how many rows each word of a facet would give. */
    show(state, counts, isShown) {
      const { columns, facets } = this.rows;
      // leaves the cursor where it is, and what a reader has just typed
      const set = (input, text = "") => input.value === text || this.waiting.has(input) || (input.value = text);
      set(this.search, state.q);
      facets.forEach(({ name }, facet) => {
        for (const { input, label, word, number, count } of this.ticks[facet]) {
          const sum = counts[facet][number];
          input.checked = !!state.facets.get(name)?.has(word);
          count.textContent = `(${sum.toLocaleString("en")})`;
          label.classList.toggle("aimd-none", !sum);
          label.hidden = !word && !sum && !input.checked;
        }
      });
      this.panels.forEach((one, n) => {
        const used = facets.slice(n, n < BESIDE ? n + 1 : undefined).reduce((sum, { name }) => sum + (state.facets.get(name)?.size ?? 0), 0);
        one.firstChild.textContent = (n < BESIDE ? facets[n].title : "More filters") + (used ? ` (${used})` : "");
      });
      this.texts.forEach((input, n) => set(input, state.texts.get(columns[n].name)));
      if (state.texts.size) this.#openLine(true);
      this.columns.forEach(({ input }, n) => (input.checked = isShown[n]));
      this.group.value = state.group;
      this.size.value = state.size;
    }
  }

  Object.assign(window.AIMD, { make, button, labelled, Controls });
})();
