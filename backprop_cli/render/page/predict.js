// Ask for each gradient in the lecture's order. What each mistake would have answered was worked
// out beforehand by the engine that marks exercises; here it is only looked up.

let asking = false;
let askedAt = 0;
let tries = 0;
let score = 0;

const question = () => data.questions.asked[askedAt];

// As `exercises/model/tolerance.py` has it; NaN equals nothing.
function close(answer, key) {
  const [relative, absolute, digits] = data.questions.tolerance;
  if (String(shapeOf(answer)) !== String(shapeOf(key))) return false;
  return dataOf(answer).every((number, k) => {
    const right = dataOf(key)[k];
    if (!Number.isFinite(right)) return number === right;
    const size = Math.abs(right);
    // Nobody rounds 1,024 to 1,020.
    const halfUnit = Number.isInteger(right) ? 0 : 0.5 * 10 ** (Math.floor(Math.log10(size)) - digits + 1);
    const around = size <= 1e-12 ? absolute : Math.max(relative * size, halfUnit) * (1 + 1e-9);
    return Math.abs(number - right) <= around;
  });
}

// Whether an answer is the key with all but its first digits rounded away, as `exercises/diagnosis/reasons.py`
// has it: nobody rounds 41 to 40, or 0.17 to 0.2.
const NEAR = 0.05;

function isRounded(answer, key) {
  if (!isNumber(answer) || !isNumber(key) || !answer) return false;
  const digits = answer.toExponential().split("e")[0].replace(/\D/g, "").length;
  const isShort = Number.isInteger(key) && Math.abs(key) < 1000;
  if (isShort || (digits === 1 && Math.abs(answer - key) > NEAR * Math.abs(key))) return false;
  return digits < 5 && Number(general(key, digits)) === answer;
}

function whyWrong(answer) {
  const { wrong, key, shape } = question();
  const found = wrong.find(([other]) => close(answer, fromLists(other)));
  if (found) return data.questions.reasons[found[1]];
  const right = fromLists(key);
  if (isRounded(answer, right)) return data.questions.rounded;
  if (String(shapeOf(answer)) !== String(shapeOf(right))) return shape;
  return data.questions.unexplained;
}

function reply(kind, ...lines) {
  $("reply").className = kind;
  $("reply").replaceChildren(...lines.map((line) => element("p", line)));
}

// What may be seen: all values, and the gradients that were asked already.
function showKnown() {
  const known = new Set(data.questions.asked.slice(0, askedAt).map((asked) => asked.node));
  const gradient = (k) => known.has(k);
  const node = askedAt < data.questions.asked.length ? question().node : -1;
  show(
    { value: () => true, gradient, sent: (step) => step !== undefined && gradient(data.steps[step].to) },
    { nodes: [node], wire: (wire) => wire.source === node && !isBranch(wire) },
  );
  follow();
}

function ask() {
  tries = 0;
  $("asked").textContent = `${question().name} =`;
  $("answer").value = "";
  $("answer").setAttribute("aria-invalid", "false");
  $("task").firstChild.data =
    `Question ${askedAt + 1} of ${data.questions.asked.length}. All values can be seen; the gradients come as you answer. `;
  showKnown();
}

function check() {
  const answer = readAnswer($("answer").value);
  if (answer === null || !dataOf(answer).every(Number.isFinite)) {
    reply("wrong", "A number or a list is wanted, such as -4, 1/3 or [1, 2].");
  } else if (close(answer, fromLists(question().key))) {
    if (!tries) score += 1;
    return goOn("right", "Right");
  } else {
    tries += 1;
    reply("wrong", `Not yet. ${whyWrong(answer)}`);
  }
  $("answer").setAttribute("aria-invalid", "true");
  return $("answer").select();
}

// Tell how the gradient came about, and ask for the next.
function goOn(kind, word) {
  const { node, name } = question();
  const steps = data.steps.flatMap((step, at) => (step.to === node ? [at] : []));
  const how = steps.length ? steps.map((at) => stepTexts(at).sentence) : [data.base];
  if (steps.length > 1) how.push(forkText(node, steps.at(-1)));
  const lines = [`${word}: ${name} = ${gradientOf(node)}.`, ...how];
  askedAt += 1;
  if (askedAt < data.questions.asked.length) {
    reply(kind, ...lines, "");
    ask();
    $("answer").focus();
  } else {
    const count = data.questions.asked.length;
    stop();
    reply(kind, ...lines, `Done: ${score} of ${count} right at the first try.`);
    goTo(moments.length - 1);
  }
}

function begin() {
  resetInputs();
  asking = true;
  askedAt = 0;
  score = 0;
  arrange();
  reply("");
  ask();
  $("answer").focus();
}

function stop() {
  asking = false;
  arrange();
  $("task").firstChild.data = "Hide the gradients and work them out yourself, from the output back. ";
  reply("");
  goTo(now);
  $("begin").focus();
}

// While gradients are asked for, whatever would tell them is put away.
function arrange() {
  document.body.classList.toggle("asking", asking);
  $("question").hidden = !asking;
  $("begin").hidden = asking;
  for (const part of ["stepper", "words", "playing", "noted"]) {
    if ($(part)) $(part).hidden = asking;
  }
}

function startPredict() {
  if (!data.questions) return;
  $("begin").addEventListener("click", begin);
  $("end").addEventListener("click", stop);
  $("give").addEventListener("click", () => goOn("", "The answer"));
  $("question").addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
}
