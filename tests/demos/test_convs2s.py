"""ConvS2S against torch's own layers, and the exact reach of its convolutions."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import convs2s as cs
from tasks.arrows import ARROWS, PAD, PLACES, make_walks

B, M, N, D, K = 3, 7, 5, 4, 3


@pytest.fixture
def encoder():
    return cs.Encoder(cs.Embedding(9, D, longest=40), D, 5, L=2)


def test_the_encoder_is_scaled_residual_glu_of_padded_convolutions_with_its_gradients(encoder):
    x = torch.randint(9, (B, M))
    z, e = encoder(x, torch.ones_like(x, dtype=torch.bool))
    torch.testing.assert_close(e, encoder.embedding.w(x) + encoder.embedding.p(torch.arange(M)))
    h = (encoder.embedding.w(x) + encoder.embedding.p(torch.arange(M))).transpose(1, 2)
    for layer in encoder.layers:
        weight, bias = (torch.cat(pair) for pair in zip(layer.W.parameters(), layer.V.parameters(), strict=True))
        h = (F.glu(F.conv1d(h, weight, bias, padding=2), dim=1) + h) * math.sqrt(0.5)
    torch.testing.assert_close(z, h.transpose(1, 2), atol=1e-5, rtol=0)
    ours = torch.autograd.grad(z.square().sum(), list(encoder.parameters()), retain_graph=True)
    theirs = torch.autograd.grad(h.square().sum(), list(encoder.parameters()))
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4)


def test_the_decoder_without_attention_is_glu_of_convolutions_padded_on_the_left():
    decoder = cs.Decoder(cs.Embedding(9, D, longest=10), D, K, L=2, V=6, attentive=())
    y = torch.randint(9, (B, N))
    scores, alphas = decoder(y, torch.randn(B, M, D), torch.randn(B, M, D), torch.ones(B, M, dtype=torch.bool))
    assert scores.shape == (B, N, 6)
    assert alphas == []
    h = decoder.embedding(y).transpose(1, 2)
    for layer in decoder.layers:
        weight, bias = (torch.cat(pair) for pair in zip(layer.W.parameters(), layer.V.parameters(), strict=True))
        h = (F.glu(F.conv1d(F.pad(h, (K - 1, 0)), weight, bias), dim=1) + h) * math.sqrt(0.5)
    torch.testing.assert_close(scores, decoder.W_o(h.transpose(1, 2)), atol=1e-5, rtol=0)


def test_attention_is_torch_attention_of_scale_one_with_its_gradients():
    attention = cs.Attention(D)
    h, g = torch.randn(B, N, D, requires_grad=True), torch.randn(B, N, D)
    z, e = torch.randn(B, M, D, requires_grad=True), torch.randn(B, M, D)
    mask = torch.arange(M) < torch.tensor([[7], [4], [1]])
    out, alpha = attention(h, g, z, e, mask)
    query = (attention.W_d(h) + g) * 0.5**0.5
    c = F.scaled_dot_product_attention(query, z, z + e, attn_mask=mask.unsqueeze(1).expand(B, N, M), scale=1.0)
    root = torch.tensor([7.0, 4.0, 1.0]).sqrt()[:, None, None]  # m √(1/m)
    expected = (h + attention.W_c(c * root)) * 0.5**0.5
    torch.testing.assert_close(out, expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(alpha.sum(dim=2), torch.ones(B, N))
    assert torch.equal(alpha == 0, ~mask.unsqueeze(1).expand(B, N, M))
    for a, b in zip(
        torch.autograd.grad(out.square().sum(), [h, z]),
        torch.autograd.grad(expected.square().sum(), [h, z]),
        strict=True,
    ):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=0)


def test_the_query_is_equation_1_by_hand():
    attention = cs.Attention(1)
    with torch.no_grad():
        attention.W_d.weight.fill_(2.0), attention.W_d.bias.fill_(1.0)
    h, g = torch.tensor([[[3.0]]]), torch.tensor([[[-5.0]]])
    z = torch.tensor([[[0.0], [1.0]]])
    _, alpha = attention(h, g, z, z, torch.ones(1, 2, dtype=torch.bool))
    assert float(alpha[0, 0, 1].detach()) == pytest.approx(
        1 / (1 + math.exp(-2 / math.sqrt(2))), abs=1e-6
    )  # 2 · 3 + 1 - 5


def test_the_first_weights_have_variance_4_over_k_d_and_no_bias():
    layer = cs.gated(200, 3)
    for conv in (layer.W, layer.V):
        assert float(conv.weight.detach().var()) == pytest.approx(4 / 600, rel=0.05)
        assert not conv.bias.any()


def test_a_source_token_moves_the_keys_of_its_view_and_no_others():
    model = cs.ConvS2S(d=D, k=K, L=2, attentive=(0, 1))
    x, _ = make_walks(4, torch.Generator().manual_seed(1))
    for position in (0, 6, 11):
        assert cs.moved_keys(model, x, position) == {*range(max(0, position - 2), min(12, position + 3))}


def test_the_gradient_of_a_key_is_exactly_zero_beyond_its_view_and_not_at_both_ends(encoder):
    x = torch.arange(30).remainder(9).unsqueeze(0)
    encoder.embedding.w = nn.Embedding.from_pretrained(torch.randn(30, D), freeze=False)
    z, _ = encoder(torch.arange(30).unsqueeze(0), torch.ones_like(x, dtype=torch.bool))
    z[0, 15].sum().backward()
    reached = encoder.embedding.w.weight.grad.abs().sum(dim=1) > 0
    assert reached.nonzero().flatten().tolist() == list(range(15 - 4, 15 + 5))  # 2 (5 - 1) + 1 tokens


def test_a_target_token_moves_the_outputs_from_its_own_on_and_none_before():
    model = cs.ConvS2S(d=D, k=K, L=1, attentive=(0,))
    x, y = make_walks(4, torch.Generator().manual_seed(1))
    assert cs.moved_words(model, x, y[:, :-1], 0) == {0, 1, 2}  # L (k - 1) + 1 outputs
    assert cs.moved_words(model, x, y[:, :-1], 2) == {2, 3}


def test_padding_changes_nothing_and_neither_does_a_neighbour_in_the_batch():
    model = cs.ConvS2S(d=D, k=K, L=2, attentive=(0, 1))
    x, y = make_walks(40, torch.Generator().manual_seed(1), fewest=4)
    short = int((x != PAD).sum(dim=1).argmin())
    length = int((x[short] != PAD).sum())
    assert length == 8
    alone, _ = model(x[short : short + 1, :length], y[short : short + 1, :-1])
    beside, _ = model(x, y[:, :-1])
    torch.testing.assert_close(alone[0], beside[short], atol=1e-5, rtol=0)


def test_a_source_of_nothing_but_padding_gives_finite_scores():
    model = cs.ConvS2S(d=D, k=K, L=2, attentive=(0, 1))
    scores, alphas = model(torch.full((2, 6), PAD), torch.zeros(2, 3, dtype=torch.long))
    assert scores.isfinite().all()
    assert all(alpha.isfinite().all() for alpha in alphas)


def test_scaling_the_gradient_leaves_the_value():
    x = torch.randn(4, requires_grad=True)
    y = cs.scale_gradient(x, 0.25)
    torch.testing.assert_close(y, x)
    y.sum().backward()
    torch.testing.assert_close(x.grad, torch.full((4,), 0.25))


def test_the_encoder_learns_from_the_mean_of_the_attentions_not_their_sum():
    model = cs.ConvS2S(d=D, k=K, L=2, attentive=(0, 1))
    x, y = make_walks(5, torch.Generator().manual_seed(1))
    weight = model.encoder.layers[0].W.weight
    scaled = torch.autograd.grad(model(x, y[:, :-1])[0].square().sum(), weight)[0]
    z, e = model.encoder(x, x != PAD)
    plain = torch.autograd.grad(model.decoder(y[:, :-1], z, e, x != PAD)[0].square().sum(), weight)[0]
    torch.testing.assert_close(scaled, plain / 2, atol=1e-4, rtol=1e-4)


def test_what_is_generated_is_the_likeliest_word_at_each_step():
    model = cs.ConvS2S(d=D, k=K, L=2, attentive=(1,))
    x, y = make_walks(6, torch.Generator().manual_seed(1))
    written = model.generate(x, y[:, :1], 4)
    assert torch.equal(written[:, :1], y[:, :1])
    assert torch.equal(model(x, written[:, :-1])[0].argmax(dim=-1), written[:, 1:])


def test_every_layer_of_the_decoder_asks_with_its_own_output_and_the_target_word():
    decoder = cs.Decoder(cs.Embedding(9, D, longest=10), D, K, L=3, V=6, attentive=(0, 2))
    y, z, e = torch.randint(9, (B, N)), torch.randn(B, M, D), torch.randn(B, M, D)
    mask = torch.arange(M) < torch.tensor([[7], [4], [1]])
    scores, weights = decoder(y, z, e, mask)
    g = h = decoder.embedding(y)
    looked = []
    for l, layer in enumerate(decoder.layers):
        weight, bias = (torch.cat(pair) for pair in zip(layer.W.parameters(), layer.V.parameters(), strict=True))
        out = F.glu(F.conv1d(F.pad(h.transpose(1, 2), (K - 1, 0)), weight, bias), dim=1).transpose(1, 2)
        if l != 1:
            attention = decoder.attention[str(l)]
            query = (attention.W_d(out) + g) * 0.5**0.5
            options = {"attn_mask": mask.unsqueeze(1).expand(B, N, M), "scale": 1.0}
            looked.append(F.scaled_dot_product_attention(query, z, torch.eye(M).expand(B, M, M), **options))
            c = F.scaled_dot_product_attention(query, z, z + e, **options) * mask.sum(dim=1).sqrt()[:, None, None]
            out = (out + attention.W_c(c)) * 0.5**0.5
        h = (h + out) * 0.5**0.5
    torch.testing.assert_close(scores, decoder.W_o(h), atol=1e-5, rtol=0)
    for ours, theirs in zip(weights, looked, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)
    parameters = list(decoder.parameters())
    for ours, theirs in zip(
        torch.autograd.grad(scores.square().sum(), parameters),
        torch.autograd.grad(decoder.W_o(h).square().sum(), parameters),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_only_the_layers_asked_for_attend():
    for attentive in ((0, 1, 2), (2,), (0,)):
        model = cs.ConvS2S(d=D, k=K, L=3, attentive=attentive)
        x, y = make_walks(2, torch.Generator().manual_seed(1))
        assert len(model(x, y[:, :-1])[1]) == len(attentive)
        assert sorted(model.decoder.attention) == [str(l) for l in attentive]


def test_every_parameter_is_registered_and_learns():
    model = cs.ConvS2S(d=D, k=K, L=2, attentive=(0, 1))
    V = PAD + 1
    layers = 4 * 2 * (D * D * K + D)
    attention = 2 * 2 * (D * D + D)
    assert sum(p.numel() for p in model.parameters()) == (2 * V + 12 + 4) * D + layers + attention + V * (D + 1)
    x, y = make_walks(30, torch.Generator().manual_seed(1), fewest=5)
    scores, _ = model(x, y[:, :-1])
    F.cross_entropy(scores.flatten(0, 1), y[:, 1:].flatten()).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_an_even_width_has_no_centre():
    with pytest.raises(ValueError, match="odd"):
        cs.Encoder(cs.Embedding(9, D, longest=4), D, 4, L=1)


def test_the_walks_follow_the_arrows():
    x, y = make_walks(50, torch.Generator().manual_seed(4), fewest=4)
    for arrows, walk in zip(x.tolist(), y.tolist(), strict=True):
        pairs = [(a, b) for a, b in zip(arrows[::2], arrows[1::2], strict=True) if a != PAD]
        follow = dict(pairs)
        assert len(follow) == len(pairs) >= 4
        assert sorted(follow) == sorted(follow.values())
        for place, reached, crossed in zip(walk[:-1], walk[1:], ARROWS, strict=True):
            assert reached == (follow[place] if crossed == 1 else follow[follow[place]])
    assert {int((row != PAD).sum()) for row in x} == {8, 10, 12}
    assert len(PLACES) == 6


def test_what_the_attention_finds_is_counted_by_hand():
    peaks = torch.zeros(2, 1, 4, 12)
    peaks[0, 0, 1, 3] = peaks[0, 0, 3, 10] = 1.0  # layer 1: arrows 1 and 5
    peaks[1, 0, 1, 4] = peaks[1, 0, 3, 11] = 1.0  # layer 2: arrows 2 and 5
    x = torch.tensor([[0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0]])
    y = torch.tensor([[0, 1, 3, 4, 0]])  # steps 1 and 3 cross arrows 1 and 2, then 4 and 5
    assert cs.arrows_found(lambda *_: (None, list(peaks)), x, y) == [0.5, 0.5, 0.0, 1.0]


def test_the_control_has_no_fewer_parameters_and_is_as_deep():
    config = cs.Config()
    every, last = cs.ConvS2S(config.d, config.k, config.layers, (0, 1, 2)), cs.ConvS2S(config.d_last, config.k, 3, (2,))
    sizes = [sum(p.numel() for p in model.parameters()) for model in (every, last)]
    assert sizes[0] <= sizes[1] < 1.05 * sizes[0]
    trained = cs.train(cs.Config(steps=1, batch=2, k=5, layers=2), 6, (1,))
    assert len(trained.encoder.layers) == len(trained.decoder.layers) == 2
    assert trained.encoder.layers[0].W.weight.shape == (6, 6, 5)


def test_walks_to_test_with_were_not_told_in_training(monkeypatch):
    def few(count, generator):  # worlds so small that they come again
        return torch.randint(4, (count, 2), generator=generator), torch.arange(count).unsqueeze(1)

    monkeypatch.setattr(cs, "make_walks", few)
    config, trained = cs.Config(seed=3, steps=4, batch=2), set()
    generator = torch.Generator().manual_seed(6)  # as in train
    for _ in range(4):
        trained |= {tuple(row) for row in few(2, generator)[0].tolist()}
    x, y = cs.fresh_walks(config, 50)
    assert 0 < len(x) == len(y) < 50
    assert not trained & {tuple(row) for row in x.tolist()}
    every, _ = few(50, torch.Generator().manual_seed(7))
    assert torch.equal(x, every[y.squeeze(1)])
    assert len(x) == sum(tuple(row) not in trained for row in every.tolist())
