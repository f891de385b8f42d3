// The tiles in the browser. Whatever is in the data becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 200; // of a line, in its own units; it is stretched to the tile
const HEIGHT = 40;
const COLUMNS = { 4: "four", 5: "five", 6: "six" };
const ARROWS = { up: "↑ ", down: "↓ ", off: "" };
const LONG = 8; // characters of a number that fit everywhere
const drawn = new WeakMap();

export default function tiles({ data, parentElement }) {
  if (drawn.get(parentElement)?.data !== data) draw(parentElement, data); // it also runs when only the theme has changed
  return () => drawn.get(parentElement)?.root.remove();
}

function draw(parent, data) {
  const root = make("div", { class: "row" });
  const tip = make("div", { class: "tip", popover: "manual", "aria-hidden": "true" });
  const columns = COLUMNS[Math.max(4, Math.min(6, data.tiles.length))];
  const list = make("ul", { class: `tiles ${columns}`, role: "list" }); // Safari forgets what a list without bullets is
  list.append(...data.tiles.map((tile, at) => drawTile(tile, at, tip)));
  root.append(list, tip);
  if (data.note) root.append(make("p", { class: "note" }, data.note));
  const before = drawn.get(parent)?.root;
  if (before) before.replaceWith(root);
  else parent.append(root);
  drawn.set(parent, { root, data });
  parent.host.dataset.drawn = ""; // their place was kept, see viewport.css
}

function drawTile({ label, value, change, arrow, help, course }, at, tip) {
  const words = make("span", { class: "hidden", id: `help-${at}` }, help);
  const head = make("div", { class: "label" }, make("span", {}, label), button(label, words, tip), words);
  const parts = [head, make("div", { class: value.length > LONG ? "value long" : "value" }, value)];
  if (change !== null) parts.push(make("div", { class: "change" }, make("span", { "aria-hidden": "true" }, ARROWS[arrow]), change));
  if (course.length) parts.push(line(course));
  return make("li", { class: "tile" }, ...parts);
}

function button(label, words, tip) {
  const mark = make("button", { class: "help", type: "button", "aria-label": `About ${label}`, "aria-describedby": words.id });
  mark.append(sketch("svg", { viewBox: "0 0 24 24", width: 14, height: 14, "aria-hidden": "true" }, ...question()));
  mark.onmouseenter = mark.onfocus = () => showTip(mark, words.textContent, tip);
  mark.onmouseleave = mark.onblur = () => tip.matches(":popover-open") && tip.hidePopover();
  mark.onkeydown = ({ key }) => {
    if (key === "Escape") mark.onblur(); // in braces: of what a handler returns, false would keep Tab from moving on
  };
  return mark;
}

function question() {
  const ring = sketch("circle", { cx: 12, cy: 12, r: 10, fill: "none", stroke: "currentColor", "stroke-width": 2 });
  const hook = { d: "M9 9.5a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 1.8v.4M12 17.2v.1", fill: "none", stroke: "currentColor" };
  return [ring, sketch("path", { ...hook, "stroke-width": 2, "stroke-linecap": "round" })];
}

function showTip(mark, text, tip) {
  tip.textContent = text;
  tip.showPopover();
  const { left, bottom, width } = mark.getBoundingClientRect();
  const middle = left + width / 2 - tip.offsetWidth / 2;
  const most = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(8, Math.min(middle, most))}px`;
  tip.style.top = `${bottom + 4}px`;
}

/* Heights of 0 to 100 as a line over a tinted area, broken where nothing was exported. */
function line(course) {
  const x = (at) => ((at * WIDTH) / (course.length - 1)).toFixed(1);
  const y = (at) => (HEIGHT - 1 - (course[at] / 100) * (HEIGHT - 3)).toFixed(1);
  const strokes = runs(course).map(([from, to]) => {
    const points = Array.from({ length: to - from + 1 }, (_, at) => `${x(from + at)} ${y(from + at)}`).join("L");
    return [`M${points}${from === to ? "h0.1" : ""}`, `M${x(from)} ${HEIGHT}L${points}L${x(to)} ${HEIGHT}Z`];
  });
  const place = { class: "line", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" };
  const area = sketch("path", { class: "area", d: strokes.map(([, each]) => each).join("") });
  return sketch("svg", place, area, sketch("path", { class: "stroke", d: strokes.map(([each]) => each).join("") }));
}

/* The first and last position of each stretch without a gap. */
function runs(heights) {
  const found = [];
  heights.forEach((height, at) => {
    if (height === null) return;
    if (at && heights[at - 1] !== null) found.at(-1)[1] = at;
    else found.push([at, at]);
  });
  return found;
}

function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function sketch(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
