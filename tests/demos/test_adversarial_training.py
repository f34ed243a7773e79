"""The perturbation by its definition, the weights put back to the bit, gradients against torch's functional calls."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch
from torch.func import functional_call
from torch.nn import functional as F

import adversarial_training as at


@pytest.fixture
def model():
    return at.Classifier(d=5)


@pytest.fixture
def batch():
    return at.make_sentences(7, seed=3)


def with_gradient(model, batch):
    model.zero_grad()
    F.cross_entropy(model(batch[0]), batch[1]).backward()
    return model.E.weight


@pytest.mark.parametrize("epsilon", [0.01, 1.0, 30.0])
def test_the_perturbation_has_length_epsilon_and_the_direction_of_the_gradient(epsilon):
    g = torch.randn(6, 4, dtype=torch.double)
    r = at.perturbation(g, epsilon)
    assert r.norm().item() == pytest.approx(epsilon)
    assert F.cosine_similarity(r.flatten(), g.flatten(), dim=0).item() == pytest.approx(1.0)


def test_without_a_slope_there_is_no_perturbation():
    assert (at.perturbation(torch.zeros(3, 2), 1.0) == 0).all()


def test_within_the_weight_is_moved_by_r_and_afterwards_it_is_the_same_to_the_bit(model, batch):
    weight = with_gradient(model, batch)
    before = weight.detach().clone()
    for _ in range(20):
        with at.perturbed(weight, 3.0) as r:
            assert torch.equal(weight, before + r)
            assert r.norm().item() == pytest.approx(3.0, rel=1e-5)
        assert torch.equal(weight, before)


def test_the_weight_is_put_back_when_something_goes_wrong(model, batch):
    weight = with_gradient(model, batch)
    before = weight.detach().clone()
    with pytest.raises(RuntimeError, match="on purpose"), at.perturbed(weight, 3.0):
        raise RuntimeError("on purpose")
    assert torch.equal(weight, before)


def test_a_missing_gradient_is_told(model):
    with pytest.raises(ValueError, match="expected a gradient"), at.perturbed(model.E.weight, 1.0):
        pass


def test_words_that_do_not_occur_are_not_moved(model, batch):
    weight = with_gradient(model, batch)
    absent = torch.ones(at.WORDS, dtype=torch.bool)
    absent[batch[0].unique()] = False
    with at.perturbed(weight, 3.0) as r:
        assert (r[absent] == 0).all()
        assert (r[~absent].abs().sum(dim=1) > 0).all()


def test_a_small_push_raises_the_loss_by_epsilon_times_the_slope_and_no_push_raises_it_more(model, batch):
    model.double()
    x, y = batch
    weight = with_gradient(model, batch)
    slope, epsilon = weight.grad.norm().item(), 1e-4

    def loss() -> float:
        with torch.no_grad():
            return F.cross_entropy(model(x), y).item()

    clean = loss()
    with at.perturbed(weight, epsilon):
        worst = loss() - clean
    assert worst == pytest.approx(epsilon * slope, rel=1e-2)
    gradient = weight.grad
    for _ in range(10):
        weight.grad = torch.randn_like(weight)
        with at.perturbed(weight, epsilon):
            assert loss() - clean < worst
    weight.grad = gradient


def test_the_gradient_is_the_sum_of_the_clean_and_the_adversarial_one(model, batch):
    x, y = batch
    parameters = dict(copy.deepcopy(model).named_parameters())

    def loss_at(weights):
        return F.cross_entropy(functional_call(model, weights, (x,)), y)

    clean = torch.autograd.grad(loss_at(parameters), list(parameters.values()))
    g = dict(zip(parameters, clean, strict=True))["E.weight"]
    moved = {name: theta.detach().clone() for name, theta in parameters.items()}
    moved["E.weight"] += 2.0 * g / g.square().sum().sqrt()
    moved = {name: theta.requires_grad_() for name, theta in moved.items()}
    worse = torch.autograd.grad(loss_at(moved), list(moved.values()))

    losses = at.adversarial_backward(lambda: F.cross_entropy(model(x), y), model.E.weight, 2.0)
    for theta, one, two in zip(model.parameters(), clean, worse, strict=True):
        torch.testing.assert_close(theta.grad, one + two, atol=1e-6, rtol=1e-5)
    assert losses == pytest.approx((loss_at(parameters).item(), loss_at(moved).item()))
    assert losses[1] > losses[0]


def test_without_a_push_the_gradient_is_twice_the_clean_one(model, batch):
    clean = with_gradient(model, batch).grad.clone()
    model.zero_grad()
    at.adversarial_backward(lambda: F.cross_entropy(model(batch[0]), batch[1]), model.E.weight, 0.0)
    torch.testing.assert_close(model.E.weight.grad, 2 * clean)


def test_measuring_leaves_the_weights_as_they_were(model, batch):
    before = copy.deepcopy(model.state_dict())
    at.accuracy(model, *batch, epsilon=5.0)
    assert all(torch.equal(before[name], theta) for name, theta in model.state_dict().items())


def test_every_parameter_is_registered_and_learns_and_the_output_is_logits(model, batch):
    z = model(batch[0])
    assert z.shape == (7, 2)
    assert not torch.allclose(z.sum(dim=1), torch.ones(7))
    at.adversarial_backward(lambda: F.cross_entropy(model(batch[0]), batch[1]), model.E.weight, 1.0)
    assert len(list(model.parameters())) == 5
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_three_quarters_of_the_words_have_the_mood_of_the_sentence():
    x, y = at.make_sentences(2000, seed=1)
    share = ((x >= at.WORDS // 2) == y.unsqueeze(1).bool()).float().mean().item()
    assert share == pytest.approx(0.75, abs=0.02)
    assert torch.equal(x, at.make_sentences(2000, seed=1)[0])


SMALL = at.Config(sentences=20, steps=4, d=5, batch=7)


@pytest.mark.parametrize(("push", "count"), [("adversarial", 4), ("random", 4), ("none", 0)])
def test_each_way_to_train_pushes_as_far_and_where_it_should(push, count, monkeypatch):
    seen, perturbed = [], at.perturbed

    @contextmanager
    def spy(weight, epsilon):
        with perturbed(weight, epsilon) as r:
            seen.append((r, epsilon))
            yield r

    monkeypatch.setattr(at, "perturbed", spy)
    at.train(SMALL, push)
    assert len(seen) == count
    assert all(epsilon == SMALL.epsilon for _, epsilon in seen)
    assert all(r.norm().item() == pytest.approx(SMALL.epsilon, rel=1e-5) for r, _ in seen)
    slopeless = [(r.abs().sum(dim=1) == 0).any() for r, _ in seen]  # no batch has all words
    assert slopeless == [push == "adversarial"] * count


def by_hand(push: str) -> at.Classifier:
    """The training of SMALL with torch's functional calls; a random push is drawn after the batch."""
    torch.manual_seed(SMALL.seed)
    x, y = at.make_sentences(SMALL.sentences, 2 * SMALL.seed)
    model = at.Classifier(SMALL.d)
    optimizer = torch.optim.Adam(model.parameters(), lr=SMALL.learning_rate)
    for _ in range(SMALL.steps):
        rows = torch.randint(SMALL.sentences, (SMALL.batch,))
        theta: dict[str, torch.Tensor] = dict(model.named_parameters())
        clean = F.cross_entropy(functional_call(model, theta, (x[rows],)), y[rows])
        direction = torch.autograd.grad(clean, theta["E.weight"], retain_graph=True)[0]
        if push == "random":
            direction = torch.randn_like(direction)
        moved = theta | {"E.weight": theta["E.weight"] + SMALL.epsilon * direction / direction.square().sum().sqrt()}
        worse = F.cross_entropy(functional_call(model, moved, (x[rows],)), y[rows])
        optimizer.zero_grad()
        (clean if push == "none" else clean + worse).backward()
        optimizer.step()
    return model


@pytest.mark.parametrize("push", ["adversarial", "random", "none"])
def test_each_way_to_train_is_the_loop_written_out(push):
    for ours, theirs in zip(at.train(SMALL, push).parameters(), by_hand(push).parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_accuracy_is_measured_with_the_push_that_hurts_this_model_on_these_sentences(model):
    x, y = at.make_sentences(300, seed=3)
    weight = with_gradient(model, (x, y))
    moved = weight.detach() + 4.0 * weight.grad / weight.grad.norm()
    with torch.no_grad():
        z = functional_call(model, {"E.weight": moved}, (x,))
    model.E.weight.grad = 100 * torch.randn_like(weight)  # of an earlier step; must not count
    assert at.accuracy(model, x, y, epsilon=4.0) == pytest.approx((z.argmax(dim=1) == y).float().mean().item())


def test_models_are_tested_on_other_sentences_than_they_learned_from(monkeypatch):
    tested, accuracy = [], at.accuracy
    monkeypatch.setattr(at, "accuracy", lambda *given: tested.append(given[1]) or accuracy(*given))
    at.run(replace(SMALL, sentences=1000))  # as many as are tested on
    learned = set(map(tuple, at.make_sentences(1000, 2 * SMALL.seed)[0].tolist()))
    assert all(learned.isdisjoint(map(tuple, x.tolist())) for x in tested)


def test_one_sentence_does_not_move_another(model, batch):
    x = batch[0].clone()
    x[1] = (x[1] + 1) % at.WORDS
    rest = [0, *range(2, 7)]
    assert torch.equal(model(x)[rest], model(batch[0])[rest])
    assert not torch.equal(model(x)[1], model(batch[0])[1])
