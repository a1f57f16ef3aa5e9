// What of a run can be seen: each value and gradient by itself, in the circuit and in the table.

const $ = (id) => document.getElementById(id);
const BESIDE_A_WIRE = { width: 24, height: 4 };

data = JSON.parse($("run").textContent);

// For each node the step that completes its gradient.
const completes = data.nodes.map(() => -1);
data.steps.forEach((step, place) => { completes[step.to] = place; });
const stepAt = new Map(data.steps.map((step, place) => [`${step.from}-${step.slot}`, place]));

// Every number of the circuit gets an element of its own, so that it can be hidden and written anew.
function numbersIn(group, kind) {
  const found = new Map();
  for (const text of document.querySelectorAll(`svg .${group} text`)) {
    if (text.lastChild?.nodeType !== Node.TEXT_NODE) continue;
    const number = document.createElementNS(text.namespaceURI, "tspan");
    number.setAttribute("class", kind);
    number.textContent = text.lastChild.data.trim();
    text.lastChild.replaceWith(number);
    found.set(keyOf(text), [...(found.get(keyOf(text)) ?? []), number]);
  }
  return found;
}

// Which wire something belongs to: a node, and for a branch the gate and the input that it feeds.
const keyOf = ({ dataset }) => `${dataset.node} ${dataset.to ?? ""}`;

// The parts of the circuit and of the table, found once.
const values = numbersIn("values", "value");
const gradients = numbersIn("gradients", "gradient");
const wires = [...document.querySelectorAll("svg .wires path")].map((element) => ({
  element,
  source: Number(element.dataset.node),
  target: element.dataset.to === undefined ? null : Number(element.dataset.to.split("-")[0]),
  sent: stepAt.get(element.dataset.to),
  above: values.get(keyOf(element)) ?? [],
  below: gradients.get(keyOf(element)) ?? [],
}));
const split = new Set([...document.querySelectorAll("svg .forks circle")]
  .map((dot) => Number(dot.dataset.node)));
const places = [...document.querySelectorAll("svg .gates > g, svg .names text")]
  .map((element) => ({ element, node: Number(element.dataset.node) }));
// It tells the numbers as they were given, which may be asked for or changed; the table follows.
document.querySelector("svg desc")?.remove();

const rows = [...document.querySelectorAll("tbody tr")].map((element) => ({
  element,
  node: Number(element.dataset.node),
  value: element.querySelector(".value"),
  gradient: element.querySelector(".gradient"),
}));

// Whether a wire is a branch of a fork, at which one contribution is written.
const isBranch = (wire) => wire.target !== null && split.has(wire.source);

// Show what may be seen, and light what is spoken of.
//   seen: value(node), gradient(node) and sent(step) say what may be seen
//   lit: nodes, and the wires that isLit(wire) chooses
function show(seen, lit) {
  const later = (element, hidden) => element.classList.toggle("later", hidden);
  for (const wire of wires) {
    const arrived = isBranch(wire) ? seen.sent(wire.sent) : seen.gradient(wire.source);
    wire.above.forEach((text) => later(text, !seen.value(wire.source)));
    wire.below.forEach((text) => later(text, !arrived));
    wire.element.classList.toggle("lit", lit.wire(wire));
  }
  for (const place of places) place.element.classList.toggle("lit", lit.nodes.includes(place.node));
  for (const row of rows) {
    later(row.value, !seen.value(row.node));
    later(row.gradient, !seen.gradient(row.node));
    row.element.classList.toggle("lit", lit.nodes.includes(row.node));
  }
}

// Scroll the drawing, and nothing else, to what is spoken of.
function follow() {
  const box = $("drawing");
  const part = box.querySelector(".wires .lit") ?? box.querySelector(".lit");
  if (!part) return;
  const there = part.getBoundingClientRect();
  const here = box.getBoundingClientRect();
  box.scrollLeft += there.left + there.width / 2 - here.left - here.width / 2;
  box.scrollTop += there.top + there.height / 2 - here.top - here.height / 2;
}

// Write the numbers of the run anew.
function rewrite() {
  for (const wire of wires) {
    const sent = isBranch(wire) ? wire.sent : undefined;
    const { source } = wire;
    write(wire.above, mine.values[source], data.nodes[source].row);
    write(wire.below, sent === undefined ? mine.gradients[source] : mine.sent[sent].downstream,
      data.nodes[source].row);
  }
  for (const row of rows) {
    put(row.value, valueOf(row.node));
    put(row.gradient, data.nodes[row.node].gradient === null ? "" : gradientOf(row.node));
  }
}

function write(elements, value, row) {
  const { width, height } = BESIDE_A_WIRE;
  const lines = valueLines(value, data.digits, width, height, row);
  const shown = lines.length === elements.length ? lines : [valueText(value, data.digits, width, row)];
  elements.forEach((element, place) => put(element, shown[place] ?? ""));
}

// Write a text where it is another one; a browser lays out anew whatever is written.
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
