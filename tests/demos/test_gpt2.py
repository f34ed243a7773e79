"""GPT-2 against Hugging Face's with the same weights, and drawing against the probabilities it draws from."""

from __future__ import annotations

import math

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

import gpt2 as g
from byte_pair_encoding import ByteLevelBPE
from gpt import language_model_loss
from tasks.numbers import LANGUAGES, LIMIT, Line, make_line, make_lines

V, POSITIONS, D, H, LAYERS = 23, 13, 12, 3, 2


def model() -> g.GPT2:
    """A GPT-2 whose biases and norms are not the ones they start with."""
    torch.manual_seed(3)
    gpt2 = g.GPT2(V, POSITIONS, D, H, LAYERS)
    with torch.no_grad():
        for parameter in gpt2.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return gpt2


def names(gpt2):
    """Their names, and our parameters that stand side by side under each."""
    named = {"wte.weight": [gpt2.W_e.weight], "wpe.weight": [gpt2.W_p.weight]}
    norms = {"ln_f": gpt2.norm}
    linears = {}
    for i, layer in enumerate(gpt2.layers):
        attention, forward = layer.attention, layer.feed_forward
        linears[f"h.{i}.attn.c_attn"] = [attention.W_Q, attention.W_K, attention.W_V]
        linears[f"h.{i}.attn.c_proj"] = [attention.W_O]
        linears[f"h.{i}.mlp.c_fc"], linears[f"h.{i}.mlp.c_proj"] = [forward.W_1], [forward.W_2]
        norms[f"h.{i}.ln_1"], norms[f"h.{i}.ln_2"] = (residual.norm for residual in layer.residuals)
    for kind in ("weight", "bias"):
        named |= {f"{name}.{kind}": [getattr(m, kind) for m in modules] for name, modules in linears.items()}
        named |= {f"{name}.{kind}": [getattr(norm, kind)] for name, norm in norms.items()}
    return named


def joined(name, tensors):
    """As they hold them: the weights of a Conv1D are transposed."""
    conv = ".c_" in name and name.endswith("weight")
    return torch.cat([tensor.T if conv else tensor for tensor in tensors], dim=-1)


def hugging_face(gpt2):
    """Theirs with our weights."""
    sizes = {"vocab_size": V, "n_positions": POSITIONS, "n_embd": D, "n_layer": LAYERS, "n_head": H}
    config = GPT2Config(**sizes, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0)
    theirs = GPT2LMHeadModel(config)
    state = {f"transformer.{name}": joined(name, ours).detach().clone() for name, ours in names(gpt2).items()}
    missing, unexpected = theirs.load_state_dict(state, strict=False)
    assert set(missing) <= {"lm_head.weight"}
    assert not unexpected
    return theirs


def tokens(*sizes: int) -> torch.Tensor:
    """Tokens at random."""
    return torch.randint(V, sizes, generator=torch.Generator().manual_seed(5))


def test_logits_loss_and_all_gradients_are_those_of_hugging_face():
    gpt2, u = model(), tokens(4, 11)
    theirs = hugging_face(gpt2)
    expected = theirs(u, labels=u)
    logits = gpt2(u)
    torch.testing.assert_close(logits, expected.logits, atol=1e-5, rtol=1e-5)
    loss = language_model_loss(logits, u)
    torch.testing.assert_close(loss, expected.loss, atol=1e-5, rtol=1e-5)
    loss.backward()
    expected.loss.backward()
    gradients = {name.removeprefix("transformer."): p.grad for name, p in theirs.named_parameters()}
    ours = names(gpt2)
    assert set(ours) == set(gradients)
    for name, parameters in ours.items():
        found = joined(name, [p.grad for p in parameters])
        torch.testing.assert_close(found, gradients[name], atol=1e-4, rtol=1e-4)


def test_the_future_never_leaks_into_the_past():
    gpt2, u = model(), tokens(2, 11)
    before = gpt2(u)
    for i in range(1, 11):
        changed = u.clone()
        changed[:, i] = (u[:, i] + 1) % V
        after = gpt2(changed)
        assert torch.equal(before[:, :i], after[:, :i])
        assert not torch.allclose(before[:, i], after[:, i])


def test_kept_keys_and_values_give_the_logits_of_reading_everything_anew():
    gpt2, u = model(), tokens(3, POSITIONS)
    expected = gpt2(u)
    gpt2.keep(True)
    found = [gpt2(u[:, :4])] + [gpt2(u[:, i : i + 1], past=i) for i in range(4, POSITIONS)]
    torch.testing.assert_close(torch.cat(found, dim=1), expected, atol=1e-5, rtol=1e-5)
    gpt2.keep(False)
    torch.testing.assert_close(gpt2(u), expected)
    assert all(attend.kept is None for attend in gpt2.attends)


def test_greedy_generation_is_that_of_hugging_face():
    gpt2, u = model(), tokens(3, 4)
    theirs = hugging_face(gpt2).eval()
    written = g.generate(gpt2, u, 9, temperature=0)
    expected = theirs.generate(
        u, attention_mask=torch.ones_like(u), max_new_tokens=9, do_sample=False, pad_token_id=0, eos_token_id=None
    )
    assert torch.equal(written, expected)
    one = u
    for _ in range(9):
        one = torch.cat([one, gpt2(one)[:, -1].argmax(dim=-1, keepdim=True)], dim=1)
    assert torch.equal(written, one)


def test_temperature_and_top_k_by_hand():
    logits = torch.tensor([[math.log(4.0), 0.0, math.log(2.0), math.log(3.0)]])
    torch.testing.assert_close(g.probabilities(logits), torch.tensor([[0.4, 0.1, 0.2, 0.3]]))
    torch.testing.assert_close(g.probabilities(logits, 0.5), torch.tensor([[16.0, 1, 4, 9]]) / 30)
    torch.testing.assert_close(g.probabilities(logits, 1.0, 2), torch.tensor([[4.0, 0, 0, 3]]) / 7)
    torch.testing.assert_close(g.probabilities(logits, 0.5, 3), torch.tensor([[16.0, 0, 4, 9]]) / 29)
    torch.testing.assert_close(g.probabilities(logits, 1.0, 99), g.probabilities(logits))
    assert g.probabilities(logits, 0).tolist() == [[1, 0, 0, 0]]
    torch.testing.assert_close(g.probabilities(logits, 0.01), g.probabilities(logits, 0))


def test_equal_logits_do_not_let_more_than_k_tokens_through():
    assert (g.probabilities(torch.zeros(2, 7), 1.0, 3) > 0).sum(dim=1).tolist() == [3, 3]


def test_tokens_are_drawn_as_often_as_their_probabilities_say():
    torch.manual_seed(0)
    gpt2, count = model(), 20_000
    u = tokens(1, 3)
    expected = g.probabilities(gpt2(u)[:, -1], 0.7, 5)[0]
    drawn = g.generate(gpt2, u.expand(count, -1), 1, temperature=0.7, k=5)[:, -1]
    frequency = torch.bincount(drawn, minlength=V) / count
    assert (frequency[expected == 0] == 0).all()
    # Five standard deviations of a share, and five tokens.
    assert ((frequency - expected).abs() <= 5 * (expected * (1 - expected) / count).sqrt()).all()
    assert int((expected > 0).sum()) == 5


def test_generating_leaves_the_prompt_and_stops_at_the_last_position():
    gpt2, u = model(), tokens(2, 5)
    written = g.generate(gpt2, u, POSITIONS - 5)
    assert written.shape == (2, POSITIONS)
    assert torch.equal(written[:, :5], u)
    assert torch.equal(g.generate(gpt2, u, 0), u)


def test_one_text_does_not_change_another():
    gpt2, u = model(), tokens(3, 6)
    torch.testing.assert_close(gpt2(u)[1:2], gpt2(u[1:2]))


def test_sublayers_end_in_weights_that_start_smaller():
    torch.manual_seed(0)
    gpt2 = g.GPT2(V, POSITIONS, 64, 4, layers=8).requires_grad_(False)
    for layer in gpt2.layers:
        ends = torch.cat([layer.attention.W_O.weight.flatten(), layer.feed_forward.W_2.weight.flatten()])
        starts = torch.cat([layer.attention.W_V.weight.flatten(), layer.feed_forward.W_1.weight.flatten()])
        assert float(starts.std() / ends.std()) == pytest.approx(4, rel=0.05)  # 16 sublayers


def test_every_parameter_is_registered_and_learns():
    gpt2 = g.GPT2(V, POSITIONS, D, H, LAYERS)
    per_layer = 12 * D * D + 13 * D  # 9 d biases and 4 d of the norms
    assert sum(p.numel() for p in gpt2.parameters()) == (V + POSITIONS + 2) * D + LAYERS * per_layer
    language_model_loss(gpt2(tokens(2, POSITIONS)), tokens(2, POSITIONS)).backward()
    keys = {id(layer.attention.W_K.bias) for layer in gpt2.layers}  # softmax does not see them
    assert all(p.grad.abs().sum() > 0 for p in gpt2.parameters() if id(p) not in keys)


def test_answers_end_with_the_line_and_keep_the_order_of_the_prompts():
    bpe = ByteLevelBPE([])
    gpt2 = g.GPT2(len(bpe), 9, D, H, LAYERS)
    prompts = ["abc", "d", "efg", "h"]
    answers = g.answer(gpt2, bpe, prompts)
    for prompt, answer in zip(prompts, answers, strict=True):
        u = torch.tensor([bpe.encode(prompt)])
        written = g.generate(gpt2, u, 9 - len(prompt), temperature=0)[0, len(prompt) :]
        assert answer == bpe.decode(written.tolist()).split(b"\n")[0].decode(errors="replace")
    line = Line("7 in German is", " sieben")
    assert g.right([" sieben", "sieben"], [line, line]) == 0.5
    assert g.untold(line) == Line("7 in", " German is sieben")


def test_held_out_numbers_occur_in_no_line_to_train_on():
    train, held_out = make_lines(3)
    assert make_line(347, "German") == Line("347 in German is", " dreihundertsiebenundvierzig")
    assert make_line(42, "Spanish").text == "42 in Spanish is cuarenta y dos\n"
    first, second = ({line.prompt.split()[0] for line in lines} for lines in (train, held_out))
    assert not first & second
    assert len(first | second) == LIMIT
    assert len(train) + len(held_out) == LIMIT * len(LANGUAGES)
    assert make_lines(3) == (train, held_out) != make_lines(4)
