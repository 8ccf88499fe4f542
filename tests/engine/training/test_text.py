"""Windows, masks and the objective of the text recipe, and the recipe itself on a few sentences."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from engine.api.cards import read_card
from engine.codecs.text_tokens import TextTokens
from engine.networks.masked_lm import MaskedLM, MaskedLMConfig
from engine.training import text
from engine.training.text import Group, MaskedObjective, Windows, draw_masks, hide_tags, mask_share
from engine.training.tokenizer import train_tokenizer

STORIES = [
    f"The {animal} went to the {place} and slept." for animal in ("cat", "dog", "ox") for place in ("barn", "hill")
]
KAHANI = [f"{kaun} जंगल में गया और सो गया। ङ्ङ 中" for kaun in ("राम", "श्याम", "मोहन")]
DOCUMENTS = {("english", "story"): STORIES, ("english", "saying"): ["Haste makes waste."], ("hindi", "story"): KAHANI}
TOKENS = TextTokens(train_tokenizer(STORIES + KAHANI[:1], 400))


def test_windows_begin_with_a_document_end_with_one_or_fall_anywhere() -> None:
    group, rng = Group(STORIES, TOKENS), np.random.default_rng(0)
    windows = [group.window(20, rng) for _ in range(2000)]
    assert {len(window) for window in windows} == {20}
    begins = np.mean([window[0] == TOKENS.end for window in windows])
    ends = np.mean([window[-1] == TOKENS.end for window in windows])
    by_chance = 0.5 / np.mean([len(document) for document in group.documents])
    assert 0.25 <= begins < 0.25 + 3 * by_chance
    assert 0.25 <= ends < 0.25 + 3 * by_chance


def test_a_window_holds_whole_documents_of_its_group_between_its_ends() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        shown = TOKENS.decode(Group(STORIES, TOKENS).window(60, rng).tolist()).split("\n\n")
        assert set(shown[1:-1]) <= {*STORIES, ""}


def test_languages_are_drawn_equally_and_stories_are_favoured() -> None:
    windows = Windows(DOCUMENTS, TOKENS, 32)
    drawn = windows.draw(600, np.random.default_rng(0))
    assert drawn.shape == (600, 32)
    assert abs((drawn[:, 0] == TOKENS.tag("hindi")).float().mean() - 0.5) < 0.06
    english = drawn[drawn[:, 0] == TOKENS.tag("english")]
    assert (english[:, 1] == TOKENS.tag("story")).float().mean() > 0.8


def test_a_window_is_tagged_with_its_own_language() -> None:
    for row in Windows(DOCUMENTS, TOKENS, 32).draw(40, np.random.default_rng(0)):
        hindi = any("\u0900" <= letter <= "\u097f" for letter in TOKENS.decode(row.tolist()))
        assert hindi == (row[0] == TOKENS.tag("hindi"))


def test_the_frequencies_are_those_of_what_is_drawn() -> None:
    windows = Windows(DOCUMENTS, TOKENS, 64)
    drawn = windows.draw(2000, np.random.default_rng(0))[:, 2:]
    counted = torch.bincount(drawn.flatten(), minlength=TOKENS.vocab_size) / drawn.numel()
    expected = windows.frequencies(TOKENS.vocab_size)
    assert expected.sum() == pytest.approx(1)
    assert (counted - expected).abs().max() < 0.02


def test_the_masked_share_follows_the_schedule() -> None:
    windows = Windows(DOCUMENTS, TOKENS, 64).draw(400, np.random.default_rng(0))
    t = torch.full((400,), 0.4)
    masked = draw_masks(windows, TOKENS.joined(windows), t, torch.Generator().manual_seed(0))
    assert abs(float(masked[:, 2:].float().mean()) - float(mask_share(t[0]))) < 0.02
    assert mask_share(torch.tensor([0.0, 1.0])).tolist() == pytest.approx([0.0, 1.0])


def test_clusters_are_masked_together_and_tags_never() -> None:
    windows = Windows(DOCUMENTS, TOKENS, 64).draw(50, np.random.default_rng(0))
    joined = TOKENS.joined(windows)
    masked = draw_masks(windows, joined, torch.rand(50), torch.Generator().manual_seed(0))
    assert joined.any()
    assert torch.equal(masked[:, 1:][joined[:, 1:]], masked[:, :-1][joined[:, 1:]])
    assert not masked[:, :2].any()


def test_time_one_masks_all_and_time_zero_still_one() -> None:
    windows = Windows(DOCUMENTS, TOKENS, 64).draw(8, np.random.default_rng(0))
    joined = TOKENS.joined(windows)
    everything = draw_masks(windows, joined, torch.ones(8), torch.Generator().manual_seed(0))
    one = draw_masks(windows, joined, torch.zeros(8), torch.Generator().manual_seed(0))
    assert everything[:, 2:].all()
    assert (one.sum(dim=1) >= 1).all() and one.float().mean() < 0.1


def test_each_tag_is_hidden_in_fifteen_percent() -> None:
    windows = torch.full((4000, 5), 9)
    hidden = hide_tags(windows, TOKENS.mask, torch.Generator().manual_seed(0)) == TOKENS.mask
    assert torch.allclose(hidden.float().mean(dim=0), torch.tensor([0.15, 0.15, 0, 0, 0]), atol=0.02)
    assert abs(float((hidden[:, 0] & hidden[:, 1]).float().mean()) - 0.15**2) < 0.01


def test_the_loss_of_an_even_guess_is_the_logarithm_of_the_vocabulary() -> None:
    network = MaskedLM(MaskedLMConfig(TOKENS.vocab_size, 32, width=16, depth=1, heads=1))
    torch.nn.init.zeros_(network.token.weight)
    losses = MaskedObjective(Windows(DOCUMENTS, TOKENS, 32), TOKENS)(
        network, torch.full((16,), 0.9), torch.Generator().manual_seed(0)
    )
    assert torch.allclose(losses, torch.full((16,), float(np.log(TOKENS.vocab_size))), atol=1e-4)


def test_the_recipe_makes_a_checkpoint_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    records = [
        json.dumps({"language": language, "style": style, "text": line})
        for (language, style), lines in DOCUMENTS.items()
        for line in lines
    ]
    (tmp_path / "corpus" / "train.jsonl").write_text("\n".join(records) + "\n", encoding="utf-8")
    source = {"package": "p", "licence": "CC0-1.0", "documents": 3, "bytes": 90}
    (tmp_path / "corpus" / "sources.json").write_text(json.dumps([source]), encoding="utf-8")
    size = ["--window", "24", "--width", "16", "--depth", "1", "--heads", "1", "--vocab-size", "400", "--batch", "4"]
    assert text.main(["--folder", str(tmp_path), "--steps", "2", *size]) == 0
    assert text.main(["--folder", str(tmp_path), "--steps", "4", *size]) == 0
    assert torch.load(tmp_path / "state.pt", weights_only=True)["step"] == 4
    tokens = TextTokens.load(tmp_path / "tokenizer.json")
    with safe_open(tmp_path / "network.safetensors", "pt") as file:
        config = MaskedLMConfig(**{name: int(value) for name, value in file.metadata().items()})
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    assert config.vocab_size == tokens.vocab_size
    assert {weight.dtype for weight in state.values()} == {torch.float16}
    MaskedLM(config).load_state_dict(state)
    card = read_card(tmp_path / "card.toml")
    assert card.network == vars(config)
    assert card.file("network").stat().st_size == card.files["network"].size
    assert [(source.name, source.licence) for source in card.sources] == [("p", "CC0-1.0")]
