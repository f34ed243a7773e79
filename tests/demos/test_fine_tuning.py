"""The parts of the loop against torch's and Hugging Face's own, and against sums written out by hand."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch.nn import functional as F
from transformers import get_linear_schedule_with_warmup

import fine_tuning as ft

SMALL = ft.Config(tokens=7, length=4, d_model=8, layers=2, batch=5)


def gradients(model: torch.nn.Module, seed: int) -> None:
    """Some gradient, the same for the same seed."""
    rng = torch.Generator().manual_seed(seed)
    for theta in model.parameters():
        theta.grad = torch.randn(theta.shape, generator=rng)


def both(optimizer, other, model, copied, steps: int = 12) -> None:
    """Both optimisers, step by step under one schedule, give the same weights."""
    schedule = torch.optim.lr_scheduler.LambdaLR(other, lambda t: ft.warm_up_then_decay(t, 3, 20))
    for t in range(steps):
        gradients(model, t)
        gradients(copied, t)
        optimizer.step(ft.warm_up_then_decay(t, 3, 20))
        other.step()
        schedule.step()
        for one, two in zip(model.parameters(), copied.parameters(), strict=True):
            torch.testing.assert_close(one, two, atol=1e-6, rtol=1e-5)


def test_it_is_torch_s_adamw_whose_decay_is_ours_over_alpha():
    model = ft.Reader(SMALL)
    copied = copy.deepcopy(model)
    alpha, decay = 0.05, 0.02
    groups = [
        {"params": parameters, "weight_decay": value / alpha} for parameters, value in ft.decay_groups(copied, decay)
    ]
    other = torch.optim.AdamW(groups, lr=alpha, betas=(0.8, 0.95), eps=0.1)
    both(ft.AdamW(ft.decay_groups(model, decay), alpha, beta=(0.8, 0.95), epsilon=0.1), other, model, copied)


def test_its_other_half_is_torch_s_adam_with_weight_decay():
    model = ft.Reader(SMALL)
    copied = copy.deepcopy(model)
    other = torch.optim.Adam(copied.parameters(), lr=0.05, weight_decay=0.3)
    both(ft.AdamW([(list(model.parameters()), 0.3)], 0.05, decoupled=False), other, model, copied)


def test_adam_with_l2_is_not_adamw():
    weights = []
    for decoupled in (True, False):
        theta = torch.nn.Parameter(torch.ones(3))
        optimizer = ft.AdamW([([theta], 0.1)], 0.05, decoupled=decoupled)
        for t in range(5):
            theta.grad = torch.tensor([1.0, -2.0, 3.0]) * (t + 1)
            optimizer.step()
        weights.append(theta.detach())
    assert (weights[0] - weights[1]).abs().min() > 0.05


def test_the_first_step_by_hand():
    """After one step m̂ = g and v̂ = g², so the step is α times the sign of g, and λθ beside it."""
    theta = torch.nn.Parameter(torch.tensor([2.0, -3.0]))
    theta.grad = torch.tensor([0.5, 40.0])
    ft.AdamW([([theta], 0.1)], alpha=0.01).step(eta=0.5)
    expected = torch.tensor([2.0 - 0.5 * (0.01 + 0.2), -3.0 - 0.5 * (0.01 - 0.3)])
    torch.testing.assert_close(theta.detach(), expected)


def test_a_parameter_without_gradient_does_not_even_decay():
    theta = torch.nn.Parameter(torch.ones(2))
    ft.AdamW([([theta], 0.1)], alpha=0.01).step()
    assert (theta == 1).all()


def test_biases_and_layer_norms_do_not_decay_and_everything_else_does():
    model = ft.Reader(SMALL)
    (decaying, decay), (exempt, none) = ft.decay_groups(model, 0.3)
    assert (decay, none) == (0.3, 0.0)
    assert {id(p) for p in decaying}.isdisjoint({id(p) for p in exempt})
    assert len(decaying) + len(exempt) == len(list(model.parameters()))
    names = {id(p): name for name, p in model.named_parameters()}
    assert all(".norm." in names[id(p)] or names[id(p)].endswith("bias") for p in exempt)
    assert all(p.ndim == 2 for p in decaying)
    assert all(p.ndim == 1 for p in exempt)


def test_a_tied_weight_decays_once():
    model = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Linear(3, 3))
    model[1].weight = model[0].weight
    (decaying, _), (exempt, _) = ft.decay_groups(model, 0.3)
    assert [len(decaying), len(exempt)] == [1, 2]


def test_the_schedule_is_hugging_face_s():
    theta = torch.nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([theta], lr=1.0)
    schedule = get_linear_schedule_with_warmup(optimizer, num_warmup_steps=4, num_training_steps=11)
    for t in range(14):
        assert ft.warm_up_then_decay(t, 4, 11) == pytest.approx(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()


def test_the_schedule_by_hand():
    values = [ft.warm_up_then_decay(t, 2, 6) for t in range(7)]
    assert values == pytest.approx([0, 0.5, 1, 0.75, 0.5, 0.25, 0])


@pytest.mark.parametrize("c", [0.1, 3.0, 1000.0])
def test_clipping_is_torch_s(c):
    model = ft.Reader(SMALL)
    copied = copy.deepcopy(model)
    gradients(model, 1)
    gradients(copied, 1)
    ours = ft.clip(model.parameters(), c)
    theirs = torch.nn.utils.clip_grad_norm_(copied.parameters(), c)
    assert ours == pytest.approx(float(theirs), rel=1e-5)
    for one, two in zip(model.parameters(), copied.parameters(), strict=True):
        torch.testing.assert_close(one.grad, two.grad, atol=1e-6, rtol=1e-5)
    norm = math.sqrt(sum(float(p.grad.square().sum()) for p in model.parameters()))
    assert norm == pytest.approx(min(c, ours), rel=1e-5)


def test_the_average_is_the_sum_written_out_and_leaves_the_model_alone():
    model = torch.nn.Linear(3, 2)
    average = ft.Average(model, d=0.8)
    visited = [model.weight.detach().clone()]
    for t in range(5):
        with torch.no_grad():
            model.weight += torch.randn(2, 3)
        before = model.weight.detach().clone()
        average.update(model)
        assert (model.weight == before).all()
        visited.append(before)
        expected = 0.8 ** (t + 1) * visited[0]
        for i, theta in enumerate(visited[1:], start=1):
            expected = expected + 0.2 * 0.8 ** (t + 1 - i) * theta
        torch.testing.assert_close(average.model.weight, expected)
    assert not average.model.weight.requires_grad


@pytest.fixture
def double():
    """Adam blows up gradients that are rounding errors, as those of the keys' biases are; here they vanish in ε."""
    torch.set_default_dtype(torch.double)
    yield
    torch.set_default_dtype(torch.float)


@pytest.mark.usefixtures("double")
def test_the_loop_is_one_of_torch_s_and_hugging_face_s_parts():
    config = ft.Config(steps=9, tokens=7, length=4, d_model=8, layers=2, batch=5, decay=0.02, d=0.7, c=0.5)
    trained = ft.train(config, warm_up=3)
    torch.manual_seed(config.seed)
    model = ft.Reader(config)
    groups = [
        {"params": [p for p in model.parameters() if p.ndim == 2], "weight_decay": config.decay / config.alpha},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=config.alpha)
    schedule = get_linear_schedule_with_warmup(optimizer, num_warmup_steps=3, num_training_steps=9)
    averaged = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(config.d)
    )
    averaged.n_averaged.fill_(1)  # else its first update would be a copy
    for loss in trained.losses:
        x, y = ft.make_batch(config, config.batch)
        expected = F.cross_entropy(model(x), y)
        assert loss == pytest.approx(expected.item(), rel=1e-6)
        optimizer.zero_grad()
        expected.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), config.c)
        optimizer.step()
        schedule.step()
        averaged.update_parameters(model)
    for ours, theirs in ((trained.model, model), (trained.average, averaged.module)):
        for one, two in zip(ours.parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(one, two, atol=1e-6, rtol=1e-5)
    assert not any(p.requires_grad for p in trained.average.parameters())


def test_the_reader_does_not_care_about_the_order_and_learns_with_every_parameter():
    model = ft.Reader(SMALL)
    x, y = ft.make_batch(SMALL, 6)
    torch.testing.assert_close(model(x), model(x.flip(1)), atol=1e-5, rtol=0)
    F.cross_entropy(model(x), y).backward()
    missing = [name for name, p in model.named_parameters() if p.grad is None]
    assert missing == []
    assert len(list(model.parameters())) == 1 + SMALL.layers * 16 + 2


def test_one_token_stands_there_twice_and_it_is_the_answer():
    x, y = ft.make_batch(ft.Config(), 50)
    for row, token in zip(x.tolist(), y.tolist(), strict=True):
        assert sorted(map(row.count, row)) == [1] * 6 + [2, 2]
        assert row.count(token) == 2
