"""The masks by hand and by exact leaks, the loss against loops, and the layers against torch's own."""

from __future__ import annotations

import copy

import pytest
import torch
from torch.nn import functional as F

import unilm

N, S = 7, 4
MASKS = {
    "bidirectional": unilm.bidirectional_mask(N),
    "left to right": unilm.left_to_right_mask(N),
    "right to left": unilm.right_to_left_mask(N),
    "sequence to sequence": unilm.sequence_to_sequence_mask(S, N),
}
SMALL = unilm.Config(letters=5, length=3, d_model=12, h=3, layers=2, batch=4)


@pytest.fixture
def model():
    return unilm.UniLM(9, N + 1, d_model=12, h=3, layers=2).eval()


def test_the_masks_by_hand():
    assert unilm.sequence_to_sequence_mask(2, 4).int().tolist() == [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [1, 1, 1, 1],
    ]
    assert unilm.left_to_right_mask(3).int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert unilm.right_to_left_mask(3).int().tolist() == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]
    assert unilm.bidirectional_mask(2).int().tolist() == [[1, 1], [1, 1]]


def test_the_masks_agree_where_they_must():
    assert torch.equal(unilm.sequence_to_sequence_mask(0, N), unilm.left_to_right_mask(N))
    assert torch.equal(unilm.sequence_to_sequence_mask(N, N), unilm.bidirectional_mask(N))
    assert torch.equal(unilm.sequence_to_sequence_mask(S, N)[:5, :5], unilm.sequence_to_sequence_mask(S, 5))


@pytest.mark.parametrize("name", MASKS)
def test_what_a_place_may_not_see_changes_nothing_and_what_it_may_see_does(model, name):
    mask = MASKS[name]
    reach = torch.linalg.matrix_power(mask.double(), 2) > 0  # two layers
    assert torch.equal(reach, mask)  # no mask leaks through a place in between
    x = torch.randint(9, (2, N))
    before = model(x, mask)
    for j in range(N):
        other = x.clone()
        other[:, j] = (other[:, j] + 1) % 9
        change = (model(other, mask) - before).abs().amax(dim=(0, 2))
        assert (change[~mask[:, j]] == 0).all()
        assert (change[mask[:, j]] > 0).all()


def test_the_source_is_read_as_if_there_were_no_target(model):
    x = torch.randint(9, (2, N))
    whole = model(x, MASKS["sequence to sequence"])[:, :S]
    torch.testing.assert_close(whole, model(x[:, :S], unilm.bidirectional_mask(S)), atol=1e-5, rtol=0)


def test_the_layers_are_torch_s_under_the_same_mask(model):
    x, mask = torch.randint(9, (2, N)), MASKS["sequence to sequence"]
    H = model.embedding(x) + model.positions.weight[:N]
    for ours in model.layers:
        theirs = torch.nn.TransformerEncoderLayer(12, 3, 48, dropout=0.0, batch_first=True, norm_first=True)
        attention = ours.attention
        with torch.no_grad():
            projections = (attention.W_Q, attention.W_K, attention.W_V)
            theirs.self_attn.in_proj_weight.copy_(torch.cat([linear.weight for linear in projections]))
            theirs.self_attn.in_proj_bias.copy_(torch.cat([linear.bias for linear in projections]))
        theirs.self_attn.out_proj.load_state_dict(attention.W_O.state_dict())
        theirs.linear1.load_state_dict(ours.feed_forward.W_1.state_dict())
        theirs.linear2.load_state_dict(ours.feed_forward.W_2.state_dict())
        theirs.norm1.load_state_dict(ours.residuals[0].norm.state_dict())
        theirs.norm2.load_state_dict(ours.residuals[1].norm.state_dict())
        H = theirs(H, src_mask=~mask)  # there True = may not attend
    torch.testing.assert_close(model(x, mask), model.out(model.norm(H)), atol=1e-5, rtol=0)


def test_one_sequence_does_not_move_another(model):
    x = torch.randint(9, (3, N))
    other = x.clone()
    other[1] = (other[1] + 1) % 9
    for mask in MASKS.values():
        before, after = model(x, mask), model(other, mask)
        assert torch.equal(before[[0, 2]], after[[0, 2]])


@pytest.mark.parametrize("first", [1, S])
def test_the_next_loss_is_the_mean_over_the_places_written_out(model, first):
    x = torch.randint(9, (3, N))
    mask = MASKS["sequence to sequence"]
    total = []
    for row in x:
        z = model(row[None], mask)[0]
        total += [F.cross_entropy(z[i - 1], row[i]) for i in range(first, N)]
    expected = torch.stack(total).mean()
    torch.testing.assert_close(unilm.next_loss(model, x, mask, first=first), expected, atol=1e-5, rtol=0)


def test_the_masked_loss_counts_the_hidden_places_only(model):
    seen = []
    forward = model.forward
    model.forward = lambda x, mask: seen.append((x, mask)) or forward(x, mask)
    x = torch.randint(4, 9, (5, N))
    loss = unilm.masked_loss(model, x)
    [(hidden, mask)] = seen
    places = hidden == unilm.MASK
    assert places.any(dim=1).all()
    assert not places.all()
    assert torch.equal(hidden[~places], x[~places])
    assert mask.all()
    expected = F.cross_entropy(forward(hidden, mask)[places], x[places])
    torch.testing.assert_close(loss, expected)


def test_the_previous_loss_is_the_mean_over_the_places_written_out(model):
    x, mask = torch.randint(9, (3, N)), MASKS["right to left"]
    total = []
    for row in x:
        z = model(row[None], mask)[0]
        total += [F.cross_entropy(z[i + 1], row[i]) for i in range(N - 1)]
    torch.testing.assert_close(unilm.previous_loss(model, x, mask), torch.stack(total).mean(), atol=1e-5, rtol=0)


def test_from_right_to_left_it_is_the_next_loss_of_a_model_with_its_positions_turned_round(model):
    x = torch.randint(9, (3, N))
    turned = copy.deepcopy(model)
    with torch.no_grad():
        turned.positions.weight[:N] = model.positions.weight[:N].flip(0)
    loss = unilm.next_loss(turned, x.flip(1), MASKS["left to right"])
    torch.testing.assert_close(unilm.previous_loss(model, x, MASKS["right to left"]), loss, atol=1e-5, rtol=0)


def test_of_six_steps_each_mask_has_the_share_of_the_paper(model, monkeypatch):
    seen = []
    forward = model.forward
    monkeypatch.setattr(model, "forward", lambda x, mask: seen.append((x, mask)) or forward(x, mask))
    x = unilm.make_batch(SMALL, 4)
    n, s = x.shape[1], x.shape[1] // 2
    assert (x[:, s - 1] == unilm.SEPARATOR).all()
    losses = [unilm.all_in_turn(model, x, step) for step in range(6)]
    whole = [(read == unilm.MASK).any() for read, _ in seen]
    assert whole == [True, False, False, True, False, False]
    expected = [n * n, None, n * (n - 1) // 2, n * n, None, n * (n + 1) // 2]  # places that may be seen
    for step, (_, mask) in enumerate(seen):
        if expected[step] is None:
            assert torch.equal(mask, unilm.sequence_to_sequence_mask(s, n)[:-1, :-1])
            theirs = F.cross_entropy(forward(x[:, :-1], mask)[:, s - 1 :].flatten(0, 1), x[:, s:].flatten())
            torch.testing.assert_close(losses[step], theirs)
        else:
            assert int(mask.sum()) == expected[step]
    assert seen[2][1][1].tolist() == [True, True] + [False] * (n - 3)
    assert seen[5][1][1].tolist() == [False] + [True] * (n - 1)


def test_backwards_too_generation_writes_what_one_pass_over_its_own_text_would_choose(model):
    given = torch.randint(9, (3, N))
    x = unilm.generate_backwards(model, given, MASKS["right to left"], S)
    assert torch.equal(x[:, S:], given[:, S:])
    assert torch.equal(model(x, MASKS["right to left"])[:, 1 : S + 1].argmax(dim=2), x[:, :S])
    other = torch.cat([(given[:, :S] + 1) % 9, given[:, S:]], dim=1)
    for mask in MASKS.values():  # what stood there before does not count, whatever may be seen
        one, two = (unilm.generate_backwards(model, start, mask, S) for start in (given, other))
        assert torch.equal(one, two)


@pytest.mark.parametrize("sums", [False, True])
def test_targets_are_what_they_should_be_and_no_unseen_source_is_learned_from(sums):
    known, unseen = (unilm.make_batch(SMALL, 4000, sums=sums, unseen=value) for value in (False, True))
    sources = [{tuple(row[:3]) for row in (x - unilm.FIRST_LETTER).tolist()} for x in (known, unseen)]
    assert len(sources[0] | sources[1]) == (3 if sums else 5) ** 3
    assert sources[0].isdisjoint(sources[1])
    for row in known[:50].tolist() + unseen[:50].tolist():
        a, b, c = (letter - unilm.FIRST_LETTER for letter in row[:3])
        target = [(a + b) % 3, (b + c) % 3, (c + a) % 3] if sums else [c, b, a]
        assert row[3:] == [unilm.SEPARATOR, *(letter + unilm.FIRST_LETTER for letter in target), unilm.END]


def test_every_letter_is_hidden_by_itself_and_looked_up_where_it_stood():
    x = unilm.make_batch(SMALL, 4)
    asked = []

    def oracle(gap: torch.Tensor, _mask: torch.Tensor) -> torch.Tensor:
        asked.append((gap == unilm.MASK).nonzero()[:, 1].tolist())
        return F.one_hot(x.masked_fill(gap != unilm.MASK, 0), 9).float()

    assert unilm.filled(oracle, x, MASKS["bidirectional"]) == 1.0
    assert asked == [[i] * 4 for i in (0, 1, 2, 4, 5, 6)]


@pytest.mark.parametrize("name", ["left to right", "sequence to sequence"])
def test_generation_writes_what_one_pass_over_its_own_text_would_choose(model, name):
    source = torch.randint(9, (3, S))
    x = unilm.generate(model, source, MASKS[name], N)
    assert torch.equal(x[:, :S], source)
    z = model(x, MASKS[name])
    assert torch.equal(z[:, S - 1 : -1].argmax(dim=2), x[:, S:])


def test_every_parameter_is_registered_and_learns(model):
    x = torch.randint(9, (4, N + 1))
    unilm.next_loss(model, x, unilm.sequence_to_sequence_mask(S, N + 1)).backward()
    assert len(list(model.parameters())) == 2 + 2 * 16 + 2 + 2
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name
