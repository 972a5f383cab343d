/* Light or dark as the reader chose or the system says; pages are written light, so that they read without scripts. */
(function () {
  "use strict";
  const root = document.documentElement.dataset;
  root.mode = localStorage.getItem("mode") || "auto";
  const dark = root.mode === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : root.mode === "dark";
  root.theme = dark ? "dark" : "light";
})();
