"""GNMT against torch's LSTM cell, loops over numbers, integer arithmetic and exhaustive search."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn

import gnmt

V, D, L = 11, 6, 4
SOURCES = [[5, 3, 9, 4, 7], [8, 3], [6, 10, 4]]
TARGETS = [[1, 4, 4, 9], [1, 5, 7, 3], [1, 6, 8, 3]]
FINITE = 0.3  # a δ that clips


@pytest.fixture
def model():
    network = gnmt.GNMT(V, D, L)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(2)
    return network


def reference_lstm(lstm: gnmt.LSTM, x: torch.Tensor, delta: float) -> torch.Tensor:
    """The gates and memory of nn.LSTMCell, fed with our m; torch's h = o tanh(c) gives away o."""
    d = lstm.d
    order = [
        *range(d),
        *range(2 * d, 3 * d),
        *range(d, 2 * d),
        *range(3 * d, 4 * d),
    ]  # torch: i f g o; eq. 11: i i' f o
    cell = nn.LSTMCell(x.shape[2], d, bias=False)
    cell.weight_ih, cell.weight_hh = (nn.Parameter(W.weight[order].detach()) for W in (lstm.W_x, lstm.W_m))
    c = m = torch.zeros(len(x), d)
    steps = []
    for t in range(x.shape[1]):
        h, new = cell(x[:, t], (m, c))
        c = new.clamp(-delta, delta)
        m = c * h / new.tanh()
        steps.append(m)
    return torch.stack(steps, dim=1)


@pytest.mark.parametrize("delta", [math.inf, FINITE])
def test_the_lstm_has_the_gates_and_memory_of_torch(delta):
    lstm = gnmt.LSTM(5, 3)
    x = (3 * torch.randn(2, 7, 5)).requires_grad_()
    ours, reference = lstm(x, delta), reference_lstm(lstm, x, delta)
    torch.testing.assert_close(ours, reference, rtol=1e-5, atol=1e-5)
    gradients = [torch.autograd.grad(y.square().sum(), x)[0] for y in (ours, reference)]
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-4)


def test_the_memory_is_clipped():
    lstm = gnmt.LSTM(5, 3)
    x = 9 * torch.randn(2, 30, 5)
    assert lstm(x, math.inf).abs().max() > FINITE
    assert lstm(x, FINITE).abs().max() <= FINITE


def test_the_stack_adds_the_input_of_each_layer_by_hand():
    layers = nn.ModuleList(gnmt.LSTM(D, D) for _ in range(3))
    x = torch.randn(2, 4, D)
    first = layers[0](x, math.inf)
    second = layers[1](first, math.inf) + first
    expected = layers[2](second, math.inf) + second
    torch.testing.assert_close(gnmt.stack(layers, x, math.inf, plain=1), expected)
    plain = layers[2](layers[1](first, math.inf), math.inf)
    torch.testing.assert_close(gnmt.stack(layers, x, math.inf, plain=3), plain)
    assert gnmt.stack(layers, 9 * x, FINITE).abs().max() <= FINITE
    wide, a = nn.ModuleList(gnmt.LSTM(2 * D, D) for _ in range(2)), torch.randn(2, 4, D)
    first = wide[0](torch.cat([x, a], dim=2), math.inf)
    second = wide[1](torch.cat([first, a], dim=2), math.inf) + first
    torch.testing.assert_close(gnmt.stack(wide, x, math.inf, plain=1, a=a), second)


def test_gradients_pass_a_residual_stack_whose_layers_are_silent():
    layers = nn.ModuleList(gnmt.LSTM(D, D) for _ in range(8))
    for parameter in layers.parameters():
        nn.init.zeros_(parameter)
    x = torch.randn(2, 4, D, requires_grad=True)
    (through,) = torch.autograd.grad(gnmt.stack(layers, x, math.inf).sum(), x)
    torch.testing.assert_close(through, torch.ones_like(x))
    (lost,) = torch.autograd.grad(gnmt.stack(layers, x, math.inf, plain=8).sum(), x)
    assert not lost.any()


def test_the_encoder_reads_the_first_layer_both_ways_and_adds_from_the_third(model):
    source = torch.tensor(SOURCES[:1])
    x = model.source(source).clamp(-1, 1)
    both = torch.cat([model.onward(x, 1.0), model.backward(x.flip(1), 1.0).flip(1)], dim=2)
    second = model.encoder[0](both, 1.0)
    third = (model.encoder[1](second, 1.0) + second).clamp(-1, 1)
    expected = (model.encoder[2](third, 1.0) + third).clamp(-1, 1)
    torch.testing.assert_close(model.encode(source)[0], expected)


def test_padding_changes_nothing_and_samples_do_not_see_each_other(model):
    x, mask = model.encode(gnmt.pad(SOURCES, "cpu"))
    target = torch.tensor(TARGETS)
    logits, p = model.decode(target, x, mask)
    for b, source in enumerate(SOURCES):
        alone, alone_p = model.decode(target[b : b + 1], *model.encode(torch.tensor([source])))
        torch.testing.assert_close(logits[b], alone[0])
        torch.testing.assert_close(p[b, :, : len(source)], alone_p[0])
        assert not p[b, :, len(source) :].any()
    torch.testing.assert_close(p.sum(dim=2), torch.ones(3, 4))
    changed = gnmt.pad([SOURCES[0], [4, 4, 4], SOURCES[2]], "cpu")
    assert torch.equal(model.encode(changed)[0][0], x[0])


def test_reversal_leaves_padding_in_place():
    mask = torch.arange(4) < torch.tensor([[4], [2]])
    x = torch.arange(8.0).reshape(2, 4, 1)
    assert gnmt.reverse(x, mask).flatten().tolist() == [3, 2, 1, 0, 5, 4, 6, 7]


def test_a_source_of_padding_alone_gives_finite_numbers(model):
    logits, p = model.decode(torch.tensor([[1, 4]]), *model.encode(torch.zeros(1, 3, dtype=torch.long)))
    assert logits.isfinite().all()
    assert p.isfinite().all()


def test_no_piece_sees_a_later_one(model):
    x, mask = model.encode(gnmt.pad(SOURCES, "cpu"))
    target = torch.tensor(TARGETS)
    before, _ = model.decode(target, x, mask)
    target[:, 2] = 10
    after, _ = model.decode(target, x, mask)
    assert torch.equal(before[:, :2], after[:, :2])
    assert not torch.equal(before[:, 2:], after[:, 2:])


def test_attention_is_equation_4_by_loops_and_reaches_every_layer_above(model):
    source, target = torch.tensor(SOURCES[:1]), torch.tensor(TARGETS[:1])
    x, mask = model.encode(source)
    logits, p = model.decode(target, x, mask)
    y = model.bottom(model.target(target).clamp(-1, 1), 1.0)
    U, b, W, v = (w.detach().numpy() for w in (model.U.weight, model.U.bias, model.W.weight, model.v.weight[0]))
    for i in range(target.shape[1]):
        s = [v @ np.tanh(U @ x[0, t].detach().numpy() + b + W @ y[0, i].detach().numpy()) for t in range(5)]
        np.testing.assert_allclose(p[0, i].detach(), np.exp(s) / np.exp(s).sum(), rtol=1e-4)
    a = torch.stack([sum(p[0, i, t] * x[0, t] for t in range(5)) for i in range(4)]).unsqueeze(0)
    top = model.decoder[0](torch.cat([y, a], dim=2), 1.0)
    for layer in model.decoder[1:]:
        top = (layer(torch.cat([top, a], dim=2), 1.0) + top).clamp(-1, 1)
    torch.testing.assert_close(logits, model.W_s(top))


def test_logits_are_clipped(model):
    with torch.no_grad():
        model.W_s.weight.mul_(1000)
    logits, _ = model.decode(torch.tensor(TARGETS), *model.encode(gnmt.pad(SOURCES, "cpu")))
    assert logits.abs().max() == 25


def test_every_parameter_is_registered_and_learns(model):
    assert len(model.encoder) == len(model.decoder) == L - 1
    assert len(list(model.parameters())) == 2 + 2 * (2 + 1 + 2 * (L - 1)) + 4 + 1
    logits, _ = model.decode(torch.tensor(TARGETS), *model.encode(gnmt.pad(SOURCES, "cpu"), 8.0), 8.0)
    logits.square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in model.parameters())


def test_the_tagging_has_eight_layers_that_differ_in_their_residual_connections_only(monkeypatch):
    calls, stack = [], gnmt.stack

    def told(layers, x, delta, *, plain=0):
        out = stack(layers, x, delta, plain=plain)
        calls.append((len(layers), plain, delta, x.detach(), layers.state_dict()))
        return out

    monkeypatch.setattr(gnmt, "stack", told)
    config = gnmt.Config(steps=2)  # one step of the tagging
    for residual in (True, False):
        gnmt.tagging(config, residual=residual)
    assert [call[:3] for call in calls] == [(8, 0, math.inf), (8, 8, math.inf)]
    assert torch.equal(calls[0][3], calls[1][3])


def test_the_tagging_asks_for_what_stood_two_places_ago(monkeypatch):
    asked, cross_entropy = [], gnmt.F.cross_entropy
    monkeypatch.setattr(gnmt.F, "cross_entropy", lambda x, y: asked.append((x, y)) or cross_entropy(x, y))
    monkeypatch.setattr(gnmt, "stack", lambda layers, x, delta, *, plain: x)  # noqa: ARG005 - called with it
    monkeypatch.setattr(gnmt.torch, "randint", lambda V, shape: torch.arange(32 * 8).reshape(shape) % V)
    gnmt.tagging(gnmt.Config(steps=2), residual=True)
    letters = torch.arange(32 * 8).reshape(32, 8) % 30
    (logits, y), *_ = asked
    assert logits.shape == (32 * 6, 30)
    assert y.reshape(32, 6).tolist() == letters[:, :6].tolist()  # said at places 2 to 7
    at_place = logits.reshape(32, 6, 30)
    for i in range(6):  # the same letter is seen at the place where the answer is given
        again = (letters[:, 2 + i] == letters[0, 2]).nonzero().flatten()
        assert all(torch.equal(at_place[b, i], at_place[0, 0]) for b in again.tolist())


def test_an_update_forgets_old_gradients_and_clips_new_ones_to_norm_5():
    layer = nn.Linear(3, 2)
    before = [p.detach().clone() for p in layer.parameters()]
    for p in layer.parameters():
        p.grad = 1e6 * torch.randn_like(p)
    loss = 100 * layer(torch.ones(4, 3)).sum()
    assert gnmt.update(layer, torch.optim.SGD(layer.parameters(), lr=1.0), loss) == pytest.approx(float(loss.detach()))
    moved = [old - new.detach() for old, new in zip(before, layer.parameters(), strict=True)]
    assert float(torch.cat([x.flatten() for x in moved]).norm()) == pytest.approx(5.0, rel=1e-4)
    torch.testing.assert_close(moved[0], moved[0][0, 0].expand(2, 3))  # the gradient is the same everywhere


def test_numbers_to_test_with_are_not_learned():
    learned, held_out = gnmt.split_numbers(99, 20, seed=3)
    assert len(held_out) == 20
    assert sorted([*learned, *held_out]) == list(range(1, 100))


def test_delta_falls_from_8_to_1_in_training(monkeypatch):
    deltas, encode = [], gnmt.GNMT.encode

    def told(self, source, delta=1.0):
        deltas.append(delta)
        return encode(self, source, delta)

    monkeypatch.setattr(gnmt.GNMT, "encode", told)
    gnmt.train(gnmt.Config(steps=8, batch=2, d=4), SOURCES, [[4, 5], [3], [6, 6, 6]], V)
    assert deltas == pytest.approx([8 - 7 * min(1, step / 6) for step in range(8)])


def test_integers_are_equation_12_and_products_are_exact():
    W, x = torch.randn(7, 5) * torch.logspace(-2, 1, 7).unsqueeze(1), torch.rand(3, 4, 5) * 2 - 1
    layer = gnmt.IntegerLinear(W)
    s = W.abs().max(dim=1).values
    assert layer.WQ.dtype == torch.int8
    assert (layer.WQ.abs().amax(dim=1) == 127).all()  # each row has a scale of its own
    error = (layer.WQ * s.unsqueeze(1) / 127 - W).abs()
    assert (error <= s.unsqueeze(1) / 254 * (1 + 1e-5)).all()
    integers = np.rint(x.numpy() * np.float32(127)).astype(np.int64) @ layer.WQ.numpy().astype(np.int64).T
    expected = integers.astype(np.float64) * s.numpy().astype(np.float64) / 127**2
    np.testing.assert_allclose(layer(x), expected, rtol=1e-6)
    assert gnmt.IntegerLinear(W, bits=3).WQ.abs().max() == 3


def test_quantised_inference_stays_close_and_leaves_the_model_alone(model):
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    quantised = gnmt.quantise(model)
    lstms = 2 + 1 + 2 * (L - 1)
    assert sum(isinstance(part, gnmt.IntegerLinear) for part in quantised.modules()) == 2 * lstms + 1
    assert not any(isinstance(part, gnmt.IntegerLinear) for part in model.modules())
    assert not any(tensor.requires_grad for tensor in [*quantised.buffers(), *quantised.parameters()])
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    source, target = gnmt.pad(SOURCES, "cpu"), torch.tensor(TARGETS)
    exact, _ = model.decode(target, *model.encode(source))
    close, _ = quantised.decode(target, *quantised.encode(source))
    coarse = gnmt.quantise(model, bits=3)
    far, _ = coarse.decode(target, *coarse.encode(source))
    assert 0 < (close - exact).abs().max() < 0.02 * exact.abs().max()
    assert (far - exact).abs().max() > 5 * (close - exact).abs().max()
    m = quantised.bottom(torch.rand(2, 3, D), 1.0)
    torch.testing.assert_close(m, (m * 32767).round() / 32767, rtol=0, atol=1e-9)  # on the grid of 16 bits


def test_the_score_is_equation_14_by_hand():
    p = torch.tensor([[0.5, 0.5, 0.0], [0.75, 0.0, 0.25]])  # looked at: 1.25 (counts as 1), 0.5, 0.25
    assert gnmt.score(-3.0, p, alpha=0.0, beta=0.0) == -3.0
    assert gnmt.score(-3.0, p, alpha=1.0, beta=0.0) == pytest.approx(-3.0 * 6 / 7)
    assert gnmt.score(-3.0, p, alpha=0.5, beta=0.2) == pytest.approx(-3 / (7 / 6) ** 0.5 + 0.2 * math.log(0.125))
    unseen = torch.tensor([[1.0, 0.0]])  # the second source piece is never looked at
    assert gnmt.score(-3.0, unseen, alpha=0.0, beta=0.0) == -3.0
    assert gnmt.score(-3.0, unseen, alpha=0.0, beta=0.2) == -math.inf
    longer = torch.cat([p, p])
    assert gnmt.score(-3.0, longer, alpha=0.2, beta=0.0) > gnmt.score(-3.0, p, alpha=0.2, beta=0.0)


def random_step(seed: int, V: int, M: int):
    """A language in which every prefix has random continuations and a random row of attention."""

    def rows(prefix: tuple[int, ...]) -> tuple[torch.Tensor, torch.Tensor]:
        generator = torch.Generator().manual_seed(hash((seed, *prefix)) % 2**31)
        draw = [torch.randn(n, generator=generator) for n in (V, M)]
        return (1.5 * draw[0]).log_softmax(dim=0), (3 * draw[1]).softmax(dim=0)

    def step(prefixes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        known = [[rows(tuple(prefix[: t + 1])) for t in range(len(prefix))] for prefix in prefixes.tolist()]
        return torch.stack([row[-1][0] for row in known]), torch.stack([torch.stack([p for _, p in r]) for r in known])

    return rows, step


@pytest.mark.parametrize(("alpha", "beta"), [(0.0, 0.0), (0.2, 0.2), (1.0, 0.0), (0.0, 0.5), (2.0, 0.05)])
def test_a_beam_wide_enough_is_exhaustive_search(alpha, beta):
    for seed in range(12):
        rows, step = random_step(seed, V=4, M=3)
        scores = {}
        for length in range(1, 5):
            for pieces in itertools.product((0, 1, 3), repeat=length - 1):
                path = (gnmt.START, *pieces, gnmt.END)
                log_p = sum(float(rows(path[:t])[0][path[t]]) for t in range(1, length + 1))
                p = torch.stack([rows(path[:t])[1] for t in range(1, length + 1)])
                lp = ((5 + length) / 6) ** alpha
                scores[pieces] = log_p / lp + beta * sum(math.log(min(float(c), 1.0)) for c in p.sum(dim=0))
        found, value = gnmt.beam_search(step, 4**4, 4, alpha=alpha, beta=beta)
        best = max(scores, key=scores.__getitem__)
        assert tuple(found) == best
        assert value == pytest.approx(scores[best], abs=1e-5)
        _, narrow = gnmt.beam_search(step, 2, 4, alpha=alpha, beta=beta)
        assert narrow <= value + 1e-6


def test_a_beam_of_one_is_greedy_search():
    ended = 0
    for seed in range(30):
        rows, step = random_step(seed, V=5, M=2)
        path = [gnmt.START]
        while path[-1] != gnmt.END and len(path) <= 6:
            path.append(int(rows(tuple(path))[0].argmax()))
        found, value = gnmt.beam_search(step, 1, 6, alpha=0.7, beta=0.1)
        if path[-1] == gnmt.END:
            ended += 1
            assert found == path[1:-1]
        else:
            assert (found, value) == ([], -math.inf)
    assert 0 < ended < 30


def test_coverage_prefers_what_has_looked_at_the_whole_source():
    """Either piece 3 or piece 4 is written, then END; only 4 makes END look at the second source piece."""

    def step(prefixes):
        n, t = prefixes.shape
        likely = torch.tensor([[-99.0, -99, -99, -0.6, -0.8]] if t == 1 else [[-99.0, -99, 0, -99, -99]])
        last = torch.where(prefixes[:, -1:] == 4, torch.tensor([[0.01, 0.99]]), torch.tensor([[0.99, 0.01]]))
        p = torch.cat([torch.tensor([[[0.99, 0.01]]]).repeat(n, t - 1, 1), last.unsqueeze(1)], dim=1)
        return likely.repeat(n, 1), p

    assert gnmt.beam_search(step, 3, 4, alpha=0.2, beta=0.0)[0] == [3]
    assert gnmt.beam_search(step, 3, 4, alpha=0.2, beta=0.2)[0] == [4]


def test_the_beam_scores_translations_as_teacher_forcing_does(model, monkeypatch):
    search, found = gnmt.beam_search, []
    monkeypatch.setattr(gnmt, "beam_search", lambda *args, **kw: found.append(search(*args, **kw)) or found[-1])
    config = gnmt.Config(beam=V, alpha=4.0)  # END is tried at once, and long translations win
    for source in SOURCES:
        pieces = gnmt.translate(model, source, config)
        target = torch.tensor([[gnmt.START, *pieces]])
        logits, p = model.decode(target, *model.encode(torch.tensor([source])))
        following = [*pieces, gnmt.END]
        log_p = float(logits[0].detach().log_softmax(dim=1)[range(len(following)), following].sum())
        lp = ((5 + len(following)) / 6) ** config.alpha
        cp = config.beta * float(p[0].detach().sum(dim=0).clamp(max=1).log().sum())
        assert found[-1][1] == pytest.approx(log_p / lp + cp, abs=1e-4)
    assert any(pieces for pieces, _ in found)
