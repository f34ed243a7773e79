"""Gated convolutional LM against loops over numbers, torch's own layers, and the exact reach of a convolution."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import gated_conv_lm as lm
from tasks.prose import UNKNOWN, encode, split, words

B, N, M, O, K = 3, 11, 4, 6, 5


def naive_convolution(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Output i of each text is the sum over taps j of W_j x_(i - k + 1 + j), where there is such an input."""
    taps = W.shape[2]
    out = np.zeros((X.shape[0], W.shape[0], X.shape[2]))
    for text in range(X.shape[0]):
        for i in range(X.shape[2]):
            out[text, :, i] = b
            for j in range(taps):
                if i - taps + 1 + j >= 0:
                    out[text, :, i] += W[:, :, j] @ X[text, :, i - taps + 1 + j]
    return out


def test_a_gated_layer_is_equation_1_in_numbers():
    layer, X = lm.Gated(M, O, K), torch.randn(B, M, N)
    W, b, V, c = (p.detach().numpy() for p in (*layer.W.parameters(), *layer.V.parameters()))
    pass_on, gate = naive_convolution(X.numpy(), W, b), naive_convolution(X.numpy(), V, c)
    np.testing.assert_allclose(layer(X).detach().numpy(), pass_on / (1 + np.exp(-gate)), atol=1e-5)
    tanh = lm.Gated(M, O, K, torch.tanh)
    tanh.load_state_dict(layer.state_dict())
    np.testing.assert_allclose(tanh(X).detach().numpy(), np.tanh(pass_on) / (1 + np.exp(-gate)), atol=1e-5)


def test_a_gated_layer_is_torch_glu_of_a_convolution_with_its_gradients():
    layer = lm.Gated(M, O, K)
    X, Y = (torch.randn(B, M, N).requires_grad_() for _ in range(2))
    Y.data.copy_(X.data)
    ours = layer(X)
    weight, bias = (torch.cat(pair) for pair in zip(layer.W.parameters(), layer.V.parameters(), strict=True))
    theirs = F.glu(F.conv1d(F.pad(Y, (K - 1, 0)), weight, bias), dim=1)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)
    ours.square().sum().backward()
    theirs.square().sum().backward()
    torch.testing.assert_close(X.grad, Y.grad, atol=1e-4, rtol=0)


def test_a_symbol_moves_the_outputs_of_its_context_and_no_others():
    body = lm.GatedConvLM(V=7, d=M, narrow=3, k=K, depth=2)
    assert body.context == 13
    x = torch.randint(7, (2, 40))
    for position in (0, 9, 36):
        assert lm.moved(body, x, position) == set(range(position, min(position + 13, 40)))


def test_the_gradient_reaches_back_to_both_ends_of_the_context_and_is_exactly_zero_beyond():
    body = lm.GatedConvLM(V=7, d=M, narrow=3, k=3, depth=2).double()
    X = torch.randn(1, 20, M, dtype=torch.float64)
    body.E = nn.Embedding.from_pretrained(X[0], freeze=False)
    body(torch.arange(20).unsqueeze(0))[0, 15].sum().backward()
    reached = body.E.weight.grad.abs().sum(dim=1) > 0
    assert reached.nonzero().flatten().tolist() == list(range(15 - body.context + 1, 16))


def test_a_block_adds_its_input():
    block, X = lm.Block(d=O, narrow=2, k=K), torch.randn(B, O, N)
    torch.testing.assert_close(block(X), X + block.layers(X))
    for p in block.layers[2].W.parameters():
        nn.init.zeros_(p)
    assert torch.equal(block(X), X)


def test_a_linear_gate_keeps_the_gradient_that_a_tanh_gate_loses():
    """Eqs. 2 and 3 where the gate is open and the input large: σ is 1 and its derivative and that of tanh are 0."""
    for activation, expected in ((lm.linear, 1.0), (torch.tanh, 0.0)):
        layer = lm.Gated(1, 1, 1, activation)
        with torch.no_grad():
            layer.W.weight.fill_(1.0), layer.W.bias.zero_()
            layer.V.weight.fill_(1.0), layer.V.bias.fill_(30.0)
        X = torch.full((1, 1, 1), 30.0, requires_grad=True)
        layer(X).sum().backward()
        assert float(X.grad) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("cutoffs", [[5], [4, 9], [3, 8, 15]])
def test_the_adaptive_softmax_is_that_of_torch_with_its_gradients(cutoffs):
    d, V = 67, 26
    ours = lm.AdaptiveSoftmax(d, V, cutoffs)
    theirs = nn.AdaptiveLogSoftmaxWithLoss(d, V, cutoffs, div_value=4.0)
    assert [tuple(p.shape) for p in ours.parameters()] == [tuple(p.shape) for p in theirs.parameters()]
    with torch.no_grad():
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            q.copy_(p)
    h, target = torch.randn(60, d), torch.randint(V, (60,))
    torch.testing.assert_close(ours.log_probabilities(h), theirs.log_prob(h), atol=1e-5, rtol=0)
    loss = ours(h, target)
    torch.testing.assert_close(loss, -theirs(h, target).output, atol=1e-5, rtol=0)
    loss.mean().backward()
    theirs(h, target).loss.backward()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(p.grad, q.grad, atol=1e-4, rtol=0)


def test_the_adaptive_softmax_is_a_distribution_even_where_no_target_is_rare():
    output = lm.AdaptiveSoftmax(8, 20, (6, 11))
    h = torch.randn(9, 8)
    torch.testing.assert_close(output.log_probabilities(h).exp().sum(dim=1), torch.ones(9))
    target = torch.randint(6, (9,))
    torch.testing.assert_close(output(h, target), -output.log_probabilities(h)[torch.arange(9), target])


def test_the_cost_of_the_adaptive_softmax_is_counted_by_hand():
    output = lm.AdaptiveSoftmax(16, 30, (5, 10))
    head, first, second = 16 * 7, 16 * 4 + 4 * 5, 16 * 1 + 1 * 20
    assert output.multiplications(torch.tensor([0, 4])) == head
    assert output.multiplications(torch.tensor([0, 5, 9, 29])) == head + first / 2 + second / 4


def test_a_language_model_scores_each_next_symbol():
    V = 9
    model = lm.LanguageModel(lm.GatedConvLM(V, d=M, narrow=2, k=3, depth=1), lm.FullSoftmax(M, V))
    x = torch.randint(V, (B, N))
    scores = F.linear(model.body(x), model.output.weight, model.output.bias).log_softmax(dim=-1)
    for text in range(B):
        for i in range(N - 1):
            assert float(model(x)[text, i].detach()) == pytest.approx(
                -float(scores[text, i, x[text, i + 1]].detach()), abs=1e-5
            )


def test_bits_are_logarithms_to_the_base_of_two():
    class Coin(nn.Module):
        def forward(self, x):
            return torch.full((x.shape[0], x.shape[1] - 1), math.log(2))

    assert lm.bits(lm.Config(), Coin(), torch.zeros(1000, dtype=torch.long)) == pytest.approx(1.0)


def test_bits_are_those_of_whole_pieces_without_their_first_symbols():
    class Position(nn.Module):
        def forward(self, x):
            seen.append(x)
            return torch.arange(x.shape[1] - 1.0).expand(len(x), -1)

    seen = []
    found = lm.bits(lm.Config(), Position(), torch.arange(25), length=10, skip=4)
    assert [x.tolist() for x in seen] == [[list(range(10)), list(range(10, 20))]]
    assert found == pytest.approx((4 + 5 + 6 + 7 + 8) / 5 / math.log(2))


def test_the_experiment_compares_what_it_says(monkeypatch):
    trained = []
    monkeypatch.setattr(lm, "train", lambda _, model, x, *rest: trained.append((model, x, *rest)) or [])
    monkeypatch.setattr(lm, "bits", lambda *_: 0.0)
    config = lm.Config(d=8, narrow=4, k=3, depth=1, steps=7, word_steps=6)
    lm.by_characters(config)
    (glu, *_), (gtu, *_), (lstm, *_) = trained
    assert [steps for _, _, steps, *_ in trained] == [7, 7, 7]
    assert glu.body.first.activation is glu.body.blocks[0].layers[1].activation is lm.linear
    assert gtu.body.first.activation is gtu.body.blocks[0].layers[1].activation is torch.tanh
    assert isinstance(lstm.body, lm.LSTM)
    assert lm.size(glu) == lm.size(gtu) <= lm.size(lstm) < 1.1 * lm.size(glu)
    del trained[:]
    lm.by_words(config)
    outputs, texts = [model.output for model, *_ in trained], [x for _, x, *_ in trained]
    kinds = [lm.FullSoftmax, lm.AdaptiveSoftmax, lm.AdaptiveSoftmax]
    assert [type(output) for output in outputs] == kinds
    rare = [float((x >= outputs[1].cutoffs[0]).float().mean()) for x in texts]
    assert torch.equal(texts[0], texts[1])
    assert rare[1] < 0.3 < 0.8 < rare[2]  # by chance nearly all words are in the narrow clusters
    assert texts[2].unique().numel() == texts[1].unique().numel()


def test_the_lstm_is_the_narrowest_with_as_many_parameters():
    for V in (20, 101):
        model = lm.lstm_of_size(V, d=6, parameters=5000)
        narrower = lm.LanguageModel(lm.LSTM(V, 6, model.body.lstm.hidden_size - 1), lm.FullSoftmax(1, 1))
        H = model.body.lstm.hidden_size
        narrower.output = lm.FullSoftmax(H - 1, V)
        assert lm.size(narrower) < 5000 <= lm.size(model)
        assert model(torch.randint(V, (2, 5))).shape == (2, 4)


def test_every_parameter_is_registered_and_learns():
    V, d, narrow, k = 12, 8, 3, 4
    model = lm.LanguageModel(lm.GatedConvLM(V, d, narrow, k, depth=2), lm.AdaptiveSoftmax(d, V, (5, 8)))
    gated = lambda m, o, k: 2 * (m * o * k + o)  # noqa: E731
    block = gated(d, narrow, 1) + gated(narrow, narrow, k) + gated(narrow, d, 1)
    output = d * 7 + (d * 2 + 2 * 3) + (d * 1 + 1 * 4)
    assert lm.size(model) == V * d + gated(d, d, k) + 2 * block + output
    model(torch.arange(V).repeat(2, 2)).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_training_makes_an_easy_text_easy():
    config = lm.Config(batch=4, length=12)
    text = torch.arange(4).repeat(50)
    model = lm.LanguageModel(lm.GatedConvLM(V=4, d=8, narrow=4, k=2, depth=1), lm.FullSoftmax(8, 4))
    told = lm.train(config, model, text, steps=60, what="", learning_rate=0.02)
    assert len(told) == 60
    assert told[0] > 1.0 > 0.1 > lm.bits(config, model, text, length=30, skip=3)


def test_the_prose_never_tests_on_a_paragraph_that_was_trained():
    train, test = split()
    assert not {*train.splitlines()} & {*test.splitlines()}
    assert len(train) > 5 * len(test) > 50_000
    symbols, numbers, unseen = encode("abracadabra", "bracket", fewest=2)
    assert symbols == ["a", "b", "r", UNKNOWN]
    assert numbers.tolist() == [0, 1, 2, 0, 3, 0, 3, 0, 1, 2, 0]
    assert unseen.tolist() == [1, 2, 0, 3, 3, 3, 3]
    assert words("Don't x_1.\n") == ["don", "'", "t", "x", "_", "1", ".", "\n"]
