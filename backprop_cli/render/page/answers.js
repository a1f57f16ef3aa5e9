// Read what a learner answers: -4, 1/3, 0.73 * (1 - 0.73), [1, 2] or [[1, 2], [3, 4]].

const LONGEST_ANSWER = 500;
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|nan)|([-+*/^()[\],]))/iy;

// The number or array, or null for what cannot be read.
function readAnswer(text) {
  const plain = text.slice(text.lastIndexOf("=") + 1).replace(/[−–]/g, "-").replace(/[·×]/g, "*").trim();
  const tokens = plain.length <= LONGEST_ANSWER ? tokensOf(plain) : null;
  if (!tokens || !tokens.length) return null;
  const value = sum(tokens);
  return value === null || tokens.length ? null : value;
}

function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    const word = match[1]?.toLowerCase();
    tokens.push(word === undefined ? match[2]
      : word === "inf" ? Infinity : word === "nan" ? NaN : Number(word));
  }
  return tokens;
}

// Each of these takes its tokens from the front, and gives null for what it cannot read.

function sum(tokens) {
  return chain(tokens, term, { "+": (a, b) => a + b, "-": (a, b) => a - b });
}

function term(tokens) {
  return chain(tokens, factor, { "*": (a, b) => a * b, "/": (a, b) => a / b });
}

function chain(tokens, part, signs) {
  let value = part(tokens);
  while (value !== null && typeof tokens[0] === "string" && Object.hasOwn(signs, tokens[0])) {
    const apply = signs[tokens.shift()];
    const right = part(tokens);
    value = isNumber(value) && isNumber(right) ? apply(value, right) : null;
  }
  return value;
}

function factor(tokens) {
  if (tokens[0] === "-" || tokens[0] === "+") {
    const sign = tokens.shift() === "-" ? -1 : 1;
    const value = factor(tokens);
    return isNumber(value) ? sign * value : null;
  }
  const base = atom(tokens);
  if (tokens[0] !== "^" || !isNumber(base)) return base;
  tokens.shift();
  const exponent = factor(tokens);
  return isNumber(exponent) ? power(base, exponent) : null;
}

function atom(tokens) {
  const token = tokens.shift();
  if (isNumber(token)) return token;
  if (token === "(") {
    const value = sum(tokens);
    return tokens.shift() === ")" ? value : null;
  }
  return token === "[" ? list(tokens) : null;
}

function list(tokens) {
  const items = [];
  do {
    const item = sum(tokens);
    if (item === null) return null;
    items.push(item);
  } while (tokens[0] === "," && tokens.shift());
  const shape = shapeOf(items[0]);
  const alike = items.every((item) => String(shapeOf(item)) === String(shape));
  return tokens.shift() === "]" && alike && shape.length < 2 ? stacked(items) : null;
}
