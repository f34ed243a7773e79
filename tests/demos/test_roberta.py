"""RoBERTa against Hugging Face's model with the same weights, and when masks are drawn."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
import torch
import transformers
from torch.nn import functional as F

import roberta as rb
from byte_pair_encoding import ByteLevelBPE
from loading_weights import BERT_NAMES, load, translate

V, L, H, A, n, B = 31, 3, 12, 2, 9, 4
PAD = 1
CONFIG = transformers.RobertaConfig(
    vocab_size=V,
    num_hidden_layers=L,
    hidden_size=H,
    num_attention_heads=A,
    intermediate_size=4 * H,
    max_position_embeddings=n + 2,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    type_vocab_size=1,
    layer_norm_eps=1e-5,
)
LENGTHS = torch.tensor([n, 5, 2, 8])
REAL = torch.arange(n) < LENGTHS.unsqueeze(1)
MASK = REAL[:, None, None]


@pytest.fixture
def tokens():
    return torch.randint(2, V, (B, n)).masked_fill(~REAL, PAD)


def theirs(kind: Any) -> Any:
    model = kind(CONFIG)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


def small() -> rb.RoBERTa:
    return rb.RoBERTa(V, L, H, A, pad=PAD, positions=n, eps=1e-5)


def close(one: torch.Tensor, other: torch.Tensor, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(one, other, atol=tolerance, rtol=tolerance)


def test_the_encoder_is_that_of_hugging_face(tokens):
    model = theirs(transformers.RobertaModel)
    ours = small()
    assert load(ours, translate(model.state_dict(), BERT_NAMES)) == []
    expected = model(tokens, attention_mask=REAL)
    T = ours(tokens, None, MASK)
    close(T[REAL], expected.last_hidden_state[REAL])
    close(ours.pool(T), expected.pooler_output)


def test_masked_words_are_scored_as_by_hugging_face_with_the_same_gradients(tokens):
    model = theirs(transformers.RobertaForMaskedLM)
    ours = rb.MaskedLM(small())
    wrong = load(ours, translate(model.state_dict(), BERT_NAMES), strict=False)
    assert wrong == ["missing: bert.pooler.weight", "missing: bert.pooler.bias"]
    chosen = REAL & (torch.rand(B, n) < 0.5)
    read = tokens.masked_fill(chosen, 3)
    expected = model(read, attention_mask=REAL, labels=tokens.masked_fill(~chosen, -100))
    loss = ours.masked_loss(read, MASK, chosen, tokens)
    close(ours.score(ours.bert(read, None, MASK))[REAL], expected.logits[REAL])
    close(loss, expected.loss)
    expected.loss.backward()
    loss.backward()
    gradients = translate({k: p.grad for k, p in model.named_parameters() if p.grad is not None}, BERT_NAMES)
    found = {k: p.grad for k, p in ours.named_parameters() if p.grad is not None}
    assert found.keys() == gradients.keys()
    for name, gradient in found.items():
        close(gradient, gradients[name], 1e-4)


def test_positions_count_words_from_2_and_padding_has_1():
    rows = torch.tensor([[5, 6, 7, PAD, PAD], [PAD, 8, PAD, 9, 4]])
    assert small().place(rows).tolist() == [[2, 3, 4, 1, 1], [1, 2, 1, 3, 4]]


def test_padding_changes_nothing_wherever_it_stands():
    ours, words = small(), torch.tensor([[7, 8, 9]])
    padded = torch.tensor([[PAD, 7, 8, PAD, 9, PAD]])
    real = padded != PAD
    close(ours(padded, None, real[:, None, None])[real], ours(words)[0])


def test_one_input_does_not_move_another(tokens):
    ours, other = small(), tokens.clone()
    other[[0, 2, 3]] = torch.randint(2, V, (3, n)).masked_fill(~REAL[[0, 2, 3]], PAD)
    assert torch.equal(ours(other, None, MASK)[1], ours(tokens, None, MASK)[1])


def test_there_is_no_next_sentence_task_and_every_other_parameter_learns(tokens):
    model = rb.MaskedLM(small())
    assert not any(name.startswith("next") for name, _ in model.named_parameters())
    model.masked_loss(tokens, MASK, REAL, tokens).backward()
    # a bias added to all keys moves all scores of a query alike; the pooler serves tasks
    quiet = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum()]
    assert all("pooler" in name or "W_K.bias" in name for name in quiet)


def same(one: rb.Masked, other: rb.Masked) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_fixed_masks_return_in_turn_and_new_ones_never():
    x = torch.randint(0, 100, (20, 30))
    for k in (1, 3):
        epochs = list(islice(rb.masks(x, 100, 101, k), 3 * k))
        assert all(same(epochs[e], epochs[e % k]) for e in range(3 * k))
        assert not any(same(epochs[a], epochs[b]) for a in range(k) for b in range(a))
    new = list(islice(rb.masks(x, 100, 101, 0), 5))
    assert not any(same(new[a], new[b]) for a in range(5) for b in range(a))


def test_inputs_are_filled_with_whole_sentences_in_order():
    sentences = [[1, 2, 3], [4, 5], [6], [7, 8, 9, 10], [11]]
    assert rb.full_sentences([sentences], 8, 50, 51, 52).tolist() == [
        [50, 1, 2, 3, 4, 5, 6, 51],
        [50, 7, 8, 9, 10, 11, 51, 52],
    ]
    assert rb.full_sentences([[[1, 2], [3]]], 4, 50, 51, 52).tolist() == [[50, 1, 2, 51], [50, 3, 51, 52]]
    with pytest.raises(ValueError, match="at most 2 tokens, got one of 3"):
        rb.full_sentences([[[1, 2, 3]]], 4, 50, 51, 52)


def test_a_separator_stands_between_documents_that_share_an_input():
    documents = [[[1, 2], [3]], [[4]], [[5], [6, 7, 8]], [[9, 10]]]
    assert rb.full_sentences(documents, 9, 50, 51, 52).tolist() == [
        [50, 1, 2, 3, 51, 4, 51, 5, 51],
        [50, 6, 7, 8, 51, 9, 10, 51, 52],
    ]
    # the separator takes the last place that document 2 would need: it begins an input, without a separator
    assert rb.full_sentences([[[1, 2]], [[3]]], 5, 50, 51, 52).tolist() == [[50, 1, 2, 51, 52], [50, 3, 51, 52, 52]]


BPE = ByteLevelBPE.learn("lo low lower lowest", 6)
SMALL = rb.Config(n=10, batch=3, H=8, steps=8)


def some_inputs() -> torch.Tensor:
    START, PAD, END, _ = rb.specials(BPE)
    words = [[number, *range(20, 24 + number % 4)] for number in range(6)]
    return rb.full_sentences([[row] for row in words], SMALL.n, START, END, PAD)


@pytest.mark.parametrize("k", [0, 1, 2])
def test_training_reads_every_input_once_an_epoch_under_its_mask_and_predicts_what_stood_there(k, monkeypatch):
    seen, loss = [], rb.MaskedLM.masked_loss
    monkeypatch.setattr(rb.MaskedLM, "masked_loss", lambda *given: seen.append(given[1:]) or loss(*given))
    x = some_inputs()
    assert len(x) == 6
    rb.train(SMALL, x, BPE, k)
    rows = {tuple(row): number for number, row in enumerate(x.tolist())}
    epochs = []
    for read, mask, chosen, right in seen:
        assert torch.equal(read[~chosen], right[~chosen])
        assert torch.equal(mask[:, 0, 0], right != rb.specials(BPE)[1])
        assert (right[chosen] < len(BPE)).all()
        epochs.append(
            {rows[tuple(row)]: (one, two) for row, one, two in zip(right.tolist(), read, chosen, strict=True)}
        )
    whole = [{**one, **two} for one, two in zip(epochs[::2], epochs[1::2], strict=True)]  # two batches of three
    assert all(sorted(epoch) == list(range(6)) for epoch in whole)
    alike = [all(same(whole[e][i], whole[0][i]) for i in range(6)) for e in range(4)]
    assert alike == [e == 0 if k == 0 else e % k == 0 for e in range(4)]


def test_the_held_out_loss_is_the_mean_under_five_masks():
    x, (_, PAD, _, MASK_ID) = some_inputs(), rb.specials(BPE)
    model = rb.MaskedLM(rb.RoBERTa(MASK_ID + 1, 1, 8, 2, pad=PAD, positions=SMALL.n))
    torch.manual_seed(5)
    found = rb.held_out_loss(model, x, BPE)
    torch.manual_seed(5)
    losses = []
    for _ in range(5):
        read, chosen = rb.mask_tokens(x, len(BPE), MASK_ID)
        logits = model.score(model.bert(read, None, (x != PAD)[:, None, None]))
        losses.append(F.cross_entropy(logits.flatten(0, 1), x.masked_fill(~chosen, -100).flatten()).item())
    assert found == pytest.approx(sum(losses) / 5, rel=1e-5)


def test_models_that_start_alike_are_tested_under_the_same_masks_on_text_that_none_has_read(monkeypatch):
    trained, tested = [], []

    def train(_: rb.Config, x: torch.Tensor, _bpe: ByteLevelBPE, k: int) -> None:
        trained.append((k, x))

    def held_out_loss(_: None, x: torch.Tensor, _bpe: ByteLevelBPE) -> float:
        tested.append((x, torch.rand(3)))
        return 1.0

    monkeypatch.setattr(rb, "train", train)
    monkeypatch.setattr(rb, "held_out_loss", held_out_loss)
    rb.run(rb.Config(sentences=30, merges=20, n=60))
    assert [k for k, _ in trained] == [0, 10, 1]
    assert all(torch.equal(draw, tested[0][1]) for _, draw in tested)
    for (_, x), (unseen, _) in zip(trained, tested, strict=True):
        assert torch.equal(x, trained[0][1])
        assert torch.equal(unseen, tested[0][0])
        assert set(map(tuple, x.tolist())).isdisjoint(map(tuple, unseen.tolist()))


def test_every_word_is_spelled_in_its_own_way():
    spelled = {rb.spell((word,)) for word in range(rb.LANGUAGE.words)}
    assert len(spelled) == rb.LANGUAGE.words
    assert rb.spell((0, 71)) == "baba bebe."
