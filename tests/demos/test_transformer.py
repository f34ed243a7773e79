"""The Transformer against torch's own layers with copied weights, and against properties the paper states."""

from __future__ import annotations

import itertools
import random
from functools import partial
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import transformer as tr
from tasks.reversal import END, LETTERS, PAD, START, make_batch, make_strings, to_ids

B, h, n, m, d_k, d_v = 2, 3, 5, 7, 4, 6
D, d_ff = 12, 20  # width of a model, with h heads


def close(ours: torch.Tensor, theirs: torch.Tensor, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(ours, theirs, atol=tolerance, rtol=tolerance)


def some_mask(*shape: int) -> torch.Tensor:
    """True = may attend; every query may attend to something."""
    mask = torch.rand(*shape) < 0.6
    mask[..., 0] = True
    return mask


@torch.no_grad()
def scatter(module: Any) -> Any:
    """Every parameter at random: fresh layers have biases 0 and gains 1, which hide mistakes."""
    for parameter in module.parameters():
        parameter.add_(torch.randn_like(parameter) * 0.2)
    return module


def copy_attention(ours: tr.MultiHeadAttention, theirs: nn.MultiheadAttention) -> None:
    with torch.no_grad():
        projections = (ours.W_Q, ours.W_K, ours.W_V)
        theirs.in_proj_weight.copy_(torch.cat([W.weight for W in projections]))
        theirs.in_proj_bias.copy_(torch.cat([W.bias for W in projections]))
        theirs.out_proj.load_state_dict(ours.W_O.state_dict())


def copy_layer(ours: Any, theirs: Any) -> None:
    theirs.linear1.load_state_dict(ours.feed_forward.W_1.state_dict())
    theirs.linear2.load_state_dict(ours.feed_forward.W_2.state_dict())
    for number, residual in enumerate(ours.residuals, 1):
        getattr(theirs, f"norm{number}").load_state_dict(residual.norm.state_dict())


@pytest.mark.parametrize("attend", [tr.attention, tr.fused_attention])
@pytest.mark.parametrize("masked", [False, True])
def test_attention_is_that_of_torch_with_its_gradients(attend, masked):
    inputs = [torch.randn(B, h, *size, requires_grad=True) for size in ((n, d_k), (m, d_k), (m, d_v))]
    mask = some_mask(B, 1, n, m) if masked else None
    ours, theirs = attend(*inputs, mask), F.scaled_dot_product_attention(*inputs, attn_mask=mask)
    assert ours.shape == (B, h, n, d_v)
    close(ours, theirs)
    upstream = torch.randn_like(ours)
    for mine, yours in zip(*(torch.autograd.grad(x, inputs, upstream) for x in (ours, theirs)), strict=True):
        close(mine, yours, 1e-4)


def test_the_weights_of_a_query_sum_to_one_and_are_zero_where_it_may_not_look():
    mask = some_mask(B, h, n, m)
    weights = tr.attention_weights(torch.randn(B, h, n, d_k), torch.randn(B, h, m, d_k), mask)
    close(weights.sum(dim=-1), torch.ones(B, h, n))
    assert torch.equal(weights > 0, mask)


def test_attention_by_hand():
    Q, K, V = torch.tensor([[3.0, 4.0]]), torch.tensor([[2.0, 0.0], [0.0, 0.5]]), torch.tensor([[1.0], [0.0]])
    out = tr.attention(Q, K, V)  # scores 6 and 2, over the root of 2
    assert float(out) == pytest.approx(1 / (1 + 2.718281828 ** (-4 / 2**0.5)))


@pytest.mark.parametrize("attend", [tr.attention, tr.fused_attention])
def test_a_query_that_may_look_nowhere_gets_zeros_and_finite_gradients(attend):
    Q = torch.randn(1, 1, 2, d_k, requires_grad=True)
    mask = torch.tensor([[False, False, False], [True, False, True]])
    out = attend(Q, torch.randn(1, 1, 3, d_k), torch.randn(1, 1, 3, d_v), mask)
    assert torch.equal(out[0, 0, 0], torch.zeros(d_v))
    out.sum().backward()
    assert torch.isfinite(Q.grad).all()
    assert torch.equal(Q.grad[0, 0, 0], torch.zeros(d_k))


def test_multi_head_attention_is_that_of_torch_with_its_gradients():
    ours, theirs = scatter(tr.MultiHeadAttention(D, h)), nn.MultiheadAttention(D, h, batch_first=True)
    copy_attention(ours, theirs)
    x, memory, mask = torch.randn(B, n, D), torch.randn(B, m, D), some_mask(B, 1, n, m)
    out = ours(x, memory, mask)
    other = ~mask.expand(B, h, n, m).flatten(0, 1)  # torch: True = may not
    expected, weights = theirs(x, memory, memory, attn_mask=other, average_attn_weights=False)
    close(out, expected)
    close(ours.weights(x, memory, mask), weights)
    for result in (out, expected):
        result.square().sum().backward()
    W = torch.cat([W.weight.grad for W in (ours.W_Q, ours.W_K, ours.W_V)])
    close(W, theirs.in_proj_weight.grad, 1e-4)
    close(ours.W_O.weight.grad, theirs.out_proj.weight.grad, 1e-4)
    fused = tr.MultiHeadAttention(D, h, tr.fused_attention)
    fused.load_state_dict(ours.state_dict())
    close(fused(x, memory, mask), out)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="5 heads"):
        tr.MultiHeadAttention(D, 5)


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("activation", [F.relu, F.gelu])
def test_the_encoder_layer_is_that_of_torch_with_its_gradients(norm_first, activation):
    ours = scatter(tr.EncoderLayer(D, h, d_ff, activation=activation, norm_first=norm_first, eps=1e-3))
    theirs = nn.TransformerEncoderLayer(
        D, h, d_ff, 0.0, activation, layer_norm_eps=1e-3, batch_first=True, norm_first=norm_first
    )
    copy_attention(ours.attention, theirs.self_attn)
    copy_layer(ours, theirs)
    x, real = torch.randn(B, n, D, requires_grad=True), torch.tensor([[True] * n, [True] * 3 + [False] * (n - 3)])
    out, expected = ours(x, real[:, None, None]), theirs(x, src_key_padding_mask=~real)
    close(out[real], expected[real])
    grads = (torch.autograd.grad(y[real].square().sum(), x)[0] for y in (out, expected))
    close(*grads, 1e-4)


@pytest.mark.parametrize("norm_first", [False, True])
def test_the_decoder_layer_is_that_of_torch_with_its_gradients(norm_first):
    ours = scatter(tr.DecoderLayer(D, h, d_ff, norm_first=norm_first))
    theirs = nn.TransformerDecoderLayer(D, h, d_ff, 0.0, batch_first=True, norm_first=norm_first)
    copy_attention(ours.self_attention, theirs.self_attn)
    copy_attention(ours.cross_attention, theirs.multihead_attn)
    copy_layer(ours, theirs)
    x, memory = torch.randn(B, n, D, requires_grad=True), torch.randn(B, m, D, requires_grad=True)
    real = torch.tensor([[True] * m, [True] * 3 + [False] * (m - 3)])
    out = ours(x, memory, tr.causal_mask(n), real[:, None, None])
    expected = theirs(x, memory, tgt_mask=~tr.causal_mask(n), memory_key_padding_mask=~real)
    close(out, expected)
    for mine, yours in zip(*(torch.autograd.grad(y.square().sum(), (x, memory)) for y in (out, expected)), strict=True):
        close(mine, yours, 1e-4)


def test_dropout_falls_on_each_sublayer_in_training_only():
    layer = tr.EncoderLayer(D, h, d_ff, dropout=1.0, norm_first=True)
    x = torch.randn(B, n, D)
    assert torch.equal(layer(x), x)
    assert not torch.equal(layer.eval()(x), x)


def test_the_positional_encoding_by_the_formula():
    PE = tr.positional_encoding(9, 6)
    for pos in range(9):
        for i in range(3):
            angle = torch.tensor(pos / 10000 ** (2 * i / 6))
            assert float(PE[pos, 2 * i]) == pytest.approx(float(angle.sin()), abs=1e-6)
            assert float(PE[pos, 2 * i + 1]) == pytest.approx(float(angle.cos()), abs=1e-6)


def model(W: int = 9, **options: bool) -> tr.Transformer:
    return scatter(tr.Transformer(W, D, h, d_ff, N=2, **options))


@pytest.mark.parametrize("norm_first", [False, True])
def test_the_whole_model_is_that_of_torch(norm_first):
    ours = model(norm_first=norm_first)
    options = {"dropout": 0.0, "batch_first": True, "norm_first": norm_first}
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(D, h, d_ff, **options), 2, enable_nested_tensor=False)
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(D, h, d_ff, **options), 2)
    if norm_first:
        encoder.norm, decoder.norm = ours.norms
    theirs = nn.Transformer(D, h, custom_encoder=encoder, custom_decoder=decoder, batch_first=True)
    for mine, yours in zip(ours.encoder, theirs.encoder.layers, strict=True):
        copy_attention(mine.attention, yours.self_attn)
        copy_layer(mine, yours)
    for mine, yours in zip(ours.decoder, theirs.decoder.layers, strict=True):
        copy_attention(mine.self_attention, yours.self_attn)
        copy_attention(mine.cross_attention, yours.multihead_attn)
        copy_layer(mine, yours)
    source, target = torch.tensor([[3, 4, 5, 6], [7, 8, PAD, PAD]]), torch.randint(3, 9, (2, 3))
    x, y = (ours.E[words] * D**0.5 + tr.positional_encoding(words.shape[1], D) for words in (source, target))
    padding = source == PAD
    z = theirs(
        x,
        y,
        tgt_mask=~tr.causal_mask(3),
        tgt_is_causal=False,
        src_key_padding_mask=padding,
        memory_key_padding_mask=padding,
    )
    close(ours(source, target), z @ ours.E.T)


def test_later_words_change_nothing_before_them():
    net, source, target = model(), torch.randint(3, 9, (2, 4)), torch.randint(3, 9, (2, 6))
    other = target.clone()
    other[:, 3:] = 3 + (other[:, 3:] - 2) % 6
    assert torch.equal(net(source, target)[:, :3], net(source, other)[:, :3])
    assert not torch.equal(net(source, target)[:, 3], net(source, other)[:, 3])


def test_without_positions_the_encoder_permutes_with_its_input():
    source, order = torch.randint(3, 9, (2, 5)), torch.tensor([2, 0, 4, 1, 3])
    blind, seeing = model(positions=False), model()
    close(blind.encode(source[:, order]), blind.encode(source)[:, order])
    assert (seeing.encode(source[:, order]) - seeing.encode(source)[:, order]).abs().max() > 0.01


def test_padding_and_neighbours_in_the_batch_change_nothing():
    net = model()
    alone, target = torch.tensor([[3, 4, 5]]), torch.tensor([[1, 6, 7]])
    beside = torch.tensor([[3, 4, 5, PAD, PAD], [8, 7, 6, 5, 4]])
    close(net(beside, target.expand(2, 3))[0], net(alone, target)[0])


def test_one_matrix_embeds_and_scores_and_every_parameter_learns():
    net = model()
    assert sum(p.shape == (9, D) for p in net.parameters()) == 1
    assert len(net.encoder) == len(net.decoder) == 2
    per_layer = 4 * (D * D + D) + 2 * D * d_ff + d_ff + D + 4 * D
    assert sum(p.numel() for p in net.encoder.parameters()) == 2 * per_layer
    assert sum(p.numel() for p in net.parameters()) == 4 * per_layer + 2 * (4 * (D * D + D) + 2 * D) + 9 * D + 4 * D
    logits = net(torch.randint(3, 9, (2, 4)), torch.randint(3, 9, (2, 5)))
    tr.smoothed_loss(logits, torch.ones(2, 5).long()).backward()
    # a bias added to all keys moves all scores of a query alike
    assert all(p.grad.abs().sum() > 0 for name, p in net.named_parameters() if not name.endswith("W_K.bias"))
    fresh = tr.Transformer(400, 64, 4, 8, 1).E
    assert float(fresh.detach().std()) == pytest.approx(64**-0.5, rel=0.05)


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.3])
def test_label_smoothing_is_that_of_torch(epsilon):
    logits, y = torch.randn(4, 5, 7, requires_grad=True), torch.randint(1, 7, (4, 5))
    y[0, 3:] = y[2, 1:] = PAD
    ours = tr.smoothed_loss(logits, y, epsilon)
    theirs = F.cross_entropy(logits.flatten(0, 1), y.flatten(), ignore_index=PAD, label_smoothing=epsilon)
    close(ours, theirs)
    close(*(torch.autograd.grad(loss, logits)[0] for loss in (ours, theirs)), 1e-4)


def test_the_learning_rate_by_hand():
    rate = partial(tr.learning_rate, d_model=512, warmup=4000)
    assert rate(1) == pytest.approx(512**-0.5 * 4000**-1.5)
    assert rate(4000) == pytest.approx(1 / (512 * 4000) ** 0.5) == pytest.approx(6.98771e-4)
    assert rate(2000) == pytest.approx(rate(4000) / 2)
    assert rate(16000) == pytest.approx(rate(4000) / 2)


def test_greedy_takes_the_best_word_at_each_step_and_stops_at_the_end():
    net = model(W=5)
    with torch.no_grad():
        net.norms[1].bias += net.E[END] * 2  # so that some outputs end early
    source = torch.randint(3, 5, (20, 3)).masked_fill(torch.arange(3) > torch.randint(0, 3, (20, 1)), PAD)
    out = tr.greedy(net, source, most=6)
    assert out.shape == (20, 6)
    for b in range(20):
        y = [START]
        while END not in y and len(y) < 7:
            y.append(int(net(source[b : b + 1], torch.tensor([y]))[0, -1].argmax()))
        assert out[b].tolist() == y[1:] + [PAD] * (7 - len(y))
    assert any(END in row[:-1] for row in out.tolist())


def test_training_follows_the_schedule_and_ends_with_the_mean_of_five_checkpoints(monkeypatch):
    rates, kept, made = [], [], []

    class Adam(torch.optim.Adam):
        def __init__(self, parameters, **options):
            made.append(options)
            super().__init__(parameters, **options)

        def step(self):
            rates.append(self.param_groups[0]["lr"])
            return super().step()

    def keep(self, net):
        kept.append([p.detach().clone() for p in net.parameters()])
        update(self, net)

    update = tr.AveragedModel.update_parameters
    monkeypatch.setattr(torch.optim, "Adam", Adam)
    monkeypatch.setattr(tr.AveragedModel, "update_parameters", keep)
    net = tr.train(tr.Config(steps=83, batch=2, d_model=8))
    assert made == [{"betas": (0.9, 0.98), "eps": 1e-9}]
    assert rates == pytest.approx([tr.learning_rate(step, 8, 200) for step in range(1, 84)])
    assert len(kept) == 5
    for p, *checkpoints in zip(net.parameters(), *kept, strict=True):
        close(p.detach(), torch.stack(checkpoints).mean(dim=0))
    assert any((first - last).abs().max() > 1e-4 for first, last in zip(kept[0], kept[-1], strict=True))
    assert tr.train(tr.Config(steps=1, batch=2, d_model=8), positions=False).positions is False


def test_what_changes_is_found_where_something_leaks():
    class Net:
        leak, place = 0.0, 0.0

        def __call__(self, _, target):
            return target.unsqueeze(2) + self.leak * target[:, 2:3, None]

        def encode(self, source):
            return (source + self.place * torch.arange(source.shape[1])).unsqueeze(2)

    source, target = torch.tensor([[3, 4, 5, 6], [7, 8, 3, PAD]]), torch.tensor([[1, 6, 5, 4, 3], [1, 3, 8, 7, PAD]])
    net = Net()
    assert tr.changes(net, source, target) == (0.0, 0.0)
    net.leak, net.place = 0.5, 2.0
    assert tr.changes(net, source, target) == (0.5 * 8, 2.0 * 3)  # 8 became PAD; the last place became the first


@pytest.mark.parametrize("alpha", [0.0, 0.6, 2.0])
def test_a_wide_beam_finds_the_best_of_all_outputs_and_a_narrow_one_is_greedy(alpha):
    net, most = model(W=5), 4
    source = torch.tensor([[3, 4, 4]])

    def log_p(y: list[int]) -> float:
        before = torch.tensor([[START, *y[:-1]]])
        return float(net(source, before)[0].detach().log_softmax(dim=-1)[range(len(y)), y].sum())

    words = [word for word in range(5) if word != END]
    outputs = [[*y, END] for t in range(most) for y in itertools.product(words, repeat=t)]
    best = max(outputs, key=lambda y: log_p(y) / ((5 + len(y)) / 6) ** alpha)
    assert tr.translate(net, source, most, beam=5**most, alpha=alpha) == best[:-1]
    with torch.no_grad():
        net.norms[1].bias += net.E[END] * 2  # so that the greedy output ends
    greedy = tr.greedy(net, source, most=6)[0].tolist()
    assert END in greedy
    assert tr.translate(net, source, 6, beam=1, alpha=alpha) == greedy[: greedy.index(END)]


def test_the_strings_and_their_reversals():
    source, target, y = make_batch(30, random.Random(5), fewest=4, most=9)
    assert source.shape[1] + 1 == target.shape[1] == y.shape[1]
    lengths = (source != PAD).sum(dim=1)
    assert set(lengths.tolist()) == set(range(4, 10))
    for b, k in enumerate(lengths.tolist()):
        backwards = source[b, :k].flip(0).tolist()
        assert target[b, : k + 1].tolist() == [START, *backwards]
        assert y[b, : k + 1].tolist() == [*backwards, END]
        assert (target[b, k + 1 :] == PAD).all()
        assert (y[b, k + 1 :] == PAD).all()
    assert to_ids(["ac"], start=True, end=True).tolist() == [[START, 3, 5, END]]
    assert set("".join(make_strings(99, random.Random(1), 2, 5))) <= set(LETTERS)
