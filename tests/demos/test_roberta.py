"""RoBERTa against Hugging Face's model with the same weights, and when masks are drawn."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
import torch
import transformers

import roberta as rb
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
    assert rb.full_sentences(sentences, 8, 50, 51, 52).tolist() == [
        [50, 1, 2, 3, 4, 5, 6, 51],
        [50, 7, 8, 9, 10, 11, 51, 52],
    ]
    assert rb.full_sentences([[1, 2], [3]], 4, 50, 51, 52).tolist() == [[50, 1, 2, 51], [50, 3, 51, 52]]
    with pytest.raises(ValueError, match="at most 2 tokens, got one of 3"):
        rb.full_sentences([[1, 2, 3]], 4, 50, 51, 52)


def test_every_word_is_spelled_in_its_own_way():
    spelled = {rb.spell((word,)) for word in range(rb.LANGUAGE.words)}
    assert len(spelled) == rb.LANGUAGE.words
    assert rb.spell((0, 71)) == "baba bebe."
