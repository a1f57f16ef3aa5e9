// Write numbers and arrays as our other views do, so that a page reads like a screen.

// The digits of a number, rounded to even where it lies in the middle, and its exponent.
function digitsOf(value, count) {
  const exact = Math.abs(value).toExponential(60);
  const digits = exact.slice(0, exact.indexOf("e")).replace(".", "");
  const middle = /^50*$/.test(digits.slice(count)) && digits[count - 1] % 2 === 0;
  const [mantissa, exponent] = Math.abs(value).toExponential(count - 1).split("e");
  return middle ? [digits.slice(0, count), Number(exact.split("e")[1])]
    : [mantissa.replace(".", ""), Number(exponent)];
}

// As "%.4g" has it.
function general(value, count) {
  const [digits, exponent] = digitsOf(value, count);
  const sign = value < 0 ? "-" : "";
  const trimmed = digits.replace(/0+$/, "");
  if (exponent < -4 || exponent >= count) {
    const mantissa = trimmed.length > 1 ? `${trimmed[0]}.${trimmed.slice(1)}` : trimmed;
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${trimmed}`;
  const whole = digits.slice(0, exponent + 1);
  const rest = digits.slice(exponent + 1).replace(/0+$/, "");
  return sign + whole + (rest && `.${rest}`);
}

function numberText(value, digits) {
  if (!Number.isFinite(value)) return value !== value ? "nan" : value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value + 0);
  const text = general(value, digits);
  if (!text.includes("e") || Math.abs(value) < 1 || Math.abs(value) >= 1e9) return text;
  const nearest = Math.round(value);
  return String(Math.abs(value % 1) === 0.5 && nearest % 2 ? nearest - 1 : nearest);
}

const rowsOf = (value) => Array.from({ length: value.shape[0] }, (_, row) =>
  value.data.slice(row * value.shape[1], (row + 1) * value.shape[1]));

function listText(value, digits) {
  const list = (numbers) => `[${numbers.map((x) => numberText(x, digits)).join(", ")}]`;
  if (value.shape.length === 1) return list(value.data);
  return `[${rowsOf(value).map(list).join(", ")}]`;
}

// A value on one line: a number, a list, or the beginning of one and its shape. A row is marked as
// the transpose of a vector.
function valueText(value, digits, width, row) {
  if (value === undefined || value === null) return "none";
  if (row) return `${valueText(value, digits, width - 2)}ᵀ`;
  if (isNumber(value)) return numberText(value, digits);
  const whole = value.data.length <= width ? listText(value, digits) : "";
  if (whole && whole.length <= width) return whole;
  const shape = value.shape.join("×");
  for (const shown of [2, 1]) {
    const first = value.data.slice(0, shown).map((x) => numberText(x, digits)).join(", ");
    const text = `[${first}, …] (${shape})`;
    if (text.length <= width) return text;
  }
  return `[…] (${shape})`;
}

// A small matrix as aligned lines; any other value as its text on one line.
function valueLines(value, digits, width, height, row) {
  const small = value && !isNumber(value) && value.shape.length > 1
    && value.shape[0] <= height && value.shape[1] <= width;
  if (small) {
    const cells = rowsOf(value).map((line) => line.map((x) => numberText(x, digits)));
    const wide = Math.max(...cells.flat().map((cell) => cell.length));
    const lines = cells.map((line) => `[${line.map((cell) => cell.padStart(wide)).join("  ")}]`);
    if (lines[0].length <= width) return lines;
  }
  return [valueText(value, digits, width, row)];
}

// A sentence with gaps: texts, and between them the places of what is filled in.
const filled = (pieces, texts) =>
  pieces.map((piece) => (typeof piece === "string" ? piece : texts[piece])).join("");
