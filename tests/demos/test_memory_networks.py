"""Memory Networks against loops over numbers, and against stories solved by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

import memory_networks as mn
from tasks.stories import INDEX, ROOMS, WORDS, Story, ask, make_stories

STORIES = make_stories(5, seed=11)


@pytest.fixture
def score():
    return mn.Score(D=6)


def features(*texts: tuple[str, ...]) -> np.ndarray:
    """Bags of words side by side, each in a dictionary of its own."""
    return np.concatenate([[float(word in text) for word in WORDS] for text in texts])


def naive_score(U: np.ndarray, x: np.ndarray, y: tuple[str, ...], rival: tuple[str, ...], newer: float) -> float:
    """Eq. 9 written out: Φ_x(x)ᵀ UᵀU (Φ_y(y) - Φ_y(y') + Φ_t), with all features in one vector."""
    W = len(WORDS)
    left = np.concatenate([x, np.zeros(W + 1)])
    difference = features(y) - features(rival)
    right = np.concatenate([np.zeros(2 * W), difference, [newer]])
    return float(left @ U.T @ U @ right)


def test_the_score_is_equation_9_for_every_pair_of_memories(score):
    batch = mn.memorise(STORIES)
    first = batch.memories[:, 0]
    s = score(batch.questions, first, batch.memories).detach().numpy()
    U = score.U.detach().numpy().astype(float)
    for b, story in enumerate(STORIES):
        x = features(story.question, story.events[0])
        for i, j in itertools.permutations(range(len(story.events)), 2):
            expected = naive_score(U, x, story.events[i], story.events[j], 1.0 if i > j else -1.0)
            assert s[b, i, j] == pytest.approx(expected, abs=1e-5)


def test_the_look_up_is_algorithm_1():
    mask = torch.tensor([[True] * 4, [True, True, False, False], [True, True, True, False]])
    s = torch.randn(3, 4, 4)
    s[1, 2:] = 9.0  # padding would win every challenge
    found = mn.look_up(s, mask)
    for b in range(3):
        t = 0
        for i in range(1, int(mask[b].sum())):
            if s[b, i, t] > 0:
                t = i
        assert found[b] == t


def test_the_ranking_loss_counts_violated_margins_by_hand():
    s = torch.zeros(1, 3, 3)
    s[0, 1, 0], s[0, 0, 1] = 0.5, -0.5  # beats memory 0 by more than the margin, both ways
    s[0, 1, 2], s[0, 2, 1] = 0.05, 0.2  # beats memory 2 by half the margin, and is beaten by it
    loss = mn.ranking_loss(s, torch.tensor([1]), torch.ones(1, 3, dtype=torch.bool), margin=0.1)
    assert float(loss) == pytest.approx(0.05 + 0.3)
    padded = mn.ranking_loss(s, torch.tensor([1]), torch.tensor([[True, True, False]]), margin=0.1)
    assert float(padded) == 0.0


def test_one_padded_story_changes_nothing_in_another():
    model = mn.MemoryNetwork(D=6, k=2)
    short, long = sorted(STORIES, key=lambda story: len(story.events))[:: len(STORIES) - 1]
    assert len(short.events) < len(long.events)
    alone, found_alone = model(mn.memorise([short]))
    beside, found_beside = model(mn.memorise([short, long]))
    torch.testing.assert_close(alone[0], beside[0])
    assert [int(o[0]) for o in found_alone] == [int(o[0]) for o in found_beside]


def test_a_network_set_by_hand_answers_by_two_look_ups():
    """Weights that say: first who took the thing, then where that person went, the latest of each."""
    W = len(WORDS)
    model = mn.MemoryNetwork(D=W, k=2)
    with torch.no_grad():
        for score in model.scores:
            score.U.zero_()
        identity = torch.eye(W)
        first, second = model.scores[0].U, model.scores[1].U
        for thing in ("milk", "apple", "football"):  # the thing asked for matches where it is taken
            first[:, INDEX[thing]] = first[:, 2 * W + INDEX[thing]] = identity[INDEX[thing]]
        first[:, INDEX["where"]] = identity[INDEX["where"]]
        first[:, 3 * W] = 0.1 * identity[INDEX["where"]]
        for person in ("mary", "john", "sandra", "daniel"):  # the person found matches where they walk
            second[:, W + INDEX[person]] = second[:, 2 * W + INDEX[person]] = identity[INDEX[person]]
        second[:, INDEX["where"]] = identity[INDEX["where"]]
        second[:, 2 * W + INDEX["went"]] = identity[INDEX["where"]]
        second[:, 3 * W] = 0.1 * identity[INDEX["where"]]
        model.U_R.zero_()
        for number, room in enumerate(ROOMS):
            model.U_R[:, W + INDEX[room]] = model.U_R[:, 2 * W + number] = identity[INDEX[room]]
    stories = make_stories(40, seed=3)
    answers, o = model(mn.memorise(stories))
    assert [(int(a), int(b)) for a, b in zip(*o, strict=True)] == [story.supports for story in stories]
    assert [ROOMS[i] for i in answers.argmax(dim=1)] == [story.answer for story in stories]


def test_every_parameter_is_registered_and_learns():
    model = mn.MemoryNetwork(D=6, k=3)
    assert [tuple(p.shape) for p in model.parameters()] == [(6, 2 * len(WORDS) + len(ROOMS))] + 3 * [
        (6, 3 * len(WORDS) + 1)
    ]
    model = mn.MemoryNetwork(D=6, k=2)
    model.loss(mn.memorise(STORIES)).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_the_stories_ask_what_only_two_events_tell():
    events = (
        ("mary", "went", "office"),
        ("mary", "took", "milk"),
        ("john", "took", "milk"),
        ("john", "went", "garden"),
        ("mary", "went", "kitchen"),
    )
    assert ask(events, "milk") == Story(events, ("where", "milk"), "garden", (2, 3))
    assert ask(events[:3], "milk") is None  # john never went anywhere
    assert ask(events, "apple") is None
    assert make_stories(9, seed=1) == make_stories(9, seed=1) != make_stories(9, seed=2)
