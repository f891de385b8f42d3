// The breakdown table in the browser. Python sends texts and what to sort them by; here they are picked, ordered and
// drawn, a hundred rows at a time. Whatever is in the data becomes text, never markup.

const STEP = 100;
const SEARCHABLE = 10; // fewer rows are found faster by eye
const SVG = "http://www.w3.org/2000/svg";
const LINE = { width: 88, height: 24, margin: 2 };
const TAIL = 8; // characters of a long name that stay when its middle gives way
const LONG = 16;
const WORDS = ["text", "sentence"]; // kinds of columns

const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const characters = new Intl.Segmenter("en", { granularity: "grapheme" });
const views = new WeakMap();

export default function breakdown({ data, parentElement, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, new View(parentElement));
  const view = views.get(parentElement);
  view.open = (key) => setTriggerValue("open", key);
  view.unfold = (key) => setTriggerValue("unfold", key);
  if (view.data !== data) view.update(data); // it also runs when only the theme has changed
  return () => {
    view.sizes.disconnect();
    view.root.remove();
    views.delete(parentElement);
  };
}

class View {
  constructor(parent) {
    this.sort = null; // {column: key, descending}
    this.search = "";
    this.shown = STEP;
    this.pen = document.createElement("canvas").getContext("2d"); // measures text, also in a tab that is not shown
    this.build();
    parent.append(this.root);
  }

  build() {
    this.input = make("input", { type: "search", placeholder: "Search", autocomplete: "off", spellcheck: "false" });
    this.status = make("span", { class: "status", role: "status" });
    this.caption = make("caption", { class: "hidden" });
    this.head = make("tr");
    this.body = make("tbody");
    this.foot = make("tfoot");
    this.table = make("table", {}, this.caption, make("thead", {}, this.head), this.body, this.foot);
    this.scroller = make("div", { class: "scroller", role: "region", tabindex: "0" }, this.table);
    this.frame = make("div", { class: "frame" }, this.scroller);
    this.more = make("button", { class: "quiet", type: "button" });
    this.note = make("p", { class: "note" });
    this.tip = make("div", { class: "tip", popover: "manual", "aria-hidden": "true" });
    this.bar = make("div", { class: "bar" }, this.input, this.status);
    this.below = make("div", { class: "below" }, this.note, this.more);
    this.title = make("h2");
    this.root = make("div", { class: "breakdown" }, this.title, this.bar, this.frame, this.below, this.tip);

    this.input.oninput = () => this.find(this.input.value);
    this.more.onclick = () => this.showMore();
    this.scroller.onscroll = () => {
      this.markEdges();
      this.hideTip();
    };
    this.sizes = new ResizeObserver(() => this.markEdges());
    this.sizes.observe(this.scroller);
    this.sizes.observe(this.table);
    this.input.onkeydown = (event) => {
      if (event.key === "Escape" && this.search) this.find("");
    };
  }

  /* Where columns are hidden the edge shows it: of a number cut between its digits, the rest must not look whole. */
  markEdges() {
    const { scrollLeft, scrollWidth, clientWidth, offsetWidth } = this.scroller;
    this.scroller.classList.toggle("moved", scrollLeft > 0);
    this.frame.classList.toggle("cut", scrollLeft + clientWidth < scrollWidth - 1);
    this.frame.style.setProperty("--scrollbar", `${offsetWidth - clientWidth - 1}px`);
  }

  update(data) {
    const columns = JSON.stringify(data.columns) !== JSON.stringify(this.data?.columns);
    const { row, fold: folded } = this.root.getRootNode().activeElement?.dataset ?? {};
    this.data = data;
    this.folded = data.rows.map(([[name, , note]]) => fold(`${name ?? ""} ${note ?? ""}`.trim()));
    this.orders = new Map();
    this.pen.font = getComputedStyle(this.table).font;
    if (!data.columns.some((column) => column.key === this.sort?.column)) this.sort = null;
    this.title.textContent = this.caption.textContent = data.title;
    this.title.hidden = !data.titled;
    this.scroller.setAttribute("aria-label", data.title);
    this.input.setAttribute("aria-label", `Search in ${data.title}`);
    if (columns) this.drawHead();
    this.drawFoot();
    this.draw();
    if (row !== undefined) this.focus("row", row);
    if (folded !== undefined) this.focus("fold", folded);
  }

  focus(name, key) {
    this.body.querySelector(`[data-${name}="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  find(text) {
    this.search = text;
    this.shown = STEP;
    this.scroller.scrollTop = 0;
    this.draw();
  }

  sortBy(column) {
    const first = !WORDS.includes(column.kind); // numbers: the largest first
    if (this.sort?.column !== column.key) this.sort = { column: column.key, descending: first };
    else if (this.sort.descending === first) this.sort.descending = !first;
    else this.sort = null; // the third click: back to the order of Python
    this.scroller.scrollTop = 0;
    this.draw();
  }

  showMore() {
    const drawn = this.drawn.length;
    this.shown += STEP;
    this.drawRows(drawn);
    this.drawStatus();
    if (this.more.hidden) this.scroller.focus({ preventScroll: true }); // a focus on what is gone would be lost
  }

  /* The rows that the search leaves, in the order of the sorted column. */
  pick() {
    const wanted = fold(this.search.trim());
    return this.order().filter((row) => this.folded[row].includes(wanted));
  }

  order() {
    const id = this.sort ? `${this.sort.column} ${this.sort.descending}` : "";
    if (!this.orders.has(id)) this.orders.set(id, this.inOrder(this.data.rows));
    return this.orders.get(id);
  }

  /* Positions of rows in the order of the sorted column. */
  inOrder(rows) {
    if (!this.sort) return rows.map((_, row) => row);
    const at = this.data.columns.findIndex(({ key }) => key === this.sort.column);
    return ordered(rows.map((cells) => cells[at]), this.data.columns[at].kind, this.sort.descending);
  }

  draw() {
    this.matches = this.pick();
    if (this.input.value !== this.search) this.input.value = this.search;
    for (const [at, th] of [...this.head.children].entries()) {
      const sorted = this.sort?.column === this.data.columns[at].key;
      if (sorted) th.setAttribute("aria-sort", this.sort.descending ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
    this.body.replaceChildren();
    this.drawRows(0);
    if (!this.matches.length) this.body.append(this.nothing());
    this.drawStatus();
  }

  drawRows(from) {
    this.drawn = this.matches.slice(0, this.shown);
    this.body.append(...this.drawn.slice(from).flatMap((row) => this.withInside(row)));
  }

  /* A row, and what it is made of where that is unfolded, in the order of the sorted column. */
  withInside(at) {
    const key = this.data.keys[at];
    const row = this.row(this.data.rows[at], key);
    const inside = this.data.inside[key];
    if (!inside) return [row];
    const rows = this.inOrder(inside.rows).map((each) => inside.rows[each]);
    return [row, ...[...rows, ...(inside.rest ? [inside.rest] : [])].map((cells) => this.insideRow(cells))];
  }

  insideRow(cells) {
    const row = this.row(cells);
    row.className = "inside";
    return row;
  }

  drawStatus() {
    const { rows, rest, size } = this.data;
    const [drawn, found] = [this.drawn.length, this.matches.length];
    const all = plural(size);
    if (this.search.trim() && drawn < found) this.status.textContent = `${digits(drawn)} of ${digits(found)} found, in ${all}`;
    else if (this.search.trim() || drawn < rows.length) this.status.textContent = `${digits(drawn)} of ${digits(size)} shown`;
    else this.status.textContent = all;
    this.input.hidden = rows.length <= SEARCHABLE && !this.search;
    this.more.hidden = drawn >= found;
    this.more.textContent = `Show ${digits(Math.min(STEP, found - drawn))} more (of ${digits(found)})`;
    this.note.hidden = !rest;
    this.note.textContent = rest
      ? `Too many to list: the first ${digits(rows.length)} of ${all} can be searched and sorted, the other ` +
        `${digits(size - rows.length)} are summed in the row above the total.`
      : "";
    this.below.hidden = this.more.hidden && this.note.hidden;
    // The total says how many there are; without one the table is short enough to see it.
    this.bar.classList.toggle("hidden", this.input.hidden && this.status.textContent === all);
  }

  drawHead() {
    this.head.replaceChildren(
      ...this.data.columns.map((column, at) => {
        const th = make("th", { scope: "col", class: column.kind });
        if (column.kind === "trend") {
          th.textContent = column.label;
          return th;
        }
        const label = make("span", { class: column.help ? "label helped" : "label" });
        label.textContent = column.label;
        const button = make("button", { type: "button" }, label, arrow());
        button.onclick = () => this.sortBy(column);
        th.append(button);
        if (column.help) {
          const help = make("span", { class: "hidden", id: `help-${at}` });
          help.textContent = column.help;
          th.append(help);
          button.setAttribute("aria-describedby", help.id);
          button.onmouseenter = button.onfocus = () => this.showTip(button, column.help);
          button.onmouseleave = button.onblur = () => this.hideTip();
          button.onkeydown = (event) => {
            if (event.key === "Escape") this.hideTip();
          };
        }
        return th;
      }),
    );
  }

  drawFoot() {
    const { rest, total, size } = this.data;
    const rows = [];
    if (rest) rows.push(this.row(rest));
    if (total) rows.push(this.totals(total, size));
    this.foot.replaceChildren(...rows);
  }

  totals(cells, size) {
    const row = this.row(cells);
    row.className = "total";
    const scope = make("span", { class: "scope" });
    scope.textContent = size === 1 ? "1 row" : `all ${plural(size)}`;
    row.firstChild.append(" ", scope);
    return row;
  }

  row(cells, key) {
    return make("tr", {}, ...cells.map((cell, at) => this.cell(cell, this.data.columns[at].kind, at === 0, key)));
  }

  cell(cell, kind, heads, key) {
    const element = heads ? make("th", { scope: "row", class: kind }) : make("td", { class: kind });
    const [text, value, note] = cell;
    if (text === undefined) {
      // Words and lines that are not there say nothing about the numbers.
      if (kind !== "trend" && !WORDS.includes(kind)) element.append(unreported());
    } else if (heads) {
      const name = this.name(text, value === null, key);
      const unfolds = this.data.unfolds && key !== undefined;
      element.append(unfolds ? make("span", { class: "unfolds" }, this.folding(text, key), name) : name);
      if (note) element.append(this.noted(note));
      const label = name.dataset.row || !note ? text : `${text} ${note}`;
      if (element.querySelector(".end")) (name.dataset.row ? name : element).setAttribute("aria-label", label); // unparted
    } else if (kind === "trend") {
      element.append(line(text, value));
    } else if (value === null) {
      element.append(span("muted", text));
    } else if (kind === "share") {
      element.append(gauge(value), span("figure", text));
    } else {
      element.textContent = text;
    }
    return element;
  }

  folding(text, key) {
    const unfolded = key in this.data.inside;
    const button = make("button", { type: "button", class: "fold", "data-fold": key, "aria-expanded": unfolded }, chevron());
    button.setAttribute("aria-label", `What ${text} is made of`);
    button.onclick = () => this.unfold(key);
    return button;
  }

  name(text, muted, key) {
    const name = shortened(text, this.pen);
    if (muted) name.classList.add("muted");
    if (!this.data.opens || key === undefined) return name;
    const button = make("button", { type: "button", class: "open", "data-row": key }, name);
    button.onclick = () => this.open(key);
    return button;
  }

  noted(note) {
    const below = shortened(note, this.pen);
    below.classList.add("id");
    return below;
  }

  nothing() {
    const cell = make("td", { class: "nothing", colspan: this.data.columns.length });
    const words = span("words", this.search ? `No name contains “${this.search.trim()}”.` : "Nothing to list.");
    cell.append(words);
    if (this.search) {
      const clear = make("button", { type: "button", class: "quiet" }, "Clear search");
      clear.onclick = () => {
        this.find("");
        this.input.focus();
      };
      words.append(" ", clear);
    }
    return make("tr", {}, cell);
  }

  showTip(button, text) {
    this.tip.textContent = text;
    this.tip.showPopover();
    const { left, bottom, width } = button.getBoundingClientRect();
    const middle = left + width / 2 - this.tip.offsetWidth / 2;
    this.tip.style.left = `${Math.max(8, Math.min(middle, document.documentElement.clientWidth - this.tip.offsetWidth - 8))}px`;
    this.tip.style.top = `${bottom + 4}px`;
  }

  hideTip() {
    if (this.tip.matches(":popover-open")) this.tip.hidePopover();
  }
}

/* Positions of the cells in order. Equal ones stay as they were, those without a value come last either way. */
function ordered(cells, kind, descending) {
  const words = WORDS.includes(kind);
  const keys = words ? cells.map(([text, value]) => (value === null ? undefined : text)) : numbers(cells, kind);
  const compare = words ? names.compare : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const known = (row) => keys[row] !== undefined;
  const rows = cells.map((_, row) => row);
  const direction = descending ? -1 : 1;
  return [
    ...rows.filter(known).sort((a, b) => direction * compare(keys[a], keys[b]) || a - b),
    ...rows.filter((row) => !known(row)),
  ];
}

/* Whole numbers and decimals as BigInt, scaled by the column's longest fraction: exact to the last digit. */
function numbers(cells, kind) {
  if (kind !== "number") return cells.map(([, value]) => value ?? undefined);
  const parts = cells.map(([, value]) => value?.split("."));
  const places = parts.reduce((most, part) => Math.max(most, part?.[1]?.length ?? 0), 0);
  return parts.map((part) => part && BigInt(part[0] + (part[1] ?? "").padEnd(places, "0")));
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function span(style, text) {
  const element = make("span", { class: style });
  element.textContent = text;
  return element;
}

function unreported() {
  const element = span("muted", "–");
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", "not reported");
  element.title = "not reported";
  return element;
}

/* A long name gives way in its middle, by style alone: all of it is there to read aloud, to search and to copy. */
function shortened(text, pen) {
  const name = make("span", { class: "name", dir: "auto" });
  const parts = text.length > LONG ? [...characters.segment(text)].map(({ segment }) => segment) : [];
  if (parts.length <= LONG) {
    name.append(span("start", text));
  } else {
    const end = parts.slice(-TAIL).join("");
    name.title = text;
    name.style.setProperty("--end", `${Math.ceil(pen.measureText(end).width) + 1}px`);
    name.append(span("start", parts.slice(0, -TAIL).join("")), span("end", end));
  }
  return name;
}

function gauge(part) {
  const filled = make("span", { class: "filled" });
  filled.style.width = `${Math.max(0, Math.min(1, part)) * 100}%`;
  return make("span", { class: "gauge", "aria-hidden": "true" }, filled);
}

function arrow() {
  const path = draw("path", { d: "M5 1v8M1.5 5.5 5 9l3.5-3.5" });
  return draw("svg", { class: "arrow", viewBox: "0 0 10 10", width: 8, height: 8, "aria-hidden": "true" }, path);
}

function chevron() {
  const path = draw("path", { d: "M3.5 1.5 7 5 3.5 8.5" });
  return draw("svg", { viewBox: "0 0 10 10", width: 10, height: 10, "aria-hidden": "true" }, path);
}

/* Heights of 0 to 100 as a line over a tinted area, broken where nothing was reported. */
function line(text, heights) {
  const { width, height, margin } = LINE;
  const step = (width - 2 * margin) / Math.max(1, heights.length - 1);
  const base = height - margin;
  const x = (at) => (margin + at * step).toFixed(1);
  const y = (at) => (base - (heights[at] / 100) * (height - 2 * margin)).toFixed(1);
  const strokes = runs(heights).map(([from, to]) => {
    const points = Array.from({ length: to - from + 1 }, (_, at) => `${x(from + at)} ${y(from + at)}`).join("L");
    return { line: `M${points}${from === to ? "h0.1" : ""}`, area: `M${x(from)} ${base}L${points}L${x(to)} ${base}Z` };
  });
  const title = draw("title", {}, text);
  return draw(
    "svg",
    { class: "line", viewBox: `0 0 ${width} ${height}`, width, height, role: "img" },
    title,
    draw("path", { class: "area", d: strokes.map(({ area }) => area).join("") }),
    draw("path", { class: "stroke", d: strokes.map(({ line }) => line).join("") }),
  );
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

function fold(text) {
  return text.normalize("NFKC").toLowerCase();
}

function digits(number) {
  return number.toLocaleString("en-US");
}

function plural(number) {
  return `${digits(number)} ${number === 1 ? "row" : "rows"}`;
}
