"""ELMo against torch's own stacked LSTM, against each sentence by itself, and against sums made by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import elmo as e
from tasks.ambiguous import AMBIGUOUS, CUE, CUES, FILLER, WORDS, make_examples

B, N, D, L, W = 3, 7, 5, 2, 11
MASK = torch.arange(N) < torch.tensor([4, 7, 1]).unsqueeze(1)


@pytest.fixture
def model():
    torch.manual_seed(1)
    return e.BiLM(W, D, L)


@pytest.fixture
def words():
    return torch.randint(W, (B, N), generator=torch.Generator().manual_seed(2))


def stacked(direction: e.Direction, x: torch.Tensor, residual: bool) -> torch.Tensor:
    """The same layers in torch: one LSTM of two layers, or two LSTMs and the sum of their outputs."""
    lstm = nn.LSTM(D, D, num_layers=L, batch_first=True)
    for j, layer in enumerate(direction.layers):
        for name, value in layer.named_parameters():
            getattr(lstm, name.replace("l0", f"l{j}")).data.copy_(value)
    first = nn.LSTM(D, D, batch_first=True)
    first.load_state_dict(direction.layers[0].state_dict())
    top, _ = lstm(x)
    return top + first(x)[0] if residual else top


def test_a_direction_is_torchs_stacked_lstm_and_the_residual_connection(model):
    x = torch.randn(B, N, D, requires_grad=True)
    h = model.forwards(x)
    expected = stacked(model.forwards, x, residual=True)
    torch.testing.assert_close(h[1], expected, atol=1e-5, rtol=1e-5)
    weights = torch.randn(B, N, D)
    (ours,) = torch.autograd.grad((h[1] * weights).sum(), x)
    (theirs,) = torch.autograd.grad((expected * weights).sum(), x)
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_the_backward_model_is_a_forward_model_on_each_sentence_turned_round(model, words):
    _, back = model.directions(words, MASK)
    for b in range(B):
        n = int(MASK[b].sum())
        turned = model.x(words[b, :n].flip(0))[None]
        for j, h in enumerate(model.backwards(turned)):
            torch.testing.assert_close(back[j][b, :n], h[0].flip(0))


def test_one_layer_each_way_is_torchs_bidirectional_lstm(words):
    model = e.BiLM(W, D, 1)
    theirs = nn.LSTM(D, D, batch_first=True, bidirectional=True)
    for direction, suffix in ((model.forwards, ""), (model.backwards, "_reverse")):
        for name, value in direction.layers[0].named_parameters():
            getattr(theirs, name + suffix).data.copy_(value)
    packed = nn.utils.rnn.pack_padded_sequence(model.x(words), MASK.sum(dim=1), batch_first=True, enforce_sorted=False)
    expected, _ = nn.utils.rnn.pad_packed_sequence(theirs(packed)[0], batch_first=True)
    h = model(words, MASK)[1]
    torch.testing.assert_close(h[MASK], expected[MASK], atol=1e-5, rtol=1e-5)


def test_reversing_turns_words_and_leaves_padding():
    x = torch.tensor([[1, 2, 3, 0, 0], [1, 2, 3, 4, 5]])
    assert e.reverse(x, x > 0).tolist() == [[3, 2, 1, 0, 0], [5, 4, 3, 2, 1]]
    assert torch.equal(e.reverse(e.reverse(x, x > 0), x > 0), x)


def test_forward_states_know_no_future_and_backward_states_no_past(model, words):
    mask = torch.ones_like(words, dtype=torch.bool)
    ahead, back = model.directions(words, mask)
    for k in range(N):
        changed = words.clone()
        changed[:, k] = (words[:, k] + 1) % W
        ahead_changed, back_changed = model.directions(changed, mask)
        for j in range(L):
            assert torch.equal(ahead[j][:, :k], ahead_changed[j][:, :k])
            assert torch.equal(back[j][:, k + 1 :], back_changed[j][:, k + 1 :])
            assert (ahead[j][:, k:] != ahead_changed[j][:, k:]).any(dim=-1).all()
            assert (back[j][:, : k + 1] != back_changed[j][:, : k + 1]).any(dim=-1).all()


def test_padding_and_neighbours_change_nothing(model, words):
    beside = model(words, MASK)
    for b in range(B):
        n = int(MASK[b].sum())
        alone = model(words[b : b + 1, :n], MASK[b : b + 1, :n])
        torch.testing.assert_close(beside[:, b, :n], alone[:, 0])
    other = torch.where(MASK, words, 0)
    torch.testing.assert_close(model(other, MASK)[:, MASK], beside[:, MASK])
    torch.testing.assert_close(model.loss(other, MASK), model.loss(words, MASK))


def test_the_loss_is_the_mean_of_what_both_models_predict_word_by_word(model, words):
    ahead, back = model.directions(words, MASK)
    following, preceding = [], []
    for b in range(B):
        for k in range(int(MASK[b].sum())):
            if k + 1 < int(MASK[b].sum()):
                following.append(-model.s(ahead[-1][b, k]).log_softmax(dim=0)[words[b, k + 1]])
            if k > 0:
                preceding.append(-model.s(back[-1][b, k]).log_softmax(dim=0)[words[b, k - 1]])
    assert len(following) == len(preceding) == 3 + 6
    expected = torch.stack(following).mean() + torch.stack(preceding).mean()
    torch.testing.assert_close(model.loss(words, MASK), expected)


def test_layers_stand_in_order_with_the_embedding_first(model, words):
    h = model(words, MASK)
    ahead, back = model.directions(words, MASK)
    assert h.shape == (L + 1, B, N, 2 * D)
    assert torch.equal(h[0], torch.cat([model.x(words)] * 2, dim=-1))
    assert torch.equal(h[2, ..., :D], ahead[1])
    assert torch.equal(h[2, ..., D:], back[1])
    for layers in (1, 3):
        assert len(e.BiLM(W, D, layers)(words, MASK)) == layers + 1


def test_the_mixture_is_equation_1_by_hand():
    mix = e.Mix(3)
    h = torch.randn(3, 2, 4)
    torch.testing.assert_close(mix(h), h.mean(dim=0))  # at first all layers count the same
    with torch.no_grad():
        mix.w.copy_(torch.tensor([0.0, 1.0, 2.0]).log())
        mix.gamma.fill_(6.0)
    torch.testing.assert_close(mix(h), 2 * h[1] + 4 * h[2])


def test_the_tagger_is_a_linear_layer_on_the_mixture():
    tagger, h = e.SenseTagger(L + 1, 2 * D, senses=4), torch.randn(L + 1, B, 2 * D)
    expected = h.sum(dim=0) / (L + 1) @ tagger.linear.weight.T + tagger.linear.bias
    torch.testing.assert_close(tagger(h), expected)


def test_every_parameter_is_registered_and_learns(model, words):
    direction = L * (8 * D * D + 8 * D)
    assert sum(p.numel() for p in model.parameters()) == W * D + (D + 1) * W + 2 * direction
    model.loss(words, MASK).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())
    tagger = e.SenseTagger(L + 1, 2 * D)
    nn.functional.cross_entropy(tagger(model(words, MASK).detach()[:, :, 0]), torch.tensor([0, 1, 1])).backward()
    assert all(p.grad.abs().sum() > 0 for p in tagger.parameters())


def test_the_directions_share_no_layer(model):
    ahead, back = ({p.data_ptr() for p in d.parameters()} for d in (model.forwards, model.backwards))
    assert len(ahead) == len(back) == 4 * L
    assert not ahead & back


def test_training_a_tagger_leaves_the_language_models_as_they_are():
    config = e.Config(D=6, labels=8, tagger_steps=2)
    model = e.BiLM(WORDS, 6, 2)
    before = [p.clone() for p in model.parameters()]
    h, senses = e.vectors(model, make_examples(8, 0, "left"), "cpu")
    e.train_tagger(h, senses, config)
    assert not h.requires_grad
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_vectors_are_those_of_the_ambiguous_word():
    model = e.BiLM(WORDS, 6, 2)
    examples = make_examples(5, 0, "left")
    h, _ = e.vectors(model, examples, "cpu")
    for b, example in enumerate(examples):
        words = torch.tensor([example.words])
        expected = model(words, torch.ones_like(words, dtype=torch.bool))[:, 0, example.position]
        torch.testing.assert_close(h[:, b], expected)
    assert torch.equal(h[0], model.x.weight[AMBIGUOUS].repeat(5, 2))


def test_every_reader_gets_its_part_of_the_vectors(monkeypatch):
    """Vectors that tell the sense in layer 1 only: from a cue on the left ahead, from one on the right backward."""

    def vectors(_, examples, device):
        senses = torch.tensor([example.sense for example in examples], device=device)
        h = torch.zeros(L + 1, len(examples), 2 * D)
        for b, example in enumerate(examples):
            h[1, b, 0 if example.side == "left" else D] = 1.0 if example.sense else -1.0
        return h, senses

    monkeypatch.setattr(e, "vectors", vectors)
    right = e.evaluate(e.BiLM(WORDS, D, L), e.Config(D=D, L=L, labels=40, tagger_steps=20))
    assert right["ELMo"] == (1.0, 1.0)
    assert right["forward only"][0] == right["backward only"][1] == 1.0
    blind = *right["layer 0 only"], right["forward only"][1], right["backward only"][0]
    assert all(0.4 < share < 0.6 for share in blind)


def test_the_control_is_never_trained(monkeypatch):
    steps, readers = [], ("ELMo", "forward only", "backward only", "layer 0 only")
    monkeypatch.setattr(e, "pre_train", lambda _, count: steps.append(count))
    monkeypatch.setattr(e, "evaluate", lambda *_: dict.fromkeys(readers, (0.5, 0.5)))
    e.run(e.Config(steps=7))
    assert steps == [7, 0]


def test_sentences_to_test_with_are_not_learned_from(monkeypatch):
    made = []
    monkeypatch.setattr(e, "make_examples", lambda *args: made.append(make_examples(*args)) or made[-1])
    e.run(e.Config(steps=2, tagger_steps=1, labels=8, D=4))
    sentences = [{example.words for example in examples} for examples in made]
    assert [len(words) for words in sentences] == [128, 4, 4, 500, 500, 0, 4, 4, 500, 500]
    learned, test = set.union(*sentences[:3]), set.union(*sentences[3:5])
    assert not learned & test


def test_cues_stand_two_or_three_words_away_and_tell_the_sense():
    for side, number in (("left", 1), ("right", 1), ("both", 2)):
        for example in make_examples(200, 4, side):
            assert example.words[example.position] == AMBIGUOUS
            found = {k - example.position: word for k, word in enumerate(example.words) if word in CUE}
            assert len(found) == number
            assert all(abs(distance) in (2, 3) for distance in found)
            assert {"left": min(found) < 0, "right": max(found) > 0, "both": min(found) < 0 < max(found)}[side]
            assert {(word - CUE.start) // CUES for word in found.values()} == {example.sense}
            assert sum(word in FILLER for word in example.words) == len(example.words) - 1 - number
    assert make_examples(9, 1, "left") == make_examples(9, 1, "left") != make_examples(9, 2, "left")
