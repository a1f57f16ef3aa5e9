"""Formulas in the manner of lectures, homework and notebooks, with the value that NumPy gives.

Each is pasted as it stands. The gradients are measured from the NumPy function beside it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Given = dict[str, Any]


class Pasted(NamedTuple):
    """A formula, its inputs, and its value by NumPy."""

    text: str
    inputs: Given
    value: Callable[[Given], Any]


_draw = np.random.RandomState(7)


def _r(*shape: int) -> Any:
    return np.round(_draw.randn(*shape), 2)


def _sig(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _ce(z: Any, y: Any) -> Any:
    return -np.mean(np.log(_softmax(z)[np.arange(len(y)), np.asarray(y, int)]))


def _relu(z: Any) -> Any:
    return np.maximum(0, z)


PASTED: list[Pasted] = []


def _add(text: str, inputs: Given, value: Callable[[Any], Any]) -> None:
    PASTED.append(Pasted(text, inputs, lambda given: value(_Names(given))))


class _Names:
    """Inputs as attributes: v.W1."""

    def __init__(self, given: Given) -> None:
        self.__dict__.update(given)


X, Y = _r(4, 3), np.array([0.0, 2, 1, 1])
W1, B1, W2, B2 = _r(3, 5), _r(5), _r(5, 3), _r(3)
NET = {"X": X, "W1": W1, "b1": B1, "W2": W2, "b2": B2}
X3, W3, Z4 = _r(3), _r(3), _r(4)
T4 = np.array([0.0, 1, 1, 0])

# fmt: off
# Two-layer networks

_add("""# compute the class scores for a linear classifier
hidden_layer = np.maximum(0, np.dot(X, W) + b)
scores = np.dot(hidden_layer, W2) + b2
num_examples = X.shape[0]
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
correct_logprobs = -np.log(probs[range(num_examples), y])
data_loss = np.sum(correct_logprobs) / num_examples
reg_loss = 0.5 * reg * np.sum(W * W) + 0.5 * reg * np.sum(W2 * W2)
loss = data_loss + reg_loss
""", {"X": X, "W": W1, "b": B1, "W2": W2, "b2": B2, "y": Y, "reg": 0.1},
     lambda v: _ce(_relu(v.X @ v.W + v.b) @ v.W2 + v.b2, Y) + .5 * v.reg * (np.sum(v.W**2) + np.sum(v.W2**2)))
_add("""def loss(X, W1, b1, W2, b2):
    z1 = X.dot(W1) + b1
    a1 = np.tanh(z1)
    z2 = a1.dot(W2) + b2
    exp_scores = np.exp(z2)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    y = [0, 2, 1, 1]
    corect_logprobs = -np.log(probs[range(len(y)), y])
    return 1. / 4 * np.sum(corect_logprobs)
""", NET, lambda v: _ce(np.tanh(v.X @ v.W1 + v.b1) @ v.W2 + v.b2, Y))
_add(r"\hat{y} = \mathrm{softmax}\left(W_2\,\mathrm{ReLU}(W_1 x + b_1) + b_2\right)",
     {"W_1": W1.T, "b_1": B1, "W_2": W2.T, "b_2": B2, "x": X3}, lambda v: _softmax(v.W_2 @ _relu(v.W_1 @ v.x + v.b_1) + v.b_2))
_add("""h = 1/(1 + np.exp(-(W1.T @ x + b1)))
y_pred = W2.T @ h + b2
loss = ((y_pred - y) ** 2).sum()
""", {"W1": W1, "b1": B1, "W2": W2, "b2": B2, "x": X3, "y": _r(3)}, lambda v: np.sum((v.W2.T @ _sig(v.W1.T @ v.x + v.b1) + v.b2 - v.y) ** 2))
_add(r"z^{[1]} = W^{[1]} x + b^{[1]};\; a^{[1]} = \tanh(z^{[1]});\; z^{[2]} = W^{[2]} a^{[1]} + b^{[2]};\; \hat{y} = \sigma(z^{[2]})",
     {"W_1": W1.T, "b_1": B1, "W_2": _r(1, 5), "b_2": 0.2, "x": X3}, lambda v: _sig(v.W_2 @ np.tanh(v.W_1 @ v.x + v.b_1) + v.b_2))
_add("h = relu(W₁x + b₁); L = ½‖W₂h + b₂ − t‖²", {"W1": W1.T, "b1": B1, "W2": W2.T, "b2": B2, "x": X3, "t": _r(3)},
     lambda v: .5 * np.sum((v.W2 @ _relu(v.W1 @ v.x + v.b1) + v.b2 - v.t) ** 2))
_add("""import torch
x = torch.tensor([1.0, 2.0, -1.0], requires_grad=True)
w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
b = torch.tensor(0.1, requires_grad=True)
y = torch.sigmoid(torch.dot(w, x) + b)
loss = (y - 1.0)**2
loss.backward()
print(w.grad)
""", {}, lambda v: (_sig(-3.4) - 1) ** 2)

# SVM losses

_add(r"L_i = \sum_{j \ne y_i} \max(0, s_j - s_{y_i} + \Delta)", {"s": Z4, "y_i": 2, "Delta": 1.0},
     lambda v: np.sum(np.maximum(0, np.delete(v.s, 2) - v.s[2] + v.Delta)))
_add("Lᵢ = Σ_{j≠k} max(0, s_j − s_k + 1)", {"s": Z4, "k": 0}, lambda v: np.sum(np.maximum(0, np.delete(v.s, 0) - v.s[0] + 1)))
_add("""scores = W.dot(x)
correct_class_score = scores[y]
margins = np.maximum(0, scores - correct_class_score + 1.0)
loss = np.sum(margins) - 1.0
""", {"W": _r(4, 3), "x": X3, "y": 1}, lambda v: np.sum(np.maximum(0, v.W @ v.x - (v.W @ v.x)[1] + 1)) - 1)
_add(r"\frac{\lambda}{2}\|w\|^2 + \frac{1}{n}\sum_{i=1}^{n} \max\left(0, 1 - y_i (X w)_i\right)",
     {"lambda": 0.1, "w": X3, "n": 4.0, "y": np.array([1.0, -1, 1, 1]), "X": X},
     lambda v: getattr(v, "lambda") / 2 * v.w @ v.w + np.sum(_relu(1 - v.y * (v.X @ v.w))) / v.n)
_add("hinge = np.maximum(0, 1 - y * (X @ w + b)).mean() + lam * w @ w", {"X": X, "w": W3, "b": 0.3, "y": np.array([1.0, -1, 1, 1]), "lam": .01},
     lambda v: np.mean(_relu(1 - v.y * (v.X @ v.w + v.b))) + v.lam * v.w @ v.w)

# Logistic regression

_add(r"J(\theta) = -\frac{1}{m} \sum_{i=1}^{m} \left[ y^{(i)} \log h^{(i)} + (1 - y^{(i)}) \log(1 - h^{(i)}) \right]",
     {"m": 4.0, "y": T4, "h": _sig(_r(4))}, lambda v: -np.sum(v.y * np.log(v.h) + (1 - v.y) * np.log(1 - v.h)) / v.m)
_add("1/(1+e⁻ˣ)", {"x": 0.4}, lambda v: _sig(v.x))
_add("σ(z) = 1/(1+e⁻ᶻ)", {"z": -0.3}, lambda v: _sig(v.z))
_add("ŷ = 1/(1 + e⁻⁽ʷˣ⁺ᵇ⁾)", {"w": 0.5, "x": 2.0, "b": 0.1}, lambda v: _sig(v.w * v.x + v.b))
_add(r"p = \frac{1}{1 + \exp(-\mathbf{w}^T \mathbf{x})}, \quad \ell = -y \ln p - (1 - y) \ln(1 - p)", {"w": W3, "x": X3, "y": 1.0},
     lambda v: -v.y * np.log(_sig(v.w @ v.x)) - (1 - v.y) * np.log(1 - _sig(v.w @ v.x)))
_add("""z = np.dot(X, w) + b
A = 1 / (1 + np.exp(-z))
cost = -1/m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
""", {"X": X, "w": W3, "b": 0.2, "Y": T4, "m": 4.0}, lambda v: -1 / v.m * np.sum(v.Y * np.log(_sig(v.X @ v.w + v.b)) + (1 - v.Y) * np.log(1 - _sig(v.X @ v.w + v.b))))
_add("ℓ = log(1 + e^{−y wᵀx})", {"y": -1.0, "w": W3, "x": X3}, lambda v: np.log1p(np.exp(-v.y * v.w @ v.x)))
_add("F.binary_cross_entropy_with_logits(X @ w, y)", {"X": X, "w": W3, "y": T4}, lambda v: np.mean(np.logaddexp(0, v.X @ v.w) - v.y * (v.X @ v.w)))

# Softmax and cross-entropy

_add(r"\log \sum_{j} e^{z_j - \max_i z_i} + \max_i z_i", {"z": Z4}, lambda v: np.log(np.sum(np.exp(v.z))))
_add(r"\max_i x_i", {"x": X3}, lambda v: np.max(v.x))
_add(r"\max_{j} |x_j| - \min_{j} x_j", {"x": X3}, lambda v: np.max(np.abs(v.x)) - np.min(v.x))
_add("maxᵢ xᵢ²", {"x": X3}, lambda v: np.max(v.x**2))
_add(r"\mathcal{L} = -z_y + \log\sum_{k=1}^{K} \exp(z_k)", {"z": Z4, "y": 3}, lambda v: -v.z[3] + np.log(np.sum(np.exp(v.z))))
_add("""f -= np.max(f)
p = np.exp(f) / np.sum(np.exp(f))
L = -np.log(p[y])
""", {"f": X3, "y": 0}, lambda v: -np.log(_softmax(v.f)[0]))
_add("loss = F.cross_entropy(logits, Y)", {"logits": _r(4, 3), "Y": Y}, lambda v: _ce(v.logits, Y))
_add("-np.log(softmax(Z, axis=1)[range(n), y]).mean()", {"Z": _r(4, 3), "y": Y, "n": 4}, lambda v: _ce(v.Z, Y))
_add("Z[range(n), y].sum()", {"Z": _r(2, 3), "y": np.array([0.0, 2]), "n": 2}, lambda v: v.Z[0, 0] + v.Z[1, 2])
_add("Z[np.arange(N), y].mean()", {"Z": _r(4, 3), "y": Y}, lambda v: np.mean(v.Z[range(4), Y.astype(int)]))
_add("-Σₖ yₖ log pₖ", {"y": np.array([0.0, 1, 0]), "p": _softmax(X3)}, lambda v: -np.sum(v.y * np.log(v.p)))

# Normalisation

_add("""mu = x.mean(axis=0)
var = x.var(axis=0)
xhat = (x - mu) / np.sqrt(var + eps)
out = gamma * xhat + beta
out.sum()
""", {"x": _r(4, 2), "eps": 1e-5, "gamma": _r(2), "beta": _r(2)}, lambda v: np.sum(v.gamma * (v.x - v.x.mean(0)) / np.sqrt(v.x.var(0) + v.eps) + v.beta))
_add("""bnmeani = 1/n * hprebn.sum(0, keepdim=True)
bndiff = hprebn - bnmeani
bndiff2 = bndiff**2
bnvar = 1/(n-1) * (bndiff2).sum(0, keepdim=True)
bnvar_inv = (bnvar + 1e-5)**-0.5
bnraw = bndiff * bnvar_inv
hpreact = bngain * bnraw + bnbias
h = torch.tanh(hpreact)
h.mean()
""", {"hprebn": _r(4, 3), "n": 4.0, "bngain": _r(1, 3), "bnbias": _r(1, 3)},
     lambda v: np.mean(np.tanh(v.bngain * (v.hprebn - v.hprebn.sum(0, keepdims=True) / v.n) * (np.sum((v.hprebn - v.hprebn.sum(0, keepdims=True) / v.n) ** 2, 0, keepdims=True) / (v.n - 1) + 1e-5) ** -.5 + v.bnbias)))
_add(r"\hat{x} = \frac{x - \operatorname{mean}(x)}{\sqrt{\operatorname{var}(x) + \epsilon}}", {"x": Z4, "epsilon": 1e-5}, lambda v: (v.x - v.x.mean()) / np.sqrt(v.x.var() + v.epsilon))
_add("""mean = x.mean(-1, keepdim=True)
std = x.std(-1, keepdim=True)
out = (a * (x - mean) / (std + eps) + b).sum()
torch.relu(out)
""", {"x": _r(2, 4), "a": _r(4), "b": _r(4) + 2, "eps": 1e-3},
     lambda v: _relu(np.sum(v.a * (v.x - v.x.mean(1, keepdims=True)) / (v.x.std(1, ddof=1, keepdims=True) + v.eps) + v.b)))

# Recurrent networks

_add(r"h_t = \tanh(W_{hh} h_{t-1} + W_{xh} x_t)", {"W_hh": _r(4, 4), "h_prev": Z4, "W_xh": _r(4, 3), "x_t": X3}, lambda v: np.tanh(v.W_hh @ v.h_prev + v.W_xh @ v.x_t))
_add("""hprev = h0
for t in range(T):
    hprev = np.tanh(Wxh * x[t] + Whh * hprev + bh)
loss = (Why * hprev - y)**2
""", {"h0": 0.1, "T": 3, "Wxh": 0.5, "x": X3, "Whh": -0.8, "bh": 0.05, "Why": 1.5, "y": 0.3}, lambda v: (v.Why * _rnn(v) - v.y) ** 2)
_add("""i = sigmoid(Wi @ x + Ui @ h + bi)
f = sigmoid(Wf @ x + Uf @ h + bf)
o = sigmoid(Wo @ x + Uo @ h + bo)
g = np.tanh(Wg @ x + Ug @ h + bg)
c = f * c_prev + i * g
h_next = o * np.tanh(c)
""", {**{f"W{k}": _r(2, 3) for k in "ifog"}, **{f"U{k}": _r(2, 2) for k in "ifog"}, **{f"b{k}": _r(2) for k in "ifog"}, "x": X3, "h": _r(2), "c_prev": _r(2)},
     lambda v: _sig(v.Wo @ v.x + v.Uo @ v.h + v.bo) * np.tanh(_sig(v.Wf @ v.x + v.Uf @ v.h + v.bf) * v.c_prev + _sig(v.Wi @ v.x + v.Ui @ v.h + v.bi) * np.tanh(v.Wg @ v.x + v.Ug @ v.h + v.bg)))
_add(r"C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t", {"f_t": _sig(X3), "C_prev": W3, "i_t": _sig(W3), "C_tilde_t": _r(3)}, lambda v: v.f_t * v.C_prev + v.i_t * v.C_tilde_t)
_add("z = σ(W_z x + U_z h); h̃ = tanh(W x + U h); (1 − z) ⊙ h + z ⊙ h̃", {"W_z": _r(2, 3), "U_z": _r(2, 2), "W": _r(2, 3), "U": _r(2, 2), "x": X3, "h": _r(2)},
     lambda v: (1 - _sig(v.W_z @ v.x + v.U_z @ v.h)) * v.h + _sig(v.W_z @ v.x + v.U_z @ v.h) * np.tanh(v.W @ v.x + v.U @ v.h))

# Attention

_add(r"\operatorname{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d_k}}, \mathrm{axis}=1\right) V", {"Q": _r(2, 3), "K": _r(4, 3), "V": _r(4, 2), "d_k": 3.0}, lambda v: _softmax(v.Q @ v.K.T / np.sqrt(v.d_k)) @ v.V)
_add("""wei = q @ k.transpose(-2, -1) * 3**-0.5
wei = F.softmax(wei, dim=-1)
out = wei @ v
""", {"q": _r(2, 3), "k": _r(4, 3), "v": _r(4, 2)}, lambda v: _softmax(v.q @ v.k.T / np.sqrt(3)) @ v.v)
_add("α = softmax(Kq/√d); c = Vᵀα", {"K": _r(4, 3), "q": X3, "d": 3.0, "V": _r(4, 2)}, lambda v: v.V.T @ _softmax(v.K @ v.q / np.sqrt(v.d)))
_add("e = v.dot(np.tanh(W @ s + U @ h))", {"v": Z4, "W": _r(4, 3), "s": X3, "U": _r(4, 2), "h": _r(2)}, lambda v: v.v @ np.tanh(v.W @ v.s + v.U @ v.h))

# micrograd and scalars

_add("""a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
print(f'{g.data:.4f}')
g.backward()
""", {}, lambda v: 24.70408163265306)
_add("""x1, x2 = 2.0, 0.0
w1, w2 = -3.0, 1.0
b = 6.8813735870195432
n = x1*w1 + x2*w2 + b
e = (2*n).exp()
o = (e - 1) / (e + 1)
""", {}, lambda v: np.tanh(0.8813735870195432))
_add("L = (a*b + c) * f", {"a": 2.0, "b": -3.0, "c": 10.0, "f": -2.0}, lambda v: (v.a * v.b + v.c) * v.f)
_add("f(x, y) = (x + σ(y)) / (σ(x) + (x + y)²)", {"x": 3.0, "y": -4.0}, lambda v: (v.x + _sig(v.y)) / (_sig(v.x) + (v.x + v.y) ** 2))
_add(r"f(x) = x^{n+1} e^{-\lambda x}", {"x": 1.2, "n": 2.0, "lambda": 0.5}, lambda v: v.x ** (v.n + 1) * np.exp(-getattr(v, "lambda") * v.x))
_add("xⁿ⁺¹ − (1 − β)ᵗ", {"x": 1.5, "n": 2.0, "β": 0.9, "t": 3.0}, lambda v: v.x ** (v.n + 1) - (1 - v.β) ** v.t)
_add("(eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)", {"x": 0.3}, lambda v: np.tanh(v.x))
_add("loss.item()", {"loss": np.array([2.5])}, lambda v: v.loss[0])
_add("(w @ x + b).item() ** 2", {"w": _r(1, 3), "x": X3, "b": np.array([0.5])}, lambda v: (v.w @ v.x + v.b)[0] ** 2)

# Regression, regularisation, others

_add(r"\frac{1}{2N} \sum_{n=1}^{N} \left( t_n - \mathbf{w}^{\top}\mathbf{x}_n \right)^2", {"N": 4.0, "t": _r(4), "w": W3, "x": X}, lambda v: np.sum((v.t - v.x @ v.w) ** 2) / (2 * v.N))
_add("""y_hat = X @ w + b
l = (y_hat - y.reshape(y_hat.shape)) ** 2 / 2
l.mean()
""", {"X": X, "w": W3, "b": 0.1, "y": _r(4)}, lambda v: np.mean((v.X @ v.w + v.b - v.y) ** 2 / 2))
_add("mse = lambda p, t: ((p - t)**2).mean()\nmse(X @ w, t)", {"X": X, "w": W3, "t": T4}, lambda v: np.mean((v.X @ v.w - v.t) ** 2))
_add(r"\|Ax - b\|_2^2 + \lambda \|x\|_1", {"A": X, "x": X3, "b": _r(4), "lambda": 0.2}, lambda v: np.sum((v.A @ v.x - v.b) ** 2) + getattr(v, "lambda") * np.sum(np.abs(v.x)))
_add(r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", {"x": Z4}, lambda v: np.sum(np.diff(v.x) ** 2))
_add(r"\sum_{i=1}^{n-1} 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2", {"x": X3}, lambda v: np.sum(100 * (v.x[1:] - v.x[:-1] ** 2) ** 2 + (1 - v.x[:-1]) ** 2))
_add("Σᵢ₌₁ⁿ wᵢxᵢ + b", {"w": W3, "x": X3, "b": 0.4}, lambda v: v.w @ v.x + v.b)
_add("Σᵢ₌₁² wᵢxᵢ", {"w": W3, "x": X3}, lambda v: v.w[:2] @ v.x[:2])
_add(r"\sum_{i=1}^{n} x_i^2", {"x": Z4, "n": 3}, lambda v: np.sum(v.x[:3] ** 2))
_add(r"-\frac{1}{2}\sum_{j=1}^{J} \left(1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2\right)", {"sigma": np.abs(X3) + .1, "mu": W3}, lambda v: -.5 * np.sum(1 + np.log(v.sigma**2) - v.mu**2 - v.sigma**2))
_add("KL = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())", {"logvar": X3, "mu": W3}, lambda v: -.5 * np.sum(1 + v.logvar - v.mu**2 - np.exp(v.logvar)))
_add("""emb = C[[1, 0, 2]]
h = torch.tanh(emb.view(-1, 6) @ W1 + b1)
logits = h @ W2
logits.sum()
""", {"C": _r(3, 2), "W1": _r(6, 2), "b1": _r(2), "W2": _r(2, 3)}, lambda v: np.sum(np.tanh(v.C[[1, 0, 2]].reshape(-1, 6) @ v.W1 + v.b1) @ v.W2))
_add("xenc = F.one_hot(xs, num_classes=3).float()\nlogits = xenc @ W\ncounts = logits.exp()\nprobs = counts / counts.sum(1, keepdims=True)\nloss = -probs[torch.arange(4), ys].log().mean() + 0.01*(W**2).mean()",
     {"xs": Y, "ys": np.array([1.0, 1, 0, 2]), "W": _r(3, 3)}, lambda v: _ce(v.W[Y.astype(int)], [1, 1, 0, 2]) + .01 * np.mean(v.W**2))
_add(r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} x + \begin{bmatrix} 1 \\ 0 \end{bmatrix}", {"x": _r(2)}, lambda v: np.array([[1, 2], [3, 4]]) @ v.x + [1, 0])
_add(r"\frac{\mathbf{u} \cdot \mathbf{v}}{\|\mathbf{u}\| \, \|\mathbf{v}\|}", {"u": X3, "v": W3}, lambda v: v.u @ v.v / np.linalg.norm(v.u) / np.linalg.norm(v.v))
_add("sim = (a * b).sum() / (a.norm() * b.norm())", {"a": X3, "b": W3}, lambda v: v.a @ v.b / np.linalg.norm(v.a) / np.linalg.norm(v.b))
_add(r"L = \max(\|a - p\|^2 - \|a - n\|^2 + \alpha, 0)", {"a": X3, "p": W3, "n": _r(3), "alpha": 5.0}, lambda v: _relu(np.sum((v.a - v.p) ** 2) - np.sum((v.a - v.n) ** 2) + v.alpha))
_add("p_t = np.where(y == 1, p, 1 - p)\nfl = -((1 - p_t)**gamma * np.log(p_t)).mean()", {"y": T4, "p": _sig(Z4), "gamma": 2.0}, lambda v: -np.mean((1 - np.where(T4 == 1, v.p, 1 - v.p)) ** v.gamma * np.log(np.where(T4 == 1, v.p, 1 - v.p))))
_add("Q = r + γ max_a q_a", {"r": 1.0, "γ": 0.9, "q": X3}, lambda v: v.r + v.γ * np.max(v.q))
_add(r"\frac{1}{2}\mathbf{x}^\top\mathbf{A}\mathbf{x} - \mathbf{b}^\top\mathbf{x}", {"A": _r(3, 3), "x": X3, "b": W3}, lambda v: .5 * v.x @ v.A @ v.x - v.b @ v.x)
_add("uᵀ(A ⊙ B)v", {"u": X3, "A": _r(3, 3), "B": _r(3, 3), "v": W3}, lambda v: v.u @ (v.A * v.B) @ v.v)
_add("np.sum(A * B)", {"A": _r(2, 2), "B": _r(2, 2)}, lambda v: np.sum(v.A * v.B))
_add(r"\operatorname{tr}(\mathbf{A}\mathbf{B})", {"A": _r(2, 2), "B": _r(2, 2)}, lambda v: np.trace(v.A @ v.B))
# fmt: on


def _rnn(v: Any) -> Any:
    h = v.h0
    for t in range(3):
        h = np.tanh(v.Wxh * v.x[t] + v.Whh * h + v.bh)
    return h
