// Change an input, and the whole run follows.

const given = data.nodes.map((node) => (node.at === undefined ? undefined : fromLists(node.at)));
let inputs = [...given];

// A round number that is twice as large: how far the slider of an input goes to either side.
function reach(value) {
  const least = 2 * Math.max(Math.abs(value), 1);
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((digit) => digit * power).find((most) => most >= least) ?? 10 * power;
}

// Put an input into its fields, or all of them; but for the field in which somebody is typing.
function fillFields(node, except) {
  const which = node === undefined ? "" : `[data-node="${node}"]`;
  for (const field of document.querySelectorAll(`#fields input${which}`)) {
    if (field === except) continue;
    const value = dataOf(inputs[Number(field.dataset.node)])[Number(field.dataset.place ?? 0)];
    field.value = Number.isFinite(value) ? String(value) : "";
    if (field.type === "number" && !Number.isFinite(value)) field.placeholder = numberText(value, data.digits);
  }
}

function changed(field) {
  const node = Number(field.dataset.node);
  let value = field.valueAsNumber;
  if (!Number.isFinite(value)) return;
  if (field.type === "range") {
    // Stops at which a number is short: dragging should not give 1.0309278350515463.
    const stop = Number(field.max) / 100;
    value = Number((Math.round(value / stop) * stop).toPrecision(6));
  }
  const place = Number(field.dataset.place ?? 0);
  const old = inputs[node];
  inputs[node] = isNumber(old) ? value : array(old.shape, old.data.with(place, value));
  recompute();
  fillFields(node, field);
}

function recompute() {
  mine = run(data, inputs);
  // Marks at kinks are of the inputs as they were given.
  document.body.classList.add("edited");
  rewrite();
  // Before the first step there is nothing to be seen that could follow.
  goTo(now === 0 ? moments.length - 1 : now);
}

function resetInputs() {
  if (!mine) return;
  inputs = [...given];
  recompute();
  mine = null;
  document.body.classList.remove("edited");
  fillFields();
  goTo(now);
}

function startInputs() {
  if (!$("fields")) return;
  for (const slider of document.querySelectorAll('#fields [type="range"]')) {
    const value = given[Number(slider.dataset.node)];
    slider.hidden = !Number.isFinite(value);
    slider.max = reach(value);
    slider.min = -slider.max;
  }
  fillFields();
  $("fields").addEventListener("input", (event) => changed(event.target));
  $("fields").addEventListener("change", (event) => fillFields(event.target.dataset.node));
  $("reset").addEventListener("click", resetInputs);
}
