"""Pocket music's network: what it hears of, what it does not, and that a batch changes nothing."""

import torch
from torch import Tensor

from engine.networks.music_unet import MusicUNet, MusicUNetConfig, Told

CONFIG = MusicUNetConfig(channels=8, words=50, widths=(16, 24, 32), heads=2, told=16, memory=16, text_depth=1)
FRAMES = 32


def network() -> MusicUNet:
    torch.manual_seed(0)
    net = MusicUNet(CONFIG)
    for weight in net.parameters():  # also those that begin at zero
        torch.nn.init.normal_(weight, std=0.1)
    return net.eval()


def told(words: list[list[int]]) -> Told:
    torch.manual_seed(1)
    count = len(words)
    most = max(map(len, words))
    chords = torch.tensor([[0.0, 9, 1, 9], [0.2, 5, 0, 5]]).expand(count, -1, -1).clone()
    return Told(
        words=torch.tensor([row + [0] * (most - len(row)) for row in words]),
        lanes=torch.randn(1, FRAMES // 2, CONFIG.lanes).expand(count, -1, -1).clone(),
        beats=torch.tensor([[0.0, 0], [0.1, 1], [0.2, 2]]).expand(count, -1, -1).clone(),
        chords=chords,
        metre=torch.zeros(count, dtype=torch.long),
        key=torch.zeros(count, dtype=torch.long),
        numbers=torch.tensor([[0.0, 10.0, 96.0]]).expand(count, -1).clone(),
        given=torch.zeros(count, FRAMES, CONFIG.channels),
        kept=torch.zeros(count, FRAMES, dtype=torch.bool),
    )


def answer(condition: Told) -> Tensor:
    net = network()
    torch.manual_seed(2)
    x = torch.randn(1, FRAMES, CONFIG.channels).expand(len(condition.words), -1, -1)
    with torch.inference_mode():
        velocity: Tensor = net(x, 0.5, net.prepare(condition))
        return velocity


def test_a_longer_prompt_beside_it_changes_nothing() -> None:
    both, alone = answer(told([[3, 4], [5, 6, 7, 8, 9]])), answer(told([[3, 4]]))
    torch.testing.assert_close(both[:1], alone, rtol=1e-4, atol=1e-5)


def test_all_that_is_told_is_heard() -> None:
    plain = told([[3, 4]])
    before = answer(plain)
    changed = {
        "words": torch.tensor([[3, 5]]),
        "lanes": plain.lanes + 1,
        "beats": plain.beats + torch.tensor([0.05, 0]),
        "chords": plain.chords + torch.tensor([0.0, 1, 0, 0]),
        "metre": plain.metre + 1,
        "key": plain.key + 3,
        "numbers": plain.numbers + 1,
    }
    for name, value in changed.items():
        assert (answer(plain._replace(**{name: value})) - before).abs().max() > 1e-4, name


def test_what_is_given_is_heard_only_where_it_is_kept() -> None:
    plain = told([[3]])
    music = torch.ones(1, FRAMES, CONFIG.channels)
    assert torch.equal(answer(plain._replace(given=music)), answer(plain))
    kept = plain.kept.clone()
    kept[:, :8] = True
    assert not torch.equal(answer(plain._replace(given=music, kept=kept)), answer(plain))


def test_events_beyond_the_end_are_not_heard() -> None:
    plain = told([[3]])
    more = torch.cat([plain.beats, torch.tensor([[[-1.0, 0]]])], 1)
    torch.testing.assert_close(answer(plain._replace(beats=more)), answer(plain), rtol=1e-4, atol=1e-5)
