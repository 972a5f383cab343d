/* sphinx-aimd: data that pages load on demand, as classic scripts: fetch, modules and workers fail from file://. */
(function () {
  "use strict";
  const base = new URL(".", document.currentScript.src).href; // the folder _static/aimd/
  const parts = new Map(); // id -> what AIMD.load was given so far
  const wanted = new Map(); // file -> promise

  function need(file) {
    if (!wanted.has(file)) {
      wanted.set(file, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = base + file;
        script.onload = resolve;
        script.onerror = () => reject(new Error("could not read " + file));
        document.head.append(script);
      }));
    }
    return wanted.get(file);
  }

  window.AIMD = {
    /* Root of the pages, with a slash at its end. */
    root: new URL("../../", base).href,
    /* Called by a data file: the number of the part, from 0, and its JSON. */
    load(id, number, json) {
      if (!parts.has(id)) parts.set(id, []);
      parts.get(id)[number] = JSON.parse(json);
    },
    /* Promise of the parts of a data set, from files of _static/aimd/. */
    async data(id, files) {
      await Promise.all(files.map(need));
      return parts.get(id);
    },
  };
})();
