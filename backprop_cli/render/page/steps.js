// Step through the run: the inputs, each gate forwards, the base case, each chain-rule step back.

const moments = [
  { kind: "start" },
  ...data.nodes.flatMap((node, k) => (node.gate ? [{ kind: "forward", node: k }] : [])),
  ...(data.base ? [{ kind: "base" }] : []),
  ...data.steps.map((step, place) => ({ kind: "backward", place })),
];
const base = moments.findIndex((moment) => moment.kind === "base");

// When each gate was computed; inputs and constants were there from the start.
const computed = data.nodes.map(() => 0);
moments.forEach((moment, when) => {
  if (moment.kind === "forward") computed[moment.node] = when;
});

let now = 0;

function seenNow() {
  const sent = (place) => place !== undefined && base >= 0 && now >= base + 1 + place;
  return {
    value: (k) => now >= computed[k],
    sent,
    gradient: (k) => base >= 0 && now >= base
      && (completes[k] < 0 || sent(completes[k])),
  };
}

function litNow() {
  const moment = moments[now];
  const nothing = { nodes: [], wire: () => false };
  if (moment.kind === "start") return nothing;
  if (moment.kind === "base") {
    return { nodes: [data.output], wire: (wire) => wire.source === data.output };
  }
  if (moment.kind === "forward") {
    const { node } = moment;
    return { nodes: [node], wire: (wire) => wire.target === node || wire.source === node };
  }
  const { from, to } = data.steps[moment.place];
  const completed = completes[to] === moment.place;
  return {
    nodes: [from, to],
    wire: (wire) => wire.sent === moment.place
      || (completed && wire.target === null && wire.source === to),
  };
}

// The words about a moment: a heading, the factors of an equation, a sentence, and the fork.
// A factor is a sign, a label, a text and its kind.
function words(moment) {
  const { nodes } = data;
  if (moment.kind === "start") {
    return { where: "The start: the inputs", factors: [], sentence: "Step on to compute the first gate." };
  }
  if (moment.kind === "forward") return forwardWords(moment.node);
  if (moment.kind === "backward") return backwardWords(moment.place);
  const factors = [["", gradientName(data.output), gradientOf(data.output), "gradient"]];
  return { where: "Backward: the base case", factors, sentence: data.base };
}

// ∂f/∂x, or ∂L/∂x where an upstream was given.
function gradientName(k) {
  return `∂${data.objective}/∂${data.nodes[k].name}`;
}

function forwardWords(k) {
  const { name, gate, formula, args } = data.nodes[k];
  const from = args.filter((arg) => data.nodes[arg].name !== valueOf(arg))
    .map((arg) => `${data.nodes[arg].name} = ${valueOf(arg)}`);
  return {
    where: `Forward: the ${gate} gate`,
    factors: [["", `${name} = ${formula}`, valueOf(k), "value"]],
    sentence: from.length ? `From ${[...new Set(from)].join(", ")}.` : "",
  };
}

function backwardWords(place) {
  const { from, to, whole, sign, spread } = data.steps[place];
  const { name, gate, pattern } = data.nodes[from];
  const localName = whole ? `local, ∂${name}/∂${data.nodes[to].name}` : "local";
  const [upstream, local, downstream, equals] = saidOf(place);
  const { rule, sentence } = told(place);
  const isFork = data.nodes[to].fork !== undefined;
  const product = local === "" ? [["", "rule", rule, ""]] : [
    ["", `upstream, ${gradientName(from)}`, upstream, "gradient"],
    [sign, `${localName}${rule === local ? "" : ` = ${rule}`}${spread && `, ${spread}`}`, local, ""],
  ];
  const sent = [equals, `downstream, ${isFork ? "to " : ""}${gradientName(to)}`, downstream, "gradient"];
  return {
    where: `Backward: the ${gate} gate ${name}, ${pattern}`,
    factors: [...product, sent],
    sentence,
    fork: isFork ? forkText(to, place) : "",
  };
}

// An element with a text; nothing that anybody typed is ever read as markup.
function element(tag, text, kind) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function factorElement([sign, label, text, kind]) {
  const made = element("div", "", "factor");
  const number = element("b", "", kind);
  number.append(...(sign ? [element("span", `${sign} `, "sign")] : []), text);
  made.append(element("small", label), number);
  return made;
}

function describe() {
  const { where, factors, sentence, fork } = words(moments[now]);
  $("where").textContent = where;
  $("equation").replaceChildren(...factors.map(factorElement));
  $("sentence").textContent = sentence;
  $("fork").textContent = fork ?? "";
}

function goTo(when) {
  const before = now;
  now = Math.min(Math.max(when, 0), moments.length - 1);
  describe();
  show(seenNow(), litNow());
  if (now !== before) follow();
  const text = `${now} of ${moments.length - 1}`;
  $("count").textContent = text;
  $("slider").value = now;
  $("slider").setAttribute("aria-valuetext", `step ${text}`);
  // Not `disabled`, which would take the focus away from a button that was just pressed.
  for (const id of ["first", "back"]) $(id).ariaDisabled = String(now === 0);
  for (const id of ["next", "last"]) $(id).ariaDisabled = String(now === moments.length - 1);
}

const KEYS = {
  ArrowLeft: () => goTo(now - 1),
  ArrowRight: () => goTo(now + 1),
  Home: () => goTo(0),
  End: () => goTo(moments.length - 1),
};

function startSteps() {
  $("slider").max = moments.length - 1;
  $("slider").addEventListener("input", () => goTo(Number($("slider").value)));
  $("first").addEventListener("click", KEYS.Home);
  $("back").addEventListener("click", KEYS.ArrowLeft);
  $("next").addEventListener("click", KEYS.ArrowRight);
  $("last").addEventListener("click", KEYS.End);
  document.addEventListener("keydown", (event) => {
    // Fields and sliders have a use of their own for these keys.
    const busy = event.target.closest("input, textarea, select");
    if (busy || asking || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (!Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}
