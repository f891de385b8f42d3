// The chart element in the browser: one drawing for its whole life, changed in place by Plotly.react. Python sends a
// figure; what the visitor has done to the drawing since then, a zoom or a hidden trace, stays.

const PLOTLY = new URL("../../../app/static/plotly-cartesian-4.1.1.min.js", import.meta.url);
const PATIENCE = 10_000; // ms
const FONTS = ["400 13px Inter", "600 13px Inter"];

const views = new WeakMap();
let ready;

export default function chart({ data, parentElement, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, new View(parentElement));
  const view = views.get(parentElement);
  view.tell = (click) => setTriggerValue("click", click);
  view.update(new TextDecoder().decode(data)); // it also runs when only the theme has changed
  return () => {
    view.remove();
    views.delete(parentElement);
  };
}

/* Plotly, once for all charts of the page. It measures texts: the font has to be there first. */
function loaded() {
  ready ??= Promise.all([plotly().then(lighten), ...FONTS.map((font) => document.fonts.load(font))]);
  return ready;
}

/* The page's head asks for it, see preload.py. Should that have failed before this was here to see, it is asked again. */
async function plotly() {
  const early = [...document.scripts].find(({ src }) => src === PLOTLY.href);
  if (early && !window.Plotly) await Promise.race([settled(early), new Promise((done) => setTimeout(done, PATIENCE))]);
  if (window.Plotly) return;
  const script = document.createElement("script");
  script.src = PLOTLY;
  document.head.append(script);
  await settled(script);
  if (!window.Plotly) throw new Error(`${PLOTLY} was not loaded`);
}

function settled(script) {
  return new Promise((done) => (script.onload = script.onerror = done));
}

/* At each change Plotly looks through all that a kind of trace could have for what this trace has as a list, a ninth of
   the time. Hovers and clicks are told these values; ours stand in lists at the top of a trace. */
function lighten() {
  const isList = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
  Plotly.PlotSchema.findArrayAttributes = ({ _input: trace }) => Object.keys(trace).filter((name) => isList(trace[name]));
}

class View {
  constructor(parent) {
    this.title = document.createElement("h2");
    this.aside = document.createElement("p");
    this.head = document.createElement("div");
    this.head.className = "chart-head";
    this.head.append(this.title, this.aside);
    this.root = document.createElement("div");
    this.root.dataset.chart = "waits";
    this.plot = document.createElement("div");
    // Plotly asks for it at each change, only to know that there is one; the browser would lay the whole page out for it.
    Object.defineProperty(this.plot, "clientHeight", { value: 1 });
    this.legend = document.createElement("ul");
    this.legend.className = "chart-legend";
    this.legend.setAttribute("role", "list"); // Safari forgets what a list without bullets is
    this.hidden = new Set(); // traces, by what they are told apart by
    this.root.append(this.plot, this.legend);
    parent.append(this.head, this.root);
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.root);
  }

  update(text) {
    if (text !== this.text) this.fresh = JSON.parse(text);
    this.modes ??= this.fresh.modes;
    const mode = modeOf(this.root, this.modes);
    if (text === this.text && mode === this.mode) return;
    this.text = text;
    this.mode = mode;
    this.drawing = this.draw();
  }

  /* What was sent, each time anew: Plotly changes what it is given. */
  taken() {
    const content = this.fresh ?? JSON.parse(this.text);
    this.fresh = null;
    return content;
  }

  async draw() {
    const { figure, title, aside, alt, filename, clicks, modes } = this.taken();
    this.title.textContent = title;
    this.aside.textContent = aside;
    this.head.hidden = !title;
    this.filename = filename;
    this.clicks = clicks;
    this.root.style.minHeight = `${figure.layout.height}px`; // its place, until there is something to see
    this.width ||= this.root.clientWidth;
    if (!this.width) return; // hidden; drawn as soon as it has a size
    const { data, layout: asked } = inMode(figure, modes, this.mode);
    const { words, ...layout } = partedFrom(asked);
    const text = this.text;
    await loaded();
    if (text !== this.text || !this.root.isConnected) return; // something newer is on its way
    this.plot.words = words;
    this.plot.asked = layout;
    const traces = told(data);
    this.drawLegend(traces);
    const shown = traces.map((trace) => (this.hidden.has(trace.uid) ? { ...trace, visible: "legendonly" } : trace));
    await Plotly.react(this.plot, shown, { ...layout, ...this.size(), ...kept(layout) }, this.config(layout));
    write(this.plot);
    this.describe(alt);
    if (this.root.dataset.chart === "waits") this.listen();
    this.root.dataset.chart = "drawn";
  }

  resize() {
    const width = this.root.clientWidth;
    if (!this.text || !width || width === this.width) return;
    this.width = width;
    this.below = this.legend.offsetHeight;
    if (this.root.dataset.chart === "waits") this.draw();
    else Plotly.relayout(this.plot, { width, height: this.size().height });
  }

  /* The legend takes its lines from the height asked for. */
  size() {
    return { showlegend: false, width: this.width, height: this.plot.asked.height - this.below };
  }

  /* Ours rather than Plotly's, which took a third of the time of a chart of bars and could not be reached by keyboard. */
  drawLegend(traces) {
    const { showlegend = true, legend } = this.plot.asked;
    const named = showlegend ? traces.filter((trace) => trace.name && trace.showlegend !== false) : [];
    const entries = named.map(({ uid, name, meta = null, ...trace }) => {
      return { uid, name, asks: this.clicks && meta !== null ? meta : null, hidden: this.hidden.has(uid), ...look(trace) };
    });
    const text = JSON.stringify([legend?.entrywidth, entries]);
    if (text === this.entries) return; // nothing to lay out
    this.entries = text;
    const focused = this.legend.contains(document.activeElement) && document.activeElement.dataset.uid;
    this.legend.classList.toggle("columns", Boolean(legend?.entrywidth));
    this.legend.replaceChildren(...entries.map((entry) => this.entry(entry)));
    if (focused) this.legend.querySelector(`[data-uid="${focused}"]`)?.focus({ preventScroll: true });
    this.below = this.legend.offsetHeight;
  }

  entry({ uid, name, asks, hidden, kind, color }) {
    const mark = document.createElement("span");
    mark.className = `mark ${kind}`;
    mark.style.color = color;
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.uid = uid;
    button.append(mark, unescaped(name));
    if (asks === null) button.setAttribute("aria-pressed", !hidden);
    button.onclick = ({ detail }) => (asks === null ? this.hide(uid, detail) : this.tell({ trace: asks }));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  /* One click hides a trace or shows it again, two leave it alone or bring all back. */
  hide(uid, clicks) {
    const others = this.plot.data.map((trace) => trace.uid).filter((each) => each !== uid);
    const alone = others.every((each) => this.hidden.has(each));
    if (clicks > 1) this.hidden = new Set(alone ? [] : others);
    else if (!this.hidden.delete(uid)) this.hidden.add(uid);
    this.drawing = this.draw();
  }

  /* Equal at each call: with another config, such as a picture's name, Plotly would start anew. */
  config(layout) {
    this.picture ??= { name: "picture", title: "Save as PNG", icon: Plotly.Icons.camera, click: () => this.save() };
    const zooms = Object.values(layout).some((axis) => axis?.fixedrange === false);
    return { displaylogo: false, showTips: false, modeBarButtons: [zooms ? [this.picture, "resetScale2d"] : [this.picture]] };
  }

  save() {
    const { data, layout, words, asked } = this.plot;
    const { showlegend, height } = asked;
    const whole = { data, layout: { ...layout, showlegend, height, annotations: [...(layout.annotations ?? []), ...words] } };
    Plotly.downloadImage(whole, { format: "png", scale: 2, filename: this.filename });
  }

  /* The picture has the words; the buttons above it stay reachable, which they would not be inside of an image. */
  describe(alt) {
    const [picture, ...above] = this.plot.querySelectorAll(".main-svg");
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", alt);
    above.forEach((layer) => layer.setAttribute("aria-hidden", "true"));
  }

  listen() {
    this.plot.on("plotly_relayout", () => write(this.plot));
    this.plot.on("plotly_click", ({ points, event }) => {
      const point = this.clicks && pointed(points, event, this.plot);
      if (point) this.tell(clicked(point));
    });
  }

  /* Plotly stumbles over a drawing that is taken away while it is at work on it. */
  async remove() {
    this.sizes.disconnect();
    this.head.remove();
    this.root.remove();
    await this.drawing;
    if (this.root.dataset.chart === "drawn") Plotly.purge(this.plot);
  }
}

const SVG = "http://www.w3.org/2000/svg";
const WORDS = ["text", "x", "y", "xref", "yref", "xanchor", "yanchor", "xshift", "yshift", "showarrow", "align", "font"];
const PAD = 2; // around an annotation of Plotly's, px
const [ASCENT, DESCENT, LINE] = [0.97, 0.24, 1.3]; // of Inter, and from line to line, in the size of the font
const MARKUP = /(<br>|<\/?b>|<span style="color:#[0-9A-F]{6}">|<\/span>)/;
const SIGNS = { amp: "&", lt: "<", gt: ">" };

/* The layout without the annotations that are words at a place. Plotly measures each of them and lays the page out for
   that, half of the time of a chart of rows. */
function partedFrom({ annotations = [], ...layout }) {
  const words = annotations.filter(isPlain);
  return { ...layout, annotations: annotations.filter((note) => !isPlain(note)), words };
}

function isPlain(note) {
  const placed = /^(paper|x\d* domain)$/.test(note.xref) && (note.yref === "paper" ? note.yanchor : /^y\d*$/.test(note.yref));
  const aligned = note.xanchor === "left" || note.xanchor === "right";
  return note.showarrow === false && placed && aligned && Object.keys(note).every((name) => WORDS.includes(name));
}

/* Writes the words where Plotly would, in one go. */
function write(plot) {
  const { family, size, color } = plot._fullLayout.font;
  const words = sketch("g", { class: "words", "font-family": family, "font-size": size, fill: color });
  words.append(...plot.words.flatMap((note) => written(note, plot._fullLayout)));
  plot.querySelector(".words")?.remove();
  plot._fullLayout._infolayer.node().append(words);
}

function written({ text, x, y, xref, yref, xanchor, yanchor, xshift = 0, yshift = 0, font = {} }, full) {
  const { l, t, w, h } = full._size;
  const [across, up] = [full[`xaxis${xref.slice(1, -7)}`], full[`yaxis${yref.slice(1)}`]];
  const [left, width] = xref === "paper" ? [l, w] : [across._offset, across._length];
  const middle = (yref === "paper" ? t + (1 - y) * h : up._offset + up.r2p(y)) - yshift;
  const size = font.size ?? full.font.size;
  const rows = text.split("<br>");
  const height = size * (ASCENT + DESCENT + LINE * (rows.length - 1));
  const top = { bottom: middle - PAD - height, top: middle + PAD }[yanchor] ?? middle - height / 2;
  const place = { x: left + x * width + xshift + (xanchor === "left" ? PAD : -PAD), "font-size": size };
  const style = { "text-anchor": xanchor === "left" ? "start" : "end", "font-weight": font.weight ?? 400 };
  return rows.map((row, at) => {
    const ink = { ...(font.color && { fill: font.color }), y: top + size * (ASCENT + LINE * at) };
    return sketch("text", { ...place, ...style, ...ink }, ...pieces(row));
  });
}

/* Plotly's markup, of which our words have bold and colours; all else in it is text. */
function pieces(text) {
  const style = {};
  return text.split(MARKUP).flatMap((piece, at) => {
    if (at % 2 === 0) return piece ? [sketch("tspan", style, unescaped(piece))] : [];
    if (piece === "<b>") style["font-weight"] = 600;
    else if (piece === "</b>") delete style["font-weight"];
    else if (piece === "</span>") delete style.fill;
    else style.fill = piece.slice(-9, -2);
    return [];
  });
}

function unescaped(text) {
  return text.replace(/&(?:#(\d+)|(amp|lt|gt));/g, (_, code, name) => (code ? String.fromCodePoint(code) : SIGNS[name]));
}

function sketch(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/* What makes Plotly keep a zoom: that the figure's axis reaches from where to where it did. */
function kept(layout) {
  return { uirevision: JSON.stringify(layout.xaxis?.range ?? "") };
}

/* How a trace looks in the legend. */
function look({ type, mode, line, marker }) {
  if (type === "bar") return { kind: marker.pattern ? "striped" : "bar", color: marker.color };
  if (mode.includes("lines")) return { kind: line.dash ?? "solid", color: line.color };
  return { kind: marker.symbol, color: marker.color };
}

/* The traces under names of their own, so that a hidden one is found again among others. An id in the drawing has no
   room for a name as it is. */
function told(traces) {
  const seen = new Map();
  return traces.map((trace) => {
    const name = JSON.stringify([trace.meta ?? null, trace.name ?? null]);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return { ...trace, uid: hashed(`${name}${seen.get(name)}`) };
  });
}

/* FNV-1a */
function hashed(text) {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619) >>> 0;
  return hash.toString(36);
}

function clicked({ data, pointNumber, customdata, x }) {
  return { trace: data.meta, point: pointNumber, customdata: customdata ?? null, x: x ?? null };
}

/* Of the points under one moment that which the pointer is on; a chart that shows one at a time names it itself. */
function pointed(points, event, plot) {
  const own = points.filter(({ data }) => (data.meta ?? null) !== null);
  if (points.length < 2) return own[0];
  return own.find((point) => {
    const { b: base, s: size } = plot.calcdata[point.curveNumber][point.pointNumber] ?? {};
    const { top } = plot.getBoundingClientRect();
    const at = point.yaxis.p2c(event.clientY - top - point.yaxis._offset);
    return size > 0 && at >= base && at <= base + size;
  });
}

/* Which of the modes the page is in; the one that the figure is in where it is neither. */
function modeOf(element, modes) {
  const ground = getComputedStyle(element).getPropertyValue("--st-background-color").trim().toUpperCase();
  return modes.findIndex(([own]) => own === ground);
}

/* The figure in the colours of the page's mode: the visitor's change of it does not wait for the server. */
function inMode(figure, modes, mode) {
  const drawn = modes.findIndex(([ground]) => ground === figure.layout.template?.layout.paper_bgcolor);
  if (mode < 0 || drawn < 0 || mode === drawn) return figure;
  return recoloured(figure, new Map(modes[drawn].map((colour, at) => [colour, modes[mode][at]])));
}

const SPAN = /(?<=<span style="color:)#[0-9A-F]{6}/g;
const NOT_OURS = ["meta", "customdata", "name", "hovertext"];

function recoloured(value, colours, key = "") {
  if (typeof value === "string") {
    if (key === "text") return value.replace(SPAN, (colour) => colours.get(colour) ?? colour);
    const [colour, alpha] = [value.slice(0, 7), value.slice(7)];
    return /color/.test(key) && colours.has(colour) ? colours.get(colour) + alpha : value;
  }
  if (Array.isArray(value)) return value.map((each) => recoloured(each, colours, key));
  if (value === null || typeof value !== "object") return value;
  const ours = ([name, each]) => [name, NOT_OURS.includes(name) ? each : recoloured(each, colours, name)];
  return Object.fromEntries(Object.entries(value).map(ours));
}
