"""Letters to sounds, learned from the English lexicon, for the words that no lexicon has.

Each letter is aligned to the row of none, one or two phonemes that it stands for (hard EM over a table of costs), and a
tree asks for the neighbours of the letter, one after the other, until they settle its sound (IGTree, Daelemans and
van den Bosch 1996). The tree is written as rows: context, sound; a row stands only where it differs from its parent's.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from engine.codecs.english import ORDER, PRIMARY, SECONDARY, context

Word = tuple[str, list[str]]  # letters; phonemes, a stress mark in one with its vowel
Costs = dict[tuple[str, str], float]

ROUNDS = 4
SAMPLE = 5000  # words that the costs are learned from
LONGEST = 2  # phonemes a letter
SEEN = 3  # how often a context must be seen to have a say
UNSEEN = 14.0
BAND = 0.45  # how far the letters may run ahead of the sounds, as a share of the word


def table(lexicon: dict[str, str]) -> list[str]:
    """Rows "context<TAB>sound" of the tree that reads the lexicon's words."""
    words = [(word, phones(sound)) for word, sound in sorted(lexicon.items()) if word.isalpha() and len(word) > 2]
    costs = learn_costs(words[:: max(len(words) // SAMPLE, 1)])
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for word, sound in words:
        for i, part in enumerate(align(word, sound, costs) or ()):
            seen[context(word, i)][part] += 1
    return grow(seen)


def phones(sound: str) -> list[str]:
    rows: list[str] = []
    for letter in sound:
        if rows and rows[-1] in (PRIMARY, SECONDARY):
            rows[-1] += letter
        else:
            rows.append(letter)
    return rows


def learn_costs(words: Sequence[Word]) -> Costs:
    """-log p(sound | letter), from alignments that begin on the diagonal."""
    costs: Costs = {}
    for _ in range(ROUNDS):
        counts: Counter[tuple[str, str]] = Counter()
        for word, sound in words:
            counts.update(zip(word, align(word, sound, costs) or (), strict=False))
        total: Counter[str] = Counter()
        for (letter, _), count in counts.items():
            total[letter] += count
        costs = {pair: -math.log(count / total[pair[0]]) for pair, count in counts.items()}
    return costs


def align(word: str, sound: Sequence[str], costs: Costs) -> list[str] | None:
    """The sound of every letter; None where the word is too short for its sounds (abbreviations)."""
    best: dict[int, tuple[float, tuple[str, ...]]] = {0: (0.0, ())}
    for i, letter in enumerate(word):
        following: dict[int, tuple[float, tuple[str, ...]]] = {}
        for done, (cost, parts) in best.items():
            for length in range(min(LONGEST, len(sound) - done) + 1):
                part = "".join(sound[done : done + length]) if length else ""
                slant = abs((i + 1) / len(word) - (done + length) / len(sound))
                if slant > BAND:
                    continue
                price = cost + (costs.get((letter, part), UNSEEN) if costs else slant + (length != 1) * 0.5)
                if done + length not in following or price < following[done + length][0]:
                    following[done + length] = (price, (*parts, part))
        best = following
    return list(best[len(sound)][1]) if len(sound) in best else None


def grow(seen: dict[str, Counter[str]]) -> list[str]:
    """The tree of contexts: most frequent sound of each, written only where the shorter context says otherwise."""
    nodes: dict[str, Counter[str]] = defaultdict(Counter)
    for key, sounds in seen.items():
        for length in range(1, len(ORDER) + 1):
            node = nodes[key[:length]]
            for sound, count in sounds.items():
                node[sound] += count
    verdicts: dict[str, str] = {}
    for key in sorted(nodes, key=len):
        sound, count = nodes[key].most_common(1)[0]
        parent = _verdict(verdicts, key[:-1])
        if parent is None or (sound != parent and count >= SEEN and count > nodes[key][parent]):
            verdicts[key] = sound
    return [f"{key}\t{sound}" for key, sound in sorted(verdicts.items())]


def _verdict(verdicts: dict[str, str], key: str) -> str | None:
    return next((verdicts[key[:end]] for end in range(len(key), 0, -1) if key[:end] in verdicts), None)
