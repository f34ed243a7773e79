"""The focal loss against torch's cross entropy, against loops over the paper's sigmoid form, and by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

import focal_loss as fl
from tasks.imbalance import EASY, HARD, RARE, make_points


@pytest.fixture
def z():
    return (2 * torch.randn(7, 4, dtype=torch.double)).requires_grad_()


@pytest.fixture
def y():
    return torch.tensor([0, 3, 1, 2, 3, 0, 1])


def test_with_gamma_0_it_is_the_cross_entropy_and_so_is_its_gradient(z, y):
    ours, theirs = fl.focal_loss(z, y, gamma=0.0), F.cross_entropy(z, y, reduction="none")
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(*(torch.autograd.grad(loss.sin().sum(), z)[0] for loss in (ours, theirs)))


def test_with_gamma_0_alpha_weighs_the_classes_as_torch_does(z, y):
    alpha = torch.rand(4, dtype=torch.double)
    ours = fl.focal_loss(z, y, gamma=0.0, alpha=alpha)
    torch.testing.assert_close(ours, F.cross_entropy(z, y, weight=alpha, reduction="none"))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
def test_with_two_classes_it_is_the_paper_s_sigmoid_form(gamma):
    x = 3 * torch.randn(9, dtype=torch.double)
    y = torch.randint(2, (9,))
    alpha = 0.25
    logits = torch.stack([torch.zeros_like(x), x], dim=1)
    ours = fl.focal_loss(logits, y, gamma=gamma, alpha=torch.tensor([1 - alpha, alpha], dtype=torch.double))
    for value, label, loss in zip(x.tolist(), y.tolist(), ours.tolist(), strict=True):
        p = 1 / (1 + math.exp(-value))
        p_t, alpha_t = (p, alpha) if label else (1 - p, 1 - alpha)
        assert loss == pytest.approx(-alpha_t * (1 - p_t) ** gamma * math.log(p_t))


def test_an_example_right_with_nine_tenths_counts_a_hundred_times_less():
    z = torch.tensor([[0.9, 0.1]], dtype=torch.double).log()
    plain, focal = (fl.focal_loss(z, torch.tensor([0]), gamma=gamma).item() for gamma in (0.0, 2.0))
    assert plain / focal == pytest.approx(100)


def test_the_gradient_is_that_of_the_appendix():
    """dFL/dx = y (1 - p_t)^γ (γ p_t log p_t + p_t - 1), with y = ±1 and x the logit of class 1."""
    x = torch.randn(6, dtype=torch.double).requires_grad_()
    y = torch.tensor([1, 0, 1, 1, 0, 0])
    loss = fl.focal_loss(torch.stack([torch.zeros_like(x), x], dim=1), y, gamma=2.0)
    sign = 2 * y - 1
    p_t = (sign * x.detach()).sigmoid()
    expected = sign * (1 - p_t) ** 2 * (2 * p_t * p_t.log() + p_t - 1)
    torch.testing.assert_close(torch.autograd.grad(loss.sum(), x)[0], expected)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_loss_and_gradient_stay_finite_however_sure_the_model_is(gamma):
    z = torch.tensor([[200.0, -200.0, 0.0], [-200.0, 200.0, 0.0]], requires_grad=True)
    loss = fl.focal_loss(z, torch.tensor([0, 0]), gamma=gamma)
    loss.sum().backward()
    assert loss.isfinite().all()
    assert z.grad.isfinite().all()
    assert loss[0] < 1e-12
    assert loss[1].item() == pytest.approx(400.0)


def test_adding_a_number_to_all_logits_changes_nothing(z, y):
    torch.testing.assert_close(fl.focal_loss(z, y), fl.focal_loss(z + 5.0, y))


def test_one_example_does_not_move_another(z, y):
    other = z.detach().clone()
    other[1] += torch.randn(4)
    change = fl.focal_loss(other, y) - fl.focal_loss(z, y)
    assert change[1] != 0
    assert (change[[0, 2, 3, 4, 5, 6]] == 0).all()


def test_a_fresh_classifier_says_the_prior_and_gives_logits():
    model = fl.Classifier(hidden=5, pi=0.02)
    with torch.no_grad():
        model.out.weight.zero_()
        z = model(torch.randn(3, 4))
    torch.testing.assert_close(z.softmax(dim=1), torch.tensor([[0.98, 0.02]]).expand(3, 2))
    assert not torch.allclose(z.sum(dim=1), torch.ones(3))


def test_every_parameter_is_registered_and_learns():
    model = fl.Classifier(hidden=5)
    fl.focal_loss(model(torch.randn(8, 4)), torch.tensor([0, 1] * 4)).mean().backward()
    assert [tuple(p.shape) for p in model.parameters()] == [(5, 4), (5,), (2, 5), (2,)]
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_shares_count_from_the_easiest():
    torch.testing.assert_close(fl.shares(torch.tensor([5.0, 1.0, 4.0])), torch.tensor([0.1, 0.5, 1.0]))


def test_average_precision_and_recall_by_hand():
    z = torch.tensor([[0.0, 3.0], [0.0, 2.0], [0.0, 1.0], [0.0, -1.0]])
    y = torch.tensor([1, 0, 1, 0])
    assert fl.average_precision(z, y) == pytest.approx((1 + 2 / 3) / 2)
    assert fl.recall(z, y) == 1.0
    assert fl.recall(z, torch.tensor([1, 0, 0, 1])) == 0.5


def test_the_points_have_the_kinds_they_should():
    x, kinds = make_points(20000, seed=3)
    counts = kinds.bincount() / len(kinds)
    torch.testing.assert_close(counts, torch.tensor([0.95, 0.04, 0.01]), atol=0.01, rtol=0)
    same = (x[:, 0] * x[:, 1] > 0).float()
    assert same[kinds == RARE].mean() > 0.95
    assert same[kinds == HARD].mean() < 0.05
    assert x[kinds == EASY, 2].mean() < 0 < x[kinds != EASY, 2].min() + 1
    assert (make_points(50, seed=1)[0] == make_points(50, seed=1)[0]).all()


@pytest.mark.parametrize("pi", [0.01, 0.5])
def test_the_first_loss_is_shared_out_as_written_out(pi):
    config = fl.Config(points=300, hidden=5)
    x, kinds = make_points(300, seed=6)
    y = (kinds == RARE).long()
    torch.manual_seed(config.seed)
    with torch.no_grad():
        p = fl.Classifier(5, pi)(x).softmax(dim=1)
    sums = [0.0, 0.0]
    for label, row in zip(y.tolist(), p.tolist(), strict=True):
        sums[label] -= math.log(row[label])
    assert fl.rare_share(config, pi, x, y) == pytest.approx(sums[1] / sum(sums), rel=1e-4)


@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize("weights", [None, [0.25, 0.75]])
def test_training_is_the_loop_written_out(gamma, weights):
    config = fl.Config(points=400, steps=5, hidden=5, batch=60)
    alpha = None if weights is None else torch.tensor(weights)
    trained = fl.train(config, gamma=gamma, alpha=alpha)
    torch.manual_seed(config.seed)
    x, kinds = make_points(400, seed=2 * config.seed)
    model = fl.Classifier(5)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    for _ in range(5):
        rows = torch.randint(400, (60,))
        p = model(x[rows]).softmax(dim=1)
        rare = kinds[rows] == RARE
        p_t = torch.where(rare, p[:, 1], p[:, 0])
        alpha_t = 1.0 if alpha is None else torch.where(rare, alpha[1], alpha[0])
        optimizer.zero_grad()
        (-alpha_t * (1 - p_t) ** gamma * p_t.log()).mean().backward()
        optimizer.step()
    for ours, theirs in zip(trained.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-3)


def test_losses_are_shared_out_over_points_that_no_network_has_learned_from(monkeypatch):
    seen, points = [], fl.make_points
    monkeypatch.setattr(fl, "make_points", lambda count, seed: seen.append((count, seed)) or points(count, seed))
    fl.run(fl.Config(seed=3, steps=1, points=2000))
    assert seen == [(2000, 7)] + 4 * [(2000, 6)]
    assert set(map(tuple, points(2000, 7)[0].tolist())).isdisjoint(map(tuple, points(2000, 6)[0].tolist()))
