"""What students and lecturers write, from memory: each is read, and has the value by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backprop_cli import BackpropError, explain

NUMBERS = np.random.RandomState(0)


def R(*shape: int) -> Any:
    return NUMBERS.randn(*shape)


def sig(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def sm(z: Any, axis: int = -1) -> Any:
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


x3, W, b4, w3, X, th, z4, A3, y3 = R(3), R(4, 3), R(4), R(3), R(5, 3), R(3), R(4), R(3, 3), R(3)
y5 = np.array([0, 1, 1, 0, 1.0])

Case = tuple[str, dict[str, Any], Callable[[dict[str, Any]], Any]]
WRITTEN: list[Case] = []


def c(text: str, inputs: dict[str, Any], value: Callable[[dict[str, Any]], Any]) -> None:
    WRITTEN.append((text, inputs, value))


# fmt: off
c(r"\mathcal{L} = -\frac{1}{n}\sum_{i=1}^{n} \left[y_i \log \hat{y}_i + (1-y_i)\log(1-\hat{y}_i)\right]", {"y": y5,"y_hat": sig(R(5)),"n": 5}, lambda v:-np.mean(v['y']*np.log(v['y_hat'])+(1-v['y'])*np.log(1-v['y_hat'])))
c(r"\mathcal{L}(\theta) = \dfrac{1}{2}\left\lVert X\theta - y\right\rVert_2^2", {"X": X,"theta": th,"y": y5}, lambda v:.5*np.sum((X@th-y5)**2))
c(r"J(\boldsymbol{\theta}) = \tfrac{1}{2m}\|\mathbf{X}\boldsymbol{\theta} - \mathbf{y}\|^2 + \frac{\lambda}{2}\|\boldsymbol{\theta}\|_2^2", {'X':X,'θ':th,'y':y5,'m':5,'λ':.1}, lambda v:np.sum((X@th-y5)**2)/10+.05*np.sum(th**2))
c(r"\hat{y} = \mathrm{softmax}(Wx+b)", {"W": W,"x": x3,"b": b4}, lambda v: sm(W@x3+b4))
c(r"\hat{\mathbf{y}} = \operatorname{softmax}(\mathbf{W}\mathbf{x} + \mathbf{b})", {"W": W,"x": x3,"b": b4}, lambda v: sm(W@x3+b4))
c(r"f(x)=\begin{cases} x^2 & \text{if } x \geq 0 \\ -x & \text{otherwise} \end{cases}", {"x": -2.}, lambda v:2.)
c(r"f(x) = \begin{cases} x & x > 0 \\ 0.01x & x \le 0 \end{cases}", {"x": -2.}, lambda v:-.02)
c(r"\langle w, x\rangle + b", {"w": w3,"x": x3,"b": 1.}, lambda v:w3@x3+1)
c(r"\mathbb{1}[x>0]\cdot x", {"x": 2.}, lambda v:2.)
c(r"\mathbf{1}_{x>0} x", {"x": 2.}, lambda v:2.)
c(r"\mathbb{1}\{x>0\} x", {"x": 2.}, lambda v:2.)
c(r"\max(0, 1 - y (\mathbf{w}^\top \mathbf{x} + b))", {"y": 1.,"w": w3,"x": x3,"b": .3}, lambda v:max(0,1-(w3@x3+.3)))
c(r"L_i = -\log\left(\frac{e^{f_{y_i}}}{\sum_j e^{f_j}}\right)", {"f": x3,"y_i": 1}, lambda v:-np.log(sm(x3)[1]))
c(r"-\sum_{k} y_k \ln p_k", {"y": np.array([.2,.3,.5]),"p": sm(x3)}, lambda v:-np.sum(v['y']*np.log(v['p'])))
c(r"\sigma(z) = \frac{1}{1+e^{-z}}", {"z": .5}, lambda v:sig(.5))
c(r"h = \sigma(W_1 x + b_1), \quad \hat{y} = W_2 h + b_2", {"W_1": W,"x": x3,"b_1": b4,"W_2": R(2,4),"b_2": np.zeros(2)}, lambda v:v['W_2']@sig(W@x3+b4))
c(r"\begin{aligned} h &= \tanh(W x + b) \\ y &= v^\top h \end{aligned}", {"W": W,"x": x3,"b": b4,"v": z4}, lambda v:z4@np.tanh(W@x3+b4))
c(r"\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}, axis=1\right)V", {"Q": X,"K": R(4,3),"V": R(4,2),"d_k": 3.}, lambda v: sm(X@v['K'].T/np.sqrt(3),1)@v['V'])
c(r"\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)", {'x':1.,'μ':.5,'σ':2.}, lambda v:np.exp(-.25/8))
c(r"\frac{1}{\sqrt{2\pi\sigma^2}} e^{-\frac{(x-\mu)^2}{2\sigma^2}}", {'x':1.,'mu':.5,'sigma':2.}, lambda v:np.exp(-.25/8)/np.sqrt(8*np.pi))
c(r"\mathrm{KL}(p\|q) = \sum_i p_i \log\frac{p_i}{q_i}", {"p": sm(x3),"q": sm(w3)}, lambda v:np.sum(v['p']*np.log(v['p']/v['q'])))
c(r"E_{\text{total}} = \sum \frac{1}{2}(target - output)^2", {"target": x3,"output": w3}, lambda v:np.sum(.5*(x3-w3)**2))
c(r"\|x\|_1", {"x": x3}, lambda v:np.abs(x3).sum())
c(r"\operatorname{tr}(A^\top A)", {"A": A3}, lambda v:np.trace(A3.T@A3))
c(r"x^{\intercal} A x", {"A": A3,"x": x3}, lambda v:x3@A3@x3)
c(r"\boldsymbol{w}^{\mathsf T}\boldsymbol{x}+b", {"w": w3,"x": x3,"b": 1.}, lambda v:w3@x3+1)
c(r"z = w^{T}x + b,\; a = \sigma(z),\; \mathcal{L}(a,y) = -(y\log a + (1-y)\log(1-a))", {"w": w3,"x": x3,"b": .1,"y": 1.}, lambda v:-np.log(sig(w3@x3+.1)))
c(r"\ln(1 + e^{x})", {"x": .3}, lambda v:np.log1p(np.exp(.3)))
c(r"\frac{e^{x}-e^{-x}}{e^{x}+e^{-x}}", {"x": .3}, lambda v:np.tanh(.3))
c(r"\left| x - y \right|", {"x": 1.,"y": 3.}, lambda v:2.)
c(r"$$ f(x,y) = x^2 y + y + 2 $$", {"x": 3.,"y": 4.}, lambda v:42.)
c(r"\sqrt[3]{x}", {"x": 8.}, lambda v:2.)
c(r"\sum_{i=1}^{3}\sum_{j=1}^{3} A_{ij} x_i x_j", {"A": A3,"x": x3}, lambda v:x3@A3@x3)
c(r"\frac{1}{N}\sum_{i} (y_i - \hat y_i)^2", {"N": 3.,"y": y3,"y_hat": x3}, lambda v:np.mean((y3-x3)**2))
c(r"\hat{x} = \frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}; \quad y = \gamma\hat{x}+\beta", {'x':x3,'mu':.1,'sigma':.9,'epsilon':1e-5,'gamma':2.,'beta':.5}, lambda v:2*(x3-.1)/np.sqrt(.81+1e-5)+.5)
c("σ(w·x + b)", {"w": w3,"x": x3,"b": .1}, lambda v:sig(w3@x3+.1))
c("h = tanh(Wx + Uh_prev + b)", {"W": W,"x": x3,"U": R(4,4),"h_prev": z4,"b": b4}, lambda v:np.tanh(W@x3+v['U']@z4+b4))
c("max(0, x)", {"x": 2.}, lambda v:2.)
c("1/(1+e^-(w0 x0 + w1 x1 + w2))", {"w0": 2.,"x0": -1.,"w1": -3.,"x1": -2.,"w2": -3.}, lambda v:sig(1.))
c("1/2 (t - o)²", {"t": 1.,"o": .75}, lambda v:.5*.0625)
c("½(0.01 − out)²", {"out": .75}, lambda v:.5*(.01-.75)**2)
c("x² + 3xy + y²", {"x": 2.,"y": 3.}, lambda v:4+18+9.)
c("(x + y)² / 2", {"x": 2.,"y": 3.}, lambda v:12.5)
c("e^(x²)", {"x": 1.}, lambda v:np.e)
c("sin²x + cos²x", {"x": 1.}, lambda v:1.)
c("p = softmax(z); L = -log p[y]", {"z": x3,"y": 1}, lambda v:-np.log(sm(x3)[1]))
c("‖x − c‖² + λ‖w‖₁", {'x':x3,'c':y3,'λ':.1,'w':w3}, lambda v:np.sum((x3-y3)**2)+.1*np.abs(w3).sum())
c("f = (x + y) z where x = -2, y = 5, z = -4", {}, lambda v:-12.)
c("f(x, y, z) = (x + y)z, x = -2, y = 5, z = -4", {}, lambda v:-12.)
c("a = 2; b = 3; a*b", {}, lambda v:6.)
c("y := wx + b", {"w": 2.,"x": 3.,"b": 1.}, lambda v:7.)
c("|x|/2 + |y|", {"x": -2.,"y": 3.}, lambda v:4.)
c("x^T W y", {"x": z4,"W": W,"y": x3}, lambda v:z4@W@x3)
c("Wᵀ(Wx − y)", {"W": W,"x": x3,"y": z4}, lambda v:W.T@(W@x3-z4))
c("2/3 x", {"x": 3.}, lambda v:2.)
c("x₁w₁ + x₂w₂", {"x1": 1.,"x2": 2.,"w1": 3.,"w2": 4.}, lambda v:11.)
c("L = (y-ŷ)²", {'y':1.,'ŷ':.5}, lambda v:.25)
c("""import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def loss(w, X, y):
    a = sigmoid(X @ w)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
""", {"w": w3,"X": X,"y": y5}, lambda v:-np.mean(y5*np.log(sig(X@w3))+(1-y5)*np.log(1-sig(X@w3))))
c("""x = -2; y = 5; z = -4
# perform the forward pass
q = x + y # q becomes 3
f = q * z # f becomes -12
""", {}, lambda v:-12.)
c("""w = [2,-3,-3] # assume some random weights and data
x = [-1, -2]
# forward pass
dot = w[0]*x[0] + w[1]*x[1] + w[2]
f = 1.0 / (1 + math.exp(-dot)) # sigmoid function
""", {}, lambda v:sig(1.))
c("""x = 3 # example values
y = -4
# forward pass
sigy = 1.0 / (1 + math.exp(-y)) # sigmoid in numerator   #(1)
num = x + sigy # numerator                               #(2)
sigx = 1.0 / (1 + math.exp(-x)) # sigmoid in denominator #(3)
xpy = x + y                                              #(4)
xpysqr = xpy**2                                          #(5)
den = sigx + xpysqr # denominator                        #(6)
invden = 1.0 / den                                       #(7)
f = num * invden # done!                                 #(8)
""", {}, lambda v:(3+sig(-4.))/(sig(3.)+1))
c("""def lstm(x, h, c, W, b):
    z = W @ np.concatenate([h, x]) + b
    H = 2
    i = sigmoid(z[0:2]); f = sigmoid(z[2:4]); o = sigmoid(z[4:6]); g = np.tanh(z[6:8])
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    return h_next.sum()
""", {"x": R(2),"h": R(2),"c": R(2),"W": R(8,4),"b": R(8)}, lambda v:(lambda z:(sig(z[4:6])*np.tanh(sig(z[2:4])*v['c']+sig(z[:2])*np.tanh(z[6:8]))).sum())(v['W']@np.concatenate([v['h'],v['x']])+v['b']))
c("""def lstm(x, h, c, W, b):
    H = h.shape[0]
    z = W @ np.concatenate([h, x]) + b
    i = sigmoid(z[:H])
    f = sigmoid(z[H:2*H])
    o = sigmoid(z[2*H:3*H])
    g = np.tanh(z[3*H:])
    c_next = f * c + i * g
    return (o * np.tanh(c_next)).sum()
""", {"x": R(2),"h": R(2),"c": R(2),"W": R(8,4),"b": R(8)}, lambda v:(lambda z:(sig(z[4:6])*np.tanh(sig(z[2:4])*v['c']+sig(z[:2])*np.tanh(z[6:8]))).sum())(v['W']@np.concatenate([v['h'],v['x']])+v['b']))
c("""def gru(x, h, Wz, Wr, Wh):
    xh = torch.cat([x, h])
    z = torch.sigmoid(Wz @ xh)
    r = torch.sigmoid(Wr @ xh)
    hh = torch.tanh(Wh @ torch.cat((x, r * h), dim=0))
    return ((1 - z) * h + z * hh).sum()
""", {"x": R(2),"h": R(2),"Wz": R(2,4),"Wr": R(2,4),"Wh": R(2,4)}, lambda v:(lambda xh:(lambda z,r:((1-z)*v['h']+z*np.tanh(v['Wh']@np.concatenate([v['x'],r*v['h']]))).sum())(sig(v['Wz']@xh),sig(v['Wr']@xh)))(np.concatenate([v['x'],v['h']])))
c("""def attention(Q, K, V):
    d_k = Q.shape[-1]
    scores = Q @ K.T / math.sqrt(d_k)
    weights = F.softmax(scores, dim=-1)
    return (weights @ V).sum()
""", {"Q": X,"K": R(4,3),"V": R(4,2)}, lambda v:(sm(X@v['K'].T/np.sqrt(3))@v['V']).sum())
c("""def attention(Q, K, V):
    d_k = Q.size(-1)
    scores = torch.matmul(Q, K.transpose(-2, -1)) / math.sqrt(d_k)
    p_attn = scores.softmax(dim=-1)
    return torch.matmul(p_attn, V).sum()
""", {"Q": X,"K": R(4,3),"V": R(4,2)}, lambda v:(sm(X@v['K'].T/np.sqrt(3))@v['V']).sum())
c("""def batchnorm(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    xhat = (x - mu) / np.sqrt(var + eps)
    out = gamma * xhat + beta
    return np.sum(out ** 2)
""", {"x": X,"gamma": w3,"beta": y3}, lambda v:np.sum((w3*(X-X.mean(0))/np.sqrt(X.var(0)+1e-5)+y3)**2))
c("""N, D = x.shape
mu = 1./N * np.sum(x, axis = 0)
xmu = x - mu
sq = xmu ** 2
var = 1./N * np.sum(sq, axis = 0)
sqrtvar = np.sqrt(var + 1e-5)
ivar = 1./sqrtvar
xhat = xmu * ivar
out = gamma * xhat + beta
out.sum()
""", {"x": X,"gamma": w3,"beta": y3}, lambda v:np.sum(w3*(X-X.mean(0))/np.sqrt(X.var(0)+1e-5)+y3))
c("""def layernorm(x, g, b):
    mu = x.mean(-1, keepdim=True)
    var = ((x - mu) ** 2).mean(-1, keepdim=True)
    return (g * (x - mu) / torch.sqrt(var + 1e-5) + b).pow(2).sum()
""", {"x": X,"g": w3,"b": y3}, lambda v:np.sum((w3*(X-X.mean(1,keepdims=True))/np.sqrt(X.var(1,keepdims=True)+1e-5)+y3)**2))
c("""scores = X @ W
exp_scores = np.exp(scores - scores.max(axis=1, keepdims=True))
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
correct_logprobs = -np.log(probs[range(5), y])
data_loss = np.sum(correct_logprobs) / 5
reg_loss = 0.5 * reg * np.sum(W * W)
loss = data_loss + reg_loss
""", {"W": R(3,4),"X": X,"y": np.array([0,1,2,3,1]),"reg": .1}, lambda v:-np.mean(np.log(sm(X@v['W']))[range(5),v['y']])+.05*np.sum(v['W']**2))
c("""a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
Q = 3*a**3 - b**2
Q.backward()
print(a.grad)
""", {}, lambda v:24-9.)
c("""x = torch.ones(2, 2, requires_grad=True)
y = x + 2
z = y * y * 3
out = z.mean()
out.backward()
""", {}, lambda v:27.)
c("""h = jax.nn.relu(x @ W1 + b1)
logits = h @ W2 + b2
loss = -jnp.sum(jax.nn.log_softmax(logits) * y)
""", {"x": x3,"W1": R(3,4),"b1": b4,"W2": R(4,2),"b2": R(2),"y": np.array([0.,1.])}, lambda v:-np.sum(np.log(sm(np.maximum(0,x3@v['W1']+b4)@v['W2']+v['b2']))*v['y']))
c("""def forward(x, w1, w2):
    h = x
    for i in range(3):
        h = np.tanh(w1 * h)
    return w2 * h
""", {"x": .5,"w1": 1.2,"w2": 2.}, lambda v:2*np.tanh(1.2*np.tanh(1.2*np.tanh(.6))))
c("""loss = 0
for t in range(3):
    loss += (x[t] - y[t]) ** 2
loss / 3
""", {"x": x3,"y": y3}, lambda v:np.mean((x3-y3)**2))
c("""total = 0.0
for xi, yi in zip(x, y):
    total += (w*xi + b - yi)**2
total / len(x)
""", {"x": x3,"y": y3,"w": 1.,"b": .2}, lambda v:np.mean((x3+.2-y3)**2))
c("net_h1 = w1*i1 + w2*i2 + b1*1\nout_h1 = 1/(1+e^{-net_h1})", {"w1": .15,"i1": .05,"w2": .2,"i2": .1,"b1": .35}, lambda v:sig(.3775))
c("lambda x: x**2 + 3*x", {"x": 2.}, lambda v:10.)
c("f = lambda x, y: x*y + np.sin(x)\nf(x, y)", {"x": 2.,"y": 3.}, lambda v:6+np.sin(2.))
c("((x - x.mean()) / x.std())[0]", {"x": x3}, lambda v:((x3-x3.mean())/x3.std())[0])
c("torch.norm(W @ x)", {"W": W,"x": x3}, lambda v:np.linalg.norm(W@x3))
c("np.einsum('ij,j->i', W, x)", {"W": W,"x": x3}, lambda v:W@x3)
c("x if x > 0 else 0.1 * x", {"x": -2.}, lambda v:-.2)
c("F.mse_loss(X @ w, y)", {"X": X,"w": w3,"y": y5}, lambda v:np.mean((X@w3-y5)**2))
c("tf.reduce_mean(tf.square(y - y_hat))", {"y": y3,"y_hat": x3}, lambda v:np.mean((y3-x3)**2))
c("tf.nn.softmax(z)[y]", {"z": x3,"y": 1}, lambda v:sm(x3)[1])
c("-(y * torch.log(p)).sum(dim=1).mean()", {"y": np.eye(4)[[0,1,2,3,1]],"p": sm(R(5,4))}, lambda v:-(v['y']*np.log(v['p'])).sum(1).mean())
c("np.where(x > 0, x, 0.2*x).sum()", {"x": x3}, lambda v:np.where(x3>0,x3,.2*x3).sum())
c("(x > 0) * x", {"x": x3}, lambda v:(x3>0)*x3)
c("np.clip(x, -1, 1).sum()", {"x": x3}, lambda v:np.clip(x3,-1,1).sum())
c("np.sum(np.maximum(0, 1 - y * (X @ w))) + 0.5 * lam * w @ w", {"X": X,"w": w3,"y": 2*y5-1,"lam": .1}, lambda v:np.sum(np.maximum(0,1-(2*y5-1)*(X@w3)))+.05*w3@w3)
c("return (a * b) + c", {"a": 1.,"b": 2.,"c": 3.}, lambda v:5.)
c(">>> x = 2\n>>> y = x**3\n>>> y", {}, lambda v:8.)
c(r"\mathcal{L}_{\text{CE}} = -\sum_{i=1}^{3} y_i\log(\hat{y}_i)", {"y": np.array([0,1,0.]),"y_hat": sm(x3)}, lambda v:-np.log(sm(x3)[1]))
c(r"\text{ReLU}(x) = \max\{0, x\}", {"x": 2.}, lambda v:2.)
c(r"\operatorname*{ReLU}(Wx)", {"W": W,"x": x3}, lambda v:np.maximum(0,W@x3))
c(r"\mathrm{LeakyReLU}(x)", {"x": -1.}, lambda v:-.01)
c(r"\left(\frac{1}{m}\sum_{i=1}^m (h_i - y_i)^2\right)", {"m": 3,"h": x3,"y": y3}, lambda v:np.mean((x3-y3)**2))
c(r"J = \frac{1}{2m} \sum_{i=1}^{m} \left( \theta_0 + \theta_1 x_i - y_i \right)^2", {"m": 3,"theta_0": .1,"theta_1": .2,"x": x3,"y": y3}, lambda v:np.sum((.1+.2*x3-y3)**2)/6)
c(r"\frac12 mv^2", {"m": 2.,"v": 3.}, lambda v:9.)
c(r"x^{2}y - 3xy^{3}", {"x": 2.,"y": 1.}, lambda v:4-6.)
c(r"\sin(xy) + e^{x/y}", {"x": 2.,"y": 1.}, lambda v:np.sin(2)+np.exp(2))
c(r"\ln x_1 + x_1 x_2 - \sin x_2", {"x1": 2.,"x2": 5.}, lambda v:np.log(2)+10-np.sin(5))
c(r"f(x_1, x_2) = \ln(x_1) + x_1x_2 - \sin(x_2)", {"x_1": 2.,"x_2": 5.}, lambda v:np.log(2)+10-np.sin(5))
c(r"\sigma(w_1 x_1 + w_2 x_2 + b)", {"w1": 1.,"x1": 2.,"w2": 3.,"x2": 4.,"b": -1.}, lambda v:sig(13.))
c(r"f(\boldsymbol{x};\boldsymbol{W},\boldsymbol{c},\boldsymbol{w},b) = \boldsymbol{w}^\top \max\{0, \boldsymbol{W}^\top \boldsymbol{x} + \boldsymbol{c}\} + b", {'W':W,'x':z4,'c':x3,'w':w3,'b':.5}, lambda v:w3@np.maximum(0,W.T@z4+x3)+.5)
c(r"\operatorname{sign}(x)", {"x": -2.}, lambda v:-1.)
c(r"\operatorname{erf}(x)", {"x": .5}, lambda v:0.5204998778130465)
c(r"\mathrm{Var}(x)", {"x": x3}, lambda v:x3.var())
c(r"\log\sum_j e^{z_j}", {"z": x3}, lambda v:np.log(np.exp(x3).sum()))
c(r"-z_y + \log\sum_j \exp(z_j)", {"z": x3,"y": 1}, lambda v:np.log(np.exp(x3).sum())-x3[1])
c(r"-\log \frac{\exp(z_y)}{\sum_j \exp(z_j)}", {"z": x3,"y": 1}, lambda v:np.log(np.exp(x3).sum())-x3[1])
c(r"\hat y = \sigma(\theta^{\mathrm{T}} x)", {'theta':w3,'x':x3}, lambda v:sig(w3@x3))
c(r"\frac{\lambda}{2}\sum_{i,j} W_{i,j}^2", {'lambda':.1,'W':W}, lambda v:.05*np.sum(W**2))
c(r"\frac{\lambda}{2}\sum_i\sum_j W_{ij}^2", {'lambda':.1,'W':W}, lambda v:.05*np.sum(W**2))
c(r"R(W) = \sum_k \sum_l W_{k,l}^2", {'W':W}, lambda v:np.sum(W**2))
c(r"2^x", {"x": 3.}, lambda v:8.)
c(r"x^{-1}", {"x": 4.}, lambda v:.25)
c(r"e^{-\frac{1}{2}x^2}", {"x": 1.}, lambda v:np.exp(-.5))
c(r"\exp\{-x\}", {"x": 1.}, lambda v:np.exp(-1))
c(r"\sqrt{x^2+y^2}", {"x": 3.,"y": 4.}, lambda v:5.)
c(r"\lvert x\rvert^3", {"x": -2.}, lambda v:8.)
c(r"\cos^2 \theta", {'theta':1.}, lambda v:np.cos(1)**2)
c(r"\arctan x", {"x": 1.}, lambda v:np.pi/4)
c(r"\[ y = x^2 \]", {"x": 3.}, lambda v:9.)
c(r"\begin{equation} y = x^2 \end{equation}", {"x": 3.}, lambda v:9.)
c(r"\begin{align} a &= x + 1 \\ b &= a^2 \end{align}", {"x": 3.}, lambda v:16.)
c(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} x", {"x": np.array([1.,2.])}, lambda v:np.array([5.,11.]))
c("tanh(x)·(1 − tanh²(x))", {"x": .5}, lambda v:np.tanh(.5)*(1-np.tanh(.5)**2))
c("‖W‖²_F", {'W':W}, lambda v:np.sum(W**2))
c("‖W‖_F²", {'W':W}, lambda v:np.sum(W**2))
c("exp(-x)/(1+exp(-x))^2", {"x": 1.}, lambda v:sig(1.)*(1-sig(1.)))
c("log(x+1)/log(2)", {"x": 1.}, lambda v:1.)
c("y_pred = w*x + b; loss = (y_pred - y_true)^2", {"w": 1.,"x": 2.,"b": 3.,"y_true": 4.}, lambda v:1.)
c("L(y, ŷ) = −[y log ŷ + (1−y) log(1−ŷ)]", {'y':1.,'ŷ':.8}, lambda v:-np.log(.8))
c("a₁ = σ(z₁)", {"z1": .5}, lambda v:sig(.5))
c("x**2 + 3*x", {"x": 2.}, lambda v:10.)
c("2 * (3 + x) * -y", {"x": 1.,"y": 2.}, lambda v:-16.)
c("softmax([x, y, z])[0]", {"x": 1.,"y": 2.,"z": 3.}, lambda v:sm(np.array([1,2,3.]))[0])
c("mean((y - X@w)**2)", {"y": y5,"X": X,"w": w3}, lambda v:np.mean((y5-X@w3)**2))
c("(X@w - y).T @ (X@w - y) / 5", {"y": y5,"X": X,"w": w3}, lambda v:np.mean((y5-X@w3)**2))
c("import torch.nn.functional as F\nout = F.relu(x @ W1.T + b1) @ W2.T + b2\nloss = F.cross_entropy(out, y)", {"x": X,"W1": R(4,3),"b1": b4,"W2": R(2,4),"b2": R(2),"y": np.array([0,1,0,1,1])}, lambda v:-np.mean(np.log(sm(np.maximum(0,X@v['W1'].T+b4)@v['W2'].T+v['b2']))[range(5),v['y']]))
c("y = x.clone()\ny += 1\ny*y", {"x": 1.}, lambda v:4.)
c("z = torch.einsum('bi,oi->bo', x, W) + b", {"x": X,"W": W,"b": b4}, lambda v:X@W.T+b4)
c("(x @ w).sigmoid()", {"x": X,"w": w3}, lambda v:sig(X@w3))
c("x / np.linalg.norm(x, axis=1, keepdims=True)", {"x": X}, lambda v:X/np.linalg.norm(X,axis=1,keepdims=True))
c("np.linalg.norm(x, ord=1)", {"x": x3}, lambda v:np.abs(x3).sum())
c("np.linalg.norm(x, 1)", {"x": x3}, lambda v:np.abs(x3).sum())
c("np.max(x, 0)", {"x": X}, lambda v:X.max(0))
c("np.mean(x, axis=(0,1))", {"x": X}, lambda v:X.mean())
c("np.sum(x[:, 1:] ** 2)", {"x": X}, lambda v:np.sum(X[:,1:]**2))
c("x[-1] + x[::2].sum()", {"x": x3}, lambda v:x3[-1]+x3[::2].sum())
c("math.pow(x, 2) + math.sqrt(y) + math.pi", {"x": 1.,"y": 4.}, lambda v:3+np.pi)
c("x = 2.0\nfor _ in range(3): x = x*x\nx", {}, lambda v:256.)
c("def f(x: float, y: float) -> float:\n    a: float = x*y\n    return a + 1", {"x": 2.,"y": 3.}, lambda v:7.)
c("a, b = x*2, y*3\na*b", {"x": 1.,"y": 1.}, lambda v:6.)
c("total = sum([x[i]*w[i] for i in range(3)])", {"x": x3,"w": w3}, lambda v:x3@w3)
c("total = sum(xi*wi for xi, wi in zip(x, w))", {"x": x3,"w": w3}, lambda v:x3@w3)
c("np.sum(x @ x.T)", {"x": x3}, lambda v: x3 @ x3)
c("np.dot(x.T, A).dot(x.T)", {"x": x3, "A": A3}, lambda v: x3 @ A3 @ x3)
c("(A * x.T).sum()", {"x": x3, "A": A3}, lambda v: np.sum(A3 * x3))
c("x.clamp(min=0)", {"x": x3}, lambda v: np.maximum(x3, 0))
c("np.clip(x, a_min=-0.5, a_max=0.5)", {"x": x3}, lambda v: np.clip(x3, -0.5, 0.5))
c("A - A.mean(1)", {"A": A3}, lambda v: A3 - A3.mean(1))
c("np.maximum(A, x)", {"A": A3, "x": x3}, lambda v: np.maximum(A3, x3))
c("A.T / x.sum() + x[:, None]", {"A": A3, "x": x3}, lambda v: A3.T / x3.sum() + x3[:, None])
c("x.std(unbiased=False) + np.std(x, ddof=1)", {"x": x3}, lambda v: x3.std() + x3.std(ddof=1))
c("torch.std(x)", {"x": x3}, lambda v: x3.std(ddof=1))
c("torch.sum(A, dim=(0, 1))", {"A": A3}, lambda v: A3.sum())
c("np.mean((x > 0) * x)", {"x": x3}, lambda v: np.mean((x3 > 0) * x3))
c("x[[0, 2]] + A[1:, :1].sum()", {"x": x3, "A": A3}, lambda v: x3[[0, 2]] + A3[1:, :1].sum())
c("np.linalg.slogdet(A)[1] + np.linalg.det(A)", {"A": A3}, lambda v: np.linalg.slogdet(A3)[1] + np.linalg.det(A3))
c(r"\|\mathbf{A}\|^2_F", {"A": A3}, lambda v: np.sum(A3**2))
c(r"\mathcal{N}(x;\mu,\sigma^2) = \exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)", {"x": 1.0, "mu": 0.5, "sigma": 2.0}, lambda v: np.exp(-1 / 32))
# fmt: on


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case[0][:50])
def test_it_has_the_value_by_hand(case: Case) -> None:
    text, inputs, value = case
    run = explain(text, inputs)
    right = value(inputs)
    assert np.shape(run.value) == np.shape(right)
    assert np.allclose(run.value, right, rtol=1e-9)


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case[0][:50])
def test_what_is_said_to_be_understood_reads_back(case: Case) -> None:
    text, inputs, _ = case
    run = explain(text, inputs)
    if run.graph.read_as:
        given = {name: value for name, value in inputs.items() if name in run.inputs}
        again = explain(run.graph.read_as, {**run.inputs, **given})
        assert np.allclose(again.value, run.value, rtol=1e-9)


@pytest.mark.parametrize(
    "text",
    ["math.pow(x, )", "np.add(x)", "x.dot()", "np.negative(x, x)", "np.reshape()", "x.sum(,)"],
)
def test_too_few_values_are_a_message(text: str) -> None:
    with pytest.raises(BackpropError):
        explain(text, x=1)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (r"\frac{\partial L}{\partial w}", {}, "belongs to an answer"),
    (r"\sum_{j\neq k} s_j", {"s": x3}, "give k a value"),
    (r"\mathrm{softmax}(QK^\top)V", {"Q": X, "K": X, "V": X}, "axis=1"),
    (r"\mathbb{E}[x]", {"x": x3}, "write mean(x)"),
    (r"\tanh(W h_{t-1})", {"W": 1, "h": 2}, "h_prev"),
    (r"\max_i x_i y", {"x": x3, "y": 1}, "brackets"),
    (r"\sum_{i=1}^{n/2} x_i", {"x": x3, "n": 2}, "Σ_{i=1}^{3}"),
    ("x^0.5 \\cdot y", {"x": 1, "y": 2}, "^{0.5}"),
    (r"\frac{x^12}{y}", {"x": 1, "y": 2}, "^{12}"),
    (r"w_10 \cdot x", {"w_10": 1, "x": 2}, "_{10}"),
    ("1e-4x", {"x": 1}, "1e-4*x"),
    ("e⁻ˣ²", {"x": 1}, "^(-x^2)"),
    (r"\tan^{-1}(x)", {"x": 1}, "arctan"),
    (r"W^{(1)} x", {"W_1": 1, "x": 1}, "W_1"),
    (r"\begin{array}{cc} 1 & 2 \end{array}", {}, "pmatrix"),
    (r"\prod_i x_i y", {"x": x3, "y": 1}, "brackets"),
    ("L = -Σ y log ŷ", {"y": y3, "ŷ": sm(x3)}, "y * log ŷ"),
    ("[h, x]", {"h": z4, "x": x3}, "concat(a, b)"),
    ("x = x - a * g", {"x": 1, "a": 2, "g": 3}, "another name"),
    ("hs = []\nh = np.tanh(x)\nhs.append(h)", {"x": 1}, "add up in a number"),
    ("s = X @ W\ns[0, 1] = 0\ns.sum()", {"X": X, "W": W.T}, "onehot"),
    ("F.cross_entropy(z, y, reduction='sum')", {"z": x3, "y": 1}, "multiply the mean"),
    ("torch.max(X, dim=1)[1]", {"X": X}, "take [0]"),
    ("np.random.randn(3) * x", {"x": 1}, "random numbers as an input"),
    ("if x > 0:\n    y = x\nelse:\n    y = -x\ny", {"x": 1}, "np.where"),
    ("W1, b1 = params\nW1 @ x + b1", {"x": x3}, "W1=VALUE"),
]


@pytest.mark.parametrize(("text", "inputs", "hint"), REFUSED, ids=lambda part: str(part)[:40])
def test_what_is_not_read_has_a_hint(text: str, inputs: dict[str, Any], hint: str) -> None:
    with pytest.raises(BackpropError) as caught:
        explain(text, inputs)
    assert hint in f"{caught.value.message} {caught.value.hint}"
