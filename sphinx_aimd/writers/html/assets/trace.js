/* sphinx-aimd: a trace page takes the theme's choice of light or dark, and brings its item into view in the drawing. */
(function () {
  "use strict";
  try {
    // pydata-sphinx-theme keeps "mode", furo "theme"
    const chosen = localStorage.getItem("mode") || localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch { /* no storage: the page follows the system */ }
  const drawing = document.querySelector(".aimd-graph-scroll");
  const here = drawing?.querySelector("[aria-current]")?.getBoundingClientRect();
  if (here) {
    const room = drawing.getBoundingClientRect();
    drawing.scrollLeft += here.left + here.width / 2 - room.left - room.width / 2;
  }
})();
