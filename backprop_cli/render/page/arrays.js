// Numbers and arrays, as NumPy has them: a number is a number, an array has a shape of one or two
// axes and its numbers row by row. Arrays are never changed once they are made.

const array = (shape, data) => ({ shape, data });
const isNumber = (value) => typeof value === "number";
const shapeOf = (value) => (isNumber(value) ? [] : value.shape);
const dataOf = (value) => (isNumber(value) ? [value] : value.data);
const sizeOf = (value) => dataOf(value).length;

// A number where there are no axes.
const shaped = (shape, data) => (shape.length ? array(shape, data) : data[0]);

// Nested lists, with "NaN" and "Infinity" as words, as JSON has them.
function fromLists(lists) {
  if (!Array.isArray(lists)) return Number(lists);
  const shape = Array.isArray(lists[0]) ? [lists.length, lists[0].length] : [lists.length];
  return array(shape, lists.flat().map(Number));
}

function broadcastShape(shapes) {
  const axes = Math.max(...shapes.map((shape) => shape.length));
  const padded = shapes.map((shape) => [...Array(axes - shape.length).fill(1), ...shape]);
  return Array.from({ length: axes }, (_, axis) =>
    padded.reduce((size, shape) => (shape[axis] === 1 ? size : shape[axis]), 1));
}

// Rows and columns; a vector is one row, as when NumPy broadcasts.
const asMatrix = (shape) => [shape.length > 1 ? shape[0] : 1, shape.length ? shape.at(-1) : 1];

// A function of numbers, element by element, with NumPy's broadcasting.
function each(apply, ...values) {
  if (values.every(isNumber)) return apply(...values);
  const shape = broadcastShape(values.map(shapeOf));
  const [rows, columns] = asMatrix(shape);
  const sources = values.map((value) => {
    const [r, c] = asMatrix(shapeOf(value));
    return { data: dataOf(value), down: r > 1 ? c : 0, right: c > 1 ? 1 : 0 };
  });
  const data = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      data.push(apply(...sources.map((s) => s.data[row * s.down + column * s.right])));
    }
  }
  return array(shape, data);
}

// A value that was copied forwards hears from every copy, so its gradients add; a value that was
// summed sends its gradient to every element.
function fit(gradient, like) {
  if (isNumber(like)) return dataOf(gradient).reduce((sum, x) => sum + x, 0);
  const [rows, columns] = asMatrix(like.shape);
  const [haveRows, haveColumns] = asMatrix(shapeOf(gradient));
  const data = Array(rows * columns).fill(0);
  const given = dataOf(gradient);
  for (let row = 0; row < Math.max(rows, haveRows); row++) {
    for (let column = 0; column < Math.max(columns, haveColumns); column++) {
      const from = (haveRows > 1 ? row * haveColumns : 0) + (haveColumns > 1 ? column : 0);
      data[(rows > 1 ? row * columns : 0) + (columns > 1 ? column : 0)] += given[from];
    }
  }
  return array(like.shape, data);
}

function transposed(value) {
  if (shapeOf(value).length < 2) return value;
  const [rows, columns] = value.shape;
  const data = value.data.map((_, k) => value.data[(k % rows) * columns + Math.floor(k / rows)]);
  return array([columns, rows], data);
}

const column = (value) => array([sizeOf(value), 1], value.data);

function product(left, right) {
  const rows = left.shape.length > 1 ? left.shape[0] : 1;
  const inner = left.shape.at(-1);
  const columns = right.shape.length > 1 ? right.shape[1] : 1;
  const data = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        sum += left.data[row * inner + k] * right.data[k * columns + column];
      }
      data.push(sum);
    }
  }
  return shaped([...left.shape.slice(0, -1), ...right.shape.slice(1)], data);
}

// Places along the axes of a value; a negative one counts from the end.
const placesIn = (value, position) => [position].flat()
  .map((place, axis) => (place < 0 ? place + value.shape[axis] : place));

// Element or row at a position.
function at(value, position) {
  if (Array.isArray(value)) return value[position];
  const [first, second] = placesIn(value, position);
  if (value.shape.length === 1) return value.data[first];
  const columns = value.shape[1];
  if (second !== undefined) return value.data[first * columns + second];
  return array([columns], value.data.slice(first * columns, (first + 1) * columns));
}

// 1 at a position, 0 elsewhere.
function onehot(value, position) {
  const [first, second] = placesIn(value, position);
  const columns = value.shape.length > 1 ? value.shape[1] : 1;
  const isTaken = (k) => Math.floor(k / columns) === first
    && (second === undefined || k % columns === second);
  return array(value.shape, value.data.map((_, k) => Number(isTaken(k))));
}

// Numbers give a vector, vectors a matrix.
const stacked = (values) =>
  array([values.length, ...shapeOf(values[0])], values.flatMap((value) => dataOf(value)));

// Apply a function of a list to all elements, or to each row or column along an axis. The function
// gives a number, or a list of as many, which takes the place of what it was made of.
function along(reduce, value, axis, keep) {
  if (isNumber(value)) return [reduce([value])].flat()[0];
  if (axis === null || value.shape.length === 1) {
    const result = reduce(value.data);
    if (Array.isArray(result)) return array(value.shape, result);
    return keep && axis !== null ? array([1], [result]) : result;
  }
  const lines = axis === 1 ? value : transposed(value);
  const [rows, columns] = lines.shape;
  const results = Array.from({ length: rows }, (_, row) =>
    reduce(lines.data.slice(row * columns, (row + 1) * columns)));
  if (Array.isArray(results[0])) {
    const whole = array([rows, columns], results.flat());
    return axis === 1 ? whole : transposed(whole);
  }
  return array(keep ? (axis === 1 ? [rows, 1] : [1, rows]) : [rows], results);
}
