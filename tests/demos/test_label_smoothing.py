"""Label smoothing against torch's own, against the paper's sum of two cross entropies, and by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

import label_smoothing as ls
from tasks.clouds import make_clouds

EPSILONS = pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.3, 1.0])


@pytest.fixture
def z():
    return (2 * torch.randn(6, 4, dtype=torch.double)).requires_grad_()


@pytest.fixture
def y():
    return torch.tensor([0, 3, 1, 2, 3, 0])


@EPSILONS
def test_it_is_torch_s_cross_entropy_with_label_smoothing_and_so_is_its_gradient(z, y, epsilon):
    ours = ls.label_smoothing_loss(z, y, epsilon)
    theirs = F.cross_entropy(z, y, label_smoothing=epsilon)
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=0)
    gradients = [torch.autograd.grad(loss, z)[0] for loss in (ours, theirs)]
    torch.testing.assert_close(*gradients, atol=1e-6, rtol=0)


@EPSILONS
def test_it_is_the_sum_of_two_cross_entropies(z, y, epsilon):
    """(1 - ε) H(q, p) + ε H(u, p), written out."""
    total = 0.0
    for row, label in zip(z.tolist(), y.tolist(), strict=True):
        log_p = [value - math.log(sum(map(math.exp, row))) for value in row]
        total += -(1 - epsilon) * log_p[label] - epsilon * sum(log_p) / len(row)
    assert ls.label_smoothing_loss(z, y, epsilon).item() == pytest.approx(total / len(y), abs=1e-6)


def test_the_smoothed_target_by_hand():
    expected = torch.tensor([[0.05, 0.85, 0.05, 0.05], [0.85, 0.05, 0.05, 0.05]])
    torch.testing.assert_close(ls.smoothed(torch.tensor([1, 0]), K=4, epsilon=0.2), expected)


@EPSILONS
def test_every_target_adds_up_to_one(y, epsilon):
    torch.testing.assert_close(ls.smoothed(y, 4, epsilon).sum(dim=1), torch.ones(6))


@pytest.mark.parametrize("epsilon", [0.1, 0.3])
def test_the_loss_is_least_where_the_true_logit_stands_above_by_the_best_gap(epsilon):
    y = torch.tensor([2])
    z = torch.zeros(1, 4, dtype=torch.double)
    z[0, 2] = ls.best_gap(4, epsilon)
    z.requires_grad_()
    ls.label_smoothing_loss(z, y, epsilon).backward()
    torch.testing.assert_close(z.grad, torch.zeros_like(z), atol=1e-7, rtol=0)
    torch.testing.assert_close(z.softmax(dim=1).float(), ls.smoothed(y, 4, epsilon))


def test_without_smoothing_the_loss_is_least_at_infinity():
    assert ls.best_gap(4, 0.0) == math.inf


def test_the_loss_of_a_sure_and_wrong_model_grows_while_a_sure_and_right_one_pays_too():
    y = torch.tensor([0])
    losses = [ls.label_smoothing_loss(torch.tensor([[gap, 0.0, 0.0]]), y, 0.1).item() for gap in (3.34, 20.0, 200.0)]
    assert losses == sorted(losses)
    assert losses[2] == pytest.approx(200 * 0.1 * 2 / 3, rel=1e-4)


def test_adding_a_number_to_all_logits_changes_nothing(z, y):
    torch.testing.assert_close(ls.label_smoothing_loss(z, y, 0.1), ls.label_smoothing_loss(z + 5, y, 0.1))


def test_the_calibration_error_by_hand():
    p = torch.tensor([[0.95, 0.05], [0.91, 0.09], [0.35, 0.65], [0.38, 0.62], [0.0, 1.0]])
    y = torch.tensor([0, 1, 1, 1, 0])  # the surest is wrong
    ninety = abs(1 / 3 - (0.95 + 0.91 + 1.0) / 3) * 3 / 5
    sixty = abs(1 - (0.65 + 0.62) / 2) * 2 / 5
    assert ls.calibration_error(p, y) == pytest.approx(ninety + sixty, abs=1e-6)


def test_a_model_that_knows_what_it_knows_has_no_calibration_error():
    p = torch.tensor([[0.75, 0.25]] * 4)
    assert ls.calibration_error(p, torch.tensor([0, 0, 0, 1])) == pytest.approx(0.0)


def test_the_gap_by_hand():
    z = torch.tensor([[4.0, 1.0, 0.0], [1.0, 2.0, 7.0]])
    assert ls.gap(z, torch.tensor([0, 2])) == pytest.approx((3.5 + 5.5) / 2)


def test_the_classifier_gives_logits_and_every_parameter_learns():
    model = ls.Classifier(hidden=6)
    z = model(torch.randn(9, 8))
    assert z.shape == (9, 5)
    assert not torch.allclose(z.sum(dim=1), torch.ones(9))
    ls.label_smoothing_loss(z, torch.arange(9) % 5, 0.1).backward()
    assert [tuple(p.shape) for p in model.parameters()] == [(6, 8), (6,), (5, 6), (5,)]
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_the_clouds_lie_around_their_centres():
    x, classes = make_clouds(5000, seed=2)
    for k in range(5):
        centre = x[classes == k].mean(dim=0)
        torch.testing.assert_close(centre, 2.2 * torch.eye(5, 8)[k], atol=0.15, rtol=0)
    assert (make_clouds(9, seed=1)[0] == make_clouds(9, seed=1)[0]).all()


def test_training_smooths_as_asked_and_takes_softmax_twice_only_when_asked(monkeypatch):
    seen, loss = [], ls.label_smoothing_loss
    monkeypatch.setattr(
        ls, "label_smoothing_loss", lambda z, y, epsilon: seen.append((z, epsilon)) or loss(z, y, epsilon)
    )
    config = ls.Config(points=30, steps=3, batch=7)
    ls.train(config, 0.2)
    ls.train(config, 0.3, twice=True)
    assert [epsilon for _, epsilon in seen] == [0.2] * 3 + [0.3] * 3
    sums = torch.stack([z.detach().sum(dim=1) for z, _ in seen])  # [6, 7]
    torch.testing.assert_close(sums[3:], torch.ones(3, 7))
    assert not torch.isclose(sums[:3], torch.ones(3, 7)).any()


def test_the_experiment_compares_what_it_says(monkeypatch):
    trained, clouds, train, make = [], [], ls.train, ls.make_clouds
    monkeypatch.setattr(ls, "train", lambda *args, **kw: trained.append((*args[1:], kw)) or train(*args, **kw))
    monkeypatch.setattr(ls, "make_clouds", lambda *args: clouds.append(args) or make(*args))
    ls.run(ls.Config(seed=3, points=30, steps=1, epsilon=0.2))
    assert trained == [(0.0, {}), (0.2, {}), (0.3, {}), (0.2, {"twice": True})]
    assert sorted(set(clouds)) == [(30, 6), (4000, 7)]
