// What is said about the run: as it was written down, or with the numbers of a learner's own.

// What the page knows of the run, as `data.py` wrote it.
let data = null;

// Elements of the largest array that is written in full, as `rounding.py` has it.
const SHOWN = 60;

// A learner's own run, once she has changed an input; null while all is as given.
let mine = null;

const valueOf = (k) => (mine ? valueText(mine.values[k], data.digits, data.room, data.nodes[k].row)
  : data.nodes[k].value);
const gradientOf = (k) => (mine
  ? valueText(mine.gradients[k], data.digits, data.room, data.nodes[k].row)
  : data.nodes[k].gradient);

// Upstream, local and downstream of a step, as texts.
function saidOf(place) {
  if (!mine) return data.steps[place].said;
  const { from, to } = data.steps[place];
  const { upstream, local, downstream } = mine.sent[place];
  const rows = [data.nodes[from].row, data.nodes[to].row];
  const row = (rows[0] || rows[1]) && local !== null && shapeOf(local).length === 1;
  const text = (value, asRow) => valueText(value, data.digits, data.room, asRow);
  const again = local === null ? downstream
    : fit(each((a, b) => a * b, asShown(upstream), asShown(local)), downstream);
  return [
    text(upstream, rows[0]), local === null ? "" : text(local, row), text(downstream, rows[1]),
    equalsSign(again, downstream),
  ];
}

// The sign after a sum, which is = where the numbers as they stand give its last digit, else ≈.
function sumSign(node, places) {
  if (!mine) return data.nodes[node].sum_sign;
  const parts = places.map((place) => asShown(mine.sent[place].downstream));
  return equalsSign(parts.reduce((a, b) => each((x, y) => x + y, a, b)), mine.gradients[node]);
}

// A value with the digits that are shown of it.
const asShown = (value) => (sizeOf(value) > SHOWN ? value
  : each((x) => Number(numberText(x, data.digits).replace("inf", "Infinity")), value));

function equalsSign(again, value) {
  if (sizeOf(value) > SHOWN || sizeOf(again) !== sizeOf(value)) return "=";
  const shown = (list) => dataOf(list).map((x) => numberText(x, data.digits)).join();
  return shown(again) === shown(value) ? "=" : "≈";
}

// What holds of a step now: its rule, and the sentence about it.
function told(place) {
  const { ways } = data.steps[place];
  const { rule, says } = ways[(mine ? mine.sent[place].way : data.steps[place].way) ?? 0];
  const [, local] = saidOf(place);
  const which = says.length === 1 ? 0 : local === "1" ? 0 : local === "0" ? 1 : 2;
  return { rule, sentence: filled(says[which], saidOf(place)) };
}

// The contributions that have arrived at a fork, of which `upto` is the last; and their sum.
function forkText(node, upto) {
  const places = data.steps.flatMap((step, place) => (step.to === node && place <= upto ? [place] : []));
  const parts = places.slice(0, data.summands).map((place) => saidOf(place)[2])
    .map((text, place) => (place && text.startsWith("-") ? `(${text})` : text));
  const listed = [...parts, ...(places.length > data.summands ? ["…"] : [])].join(" + ");
  if (places.length === data.nodes[node].uses) {
    return filled(data.nodes[node].fork, [listed, gradientOf(node), sumSign(node, places)]);
  }
  const { name } = data.nodes[node];
  return `${name} is a fork: ${places.length} of ${data.nodes[node].uses} contributions so far, ${listed} + …`;
}

