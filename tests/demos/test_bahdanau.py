"""Bahdanau attention against loops over numbers, torch's GRU cell, and number words aligned by hand."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

import bahdanau as bd
from tasks import number_words
from tasks.batches import crossing_mass, framed_strings, numbers, strings
from tasks.reversal import PAD, START, WORDS

K_X, K_Y, M, N = 11, 9, 4, 6
X = torch.tensor([[3, 4, 5, 6, 7], [8, 9, PAD, PAD, PAD], [10, 3, 8, PAD, PAD]])
Y = torch.tensor([[START, 3, 4, 5], [START, 6, 7, 8], [START, 8, 3, 2]])
MASK = X != PAD


@pytest.fixture
def model():
    torch.manual_seed(1)
    return bd.RNNsearch(K_X, K_Y, M, N)


def array(x: torch.Tensor) -> np.ndarray:
    return x.detach().numpy().astype(float)


def test_weights_are_equation_6_of_the_additive_score(model):
    s, h = torch.randn(3, N), torch.randn(3, 5, 2 * N)
    a = model.alignment
    weights = a(s, a.U_a(h), MASK)
    W, U, v = array(a.W_a.weight), array(a.U_a.weight), array(a.v_a)
    for b in range(3):
        T_x = int(MASK[b].sum())
        e = np.array([v @ np.tanh(W @ array(s[b]) + U @ array(h[b, j])) for j in range(T_x)])
        assert array(weights[b, :T_x]) == pytest.approx(np.exp(e) / np.exp(e).sum(), abs=1e-5)
        assert (weights[b, T_x:] == 0).all()


def test_a_source_without_words_gets_weights_of_zero_and_a_finite_gradient():
    e = torch.randn(2, 5, requires_grad=True)
    weights = bd.normalise(e, torch.tensor([[False] * 5, [True] * 5]))
    weights.square().sum().backward()
    assert (weights[0] == 0).all()
    assert e.grad is not None
    assert e.grad.isfinite().all()
    assert e.grad[1].abs().sum() > 0


def test_the_context_is_the_expected_annotation(model):
    source, s = model.annotate(X), torch.randn(3, N)
    c, alpha = model.context(s, source)
    for b in range(3):
        expected = sum(array(alpha[b, j]) * array(source.h[b, j]) for j in range(5))
        assert array(c[b]) == pytest.approx(expected, abs=1e-5)


def test_the_unit_is_the_gru_of_appendix_a(model):
    unit, s, Ey, c = model.unit, torch.randn(3, N), torch.randn(3, M), torch.randn(3, 2 * N)
    out = unit(s, Ey, c)
    W, W_z, W_r = np.split(array(unit.W.weight), 3)
    b, b_z, b_r = np.split(array(unit.W.bias), 3)
    C, C_z, C_r = np.split(array(unit.C.weight), 3)
    (U_z, U_r), U = np.split(array(unit.U_zr.weight), 2), array(unit.U.weight)

    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    for k in range(3):
        s_k, y_k, c_k = array(s[k]), array(Ey[k]), array(c[k])
        z = sigmoid(W_z @ y_k + b_z + U_z @ s_k + C_z @ c_k)
        r = sigmoid(W_r @ y_k + b_r + U_r @ s_k + C_r @ c_k)
        candidate = np.tanh(W @ y_k + b + U @ (r * s_k) + C @ c_k)
        assert array(out[k]) == pytest.approx((1 - z) * s_k + z * candidate, abs=1e-5)


def test_with_a_diagonal_U_the_unit_is_the_gru_cell_of_torch(model):
    """Reset before or after U is then the same; torch's update gate says what to keep, ours what to let in."""
    unit, cell = model.unit, torch.nn.GRUCell(M + 2 * N, N)
    diagonal = torch.diag(torch.randn(N))
    with torch.no_grad():
        unit.U.weight.copy_(diagonal)
        candidate, update, reset = torch.cat([unit.W.weight, unit.C.weight], dim=1).chunk(3)
        bias, bias_z, bias_r = unit.W.bias.chunk(3)
        U_z, U_r = unit.U_zr.weight.chunk(2)
        cell.weight_ih.copy_(torch.cat([reset, -update, candidate]))
        cell.weight_hh.copy_(torch.cat([U_r, -U_z, diagonal]))
        cell.bias_ih.copy_(torch.cat([bias_r, -bias_z, bias]))
        cell.bias_hh.zero_()
    inputs = [torch.randn(3, size, requires_grad=True) for size in (N, M, 2 * N)]
    ours = unit(*inputs)
    theirs = cell(torch.cat(inputs[1:], dim=1), inputs[0])
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)
    for mine, other in zip(
        torch.autograd.grad(ours.square().sum(), inputs),
        torch.autograd.grad(theirs.square().sum(), inputs),
        strict=True,
    ):
        torch.testing.assert_close(mine, other, atol=1e-4, rtol=0)


def test_the_readout_takes_the_larger_of_each_pair(model):
    readout, s, Ey, c = model.readout, torch.randn(3, N), torch.randn(3, M), torch.randn(3, 2 * N)
    t = array(readout.U_o(s) + readout.V_o(Ey) + readout.C_o(c))
    maxout = np.array([[max(row[2 * k], row[2 * k + 1]) for k in range(M)] for row in t])
    expected = maxout @ array(readout.W_o.weight).T + array(readout.W_o.bias)
    assert array(readout(s, Ey, c)) == pytest.approx(expected, abs=1e-5)


def test_annotations_join_both_directions_and_ignore_padding(model):
    h, forward_end, backward_end = model.encoder(X)
    for b in range(3):
        T_x = int(MASK[b].sum())
        alone, _ = model.encoder.gru(model.encoder.E(X[b : b + 1, :T_x]))
        torch.testing.assert_close(h[b, :T_x], alone[0])
        torch.testing.assert_close(forward_end[b], alone[0, -1, :N])
        torch.testing.assert_close(backward_end[b], alone[0, 0, N:])


def test_the_first_state_comes_from_the_backward_end_and_attention_asks_with_the_state_before(model):
    scores, alphas = model(X, Y)
    source = model.annotate(X)
    s = torch.tanh(model.W_s(source.backward_end))
    for i in range(4):
        c, alpha = model.context(s, source)
        Ey = model.E(Y[:, i])
        torch.testing.assert_close(alphas[:, i], alpha)
        torch.testing.assert_close(scores[:, i], model.readout(s, Ey, c))
        s = model.unit(s, Ey, c)


@pytest.mark.parametrize("kind", [bd.RNNsearch, bd.RNNencdec])
def test_padding_and_other_samples_change_nothing(kind):
    model = kind(K_X, K_Y, M, N)
    scores, alphas = model(X, Y)
    for b in range(3):
        T_x = int(MASK[b].sum())
        alone, alpha = model(X[b : b + 1, :T_x], Y[b : b + 1])
        torch.testing.assert_close(scores[b], alone[0])
        torch.testing.assert_close(alphas[b, :, :T_x], alpha[0])
    other = X.clone()
    other[1:] = other[1:].flip(0)
    assert torch.equal(model(other, Y)[0][0], scores[0])


def test_a_score_does_not_depend_on_later_targets(model):
    changed = Y.clone()
    changed[:, 2:] = 8
    assert torch.equal(model(X, changed)[0][:, :2], model(X, Y)[0][:, :2])
    assert not torch.equal(model(X, changed)[0][:, 2:], model(X, Y)[0][:, 2:])


def test_translations_are_the_best_words_given_the_words_before(model):
    written = model.translate(X, 5)
    before = torch.cat([torch.full((3, 1), START), written[:, :-1]], dim=1)
    assert torch.equal(model(X, before)[0].argmax(dim=2), written)


def test_without_attention_every_word_gets_the_same_vector():
    model = bd.RNNencdec(K_X, K_Y, M, N)
    source = model.annotate(X)
    first, second = (model.context(torch.randn(3, N), source)[0] for _ in range(2))
    assert torch.equal(first, second)
    assert torch.equal(first, torch.cat([source.forward_end, source.backward_end], dim=1))


def test_the_baseline_has_no_fewer_parameters():
    config, K = bd.Config(), len(WORDS)
    search, fixed = (
        sum(p.numel() for p in kind(K, K, config.m, n).parameters())
        for kind, n in ((bd.RNNsearch, config.n), (bd.RNNencdec, config.n_fixed))
    )
    assert search <= fixed <= 1.02 * search


@pytest.mark.parametrize("kind", [bd.RNNsearch, bd.RNNencdec])
def test_every_parameter_learns(kind):
    model = kind(K_X, K_Y, M, N)
    before = {name: p.clone() for name, p in model.named_parameters()}
    assert ("alignment.v_a" in before) == (kind is bd.RNNsearch)
    bd.train(model, lambda: (X, Y, Y.roll(-1, 1)), steps=2, learning_rate=0.01, name="test")
    assert [name for name, p in model.named_parameters() if torch.equal(p, before[name])] == []


def test_padding_behind_a_target_teaches_nothing():
    y, trained = Y.roll(-1, 1), []
    y[1:, 2:] = PAD
    for width in (0, 3):
        torch.manual_seed(1)
        model = bd.RNNsearch(K_X, K_Y, M, N)
        padded = [torch.nn.functional.pad(x, (0, width), value=PAD) for x in (Y, y)]
        bd.train(model, lambda padded=padded: (X, *padded), steps=2, learning_rate=0.01, name="test")
        trained.append(dict(model.named_parameters()))
    for name, p in trained[0].items():
        torch.testing.assert_close(p, trained[1][name], msg=name)


def test_a_step_goes_no_further_than_its_gradient_clipped_to_1(monkeypatch):
    monkeypatch.setattr(torch.optim, "Adam", torch.optim.SGD)
    model = bd.RNNsearch(K_X, K_Y, M, N)
    with torch.no_grad():
        model.readout.W_o.weight.mul_(100)  # so that the gradient is large
    before = [p.clone() for p in model.parameters()]
    bd.train(model, lambda: (X, Y, Y.roll(-1, 1)), steps=1, learning_rate=0.01, name="test")
    moved = sum((p - q).square().sum() for p, q in zip(model.parameters(), before, strict=True)) ** 0.5
    torch.testing.assert_close(moved, torch.tensor(0.01), atol=1e-4, rtol=0)


def test_exact_match_looks_at_every_word_and_not_behind_the_end():
    y = torch.tensor([[5, 6, 2, PAD], [5, 2, PAD, PAD]])
    assert bd.exact(torch.tensor([[5, 6, 2, 9], [5, 2, 7, 7]]), y) == 1.0
    assert bd.exact(torch.tensor([[5, 6, 9, 9], [5, 2, 7, 7]]), y) == 0.5


def test_parts_of_german_numbers_are_the_word_and_cross():
    assert number_words.german_parts(54321) == "vier und fünfzig tausend drei hundert ein und zwanzig".split()
    assert number_words.crossings(54321) == [((0, 1), (2, 0)), ((6, 7), (8, 6))]
    assert number_words.crossings(17016) == []
    for number in random.Random(0).sample(range(1, 1_000_000), 500):
        assert "".join(number_words.german_parts(number)) == number_words.german(number)
        words, parts = number_words.english(number).split(), number_words.german_parts(number)
        for ones, tens in number_words.crossings(number):
            basic = list(zip(number_words.ENGLISH, number_words.PARTS, strict=False))
            for i, j in (ones, tens):
                assert (words[j], parts[i]) in [*basic, ("one", "ein")]


def test_batches_hold_what_is_to_be_written():
    source, before, y = number_words.make_batch([21, 100_000])
    assert [number_words.ENGLISH[i - 3] for i in source[0, :2]] == ["twenty", "one"]
    assert source[0, 2:].tolist() == [PAD]
    assert before[:, 0].tolist() == [START, START]
    assert torch.equal(before[1, 1:], y[1, :-1])
    source, before, y = framed_strings(3, random.Random(0), 5, "cpu")
    assert torch.equal(source[:, 1:-1].flip(1), y[:, :-1])
    assert torch.equal(before[:, 1:], y[:, :-1])
    drawn = [source.shape for source, _, _ in (strings(3, 0, range(4, 7), "cpu")() for _ in range(2))]
    assert drawn[0] == drawn[1]
    assert 6 <= drawn[0][1] <= 8


def test_unseen_numbers_are_not_learned_from():
    batch, unseen = numbers(64, 0, "cpu", known=70, unseen=9)
    rows = {tuple(row.tolist()) for row in number_words.make_batch(unseen)[2]}
    assert len(unseen) == 9
    seen = {tuple(row[row != PAD].tolist()) for _ in range(20) for row in batch()[2]}
    assert not seen & {tuple(i for i in row if i != PAD) for row in rows}


def test_the_measure_of_crossings_by_hand():
    crossed = [[0.1, 0.9], [0.5, 0.5], [0.8, 0.2]]
    straight = [[0.7, 0.3], [0.5, 0.5], [0.4, 0.6]]
    assert crossing_mass([crossed], [21]) == (pytest.approx(0.85), 1.0)
    assert crossing_mass([crossed, straight], [21, 32]) == (pytest.approx((1.7 + 0.7) / 4), 0.5)
