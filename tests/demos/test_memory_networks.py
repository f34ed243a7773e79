"""Memory Networks against loops over numbers, and against stories solved by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

import memory_networks as mn
from tasks.stories import INDEX, WORDS, Story, ask, make_stories

STORIES = make_stories(5, seed=11)
W = len(WORDS)


def features(*texts: tuple[str, ...]) -> np.ndarray:
    """Bags of words side by side, each in a dictionary of its own."""
    return np.concatenate([[float(word in text) for word in WORDS] for text in texts])


def naive_score(U: np.ndarray, x: np.ndarray, y: tuple[str, ...], rival: tuple[str, ...], newer: float) -> float:
    """Eq. 10 written out: Φ_x(x)ᵀ UᵀU (Φ_y(y) - Φ_y(y') + Φ_t), with all features in one vector."""
    left = np.concatenate([x, np.zeros(W + 1)])
    difference = features(y) - features(rival)
    right = np.concatenate([np.zeros(2 * W), difference, [newer]])
    return float(left @ U.T @ U @ right)


@pytest.mark.parametrize("time", [True, False])
def test_the_score_is_equation_10_for_every_pair_of_memories(time):
    score, batch = mn.Score(n=6, time=time), mn.memorise(STORIES)
    first = batch.memories[:, 0]
    s = score(batch.questions, first, batch.memories).detach().numpy()
    U = score.U.detach().numpy().astype(float)
    for b, story in enumerate(STORIES):
        x = features(story.question, story.events[0])
        for i, j in itertools.permutations(range(len(story.events)), 2):
            newer = time * (1.0 if i > j else -1.0)
            expected = naive_score(U, x, story.events[i], story.events[j], newer)
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


def naive_loss(model: mn.MemoryNetwork, story: Story, margin: float) -> float:
    """Eqs. 6 to 8 for one story, with a loop for each sum; the supports before a look-up are given."""
    U, U_R = (p.detach().numpy().astype(float) for p in (model.score.U, model.U_R))
    loss, seen = 0.0, np.zeros(W)
    for support in story.supports[: model.k]:
        x = np.concatenate([features(story.question), seen])
        for rival in range(len(story.events)):
            if rival != support:
                newer = 1.0 if support > rival else -1.0
                s = naive_score(U, x, story.events[support], story.events[rival], newer)
                beaten = naive_score(U, x, story.events[rival], story.events[support], -newer)
                loss += max(0.0, margin - s) + max(0.0, margin + beaten)
        seen = seen + features(story.events[support])
    x = np.concatenate([features(story.question), seen, np.zeros(W)])
    s_R = {word: x @ U_R.T @ U_R @ np.concatenate([np.zeros(2 * W), features((word,))]) for word in WORDS}
    return loss + sum(max(0.0, margin - s_R[story.answer] + s_R[word]) for word in WORDS if word != story.answer)


@pytest.mark.parametrize("k", [1, 2])
def test_the_loss_is_equations_6_to_8_story_by_story(k):
    model = mn.MemoryNetwork(n=6, k=k)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)  # so that some margins are kept and others are not
    expected = sum(naive_loss(model, story, 0.3) for story in STORIES) / len(STORIES)
    found = model.loss(mn.memorise(STORIES), margin=0.3).item()
    assert found == pytest.approx(expected, rel=1e-5)


def test_one_padded_story_changes_nothing_in_another():
    model = mn.MemoryNetwork(n=6, k=2)
    short, long = sorted(STORIES, key=lambda story: len(story.events))[:: len(STORIES) - 1]
    assert len(short.events) < len(long.events)
    alone, found_alone = model(mn.memorise([short]))
    beside, found_beside = model(mn.memorise([short, long]))
    torch.testing.assert_close(alone[0], beside[0])
    assert [int(o[0]) for o in found_alone] == [int(o[0]) for o in found_beside]


@pytest.fixture
def by_hand():
    """Weights that say: first who took the thing, then where that person went, the latest of each."""
    model, identity = mn.MemoryNetwork(n=W, k=2), torch.eye(W)
    with torch.no_grad():
        U, U_R = model.score.U.zero_(), model.U_R.zero_()
        for thing in ("milk", "apple", "football"):  # the thing asked for matches where it is taken
            U[:, INDEX[thing]] = U[:, 2 * W + INDEX[thing]] = identity[INDEX[thing]]
            U[:, W + INDEX[thing]] = -identity[INDEX[thing]]  # once found, it is looked for no longer
        for person in ("mary", "john", "sandra", "daniel"):  # the person found matches where they walk
            U[:, W + INDEX[person]] = U[:, 2 * W + INDEX[person]] = identity[INDEX[person]]
        U[:, W + INDEX["took"]] = U[:, 2 * W + INDEX["went"]] = identity[INDEX["went"]]
        U[:, INDEX["where"]] = identity[INDEX["where"]]
        U[:, 3 * W] = 0.1 * identity[INDEX["where"]]
        for room in ("kitchen", "garden", "office", "hallway", "bathroom"):
            U_R[:, W + INDEX[room]] = U_R[:, 2 * W + INDEX[room]] = identity[INDEX[room]]
    return model


def test_a_network_set_by_hand_answers_by_two_look_ups(by_hand):
    stories = make_stories(40, seed=3)
    answers, o = by_hand(mn.memorise(stories))
    assert [(int(a), int(b)) for a, b in zip(*o, strict=True)] == [story.supports for story in stories]
    assert [WORDS[i] for i in answers.argmax(dim=1)] == [story.answer for story in stories]


def test_a_support_counts_as_found_when_both_are(by_hand):
    batch = mn.memorise(make_stories(4, seed=3))
    assert mn.evaluate(by_hand, batch) == (1.0, 1.0)
    batch.supports[1, 0] += 1
    batch.answers[:2] = INDEX["where"]
    assert mn.evaluate(by_hand, batch) == (0.5, 0.75)


def test_every_parameter_is_registered_and_learns():
    assert [tuple(p.shape) for p in mn.MemoryNetwork(n=6, k=3).parameters()] == [(6, 3 * W), (6, 3 * W + 1)]
    model = mn.MemoryNetwork(n=6, k=2)
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


def test_a_network_looks_as_often_as_it_was_told():
    batch = mn.memorise(STORIES)
    for k in (1, 2, 3):
        assert len(mn.MemoryNetwork(n=6, k=k)(batch)[1]) == k


def test_stories_to_test_with_are_not_learned_from(monkeypatch):
    made = []
    monkeypatch.setattr(
        mn, "make_stories", lambda *args, **named: made.append(make_stories(*args, **named)) or made[-1]
    )
    mn.run(mn.Config(stories=50, steps=1))
    test, *learned = made
    assert len(learned) == 3
    assert not {story.events for story in test} & {story.events for stories in learned for story in stories}
