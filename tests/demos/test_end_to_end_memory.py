"""End-to-end memory networks against loops over numbers, and torch's attention."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import end_to_end_memory as mem
from tasks.stories import INDEX, WORDS, Story, make_stories

STORIES = make_stories(5, seed=11)
D, K, N = 6, 3, 14


@pytest.fixture
def model():
    network = mem.EndToEndMemory(D, K, N)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(6)  # so that the softmax is far from uniform
    return network


def naive_position(J: int, d: int) -> np.ndarray:
    """§4.1, feature by feature, word by word."""
    l = np.zeros((J, d))
    for j in range(1, J + 1):
        for k in range(1, d + 1):
            l[j - 1, k - 1] = (1 - j / J) - (k / d) * (1 - 2 * j / J)
    return l


def naive_forward(model: mem.EndToEndMemory, story: Story, *, linear: bool) -> np.ndarray:
    """Eqs. 1 to 4 for one story with a loop for each sum, A, B, C and W named as in the paper."""
    E, T = ([p.detach().double().numpy() for p in table] for table in (model.A, model.T))
    A, C, TA, TC = E[:-1], E[1:], T[:-1], T[1:]
    B, W = A[0], C[-1]

    def embed(words, table):
        l = naive_position(len(words), D)
        return sum(l[j] * table[INDEX[word]] for j, word in enumerate(words))

    u = embed(story.question, B)
    for k in range(K):
        latest_first = story.events[::-1]
        m = [embed(event, A[k]) + TA[k][i] for i, event in enumerate(latest_first)]
        c = [embed(event, C[k]) + TC[k][i] for i, event in enumerate(latest_first)]
        p = np.array([u @ m_i for m_i in m])
        if not linear:
            p = np.exp(p) / np.exp(p).sum()
        u = u + sum(p_i * c_i for p_i, c_i in zip(p, c, strict=True))
    return np.array([W[word] @ u for word in range(len(WORDS))])


@pytest.mark.parametrize("linear", [False, True])
def test_the_network_is_equations_1_to_4_story_by_story(model, linear):
    logits, _ = model(mem.memorise(STORIES, N), linear=linear)
    for b, story in enumerate(STORIES):
        np.testing.assert_allclose(logits[b].detach(), naive_forward(model, story, linear=linear), rtol=1e-4, atol=1e-4)


def test_the_position_encoding_is_the_formula_and_neutral_in_the_middle():
    np.testing.assert_allclose(mem.position_encoding(3, 7), naive_position(3, 7), atol=1e-6)
    np.testing.assert_allclose(mem.position_encoding(2, 4)[0], 0.5)  # j = J/2 weighs all features the same
    np.testing.assert_allclose(mem.position_encoding(3, 4)[2], [0.25, 0.5, 0.75, 1.0])  # the last word: k/d


def test_one_hop_is_attention_without_scaling():
    u, m, c = torch.randn(4, 5, requires_grad=True), torch.randn(4, 7, 5), torch.randn(4, 7, 3)
    mask = torch.rand(4, 7) < 0.7
    mask[:, 2] = True
    o, p = mem.hop(u, m, c, mask)
    reference = F.scaled_dot_product_attention(u.unsqueeze(1), m, c, attn_mask=mask.unsqueeze(1), scale=1.0)
    torch.testing.assert_close(o, reference.squeeze(1), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(p.sum(dim=1), torch.ones(4))
    assert not p[~mask].any()
    gradients = [torch.autograd.grad(x.square().sum(), u, retain_graph=True)[0] for x in (o, reference)]
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-4)


def test_without_the_softmax_a_hop_is_linear_in_the_question():
    m, c, mask = torch.randn(2, 7, 5), torch.randn(2, 7, 5), torch.arange(7) < torch.tensor([[7], [4]])
    u, v = torch.randn(2, 2, 5).unbind()
    together, _ = mem.hop(u + v, m, c, mask, linear=True)
    apart = [mem.hop(x, m, c, mask, linear=True)[0] for x in (u, v)]
    torch.testing.assert_close(together, sum(apart))


def test_a_story_without_memories_reads_nothing():
    u = torch.randn(2, 5, requires_grad=True)
    o, p = mem.hop(u, torch.randn(2, 3, 5), torch.randn(2, 3, 5), torch.zeros(2, 3, dtype=torch.bool))
    assert not o.any()
    assert not p.any()
    o.sum().backward()
    assert u.grad.isfinite().all()


@pytest.mark.parametrize("linear", [False, True])
def test_one_padded_story_changes_nothing_in_another(model, linear):
    short, long = sorted(STORIES, key=lambda story: len(story.events))[:: len(STORIES) - 1]
    assert len(short.events) < len(long.events)
    beside, _ = model(mem.memorise([short, long], N), linear=linear)
    alone, _ = model(mem.memorise([short], len(short.events)), linear=linear)
    torch.testing.assert_close(alone[0], beside[0])


def test_memories_stand_in_reverse_order_and_the_latest_are_kept():
    story = STORIES[0]
    batch = mem.memorise([story], N)
    assert [WORDS[w] for w in batch.memories[0, 0]] == list(story.events[-1])
    assert int(batch.mask.sum()) == len(story.events)
    for place, support in zip(batch.supports[0], story.supports, strict=True):
        assert [WORDS[w] for w in batch.memories[0, place]] == list(story.events[support])
    kept = mem.memorise([story], 2).memories[0]
    assert [[WORDS[w] for w in memory] for memory in kept] == [list(event) for event in story.events[:-3:-1]]


def test_adjacent_embeddings_are_tied_and_no_others():
    model = mem.EndToEndMemory(D, K, N)
    shapes = [tuple(p.shape) for p in model.parameters()]
    assert shapes == [(len(WORDS), D)] * (K + 1) + [(N, D)] * (K + 1)
    model(mem.memorise(STORIES, N))[0].square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in model.parameters())
    assert len({p.data_ptr() for p in model.parameters()}) == 2 * (K + 1)


def test_the_baseline_reads_the_story_in_order_with_padding_before_it():
    model = mem.StoryLSTM(5)
    short = min(STORIES, key=lambda story: len(story.events))
    batch = mem.memorise([short, STORIES[0]], N)
    words = [len(WORDS)] * 3 * (N - len(short.events))
    words += [INDEX[word] for event in short.events for word in event] + [INDEX[word] for word in short.question]
    expected = model.W(model.lstm(model.embedding(torch.tensor([words])))[0][0, -1])
    torch.testing.assert_close(model(batch)[0], expected)


def test_linear_start_ends_after_its_share_of_the_steps():
    config = mem.Config(steps=10, linear_start=0.3, stories=5, batch=3)
    stories, asked = mem.memorise(STORIES, N), []
    model = mem.EndToEndMemory(D, 1, N)

    def answer(batch, linear):
        asked.append(linear)
        return model(batch, linear=linear)[0]

    before = model.A[0].detach().clone()
    mem.train(config, model, answer, stories, name="test")
    assert asked == [True] * 3 + [False] * 7
    assert not torch.equal(before, model.A[0])


@pytest.mark.parametrize("linear_start", [False, True])
def test_the_control_without_linear_start_has_every_softmax(monkeypatch, linear_start):
    calls, hop = [], mem.hop

    def spy(*args, linear):
        calls.append(linear)
        return hop(*args, linear=linear)

    monkeypatch.setattr(mem, "hop", spy)
    config = mem.Config(steps=10, linear_start=0.3, batch=3)
    model = mem.train_memory(config, 2, mem.memorise(STORIES, N), linear_start=linear_start)
    assert calls == [linear_start] * 6 + [False] * 14
    assert len(model.A) == 3


def test_a_share_counts_the_largest_of_each_row():
    rows = torch.tensor([[0.1, 0.9, 0.0], [0.8, 0.1, 0.1], [0.2, 0.3, 0.5], [0.2, 0.5, 0.3]])
    assert mem.share(rows, torch.tensor([1, 0, 2, 2])) == 0.75


def test_stories_to_test_with_are_not_learned_from(monkeypatch):
    made = []
    monkeypatch.setattr(
        mem, "make_stories", lambda *args, **named: made.append(make_stories(*args, **named)) or made[-1]
    )
    mem.run(mem.Config(stories=50, steps=2, batch=2))
    test, learned = made
    assert len(learned) == 50
    assert not {story.events for story in test} & {story.events for story in learned}
