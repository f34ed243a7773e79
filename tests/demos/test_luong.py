"""Luong attention against loops over numbers, torch's attention, and the paper's formulas worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import luong as lu
from tasks.reversal import PAD, START

K_X, K_Y, D, N = 12, 9, 4, 6
X = torch.tensor([[3, 4, 5, 6, 7], [8, 9, PAD, PAD, PAD], [10, 3, 8, PAD, PAD]])
Y = torch.tensor([[START, 3, 4, 5], [START, 6, 7, 8], [START, 8, 3, 2]])
MASK = (X != PAD).unsqueeze(1)  # [B, 1, S]
WEIGHTS = {
    "dot": lambda: lu.Global(lu.Dot()),
    "general": lambda: lu.Global(lu.General(N)),
    "concat": lambda: lu.Global(lu.Concat(N)),
    "location": lambda: lu.Global(lu.Location(N, 8)),
    "mean": lambda: lu.Global(lu.Mean()),
    "local-m": lambda: lu.LocalM(lu.General(N), 2),
    "local-p": lambda: lu.LocalP(lu.General(N), N, 3),
}


@pytest.fixture
def states():
    """h [B, k, n] and h̄ [B, S, n], all sizes different."""
    return torch.randn(3, 4, N, requires_grad=True), torch.randn(3, 5, N, requires_grad=True)


def model(name: str, *, feed: bool = False) -> lu.Translator:
    torch.manual_seed(1)
    return lu.Translator(K_X, K_Y, D, N, WEIGHTS[name](), feed=feed)


def array(x: torch.Tensor) -> np.ndarray:
    return x.detach().numpy().astype(float)


def naive(score: torch.nn.Module, h: np.ndarray, h_bar: np.ndarray, s: int) -> float:
    """The score of one state of the decoder and word s, counted from 0."""
    if isinstance(score, lu.Dot):
        return float(h @ h_bar)
    if isinstance(score, lu.General):
        return float(h @ array(score.W_a.weight) @ h_bar)
    if isinstance(score, lu.Concat):
        W_a = np.concatenate([array(score.W_h.weight), array(score.W_s.weight)], axis=1)
        return float(array(score.v_a) @ np.tanh(W_a @ np.concatenate([h, h_bar])))
    if isinstance(score, lu.Mean):
        return 0.0
    return float(array(score.get_parameter("W_a.weight"))[s] @ h)


@pytest.mark.parametrize(
    "score", [lu.Dot(), lu.General(N), lu.Concat(N), lu.Location(N, 8), lu.Mean()], ids=lambda s: type(s)
)
def test_every_score_is_its_formula(score, states):
    h, h_bar = states
    found = score(h, h_bar).detach()
    assert found.shape == (3, 4, 5)
    for b, t, s in np.ndindex(3, 4, 5):
        assert float(found[b, t, s]) == pytest.approx(naive(score, array(h[b, t]), array(h_bar[b, s]), s), abs=1e-5)


def test_dot_attention_is_the_attention_of_torch_without_a_scale(states):
    h, h_bar = states
    ours = lu.Global(lu.Dot())(h, h_bar, MASK) @ h_bar
    theirs = F.scaled_dot_product_attention(h, h_bar, h_bar, attn_mask=MASK.expand(3, 4, 5), scale=1.0)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)
    for mine, other in zip(
        torch.autograd.grad(ours.square().sum(), states),
        torch.autograd.grad(theirs.square().sum(), states),
        strict=True,
    ):
        torch.testing.assert_close(mine, other, atol=1e-4, rtol=0)


def test_a_location_past_the_longest_gets_no_weight(states):
    h, h_bar = states
    location = lu.Location(N, 3)
    a = lu.Global(location)(h, h_bar, MASK)
    for b, t in np.ndindex(3, 4):
        S = min(3, int(MASK[b].sum()))
        e = np.exp([naive(location, array(h[b, t]), array(h_bar[b, s]), s) for s in range(S)])
        assert array(a[b, t, :S]) == pytest.approx(e / e.sum(), abs=1e-5)
        assert (a[b, t, S:] == 0).all()


def test_the_mean_reads_all_words_alike(states):
    h, h_bar = states
    c = lu.Global(lu.Mean())(h, h_bar, MASK) @ h_bar
    for b in range(3):
        mean = h_bar[b, MASK[b, 0]].mean(dim=0)
        torch.testing.assert_close(c[b], mean.expand(4, N))


@pytest.mark.parametrize("name", WEIGHTS)
def test_padding_gets_no_weight_and_global_weights_sum_to_1(name, states):
    a = WEIGHTS[name]()(*states, MASK)
    assert (a.masked_select(~MASK) == 0).all()
    assert (a >= 0).all()
    if not name.startswith("local"):
        torch.testing.assert_close(a.sum(dim=2), torch.ones(3, 4))


def test_local_p_is_equations_9_and_10_over_the_window(states):
    h, h_bar = states
    local = lu.LocalP(lu.General(N), N, 3)
    with torch.no_grad():
        local.v_p.weight.mul_(8)  # windows in different places
    a = local(h, h_bar, MASK).detach()
    W_p, v_p = array(local.W_p.weight), array(local.v_p.weight)[0]
    inside = 0
    for b, t in np.ndindex(3, 4):
        S = int(MASK[b].sum())
        p = S / (1 + math.exp(-float(v_p @ np.tanh(W_p @ array(h[b, t])))))
        window = [s for s in range(1, S + 1) if abs(s - p) <= 3]
        inside += len(window) < S
        e = {s: math.exp(naive(local.score, array(h[b, t]), array(h_bar[b, s - 1]), s - 1)) for s in window}
        for s in range(1, 6):
            gauss = math.exp(-((s - p) ** 2) / (2 * 1.5**2))
            expected = e[s] / sum(e.values()) * gauss if s in window else 0.0
            assert float(a[b, t, s - 1]) == pytest.approx(expected, abs=1e-5)
    assert inside  # some window leaves a word out


def test_local_p_by_hand():
    """All scores equal and v_p = 0: p = S / 2 = 2, D = 2, σ = 1, words 1 to 4 in the window, word 5 is padding."""
    local = lu.LocalP(lu.General(N), N, 2)
    with torch.no_grad():
        local.v_p.weight.zero_()
        local.score.W_a.weight.zero_()
    a = local(torch.randn(1, 1, N), torch.randn(1, 5, N), torch.tensor([[[True] * 4 + [False]]]))
    expected = [math.exp(-0.5) / 4, 1 / 4, math.exp(-0.5) / 4, math.exp(-2) / 4, 0.0]
    assert a.flatten().tolist() == pytest.approx(expected)


def test_the_gaussian_teaches_where_to_look(states):
    local = lu.LocalP(lu.Dot(), N, 3)
    (local(*states, MASK) * torch.randn(3, 4, 5)).sum().backward()
    assert local.W_p.weight.grad is not None
    assert local.W_p.weight.grad.abs().sum() > 0


def test_local_m_looks_at_the_words_around_t(states):
    a = lu.LocalM(lu.General(N), 1)(*states, torch.ones(3, 1, 5, dtype=torch.bool))
    for t, s in np.ndindex(4, 5):
        assert bool((a[:, t, s] > 0).all()) == (abs(t - s) <= 1)
    torch.testing.assert_close(a.sum(dim=2), torch.ones(3, 4))


def test_a_window_behind_the_source_reads_nothing(states):
    a = lu.LocalM(lu.General(N), 1)(*states, MASK)
    assert (a[1, 3] == 0).all()  # the fourth step, of a source of two words
    a.square().sum().backward()
    assert all(x.grad.isfinite().all() for x in states)


@pytest.mark.parametrize("feed", [False, True])
def test_the_window_of_local_m_moves_with_the_steps(feed):
    torch.manual_seed(1)
    translator = lu.Translator(K_X, K_Y, D, N, lu.LocalM(lu.General(N), 1), feed=feed)
    _, a = translator(X, Y)
    for b, t, s in np.ndindex(3, 4, 5):
        assert bool(a[b, t, s] > 0) == (abs(t - s) <= 1 and bool(MASK[b, 0, s]))


def test_backwards_turns_words_and_leaves_padding_behind():
    mask = MASK.squeeze(1)
    assert lu.backwards(X, mask).tolist() == [[7, 6, 5, 4, 3], [9, 8, 0, 0, 0], [8, 3, 10, 0, 0]]
    h = torch.randn(3, 5, 2)
    assert torch.equal(lu.backwards(lu.backwards(h, mask), mask), h)


def test_the_encoder_reads_from_the_last_word_to_the_first():
    translator = model("dot")
    h_bar, (end, _) = translator.encode(X)
    for b in range(3):
        S = int(MASK[b].sum())
        states, _ = translator.encoder(translator.E_x(X[b : b + 1, :S].flip(1)))
        torch.testing.assert_close(h_bar[b, :S], states[0].flip(0))
        torch.testing.assert_close(end[0, b], h_bar[b, 0])


@pytest.mark.parametrize("feed", [False, True])
def test_the_decoder_is_equations_5_and_6_step_by_step(feed):
    translator = model("general", feed=feed)
    scores, weights = translator(X, Y)
    h_bar, (h, c) = translator.encode(X)
    cell = torch.nn.LSTMCell(D + N * feed, N)
    cell.load_state_dict({name.removesuffix("_l0"): p for name, p in translator.decoder.state_dict().items()})
    h, c, h_tilde = h[0], c[0], torch.zeros(3, N)
    for t in range(4):
        Ey = translator.E_y(Y[:, t])
        h, c = cell(torch.cat([Ey, h_tilde], dim=1) if feed else Ey, (h, c))
        a = (translator.weights.score.W_a(h_bar) @ h.unsqueeze(2)).squeeze(2)
        a = a.masked_fill(~MASK.squeeze(1), -1e9).softmax(dim=1)
        context = (a.unsqueeze(2) * h_bar).sum(dim=1)
        h_tilde = torch.tanh(torch.cat([context, h], dim=1) @ translator.W_c.weight.T)
        torch.testing.assert_close(weights[:, t], a)
        torch.testing.assert_close(scores[:, t], h_tilde @ translator.W_s.weight.T)


@pytest.mark.parametrize("feed", [False, True])
def test_only_with_input_feeding_what_was_read_changes_the_next_state(feed):
    translator, states = model("general", feed=feed), []
    h_bar, state = translator.encode(X)
    translator.decoder.register_forward_hook(lambda *called: states.append(called[2][0]))
    for memory in (h_bar, h_bar.flip(2)):  # the same start, but another source to attend to
        translator.decode(Y, memory, MASK, state)
    half = len(states) // 2
    one, other = torch.cat(states[:half], dim=1), torch.cat(states[half:], dim=1)
    assert torch.equal(one[:, 0], other[:, 0])
    assert torch.equal(one[:, 1:], other[:, 1:]) == (not feed)


@pytest.mark.parametrize("feed", [False, True])
@pytest.mark.parametrize("name", WEIGHTS)
def test_padding_later_targets_and_other_samples_change_nothing(name, feed):
    translator = model(name, feed=feed)
    scores, weights = translator(X, Y)
    for b in range(3):
        S = int(MASK[b].sum())
        alone, a = translator(X[b : b + 1, :S], Y[b : b + 1])
        torch.testing.assert_close(scores[b], alone[0])
        torch.testing.assert_close(weights[b, :, :S], a[0])
    other = X.clone()
    other[1:] = other[1:].flip(0)
    assert torch.equal(translator(other, Y)[0][0], scores[0])
    later = Y.clone()
    later[:, 2:] = 8
    assert torch.equal(translator(X, later)[0][:, :2], scores[:, :2])
    assert not torch.equal(translator(X, later)[0][:, 2:], scores[:, 2:])


@pytest.mark.parametrize("name", ["general", "local-m"])
def test_translations_are_the_best_words_given_the_words_before(name):
    translator = model(name, feed=True)
    written = translator.translate(X, 5)
    before = torch.cat([torch.full((3, 1), START), written[:, :-1]], dim=1)
    assert torch.equal(translator(X, before)[0].argmax(dim=2), written)


@pytest.mark.parametrize("name", WEIGHTS)
def test_every_parameter_is_registered_and_learns(name):
    translator = model(name, feed=True)
    shapes = [tuple(p.shape) for p in translator.weights.parameters()]
    assert (
        shapes
        == {
            "dot": [],
            "general": [(N, N)],
            "concat": [(N,), (N, N), (N, N)],
            "location": [(8, N)],
            "mean": [],
            "local-m": [(N, N)],
            "local-p": [(N, N), (N, N), (1, N)],
        }[name]
    )
    assert len([key for key, _ in translator.named_parameters() if key.startswith("weights.")]) == len(shapes)
    lu.train(translator, lambda: (X, Y, Y.roll(-1, 1)), steps=2, learning_rate=0.01, name="test")
    fresh = dict(model(name, feed=True).named_parameters())
    assert [key for key, p in translator.named_parameters() if torch.equal(p, fresh[key])] == []


def test_the_experiment_compares_what_it_names():
    kinds = {name: make() for name, make in lu.kinds(N, 3).items()}
    assert [type(weights) for weights in kinds.values()] == [lu.Global, lu.Global, lu.LocalP, lu.Global, lu.Global]
    assert list(kinds) == ["dot", "general", "local-p", "location", "mean"]
    assert [type(weights.score) for weights in kinds.values()] == [
        lu.Dot,
        lu.General,
        lu.General,
        lu.Location,
        lu.Mean,
    ]
    assert kinds["local-p"].D == 3


@pytest.mark.parametrize("feed", [False, True])
def test_numbers_are_translated_with_the_score_and_the_feeding_that_are_named(monkeypatch, feed):
    made, score = [], lu.General(6)
    monkeypatch.setattr(lu, "train", lambda model, *_: made.append(model))
    lu.translate_numbers(lu.Config(d=4, n=6), score, feed=feed)
    assert [(model.feed, model.weights.score) for model in made] == [(feed, score)]
    assert made[0].decoder.input_size == 4 + 6 * feed


class Perfect:
    """Writes every string backwards, with its weight on the letter that it writes, or so many letters beside it."""

    def __init__(self, beside: int = 0) -> None:
        self.beside = beside

    def translate(self, source: torch.Tensor, steps: int) -> torch.Tensor:
        assert steps == source.shape[1] - 1
        return torch.cat([source[:, 1:-1].flip(1), source[:, -1:]], dim=1)

    def __call__(self, source: torch.Tensor, before: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        place = torch.arange(source.shape[1] - 2, -1, -1) + self.beside  # START is word 0
        return before, F.one_hot(place, source.shape[1]).expand(len(source), -1, -1).float()


def test_the_measures_of_reversal_by_models_that_are_perfect_or_one_beside():
    assert lu.evaluate(Perfect(), lu.Config()) == (1.0, 1.0)
    assert lu.evaluate(Perfect(beside=1), lu.Config()) == (1.0, 0.0)
