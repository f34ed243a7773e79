"""The CRF against brute force over all taggings, and the language against its own grammar."""

from __future__ import annotations

import itertools

import pytest
import torch

import crf_tagging as ct
from tasks.entities import TAGS, legal, make_sentences

K = 3
LENGTHS = (5, 1, 3, 4)


@pytest.fixture
def crf():
    crf = ct.CRF(K)
    for parameter in crf.parameters():
        torch.nn.init.normal_(parameter)
    return crf.double()


@pytest.fixture
def P():
    return torch.randn(len(LENGTHS), max(LENGTHS), K, dtype=torch.double)


MASK = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS).unsqueeze(1)


def naive_score(crf: ct.CRF, P: torch.Tensor, y: tuple[int, ...]) -> torch.Tensor:
    """s(X, y) of one sentence, term by term."""
    score = crf.start[y[0]] + crf.end[y[-1]]
    for i, tag in enumerate(y):
        score = score + P[i, tag]
        if i:
            score = score + crf.A[y[i - 1], tag]
    return score


def all_taggings(n: int) -> list[tuple[int, ...]]:
    return list(itertools.product(range(K), repeat=n))


def all_scores(crf: ct.CRF, P: torch.Tensor, n: int) -> torch.Tensor:
    return torch.stack([naive_score(crf, P, y) for y in all_taggings(n)])


def test_the_score_is_the_sum_of_the_paper(crf, P):
    y = torch.randint(K, MASK.shape)
    score = crf.score(P, y, MASK)
    for b, n in enumerate(LENGTHS):
        torch.testing.assert_close(score[b], naive_score(crf, P[b], tuple(y[b, :n].tolist())))


def test_the_forward_algorithm_sums_over_every_tagging_and_so_do_its_gradients(crf, P):
    P.requires_grad_()
    fast = crf.log_partition(P, MASK)
    slow = torch.stack([all_scores(crf, P[b], n).logsumexp(dim=0) for b, n in enumerate(LENGTHS)])
    torch.testing.assert_close(fast, slow)
    wanted = [P, *crf.parameters()]
    fast_gradients = torch.autograd.grad(fast.sin().sum(), wanted)
    slow_gradients = torch.autograd.grad(slow.sin().sum(), wanted)
    for one, other in zip(fast_gradients, slow_gradients, strict=True):
        torch.testing.assert_close(one, other)


def test_the_gradient_of_the_log_partition_is_the_marginals(crf, P):
    marginals = crf.marginals(P, MASK)
    for b, n in enumerate(LENGTHS):
        p = all_scores(crf, P[b], n).softmax(dim=0)
        expected = torch.zeros(n, K, dtype=torch.double)
        for weight, y in zip(p, all_taggings(n), strict=True):
            expected[range(n), list(y)] += weight.detach()
        torch.testing.assert_close(marginals[b, :n], expected)
        assert (marginals[b, n:] == 0).all()


def test_the_probabilities_of_all_taggings_add_up_to_one(crf, P):
    n = LENGTHS[3]
    losses = [crf.loss(P[3:], torch.tensor([[*y, 0]]), MASK[3:]) for y in all_taggings(n)]
    assert torch.stack(losses).neg().exp().sum().item() == pytest.approx(1.0)


def test_the_loss_is_the_mean_over_sentences(crf, P):
    y = torch.randint(K, MASK.shape)
    alone = [crf.loss(P[b : b + 1], y[b : b + 1], MASK[b : b + 1]) for b in range(len(LENGTHS))]
    torch.testing.assert_close(crf.loss(P, y, MASK), torch.stack(alone).mean())


def test_viterbi_finds_the_best_of_all_taggings(crf, P):
    y, score = ct.viterbi(crf, P, MASK)
    for b, n in enumerate(LENGTHS):
        scores = all_scores(crf, P[b], n)
        torch.testing.assert_close(score[b], scores.max())
        assert tuple(y[b, :n].tolist()) == all_taggings(n)[int(scores.argmax())]
        assert (y[b, n:] == 0).all()


def test_without_transitions_the_crf_is_a_softmax_for_each_word(crf, P):
    for parameter in crf.parameters():
        torch.nn.init.zeros_(parameter)
    torch.testing.assert_close(crf.marginals(P, MASK), P.softmax(dim=2) * MASK.unsqueeze(2))
    assert (ct.viterbi(crf, P, MASK)[0] == P.argmax(dim=2) * MASK).all()


def test_a_forbidden_transition_is_never_taken(crf, P):
    with torch.no_grad():
        crf.A[0, 2] = -1e4
        P[:, :, 0] += 3
        P[:, 1::2, 2] += 5
    y, _ = ct.viterbi(crf, P, MASK)
    assert not any((0, 2) in itertools.pairwise(row[:n].tolist()) for row, n in zip(y, LENGTHS, strict=True))


@pytest.mark.parametrize("crf", [True, False])
def test_a_longer_sentence_beside_it_changes_nothing(crf):
    model = ct.Tagger(9, K, 4, crf=crf).double()
    x, y = torch.randint(9, MASK.shape), torch.randint(K, MASK.shape)
    emissions = model.emissions(x, MASK)
    found = model(x, MASK)
    for b, n in enumerate(LENGTHS):
        alone, whole = x[b : b + 1, :n], MASK[b : b + 1, :n]
        torch.testing.assert_close(model.emissions(alone, whole)[0], emissions[b, :n])
        assert (model(alone, whole)[0] == found[b, :n]).all()
    other = torch.where(MASK, x, (x + 1) % 9)
    torch.testing.assert_close(model.loss(other, torch.where(MASK, y, (y + 1) % K), MASK), model.loss(x, y, MASK))


def test_the_emissions_are_scores_and_no_probabilities():
    emissions = ct.Tagger(9, K, 4, crf=True).emissions(torch.randint(9, MASK.shape), MASK)
    assert not torch.allclose(emissions.exp().sum(dim=2), torch.ones(MASK.shape))
    assert not torch.allclose(emissions.sum(dim=2), torch.ones(MASK.shape))


def test_every_parameter_is_registered_and_learns():
    model = ct.Tagger(9, K, 4, crf=True)
    model.loss(torch.randint(9, MASK.shape), torch.randint(K, MASK.shape), MASK).backward()
    names = [name for name, p in model.named_parameters() if p.grad is not None and p.grad.abs().sum() > 0]
    assert names == [name for name, _ in model.named_parameters()]
    assert {"crf.A", "crf.start", "crf.end", "project.weight", "embedding.weight"} < set(names)
    assert ct.Tagger(9, K, 4, crf=False).crf is None


def test_the_language_keeps_its_grammar():
    sentences = make_sentences(300, seed=4)
    _, y, mask = ct.to_tensors(sentences)
    assert not any(ct.breaks_grammar(tags[m].tolist()) for tags, m in zip(y, mask, strict=True))
    pairs = {pair for sentence in sentences for pair in itertools.pairwise(sentence.tags)}
    assert pairs == {(before, after) for before in TAGS for after in TAGS if legal(before, after)}
    assert sentences == make_sentences(300, seed=4) != make_sentences(300, seed=5)


def test_the_grammar_is_told_by_hand():
    o, b_x, i_x, b_y, i_y = range(5)
    assert not ct.breaks_grammar([b_x, i_x, i_x, o, b_y, i_y, b_y, b_x])
    for wrong in ([i_x], [o, i_x], [b_x, i_y], [b_y, i_y, o, i_y]):
        assert ct.breaks_grammar(wrong)


@pytest.mark.parametrize("crf", [True, False])
def test_every_word_is_scored_with_the_whole_sentence_in_view(crf):
    model = ct.Tagger(9, K, 4, crf=crf)
    x = torch.randint(9, MASK.shape)
    before = model.emissions(x, MASK)
    for i in range(max(LENGTHS)):
        other = x.clone()
        other[:, i] = (other[:, i] + 1) % 9
        change = (model.emissions(other, MASK) - before).abs().amax(dim=2)
        for b, n in enumerate(LENGTHS):
            assert (change[b, :n] > 0).all() == (i < n)  # a word moves all of its sentence, padding nothing


def test_one_sentence_does_not_move_another(crf, P):
    other = P.clone()
    other[1:] = torch.randn_like(P[1:])
    assert torch.equal(crf.log_partition(P, MASK)[0], crf.log_partition(other, MASK)[0])
    assert torch.equal(ct.viterbi(crf, P, MASK)[0][0], ct.viterbi(crf, other, MASK)[0][0])


def test_evaluation_by_hand():
    o, b_x, i_x, b_y, i_y = range(5)
    found = torch.tensor([[b_x, i_x, o], [b_y, i_x, 0], [o, 0, 0], [b_x, b_y, o]])
    y = torch.tensor([[b_x, i_x, o], [b_y, i_y, 3], [o, 2, 2], [b_x, i_x, o]])
    mask = torch.tensor([[True] * 3, [True, True, False], [True, False, False], [True] * 3])
    whole, tags, broken = ct.evaluate(lambda *_: found, y, y, mask)
    assert whole == pytest.approx(2 / 4)
    assert tags == pytest.approx(7 / 9)
    assert broken == pytest.approx(1 / 4)


def test_both_are_tested_on_sentences_that_neither_learned_from(monkeypatch):
    tested = []

    def evaluate(_: ct.Tagger, x: torch.Tensor, _y: torch.Tensor, mask: torch.Tensor) -> tuple[float, float, float]:
        tested.append({tuple(row[real].tolist()) for row, real in zip(x, mask, strict=True)})
        return 0.0, 0.0, 0.0

    monkeypatch.setattr(ct, "evaluate", evaluate)
    ct.run(ct.Config(seed=1, steps=1, d=4))  # with this seed a sentence is drawn twice
    x, _, mask = ct.to_tensors(make_sentences(ct.Config.sentences, seed=2))
    learned = {tuple(row[real].tolist()) for row, real in zip(x, mask, strict=True)}
    assert len(tested) == 2
    assert tested[0] == tested[1]
    assert tested[0].isdisjoint(learned)
    assert len(tested[0]) > 990
