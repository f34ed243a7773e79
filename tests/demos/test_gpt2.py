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
    gpt2.keep(True)
    found = [gpt2(u[:, start:end], past=start) for start, end in ((0, 1), (1, 6), (6, 8), (8, POSITIONS))]
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
    before, u[1] = gpt2(u), (u[1] + 1) % V
    after = gpt2(u)
    assert torch.equal(after[0], before[0])
    assert torch.equal(after[2], before[2])
    assert not torch.allclose(after[1], before[1])


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


def test_answers_are_asked_for_on_a_new_line_and_must_be_exact(monkeypatch):
    asked = []
    monkeypatch.setattr(g, "answer", lambda *arguments: asked.append(arguments[2:]) or [" sieben", "sieben", " sieb"])
    line = Line("7 in German is", " sieben")
    assert g.right(model(), ByteLevelBPE([]), [line] * 3, 0.7, 5) == pytest.approx(1 / 3)
    assert asked == [(["\n7 in German is"] * 3, 0.7, 5)]
    assert g.untold(line) == Line("7 in", " German is sieben")
    assert g.mistold(line) == Line("7 in English is", " sieben")
    told = {make_line(7, language).prompt.split()[2]: g.mistold(make_line(7, language)) for language in LANGUAGES}
    assert {line.prompt for line in told.values()} == {make_line(7, language).prompt for language in LANGUAGES}
    assert all(language not in line.prompt for language, line in told.items())


def test_all_widths_read_the_same_tokens_from_the_first_to_the_last(monkeypatch):
    read = []
    monkeypatch.setattr(g, "language_model_loss", lambda logits, u: read.append(u.clone()) or logits.mean())
    config, text = g.Config(steps=3, batch=40, n=5), torch.arange(11)
    for width in (4, 8):
        g.train(config, width, text, 11)
    one, other = read[:3], read[3:]
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert not torch.equal(one[0], one[1])
    for u in read:
        assert u.shape == (40, 5)
        assert ((u[:, 1:] - u[:, :-1]) == 1).all()
    assert {int(u.min()) for u in read} == {0}
    assert {int(u.max()) for u in read} == {10}


def test_the_loss_on_a_text_is_that_of_its_windows():
    gpt2, text = model().requires_grad_(False), tokens(17)
    windows = [language_model_loss(gpt2(text[i : i + 5][None]), text[i : i + 5][None]) for i in (0, 5, 10)]
    assert g.loss_on(gpt2, text, 5) == pytest.approx(float(sum(windows)) / 3, rel=1e-5)


def test_the_models_learn_from_other_numbers_than_they_are_asked_for(monkeypatch):
    trained, tested, asked = [], [], []

    def right(_, bpe, lines, *how):
        asked.append((bpe, lines, how))
        return 0.5

    monkeypatch.setattr(g, "train", lambda _, width, text, count: trained.append((width, text, count)) or width)
    monkeypatch.setattr(g, "loss_on", lambda width, text, _: tested.append(text) or 1 / width)
    monkeypatch.setattr(g, "right", right)
    report = g.run(g.Config(seed=1, merges=30))
    learned, held_out = ("".join(line.text for line in lines) for lines in make_lines(1))
    bpe = asked[0][0]
    assert [width for width, *_ in trained] == [16, 32, 64]
    assert bpe.merges == ByteLevelBPE.learn(learned, 30).merges
    assert all(bpe.decode(text.tolist()).decode() == learned and count == len(bpe) for _, text, count in trained)
    assert all(bpe.decode(text.tolist()).decode() == held_out for text in tested)
    assert all(lines[0].prompt.split()[0] == held_out.split()[0] and len(lines) == 300 for _, lines, _ in asked)
    assert [how for *_, how in asked] == [()] * 5 + [(1.0, 2), (1.0, None)]
    assert report.claims[0].value == pytest.approx(1 / 32 - 1 / 64)  # the smallest step, not the largest


def test_held_out_numbers_occur_in_no_line_to_train_on():
    train, held_out = make_lines(3)
    assert make_line(347, "German") == Line("347 in German is", " dreihundertsiebenundvierzig")
    assert make_line(42, "Spanish").text == "42 in Spanish is cuarenta y dos\n"
    first, second = ({line.prompt.split()[0] for line in lines} for lines in (train, held_out))
    assert not first & second
    assert len(first | second) == LIMIT
    assert len(train) + len(held_out) == LIMIT * len(LANGUAGES)
    assert make_lines(3) == (train, held_out) != make_lines(4)
