"""The convolutional encoder against loops over numbers, torch's own layers, and the exact reach of a convolution."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import conv_encoder as ce
from tasks.reversal import PAD, START

B, M, N, D, K = 3, 7, 5, 4, 11
WIDTH = 5


@pytest.fixture
def model():
    return ce.Translator(ce.ConvEncoder(K, D, WIDTH, a=2, c=1, longest=20), K, D)


def words(*shape: int) -> torch.Tensor:
    return torch.randint(START, K, shape)


def naive_stack(h: np.ndarray, layers: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Of one sentence [m, d]: tanh(h_j + Σ_t W_t h_(j + t - k/2) + b), words beyond the ends being 0."""
    for W, b in layers:
        half, out = W.shape[2] // 2, h.copy()
        for j in range(len(h)):
            total = b.copy()
            for t in range(W.shape[2]):
                if 0 <= j + t - half < len(h):
                    total += W[:, :, t] @ h[j + t - half]
            out[j] = np.tanh(h[j] + total)
        h = out
    return h


def test_a_stack_is_tanh_of_residual_convolutions_in_numbers():
    cnn, h = ce.CNN(D, WIDTH, layers=3), torch.randn(B, M, D)
    layers = [(conv.weight.detach().numpy(), conv.bias.detach().numpy()) for conv in cnn.layers]
    out = cnn(h, torch.ones(B, M, dtype=torch.bool)).detach().numpy()
    for b in range(B):
        np.testing.assert_allclose(out[b], naive_stack(h[b].numpy(), layers), atol=1e-5)


def test_the_encoder_reads_words_and_positions_by_two_stacks():
    encoder, x = ce.ConvEncoder(K, D, WIDTH, a=2, c=1, longest=20), words(B, M)
    e = (encoder.w(x) + encoder.l(torch.arange(M))).detach()
    stacks = [
        [(conv.weight.detach().numpy(), conv.bias.detach().numpy()) for conv in cnn.layers]
        for cnn in (encoder.cnn_a, encoder.cnn_c)
    ]
    assert [len(stack) for stack in stacks] == [2, 1]
    for out, stack in zip(encoder(x), stacks, strict=True):
        for b in range(B):
            np.testing.assert_allclose(out[b].detach().numpy(), naive_stack(e[b].numpy(), stack), atol=1e-5)


def test_without_positions_and_layers_the_order_of_the_words_is_lost():
    encoder, x = ce.ConvEncoder(K, D, WIDTH, a=0, c=0, longest=20, positions=False), words(B, M)
    order = torch.randperm(M)
    torch.testing.assert_close(encoder(x)[0][:, order], encoder(x[:, order])[0])
    placed = ce.ConvEncoder(K, D, WIDTH, a=0, c=0, longest=20)
    assert not torch.allclose(placed(x)[0][:, order], placed(x[:, order])[0])


def test_attention_is_torch_attention_of_scale_one_over_two_stacks_with_its_gradients(model):
    x, y = words(B, M), words(B, N)
    x[1, 4:] = PAD
    scores, a = model(x, y)
    (z, values), g = model.encoder(x), model.g(y)
    means = [values[b, : int((x[b] != PAD).sum())].mean(dim=0) for b in range(B)]
    state = torch.tanh(model.start(torch.stack(means))).unsqueeze(0)
    h, _ = model.lstm(g, (state, torch.zeros_like(state)))
    mask = (x != PAD).unsqueeze(1).expand(B, N, M)
    c = F.scaled_dot_product_attention(model.W_d(h) + g, z, values, attn_mask=mask, scale=1.0)
    expected = model.W_o(torch.tanh(model.W_c(torch.cat([c, h], dim=2))))
    torch.testing.assert_close(scores, expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(a.sum(dim=2), torch.ones(B, N))
    assert not a[1, :, 4:].any()
    parameters = [p for name, p in model.named_parameters() if name not in {"encoder.w.weight", "g.weight"}]
    for ours, theirs in zip(
        torch.autograd.grad(scores.square().sum(), parameters),
        torch.autograd.grad(expected.square().sum(), parameters),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_a_word_moves_what_is_known_of_its_view_and_no_others():
    encoder, x = ce.ConvEncoder(29, D, 3, a=2, c=1, longest=20), words(4, 15) % 20 + 3
    for position in (0, 7, 14):
        assert ce.moved(encoder, x, position) == {*range(max(0, position - 2), min(15, position + 3))}


def test_the_gradient_is_exactly_zero_beyond_the_view_and_not_at_both_ends():
    cnn, h = ce.CNN(D, WIDTH, layers=2).double(), torch.randn(1, 20, D, dtype=torch.float64, requires_grad=True)
    cnn(h, torch.ones(1, 20, dtype=torch.bool))[0, 10].sum().backward()
    assert (h.grad[0].abs().sum(dim=1) > 0).nonzero().flatten().tolist() == list(range(6, 15))


def test_padding_changes_nothing_and_neither_does_a_neighbour_in_the_batch(model):
    x, y = words(B, M), words(B, N)
    x[1, 4:] = PAD
    alone, _ = model(x[1:2, :4], y[1:2])
    beside, _ = model(x, y)
    torch.testing.assert_close(alone[0], beside[1], atol=1e-5, rtol=0)
    x[0] = words(M)
    torch.testing.assert_close(model(x, y)[0][1], beside[1])


def test_a_source_of_nothing_but_padding_is_finite(model):
    scores, a = model(torch.full((2, 4), PAD), words(2, N))
    assert scores.isfinite().all()
    assert not a.any()


def test_no_word_sees_a_later_one_of_the_target(model):
    x, y = words(B, M), words(B, N)
    before, _ = model(x, y)
    y[:, 3] = START + (y[:, 3] - START + 1) % (K - START)
    after, _ = model(x, y)
    assert torch.equal(before[:, :3], after[:, :3])
    assert not torch.equal(before[:, 3], after[:, 3])


def test_the_translation_is_the_likeliest_word_at_each_step(model):
    x = words(B, M)
    written = model.translate(x, N)
    before = torch.cat([torch.full((B, 1), START), written[:, :-1]], dim=1)
    assert torch.equal(model(x, before)[0].argmax(dim=2), written)


def test_the_baseline_is_a_bidirectional_gru_of_two_readings():
    encoder, x = ce.RecurrentEncoder(K, D, state=6), words(B, M)
    z, values = encoder(x)
    gru = nn.GRU(D, 6, batch_first=True, bidirectional=True)
    gru.load_state_dict(encoder.gru.gru.state_dict())
    h, _ = gru(encoder.gru.E(x))
    torch.testing.assert_close(z, encoder.to_a(h))
    torch.testing.assert_close(values, encoder.to_c(h))


def test_every_parameter_is_registered_and_learns(model):
    stacks = 3 * (D * D * WIDTH + D)
    lstm, linear = 4 * (2 * D * D + 2 * D), D * D + D
    expected = K * D + 20 * D + stacks + K * D + lstm + 2 * linear + (2 * D * D + D) + (D + 1) * K
    assert sum(p.numel() for p in model.parameters()) == expected
    x, y = words(B, 20), words(B, N)
    F.cross_entropy(model(x, y)[0].flatten(0, 1), words(B, N).flatten()).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_an_even_width_has_no_centre():
    with pytest.raises(ValueError, match="odd"):
        ce.CNN(D, 4, layers=1)


def test_the_experiment_compares_what_it_says():
    config = ce.Config(d=D, layers_a=3, layers_c=2)
    made = {name: make() for name, make in ce.encoders(config).items()}
    counts = {name: (len(m.cnn_a.layers), len(m.cnn_c.layers)) for name, m in made.items() if name != "GRU"}
    assert counts == {"convolutions": (3, 2), "no positions": (3, 2), "no layers": (0, 0), "neither": (0, 0)}
    assert [name for name in counts if made[name].l is None] == ["no positions", "neither"]
    assert isinstance(made["GRU"], ce.RecurrentEncoder)


def test_the_gru_has_no_fewer_parameters_than_the_convolutions():
    made = ce.encoders(ce.Config())
    convolutions, gru = (sum(p.numel() for p in made[name]().parameters()) for name in ("convolutions", "GRU"))
    assert convolutions <= gru < 1.02 * convolutions
