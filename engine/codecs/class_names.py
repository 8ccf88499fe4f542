"""The names of the classes that a network can be asked for, as diffusers writes them: `id2label` of model_index.json.

A class may have several names, with commas in between: "tench, Tinca tinca".
"""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from engine.api.errors import BadInput, Failure

NEAR = 3  # names that are proposed


class ClassNames:
    def __init__(self, labels: Mapping[int, str]) -> None:
        self.count = max(labels, default=-1) + 1
        self._numbers: dict[str, set[int]] = {}
        for number, label in labels.items():
            for name in (label, *label.split(",")):
                self._numbers.setdefault(plain(name), set()).add(number)

    @classmethod
    def load(cls, path: Path) -> "ClassNames":
        """Raises Failure with one sentence."""
        try:
            told = json.loads(path.read_text("utf-8"))["id2label"]
            return cls({int(number): str(label) for number, label in told.items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Failure(
                f"{path} holds no names of classes (id2label); get it again from where it is published."
            ) from error

    def number(self, name: str) -> int:
        """The class of this name. Raises BadInput with those that are like it."""
        found = self._numbers.get(plain(name), set())
        if len(found) > 1:
            both = " and ".join(str(number) for number in sorted(found))
            raise BadInput(f"“{name}” is the name of the classes {both}; write the number of one of them.")
        if not found:
            raise BadInput(f"“{name[:60]}” is the name of no class; near it are: {', '.join(self.near(name))}.")
        return next(iter(found))

    def near(self, name: str) -> list[str]:
        """Names that share a word with this one, or are spelled like it."""
        words = set(plain(name).split())
        sharing = [each for each in self._numbers if words & set(each.split()) and "," not in each]
        alone = [each for each in self._numbers if "," not in each]
        spelled = get_close_matches(plain(name), alone, NEAR, 0.0)
        return list(dict.fromkeys([*get_close_matches(plain(name), sharing, NEAR, 0.0), *spelled]))[:NEAR]


def plain(name: str) -> str:
    return " ".join(name.lower().split())
