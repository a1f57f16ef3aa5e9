// Run the trace again for other inputs. Nothing here knows a gate: what is run are the trees of the
// expressions that the engine runs, and a test compares both on random formulas.

const { abs, exp, log, sqrt } = Math;
const most = (list) => list.reduce((a, b) => Math.max(a, b), -Infinity);
const least = (list) => list.reduce((a, b) => Math.min(a, b), Infinity);
const total = (list) => list.reduce((a, b) => a + b, 0);

// As C has it: 1^NaN and (-1)^inf are 1.
const power = (a, b) =>
  (a === 1 || (a === -1 && abs(b) === Infinity) ? 1 : Math.pow(a, b));
const sigmoid = (a) => (a >= 0 ? 1 / (1 + exp(-a)) : exp(a) / (1 + exp(a)));
// All terms have one sign, so that nothing cancels; beyond 6 it is 1 to the last digit.
const erf = (a) => {
  if (abs(a) > 6) return a > 0 ? 1 : -1;
  let term = a;
  let sum = a;
  for (let n = 1; abs(term) > abs(sum) * 1e-17; n += 1) {
    term *= (2 * a * a) / (2 * n + 1);
    sum += term;
  }
  return (2 / sqrt(Math.PI)) * exp(-a * a) * sum;
};
const softplus = (a) => (a === a ? Math.max(a, 0) + Math.log1p(exp(-abs(a))) : a);

// Functions of numbers, element by element. All others are those of Math.
const OF_NUMBERS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  neg: (a) => -a,
  div: (a, b) => a / b,
  erf,
  exp2: (a) => 2 ** a,
  gelu: (a) => (abs(a) < Infinity ? a * 0.5 * (1 + erf(a / Math.SQRT2)) : Math.max(a, 0)),
  leaky_relu: (a) => (a > 0 || a !== a ? a : 0.01 * a),
  logsumexp: (a) => a,
  mean: (a) => a,
  norm: abs,
  power,
  relu: (a) => (a > 0 || a !== a ? a : 0),
  sigmoid,
  sign: (a) => (a > 0 ? 1 : a < 0 ? -1 : a * 0),
  softmax: (a) => (abs(a) < Infinity ? 1 : NaN),
  softplus,
  sum: (a) => a,
  where: (condition, yes, no) => (condition ? yes : no),
};

// Functions that run along an axis, each of a list of numbers.
const OF_LISTS = {
  sum: total,
  mean: (list) => total(list) / list.length,
  max: most,
  min: least,
  norm(list) {
    // Scaled by the largest element, so that squares neither overflow nor vanish.
    const top = most(list.map(abs));
    const scale = top > 0 && top < Infinity ? top : 1;
    return scale * sqrt(total(list.map((x) => (x / scale) ** 2)));
  },
  logsumexp(list) {
    const top = most(list);
    const finite = Number.isFinite(top) ? top : 0;
    return log(total(list.map((x) => exp(x - finite)))) + finite;
  },
  softmax(list) {
    const top = most(list);
    const exps = list.map((x) => exp(x - top));
    const sum = total(exps);
    return exps.map((x) => x / sum);
  },
};

// Functions of whole arrays, and of all inputs of a gate.
const OF_VALUES = {
  "@": product,
  T: transposed,
  at,
  column,
  dot: (a, b) => total(dataOf(each(OF_NUMBERS["*"], a, b))),
  fit,
  onehot,
  stack: stacked,
  ties: (all, out) => all.map((a) => each(OF_NUMBERS["=="], a, out))
    .reduce((sum, hits) => each(OF_NUMBERS["+"], sum, hits)),
};

// The value of a tree; `names` says what a, b, all, out, g, n and p are.
function evaluated(tree, names) {
  if (tree === null || isNumber(tree) || typeof tree === "boolean") return tree;
  if (typeof tree === "string") return tree in names ? names[tree] : NAMED[tree];
  const [operation, ...branches] = tree;
  const values = branches.map((branch) => evaluated(branch, names));
  if (operation.endsWith(" along")) return along(OF_LISTS[operation.slice(0, -6)], ...values);
  if (Object.hasOwn(OF_VALUES, operation)) return OF_VALUES[operation](...values);
  if (Object.hasOwn(OF_NUMBERS, operation)) return each(OF_NUMBERS[operation], ...values);
  return each(Math[operation], ...values.flat());
}

const NAMED = { inf: Infinity, nan: NaN };

// What was reduced along an axis of `a`, with that axis back at length 1.
function kept(value, axis, a) {
  if (axis === undefined || value === undefined) return value;
  const shape = shapeOf(a).map((size, place) => (place === axis ? 1 : size));
  return array(shape, dataOf(value));
}

// What the trees of a gate refer to; `slot` is the input that is sent to.
function namesOf(data, run, k, slot) {
  const node = data.nodes[k];
  const all = node.args.map((arg) => run.values[arg]);
  const [a, b] = node.variadic && slot !== undefined ? [all[slot]] : all;
  const out = run.values[k];
  const g = run.gradients[k];
  return {
    a, b, all,
    p: node.variadic ? slot : node.position,
    n: all.length && out !== undefined ? sizeOf(a) / sizeOf(out) : 1,
    out: kept(out, node.reduces, a),
    g: kept(g, node.reduces, a),
  };
}

// Run forwards and backwards. What each step sent is kept, in the order of the steps.
function run(data, inputs) {
  const nothing = Array(data.nodes.length).fill(undefined);
  const done = { values: [...nothing], gradients: [...nothing], sent: [] };
  data.nodes.forEach((node, k) => {
    done.values[k] = node.forward === undefined ? inputs[k]
      : evaluated(data.trees[node.forward], namesOf(data, done, k));
  });
  done.gradients[data.output] = fromLists(data.seed);
  for (const step of data.steps) {
    const names = namesOf(data, done, step.from, step.slot);
    const downstream = evaluated(data.trees[step.downstream], names);
    const local = step.local === undefined ? null : evaluated(data.trees[step.local], names);
    // As it meets the local derivative: along an axis 1 that was reduced, a column.
    const meets = data.nodes[step.from].reduces === 1 ? names.g : done.gradients[step.from];
    done.sent.push({ upstream: meets, local, downstream, way: wayOf(data, step, names) });
    const arrived = done.gradients[step.to];
    done.gradients[step.to] = arrived === undefined ? downstream
      : each(OF_NUMBERS["+"], arrived, downstream);
  }
  return done;
}

// Which branch of a rule with a condition was taken: 0 or 1, or 2 where it is not the same for all.
function wayOf(data, step, names) {
  if (step.ways.length === 1) return 0;
  const holds = dataOf(evaluated(data.trees[step.local][1], names));
  return holds.every(Boolean) ? 0 : holds.some(Boolean) ? 2 : 1;
}
