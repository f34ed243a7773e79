"""GPT against Hugging Face's with the same weights, and its sequences of tokens against the paper's figure 1."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch.nn import functional as F
from transformers import OpenAIGPTConfig, OpenAIGPTForSequenceClassification, OpenAIGPTLMHeadModel

import gpt as g
from tasks.languages import Language

SIZES = {"vocabulary": g.VOCABULARY, "positions": 13, "d_model": 12, "h": 3, "layers": 2}
THEIRS: dict[str, Any] = {
    "vocab_size": g.VOCABULARY,
    "n_positions": 13,
    "n_embd": 12,
    "n_head": 3,
    "n_layer": 2,
    "resid_pdrop": 0.0,
    "embd_pdrop": 0.0,
    "attn_pdrop": 0.0,
    "pad_token_id": g.PAD,
    "num_labels": 5,
}


def model() -> g.GPT:
    """A GPT whose biases and norms are not the ones they start with."""
    torch.manual_seed(3)
    gpt = g.GPT(**SIZES)
    with torch.no_grad():
        for parameter in gpt.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return gpt


def in_their_names(gpt, part=lambda parameter: parameter):
    """Our parameters, or their gradients; their Conv1D holds weights transposed."""
    named = {"tokens_embed.weight": part(gpt.W_e.weight), "positions_embed.weight": part(gpt.W_p.weight)}
    for i, layer in enumerate(gpt.layers):
        attention, forward, norms = layer.attention, layer.feed_forward, [r.norm for r in layer.residuals]
        joint = (attention.W_Q, attention.W_K, attention.W_V)
        for name, linears in (
            ("attn.c_attn", joint),
            ("attn.c_proj", (attention.W_O,)),
            ("mlp.c_fc", (forward.W_1,)),
            ("mlp.c_proj", (forward.W_2,)),
        ):
            named[f"h.{i}.{name}.weight"] = torch.cat([part(linear.weight).T for linear in linears], dim=1)
            named[f"h.{i}.{name}.bias"] = torch.cat([part(linear.bias) for linear in linears])
        for number, norm in enumerate(norms, 1):
            named |= {f"h.{i}.ln_{number}.weight": part(norm.weight), f"h.{i}.ln_{number}.bias": part(norm.bias)}
    return {f"transformer.{name}": value.detach().clone() for name, value in named.items()}


def copy(gpt, theirs):
    """Give them our parameters."""
    missing, unexpected = theirs.load_state_dict(in_their_names(gpt), strict=False)
    assert set(missing) <= {"lm_head.weight", "score.weight"}
    assert not unexpected


def tokens(*sizes: int) -> torch.Tensor:
    """Words at random."""
    return torch.randint(g.LANGUAGE.words, sizes, generator=torch.Generator().manual_seed(5))


def test_logits_loss_and_all_gradients_are_those_of_hugging_face():
    gpt, theirs, u = model(), OpenAIGPTLMHeadModel(OpenAIGPTConfig(**THEIRS)), tokens(4, 11)
    copy(gpt, theirs)
    expected = theirs(u, labels=u)
    logits = gpt(u)
    torch.testing.assert_close(logits, expected.logits, atol=1e-5, rtol=1e-5)
    loss = g.language_model_loss(logits, u)
    torch.testing.assert_close(loss, expected.loss, atol=1e-5, rtol=1e-5)
    loss.backward()
    expected.loss.backward()
    found = in_their_names(gpt, lambda parameter: parameter.grad)
    gradients = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    assert found.keys() == gradients.keys()
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, gradients[name], atol=1e-4, rtol=1e-4)


def test_classification_reads_the_extract_token_as_hugging_face_reads_the_last():
    gpt, theirs = model(), OpenAIGPTForSequenceClassification(OpenAIGPTConfig(**THEIRS))
    tuned = g.FineTuned(gpt, classes=5)
    copy(gpt, theirs)
    theirs.score.weight.data.copy_(tuned.W_y.weight)
    x = g.pad([g.classification(tokens(n).tolist()) for n in (3, 9, 6)])
    assert x.shape == (3, 11)
    expected = theirs(x, labels=torch.tensor([4, 0, 2]))
    logits = tuned(x.unsqueeze(1))
    torch.testing.assert_close(logits, expected.logits, atol=1e-5, rtol=1e-5)
    loss = tuned.loss(x.unsqueeze(1), torch.tensor([4, 0, 2]), lam=0.0)
    torch.testing.assert_close(loss, expected.loss, atol=1e-5, rtol=1e-5)


def test_the_future_never_leaks_into_the_past():
    gpt, u = model(), tokens(2, 11)
    before = gpt.hidden(u)
    for i in range(1, 11):
        changed = u.clone()
        changed[:, i] = (u[:, i] + 1) % g.LANGUAGE.words
        after = gpt.hidden(changed)
        assert torch.equal(before[:, :i], after[:, :i])
        assert not torch.allclose(before[:, i], after[:, i])


def test_one_text_does_not_change_another():
    gpt, u = model(), tokens(3, 6)
    before, u[1] = gpt(u), (u[1] + 1) % g.LANGUAGE.words
    after = gpt(u)
    assert torch.equal(after[0], before[0])
    assert torch.equal(after[2], before[2])
    assert not torch.allclose(after[1], before[1])


def test_padding_changes_nothing():
    gpt, u = model(), tokens(1, 7)
    padded = torch.cat([u, torch.full((1, 4), g.PAD)], dim=1)
    torch.testing.assert_close(gpt.hidden(padded)[:, :7], gpt.hidden(u))
    torch.testing.assert_close(g.language_model_loss(gpt(padded), padded, g.PAD), g.language_model_loss(gpt(u), u))


def test_tasks_become_the_sequences_of_figure_1():
    S, D, E = g.START, g.DELIMITER, g.EXTRACT
    assert len({S, D, E, g.PAD, *range(g.LANGUAGE.words)}) == g.VOCABULARY
    assert g.classification([7, 8]) == [S, 7, 8, E]
    assert g.entailment([7], [8, 9]) == [S, 7, D, 8, 9, E]
    assert g.similarity([7], [8, 9]) == [[S, 7, D, 8, 9, E], [S, 8, 9, D, 7, E]]
    assert g.multiple_choice([7], [[8], [9, 5], [6]]) == [[S, 7, D, 8, E], [S, 7, D, 9, 5, E], [S, 7, D, 6, E]]
    assert g.pad([[7], [8, 9]]).tolist() == [[7, g.PAD], [8, 9]]


def test_similarity_does_not_ask_which_sentence_comes_first():
    tuned = g.FineTuned(model(), classes=2)
    one, other = [7, 8, 9], [4, 5]
    there, back = g.pad(g.similarity(one, other)), g.pad(g.similarity(other, one))
    torch.testing.assert_close(tuned(there[None]), tuned(back[None]))
    added = sum(tuned(sequence[None, None]) for sequence in there)  # W_y is linear
    torch.testing.assert_close(tuned(there[None]), added)


def test_each_answer_of_a_multiple_choice_has_a_score_of_its_own():
    tuned = g.FineTuned(model(), classes=3, choose=True)
    answers = [[8], [9, 5], [6]]
    x = g.pad(g.multiple_choice([7, 3], answers))
    scores = tuned(x[None])
    assert scores.shape == (1, 3)
    alone = [tuned(g.pad(g.multiple_choice([7, 3], [answer]))[None]) for answer in answers]
    torch.testing.assert_close(scores, torch.cat(alone, dim=1))
    expected = F.cross_entropy(scores, torch.tensor([1]))
    torch.testing.assert_close(tuned.loss(x[None], torch.tensor([1]), lam=0.0), expected)


def test_the_auxiliary_objective_is_added_with_its_weight():
    tuned = g.FineTuned(model(), classes=5)
    x, y = g.pad([g.classification(tokens(n).tolist()) for n in (3, 9)]), torch.tensor([1, 4])
    alone, both = (tuned.loss(x.unsqueeze(1), y, lam) for lam in (0.0, 0.25))
    torch.testing.assert_close(both - alone, 0.25 * g.language_model_loss(tuned.gpt(x), x, g.PAD))


def test_only_the_new_tokens_start_anew_when_fine_tuning_begins():
    gpt = model()
    before = {name: parameter.detach().clone() for name, parameter in gpt.named_parameters()}
    tuned = g.FineTuned(gpt, classes=5)
    words = before.pop("W_e.weight")
    assert torch.equal(tuned.gpt.W_e.weight[: g.START], words[: g.START])
    assert not torch.isclose(tuned.gpt.W_e.weight[g.START :], words[g.START :]).any()
    assert all(torch.equal(parameter, before[name]) for name, parameter in gpt.named_parameters() if name in before)


def test_every_parameter_is_registered_and_learns():
    d, per_layer = 12, 12 * 12 * 12 + 13 * 12  # 12 d² weights; 9 d biases and 4 d of the norms
    tuned = g.FineTuned(g.GPT(**SIZES), classes=5)
    assert sum(p.numel() for p in tuned.parameters()) == (g.VOCABULARY + 13 + 5) * d + 2 * per_layer
    x = g.pad([g.classification(tokens(11).tolist())])
    tuned.loss(x.unsqueeze(1), torch.tensor([1]), lam=0.5).backward()
    keys = {id(layer.attention.W_K.bias) for layer in tuned.gpt.layers}  # softmax does not see them
    assert all(p.grad.abs().sum() > 0 for p in tuned.parameters() if id(p) not in keys)


def test_weights_start_small_and_biases_at_zero():
    torch.manual_seed(0)
    gpt = g.GPT(g.VOCABULARY, 13, 48, 3, 2).requires_grad_(False)
    assert float(gpt.W_e.weight.std()) == pytest.approx(g.STD, rel=0.05)
    assert float(gpt.layers[1].feed_forward.W_1.weight.std()) == pytest.approx(g.STD, rel=0.05)
    assert float(gpt.layers[0].attention.W_O.bias.abs().max()) == 0.0


def test_dropout_is_used_everywhere_but_not_in_evaluation():
    gpt = g.GPT(**SIZES, dropout=0.5)
    assert sum(isinstance(m, torch.nn.Dropout) and m.p == 0.5 for m in gpt.modules()) == 5
    u = tokens(1, 6)
    assert not torch.equal(gpt(u), gpt(u))
    gpt.eval()
    assert torch.equal(gpt(u), gpt(u))


def test_the_rate_warms_up_and_falls_along_a_cosine():
    rates = [g.schedule(t, 100) for t in range(101)]
    assert rates[0] == pytest.approx(0.2)
    assert max(rates) == max(rates[4:6])
    assert rates[50] == pytest.approx(0.5)
    assert rates[100] == pytest.approx(0.0)


def test_text_to_train_on_is_never_read_twice_nor_tested_on(monkeypatch):
    read = []
    monkeypatch.setattr(g, "language_model_loss", lambda logits, u, *_: read.append(u) or logits.mean())
    config = g.Config(seed=3, steps=2, batch=4, n=20)
    g.held_out_loss(g.pre_train(config, 2), config)
    assert [tuple(u.shape) for u in read] == [(4, 20), (4, 20), (64, 20)]
    texts = {tuple(text) for u in read for text in u.tolist()}
    assert len(texts) == 4 + 4 + 64
    assert {word for text in texts for word in text} <= set(range(g.LANGUAGE.words))


def test_the_models_differ_in_one_thing_and_are_asked_about_unseen_sentences(monkeypatch):
    tuned, asked = [], []

    def fine_tune(gpt, examples, _, lam):
        tuned.append(({name: p.detach().clone() for name, p in gpt.named_parameters()}, examples, lam))
        with torch.no_grad():
            gpt.W_p.weight += 1  # as training would
        return tuned[-1][0]

    def accuracy(model, examples, _):
        asked.append((model, examples))
        return 0.5

    monkeypatch.setattr(g, "fine_tune", fine_tune)
    monkeypatch.setattr(g, "accuracy", accuracy)
    config = g.Config(seed=1, steps=2, batch=2)
    g.run(config)
    (full, labelled, lam), (plain, same, none), (scratch, again, also) = tuned
    assert labelled == same == again
    assert (lam, none, also) == (config.lam, 0.0, config.lam)
    assert all(torch.equal(full[name], plain[name]) for name in full)
    newborn = g.pre_train(config, 0).state_dict()
    assert all(torch.equal(scratch[name], newborn[name]) for name in scratch)
    assert not torch.equal(full["W_e.weight"], scratch["W_e.weight"])
    assert [id(model) for model, _ in asked] == [id(model) for model, *_ in tuned] * 2
    assert not {x.sentence for _, examples in asked for x in examples} & {x.sentence for x in labelled}
    touched = set().union(*(g.LANGUAGE.content(x.sentence) for x in labelled))
    assert len(labelled) == 16
    assert len(touched) < 264 / 3
    assert not any(g.LANGUAGE.content(x.sentence) & touched for _, examples in asked[3:] for x in examples)


def test_a_vote_counts_the_words_of_labelled_sentences():
    labelled = [g.Labelled((10, 11, 0), 2), g.Labelled((11, 12, 0), 4), g.Labelled((11, 0), 4)]
    test = [g.Labelled((10, 0), 2), g.Labelled((11, 0), 4), g.Labelled((12, 11), 2), g.Labelled((99, 0), 0)]
    assert g.vote(labelled, test) == 3 / 4  # 11 speaks twice for 4; function words do not speak; ties go to topic 0


def test_the_language_has_the_classes_and_topics_it_promises():
    language, rng = Language(words_per_class=5, function_words=3), random.Random(1)
    assert language.words == 33
    assert [language.class_of(word) for word in (2, 3, 8, 9)] == [None, 0, 5, 0]
    labelled = language.labelled(rng, 600)
    assert [example.topic for example in labelled[:7]] == [0, 1, 2, 3, 4, 5, 0]
    own = [language.class_of(w) == e.topic for e in labelled for w in language.content(e.sentence)]
    assert 0.75 < sum(own) / len(own) < 0.9  # 0.8, and a sixth of the rest by chance
    assert all(6 <= len(example.sentence) <= 10 for example in labelled)
    without = {3, 4, 5, 6}
    assert not any(language.content(e.sentence) & without for e in language.labelled(rng, 50, without))
    topics = [e.topic for e in language.document(rng, 2000)]
    kept = sum(a == b for a, b in pairwise(topics)) / 1999
    assert 0.87 < kept < 0.93
    assert Language().words == 274
