"""BERT against Hugging Face's models with the same random weights, and the rules of masking against counts."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
import transformers
from torch.nn import functional as F

import bert as bt
from loading_weights import BERT_NAMES, load, translate

V, L, H, A, n = 37, 3, 12, 2, 11
B = 4
CONFIG = transformers.BertConfig(
    vocab_size=V,
    num_hidden_layers=L,
    hidden_size=H,
    num_attention_heads=A,
    intermediate_size=4 * H,
    max_position_embeddings=n + 5,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
CONFIG.num_labels = 5
LENGTHS = torch.tensor([n, 6, 1, 9])
REAL = torch.arange(n) < LENGTHS.unsqueeze(1)
MASK = REAL[:, None, None]


@pytest.fixture
def tokens():
    return torch.randint(1, V, (B, n))  # theirs gives no gradient to token 0, padding


@pytest.fixture
def segments():
    return torch.randint(0, 2, (B, n))


def theirs(kind: Any) -> Any:
    model = kind(CONFIG)
    with torch.no_grad():  # fresh biases are 0, gains 1 and weights small, which hides mistakes
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


def fill(ours: Any, model: Any, *absent: str) -> Any:
    """Our model with their weights; only what begins like `absent` may be missing."""
    wrong = load(ours, translate(model.state_dict(), BERT_NAMES), strict=False)
    assert [line for line in wrong if not line.startswith(tuple(f"missing: {name}" for name in absent))] == []
    return ours


def small() -> bt.BERT:
    return bt.BERT(V, L, H, A, positions=n + 5)


def close(one: torch.Tensor, other: torch.Tensor, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(one, other, atol=tolerance, rtol=tolerance)


def same_gradients(ours: Any, model: Any) -> None:
    gradients = {name: p.grad for name, p in model.named_parameters() if p.grad is not None}
    expected = translate(gradients, BERT_NAMES)
    found = {name: p.grad for name, p in ours.named_parameters() if p.grad is not None}
    assert found.keys() == expected.keys()
    for name, gradient in found.items():
        close(gradient, expected[name], 1e-4)


def test_the_encoder_is_that_of_hugging_face(tokens, segments):
    model = theirs(transformers.BertModel)
    ours = fill(small(), model)
    expected = model(tokens, attention_mask=REAL, token_type_ids=segments)
    T = ours(tokens, segments, MASK)
    close(T[REAL], expected.last_hidden_state[REAL])
    close(ours.pool(T), expected.pooler_output)
    close(ours(tokens), model(tokens).last_hidden_state)


def test_masked_words_are_scored_as_by_hugging_face_with_the_same_gradients(tokens):
    model = theirs(transformers.BertForMaskedLM)
    ours = fill(bt.PreTraining(small()), model, "bert.pooler", "next")
    chosen = REAL & (torch.rand(B, n) < 0.4)
    labels = tokens.masked_fill(~chosen, -100)
    read = tokens.masked_fill(chosen, 3)
    expected = model(read, attention_mask=REAL, labels=labels)
    T = ours.bert(read, None, MASK)
    loss = ours.word_loss(T, chosen, tokens)
    close(ours.score(T)[REAL], expected.logits[REAL])
    close(loss, expected.loss)
    expected.loss.backward()
    loss.backward()
    same_gradients(ours, model)


def test_pre_training_is_that_of_hugging_face_with_the_same_gradients(tokens, segments):
    model = theirs(transformers.BertForPreTraining)
    ours = fill(bt.PreTraining(small()), model)
    chosen, is_random = REAL & (torch.rand(B, n) < 0.4), torch.tensor([0, 1, 1, 0])
    expected = model(
        tokens,
        attention_mask=REAL,
        token_type_ids=segments,
        labels=tokens.masked_fill(~chosen, -100),
        next_sentence_label=is_random,
    )
    words, following = ours(tokens, segments, MASK)
    close(words[REAL], expected.prediction_logits[REAL])
    close(following, expected.seq_relationship_logits)
    loss = ours.loss(tokens, segments, MASK, chosen, tokens, is_random)
    close(loss, expected.loss)
    expected.loss.backward()
    loss.backward()
    same_gradients(ours, model)


def test_the_next_sentence_is_told_as_by_hugging_face(tokens, segments):
    model = theirs(transformers.BertForNextSentencePrediction)
    ours = fill(bt.PreTraining(small()), model, "transform", "norm", "bias")
    expected = model(tokens, attention_mask=REAL, token_type_ids=segments)
    close(ours(tokens, segments, MASK)[1], expected.logits)


@pytest.mark.parametrize(
    ("kind", "head", "labels"),
    [
        (transformers.BertForSequenceClassification, bt.Classifier, torch.tensor([0, 4, 2, 1])),
        (transformers.BertForTokenClassification, bt.Tagger, torch.arange(B * n).view(B, n) % 6 - 1),
    ],
)
def test_heads_of_sentences_and_tokens_are_those_of_hugging_face(kind, head, labels, tokens, segments):
    model = theirs(kind)
    ours = fill(head(small(), 5), model, "bert.pooler")
    labels = labels.masked_fill(labels == -1, -100)
    if labels.dim() == 2:
        labels = labels.masked_fill(~REAL, -100)
    expected = model(tokens, attention_mask=REAL, token_type_ids=segments, labels=labels)
    logits = ours(tokens, segments, MASK)
    loss = F.cross_entropy(logits.flatten(0, -2), labels.flatten())
    close(loss, expected.loss)
    close(
        logits if labels.dim() == 1 else logits[REAL], expected.logits if labels.dim() == 1 else expected.logits[REAL]
    )
    expected.loss.backward()
    loss.backward()
    same_gradients(ours, model)


def test_the_head_of_spans_is_that_of_hugging_face(tokens, segments):
    CONFIG.num_labels, before = 2, CONFIG.num_labels
    model = theirs(transformers.BertForQuestionAnswering)
    CONFIG.num_labels = before
    ours = fill(bt.SpanFinder(small()), model, "bert.pooler")
    start, end = torch.tensor([0, 2, 0, 5]), torch.tensor([10, 4, 0, 8])
    expected = model(tokens, attention_mask=REAL, token_type_ids=segments, start_positions=start, end_positions=end)
    scores = ours(tokens, segments, MASK)
    close(scores[..., 0][REAL], expected.start_logits[REAL])
    close(scores[..., 1][REAL], expected.end_logits[REAL])
    loss = ours.loss(scores, start, end)
    close(loss, expected.loss)
    expected.loss.backward()
    loss.backward()
    same_gradients(ours, model)


def test_the_best_span_is_the_best_of_all_whose_end_does_not_come_first():
    finder, scores = bt.SpanFinder(small()), torch.randn(20, 7, 2)
    starts, ends = finder.best(scores)
    for b in range(20):
        spans = {(i, j): float(scores[b, i, 0] + scores[b, j, 1]) for i in range(7) for j in range(i, 7)}
        assert (int(starts[b]), int(ends[b])) == max(spans, key=spans.__getitem__)


def test_padding_and_neighbours_change_nothing(tokens, segments):
    ours = theirs_as_ours()
    alone = ours(tokens[1:2, :6], segments[1:2, :6])
    close(ours(tokens, segments, MASK)[1, :6], alone[0])
    others = tokens.clone()
    others[[0, 2, 3]] = torch.randint(0, V, (3, n))
    assert torch.equal(ours(others, segments, MASK)[1], ours(tokens, segments, MASK)[1])


def test_a_row_of_nothing_but_padding_gives_numbers_and_leaves_the_others_alone(tokens, segments):
    ours, mask = theirs_as_ours(), MASK.clone()
    mask[2] = False
    T = ours(tokens, segments, mask)
    assert T.isfinite().all()
    close(T[[0, 1, 3]], ours(tokens, segments, MASK)[[0, 1, 3]])
    T.sum().backward()
    assert all(p.grad.isfinite().all() for name, p in ours.named_parameters() if not name.startswith("pooler"))


def theirs_as_ours() -> bt.BERT:
    return fill(small(), theirs(transformers.BertModel))


def test_bert_sees_both_sides_and_with_a_causal_mask_one(tokens):
    ours = theirs_as_ours()
    other = tokens.clone()
    other[:, -1] = (other[:, -1] + 1) % V
    assert ((ours(tokens) - ours(other)).abs().amax(dim=-1) > 0).all()
    mask = bt.causal_mask(n)
    assert torch.equal(ours(tokens, None, mask)[:, :-1], ours(other, None, mask)[:, :-1])


def test_every_parameter_is_registered_and_learns(tokens, segments):
    model = bt.PreTraining(small())
    expected = sum(p.numel() for p in transformers.BertForPreTraining(CONFIG).parameters())
    assert sum(p.numel() for p in model.parameters()) == expected
    model.loss(tokens, segments, MASK, REAL, tokens, torch.tensor([0, 1, 1, 0])).backward()
    # a bias added to all keys moves all scores of a query alike
    assert all(p.grad.abs().sum() > 0 for name, p in model.named_parameters() if not name.endswith("W_K.bias"))


def test_fresh_weights_are_as_small_as_the_authors_and_dropout_is_used():
    model = bt.BERT(500, 1, 64, 4, dropout=0.5)
    weights = model.words.weight, model.layers[0].feed_forward.W_1.weight
    assert all(float(W.detach().std()) == pytest.approx(0.02, rel=0.05) for W in weights)
    assert [m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)] == 3 * [0.5]
    x = torch.randint(0, 500, (1, 9))
    assert not torch.equal(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x))


def test_every_layer_norm_has_the_epsilon_that_was_asked_for():
    norms = [m for m in bt.PreTraining(bt.BERT(V, L, H, A, eps=0.25)).modules() if isinstance(m, torch.nn.LayerNorm)]
    assert [norm.eps for norm in norms] == (2 * L + 2) * [0.25]


def test_where_chance_chose_no_word_the_loss_is_0_and_the_gradient_finite(tokens):
    model = bt.PreTraining(small())
    loss = model.word_loss(model.bert(tokens, None, MASK), torch.zeros_like(REAL), tokens)
    assert loss.item() == 0
    loss.backward()
    assert all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())


def test_pre_training_reads_masked_text_and_predicts_what_stood_there(monkeypatch):
    seen, loss = [], bt.PreTraining.loss
    monkeypatch.setattr(bt.PreTraining, "loss", lambda *given: seen.append(given[1:]) or loss(*given))
    bt.pretrain(bt.Config(steps=3, batch=30, L=1, H=8, A=2))
    for read, segments, mask, chosen, right, is_random in seen:
        assert torch.equal(read[~chosen], right[~chosen])
        assert 0.5 < float((read[chosen] == bt.MASK).float().mean()) < 1
        assert not (right == bt.MASK).any()
        assert torch.equal(mask[:, 0, 0], right != bt.PAD)
        assert (right[chosen] < bt.WORDS).all()
        assert segments.shape == read.shape
        assert 0 < int(is_random.sum()) < 30
    assert not torch.equal(seen[0][4][:, :9], seen[1][4][:, :9])


def test_topics_are_learned_by_copies_and_told_of_other_sentences(monkeypatch):
    ours, seen, tune, accuracy = bt.BERT(bt.PAD + 1, 1, 8, 2), [], bt.tune, bt.accuracy
    before = {name: theta.clone() for name, theta in ours.state_dict().items()}

    def spy(head: bt.Classifier, inputs: bt.Inputs, right: torch.Tensor, *how: float) -> None:
        assert all(torch.equal(theta, before[name]) for name, theta in head.bert.state_dict().items())
        seen.append((inputs[0], right))
        tune(head, inputs, right, *how)

    def check(head: bt.Classifier, inputs: bt.Inputs, right: torch.Tensor) -> float:
        few = {tuple(word for word in row if word != bt.PAD) for row in seen[-1][0].tolist()}
        assert len(right) == 300
        assert few.isdisjoint(tuple(word for word in row if word != bt.PAD) for row in inputs[0].tolist())
        return accuracy(head, inputs, right)

    monkeypatch.setattr(bt, "tune", spy)
    monkeypatch.setattr(bt, "accuracy", check)
    bt.learn_topics(bt.Config(labels=6), ours)
    assert all(torch.equal(theta, before[name]) for name, theta in ours.state_dict().items())
    assert [sorted(right.tolist()) for _, right in seen] == 5 * [list(range(6))]


def test_accuracy_counts_only_what_has_a_label():
    logits = torch.tensor([[[2.0, 1.0], [0.0, 3.0], [1.0, 0.0]], [[0.0, 1.0], [5.0, 1.0], [0.0, 1.0]]])
    right = torch.tensor([[0, -100, -100], [-100, 1, 1]])
    assert bt.accuracy(lambda: logits, (), right) == pytest.approx(2 / 3)


@pytest.mark.parametrize("causal", [True, False])
def test_senses_are_learned_with_the_mask_that_was_asked_for_and_told_of_other_sentences(causal, monkeypatch):
    seen = []
    monkeypatch.setattr(bt, "tune", lambda _, inputs, right, *_how: seen.append((inputs, right)))
    monkeypatch.setattr(bt, "accuracy", lambda _, inputs, right: seen.append((inputs, right)) or 0.0)
    bt.learn_senses(bt.Config(L=1, H=8, A=2), causal=causal)
    rows = [set(map(tuple, inputs[0].tolist())) for inputs, _ in seen]
    assert rows[0].isdisjoint(rows[1])
    for (tokens, _, mask), right in seen:
        assert mask is None if not causal else torch.equal(mask, bt.causal_mask(tokens.shape[1]))
        assert torch.equal(right != -100, tokens == bt.ambiguous.AMBIGUOUS)


def test_masking_chooses_15_percent_of_the_words_and_treats_them_80_10_10():
    words, MASK_ID, PAD = 1000, 1001, 1002
    tokens = torch.randint(0, words, (400, 500))
    tokens[:, 0], tokens[:, -100:] = 1000, PAD
    read, chosen = bt.mask_tokens(tokens, words, MASK_ID)
    assert not chosen[:, 0].any()
    assert not chosen[:, -100:].any()
    assert torch.equal(read[~chosen], tokens[~chosen])
    ordinary = 400 * 399
    assert int(chosen.sum()) / ordinary == pytest.approx(0.15, abs=5 * (0.15 * 0.85 / ordinary) ** 0.5)
    masked, kept = read[chosen] == MASK_ID, read[chosen] == tokens[chosen]
    count = len(masked)
    for share, p in ((masked, 0.8), (kept, 0.1 + 0.1 / words), (~masked & ~kept, 0.1 - 0.1 / words)):
        assert float(share.float().mean()) == pytest.approx(p, abs=5 * (p * (1 - p) / count) ** 0.5)
    replaced = read[chosen][~masked & ~kept]
    assert int(replaced.max()) < words
    assert float(replaced.float().mean()) == pytest.approx(words / 2, rel=0.05)
    _, half = bt.mask_tokens(tokens, words, MASK_ID, share=0.5)
    assert int(half.sum()) / ordinary == pytest.approx(0.5, abs=0.01)


def test_masks_are_drawn_anew_each_time():
    tokens = torch.randint(0, 100, (20, 30))
    assert not torch.equal(bt.mask_tokens(tokens, 100, 101)[1], bt.mask_tokens(tokens, 100, 101)[1])


def test_sentences_are_packed_with_their_segments():
    tokens, segments, mask = bt.pack([((5, 6), (7,)), ((8,),)])
    assert tokens.tolist() == [[bt.CLS, 5, 6, bt.SEP, 7, bt.SEP], [bt.CLS, 8, bt.SEP] + [bt.PAD] * 3]
    assert segments.tolist() == [[0, 0, 0, 0, 1, 1], [0] * 6]
    assert mask[:, 0, 0].tolist() == [[True] * 6, [True] * 3 + [False] * 3]


def test_half_of_the_pairs_are_random():
    pairs, is_random = bt.make_pairs(random.Random(3), 2000)
    assert sum(is_random) / 2000 == pytest.approx(0.5, abs=0.05)

    def topic(sentence: tuple[int, ...]) -> int | None:
        classes = [bt.LANGUAGE.class_of(word) for word in sentence]
        return max({c for c in classes if c is not None}, key=classes.count, default=None)

    same = [topic(A) == topic(B) for A, B in pairs]
    following = [s for s, r in zip(same, is_random, strict=True) if not r]
    others = [s for s, r in zip(same, is_random, strict=True) if r]
    assert sum(following) / len(following) > 0.75
    assert sum(others) / len(others) < 0.3
