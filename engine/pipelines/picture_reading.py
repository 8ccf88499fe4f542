"""Show-o reads: a picture's tokens, the beginning of what is said of them, then word after word.

Xie et al. 2024, https://arxiv.org/abs/2408.12528. What was read is kept, so that each word costs one token's pass. A
published Show-o answers questions, put to it as its authors do; one whose card lacks "question" describes alone.

Shapes: N tokens so far, V vocabulary.
"""

from collections.abc import Callable, Iterator
from math import isqrt
from pathlib import Path
from typing import Any

from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput, Failure
from engine.api.messages import Ask
from engine.api.params import Text
from engine.codecs.pictures import Pixels, read_picture, scaled, seen, square
from engine.networks.showo_layout import question_rows, reading_mask
from engine.pipelines.contract import Shelf
from engine.pipelines.noise import uniform
from engine.pipelines.picture_scene import middle
from engine.samplers.drawing import draw

MOST_WORDS = 64
MOST_TOKENS = 256  # of text without spaces
HOTTEST = 2.0
QUESTION = Text("Question", limit=1_000)
USUAL = "Please describe this image in detail."
"""The authors' own question, where none is asked."""


def said(command: Ask, shelf: Shelf) -> Iterator[str]:
    """What is said so far, after each token; the last is all. Raises BadInput or Failure with one sentence."""
    card = shelf.card(command.checkpoint)
    check(command, card)
    pixels, _ = read_picture(Path(command.picture))
    network: Any = shelf.network(card)
    tokenizer: Any = shelf.network(card, role="tokenizer")
    words = shelf.codec(card)
    codes = tokenizer.encode(looked_at(square(pixels, *middle(pixels)), network.config, tokenizer))
    asked = [] if "question" in card.lacks else words.encode(put(command.question))
    return spoken(network, question_rows(codes, asked, network.ids), words.decode, chosen(command, network.config))


def check(command: Ask, card: ModelCard) -> None:
    """Raises BadInput where this cannot be asked, or not of this checkpoint."""
    if card.architecture != "showo":
        raise BadInput(f"{card.title} says nothing of pictures; choose a checkpoint of Show-o's kind.")
    if card.network.get("features"):
        raise BadInput(f"{card.title} reads pictures by CLIP, which this Quartet lacks; choose Show-o without it.")
    if not command.picture:
        raise BadInput("Choose the picture that is to be looked at.")
    if complaint := QUESTION.complaint(command.question):
        raise BadInput(f"{QUESTION.label} {complaint}.")
    if command.question.strip() and "question" in card.lacks:
        raise BadInput(f"{card.title} describes pictures and answers no questions; leave the question empty.")
    if not 0 <= command.temperature <= HOTTEST:
        raise BadInput(f"Temperature must be from 0 to {HOTTEST:g}, not {command.temperature:g}.")


def looked_at(pixels: Pixels, config: Any, tokenizer: Any) -> Tensor:  # (S, S, 3) -> (1, 3, s, s)
    side = isqrt(config.picture) * tokenizer.config.scale
    return seen(scaled(pixels, side, side)).to(tokenizer.quant_conv.weight.device)


def put(question: str) -> str:
    """As the authors put a question."""
    return f"USER: \n{question.strip() or USUAL} ASSISTANT:"


def chosen(command: Ask, config: Any) -> Callable[[Tensor], int]:
    """From logits (1, V) to a token of text, or the mark at the end: the likeliest, or one drawn."""
    noise = uniform(command.seed)

    def choose(logits: Tensor) -> int:
        text = logits[:, : config.text_vocab].float().cpu()
        token, p = draw(text, noise(text[:, 0]), command.temperature)
        if p.isnan().any():
            raise Failure("The network answered with numbers that are not numbers (NaN): its checkpoint is damaged.")
        return int(token)

    return choose


def spoken(
    network: Any, tokens: Tensor, decode: Callable[[list[int]], str], choose: Callable[[Tensor], int]
) -> Iterator[str]:
    """Text so far, a token longer each time; without half of a letter at its end."""
    logits, kept = network.read(tokens, reading_mask(tokens, network.ids))
    said: list[int] = []
    text = ""
    while (token := choose(logits)) != network.ids.end and len(said) < MOST_TOKENS:
        said.append(token)
        longer = decode(said).strip().rstrip("\ufffd")
        if len(longer.split()) > MOST_WORDS:
            return
        text = longer
        yield text
        logits, kept = network.read(tokens.new_tensor([[token]]), kept=kept)
