"use strict";
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  // Width in px below which a figure is drawn as on a phone.
  const ROOM = { over_time: 560, ranking: 340, parts_by_group: 640 };
  const PAPER = 300; // height of the bars there, so that the first page holds them
  let figures = {};

  async function unpacked() {
    const text = document.getElementById("packed").textContent;
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  }

  // Plotly keeps and changes what it is given: each drawing gets its own copy, in the colours of its mode.
  function variant(figure, asDark) {
    const { dark: changes, ...copy } = structuredClone(figure);
    for (const [path, value] of asDark ? changes : []) {
      const last = path.at(-1);
      path.slice(0, -1).reduce((inside, key) => inside[key], copy)[last] = value;
    }
    return copy;
  }

  const places = () => [...document.querySelectorAll("[data-figure]")];
  const isNarrow = (place) => place.clientWidth < ROOM[place.dataset.figure];

  function draw() {
    const printing = root.classList.contains("printing");
    for (const place of places()) {
      const figure = figures[place.dataset.figure];
      place.dataset.narrow = isNarrow(place);
      const { data, layout } = variant(isNarrow(place) ? figure.narrow : figure.wide, dark.matches && !printing);
      layout.width = place.clientWidth;
      if (printing && place.dataset.figure === "over_time") layout.height = PAPER;
      Plotly.react(place, data, layout, figure.config);
    }
  }

  // Plotly's own `responsive` would forget a figure's height.
  function resized() {
    if (places().some((place) => place.dataset.narrow !== String(isNarrow(place)))) draw();
    else for (const place of places()) Plotly.relayout(place, { width: place.clientWidth });
  }

  function print(on) {
    root.classList.toggle("printing", on);
    draw();
  }

  async function start() {
    figures = await unpacked();
    // Plotly measures texts: the font has to be there first.
    await Promise.all(["400 13px Inter", "600 13px Inter"].map((font) => document.fonts.load(font)));
    draw();
    dark.addEventListener("change", draw);
    let asked = 0;
    addEventListener("resize", () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(resized);
    });
    addEventListener("beforeprint", () => print(true));
    addEventListener("afterprint", () => print(false));
    root.dataset.drawn = "yes";
  }

  start().catch((reason) => {
    document.getElementById("undrawn").hidden = false;
    console.error(reason);
  });
})();
