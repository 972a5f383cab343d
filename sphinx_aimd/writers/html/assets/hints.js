/* sphinx-aimd: cards on hover for every link to an item or clause, and keys that walk from item to item. */
(function () {
  "use strict";
  const AIMD = window.AIMD;
  const { make, known, heading, dialog, focusOn } = AIMD.find;
  const TRACE = AIMD.root + "_aimd/trace/";
  const CARD = "section.aimd-card[id]";
  const DELAY = 300; // milliseconds until a hover card comes

  /* ---- hover cards ---- */
  const hover = make("div", { id: "aimd-hover", class: "aimd-hover", role: "tooltip", popover: "manual" });
  let over = null; // link that the card is of, or will be
  let shown = null; // its attributes, while the card is shown
  let timer = 0;

  /* Id that the address of a link names on a page of this output, unless the link stands on that very card. */
  function idOf(link) {
    const { href, hash } = new URL(link.getAttribute("href"), document.baseURI);
    const page = href.split(/[?#]/)[0];
    const isTrace = page.startsWith(TRACE);
    const id = isTrace ? page.slice(TRACE.length).replace(/\.html$/, "") : href.startsWith(AIMD.root) && hash.slice(1);
    return !isTrace && link.closest(CARD)?.id === id ? "" : id;
  }

  function linkAt(node) {
    const link = node.closest?.("a[href]");
    return link && !link.closest(".aimd-dialog") && idOf(link) ? link : null;
  }

  function later(action, delay) {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  }

  function enter(link) {
    if (link === over) return clearTimeout(shown ? timer : 0);
    leave();
    over = link;
    later(() => known().then((items) => {
      const item = items.find(({ id }) => id === idOf(link));
      if (item && link === over && link.isConnected) reveal(item);
    }, () => {}), DELAY);
  }

  function leave() {
    clearTimeout(timer);
    for (const name in shown) {
      if (shown[name] === null) over.removeAttribute(name);
      else over.setAttribute(name, shown[name]);
    }
    if (shown) hover.hidePopover();
    over = shown = null;
  }

  function reveal(item) {
    hover.replaceChildren(heading(item, []), make("bdi", { class: "aimd-name" }, item.title));
    if (item.reason) hover.append(make("bdi", { class: "aimd-snippet" }, `Open: ${item.reason}`));
    shown = { title: over.getAttribute("title"), "aria-describedby": over.getAttribute("aria-describedby") };
    over.removeAttribute("title"); // two tips would overlap
    over.setAttribute("aria-describedby", `${shown["aria-describedby"] || ""} ${hover.id}`.trim());
    document.body.append(hover);
    hover.showPopover();
    place();
  }

  /* Below the link, or above where there is more room; never on it. */
  function place() {
    if (!shown) return;
    const box = over.getBoundingClientRect();
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    if (box.bottom < 0 || box.top > height || !box.width) return leave();
    const [above, below] = [box.top - 8, height - box.bottom - 8];
    const { style } = hover;
    style.maxHeight = "none";
    const isBelow = hover.offsetHeight <= below || below >= above;
    style.maxHeight = `${isBelow ? below : above}px`;
    style.left = `${Math.max(4, Math.min(box.left, width - hover.offsetWidth - 4))}px`;
    style.top = `${isBelow ? box.bottom + 4 : box.top - 4 - hover.offsetHeight}px`;
  }

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    const link = pointerType !== "touch" && linkAt(target);
    if (link) enter(link);
    else if (hover.contains(target)) clearTimeout(timer);
    else if (over && !over.matches(":focus-visible")) later(leave, shown ? 200 : 0); // time to move on to the card
  });
  document.addEventListener("focusin", ({ target }) => {
    const link = target.matches(":focus-visible") && linkAt(target);
    if (link) enter(link);
  });
  document.addEventListener("focusout", leave);
  window.addEventListener("scroll", place, true);
  window.addEventListener("resize", place);

  /* ---- keys ---- */
  let help = null;
  const KEYS = {
    "/": "Find an item or clause", n: "Next item", p: "Previous item", u: "Up: what it answers to",
    d: "Down: what answers to it", e: "Its evidence", t: "Its trace", c: "From a trace to its card", "?": "These keys",
  };
  let areOff = false;
  try {
    areOff = localStorage.getItem("aimd-keys") === "off";
  } catch { /* storage is shut */ }

  function openHelp() {
    if (!help) {
      const rows = Object.entries(KEYS).map(([key, text]) =>
        make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, text)));
      const box = make("input", { type: "checkbox" });
      box.checked = !areOff;
      box.addEventListener("change", () => {
        areOff = !box.checked;
        try {
          localStorage.setItem("aimd-keys", areOff ? "off" : "on");
        } catch { /* then it holds for this page alone */ }
      });
      help = dialog("Keys", "aimd-help", make("dl", {}, ...rows),
        make("p", {}, "They act on the item that has the focus, else on the first in view."),
        make("label", {}, box, " Single keys work in this browser"));
    }
    help.showModal();
  }

  /* Follow the link of the page that has the key, else that of the current card; whether there was anything to do. */
  function act(key) {
    const mine = `a[data-key="${key}"]`;
    const ofPage = [...document.querySelectorAll(mine)].find((link) => !link.closest(CARD));
    const cards = [...document.querySelectorAll(CARD)];
    const at = (card) => card.getBoundingClientRect();
    const isIn = (card) => at(card).bottom > 80 && at(card).top < innerHeight; // 80: the theme's header
    const chosen = document.activeElement.closest(CARD) || cards.find((card) => card.matches(":target") && isIn(card));
    if (!ofPage && (key === "n" || key === "p")) {
      const first = cards.findIndex((card) => at(card).bottom > 80);
      const number = chosen ? cards.indexOf(chosen) : first < 0 ? cards.length : first;
      focusOn(cards[key === "p" ? number - 1 : number + (chosen ? 1 : 0)]);
      return cards.length;
    }
    const link = ofPage || (chosen || cards.find(isIn))?.querySelector(mine);
    link?.click();
    return link;
  }

  AIMD.find.help = openHelp;

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Escape" && shown) {
      const link = over;
      leave();
      over = link; // the card comes back only after the reader has left the link
      return event.preventDefault();
    }
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || !(key in KEYS) || areOff) return;
    if (target.isContentEditable || target.closest("input, textarea, select")) return;
    if (document.querySelector("dialog[open]")) return;
    if (key === "/") AIMD.find.open();
    else if (key === "?") openHelp();
    else if (!act(key)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the theme may have the same key
  });
})();
