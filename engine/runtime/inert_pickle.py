"""Weights out of a checkpoint whose pickle holds more than weights, without running anything of it.

Diffusion Policy writes its checkpoints with dill, its settings and optimisers among them, and torch's weights-only
loader refuses the whole file. Here the pickle's instructions are read one by one and played on a stack on which every
class is only a name and every call only a note of what would have been called; then those notes that describe tensors
are turned into tensors. No class is looked up and no function called, whatever the file says.
"""

import pickletools
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

LARGEST = 64 * 2**20  # bytes of instructions
STORAGES = {
    "DoubleStorage": torch.float64,
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}
CHANGED = ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state")
TENSOR = "torch._utils._rebuild_tensor_v2"


@dataclass
class Note:
    """Something that a pickle would have made: what it names, with what it would have been called, what is in it."""

    what: str
    arguments: tuple[Any, ...] = ()
    entries: dict[str, Any] = field(default_factory=dict)


class Mark:
    """Where a run of values begins on the stack."""


@dataclass
class Stack:
    """What a pickle's instructions work on."""

    values: list[Any] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def push(self, value: Any) -> None:
        self.values.append(value)

    def pop(self) -> Any:
        return self.values.pop()

    def popped(self, count: int) -> list[Any]:
        return [self.values.pop() for _ in range(count)][::-1]

    def since_mark(self) -> list[Any]:
        found: list[Any] = []
        while not isinstance(value := self.values.pop(), Mark):
            found.append(value)
        return found[::-1]


def read_inert(path: Path) -> dict[str, Any]:
    """The tensors in a zip archive of torch's, nested in dictionaries as they are there; all else is left out.

    Raises ValueError for a file that is no such archive or that cannot be followed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            name = next(each for each in archive.namelist() if each.rpartition("/")[2] == "data.pkl")
            if archive.getinfo(name).file_size > LARGEST:
                raise ValueError("its pickle is too large")
            found = tensors(played(archive.read(name)), archive, name.removesuffix(".pkl"))
    except (StopIteration, LookupError, TypeError, AttributeError, RuntimeError, zipfile.BadZipFile) as error:
        raise ValueError("it cannot be followed") from error
    return found if isinstance(found, dict) else {}


def played(pickle: bytes) -> Any:
    """What the instructions leave on the stack, in notes."""
    stack = Stack()
    for instruction, argument, _ in pickletools.genops(pickle):
        if instruction.name == "STOP":
            return stack.pop()
        if instruction.name in VALUES:
            stack.push(argument)
        elif instruction.name not in IGNORED:
            INSTRUCTIONS[instruction.name](stack, argument)
    raise ValueError("it has no end")


def tensors(value: Any, archive: zipfile.ZipFile, folder: str) -> Any:
    """Dictionaries of tensors and dictionaries; None for anything else. Only tensors under a name are read."""
    if isinstance(value, Note) and value.what == TENSOR:
        return tensor(value.arguments, archive, folder)
    if isinstance(value, Note) and value.what in CHANGED:
        return tensors(value.arguments[0], archive, folder)
    if isinstance(value, Note):
        value = value.entries
    if not isinstance(value, dict):
        return None
    found = {key: tensors(each, archive, folder) for key, each in value.items() if isinstance(key, str)}
    return {key: each for key, each in found.items() if each is not None} or None


def tensor(arguments: tuple[Any, ...], archive: zipfile.ZipFile, folder: str) -> Tensor:
    """A copy of the tensor that (storage, offset, size, stride, …) describes."""
    storage, offset, size, stride = arguments[:4]
    _, kind, key = storage.arguments[0][:3]
    record = archive.getinfo(f"{folder}/{key}")
    if record.compress_type != zipfile.ZIP_STORED:
        raise ValueError("its tensors are packed")
    dtype = STORAGES[kind.what.rpartition(".")[2]]
    flat = torch.frombuffer(bytearray(archive.read(record) or bytes(8)), dtype=dtype)
    if prod(size) > len(flat):
        raise ValueError("a tensor is larger than what is stored of it")
    return flat.as_strided(size, stride, offset).clone()


def named(stack: Stack, argument: Any) -> None:
    """GLOBAL says "module name", STACK_GLOBAL finds the two on the stack."""
    module, name = argument.split(" ", 1) if argument else stack.popped(2)
    stack.push(Note(f"{module}.{name}"))


def called(stack: Stack, argument: Any) -> None:
    what, arguments = stack.popped(2)
    stack.push(Note(what.what if isinstance(what, Note) else "", tuple(arguments)))


def called_with_names(stack: Stack, argument: Any) -> None:
    stack.pop()
    called(stack, argument)


def set_items(stack: Stack, pairs: list[Any]) -> None:
    """Into the dictionary, or whatever would have been one, that is on top."""
    held = stack.values[-1]
    entries = held.entries if isinstance(held, Note) else held
    if isinstance(entries, dict):
        entries.update((key, value) for key, value in zip(pairs[::2], pairs[1::2], strict=True) if type(key) is str)


def dictionary(stack: Stack, argument: Any) -> None:
    pairs = stack.since_mark()
    stack.push({})
    set_items(stack, pairs)


def drop(stack: Stack, argument: Any) -> None:
    stack.pop()


def drop_run(stack: Stack, argument: Any) -> None:
    stack.since_mark()


def recall(stack: Stack, place: int) -> None:
    stack.push(stack.memo[place])


def instance(stack: Stack, argument: Any) -> None:
    """INST and OBJ, of the first protocols: a class, named here or first after the mark, and what it is given."""
    stack.since_mark()
    stack.push(Note(""))


def remember(stack: Stack, place: int | None) -> None:
    stack.memo[len(stack.memo) if place is None else place] = stack.values[-1]


Instruction = Callable[[Stack, Any], None]

VALUES = set(
    "INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE "
    "SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8".split()
)
"""Instructions whose argument is a value."""

IGNORED = {"PROTO", "FRAME", "READONLY_BUFFER"}

INSTRUCTIONS: dict[str, Instruction] = {
    "NONE": lambda stack, _: stack.push(None),
    "NEWTRUE": lambda stack, _: stack.push(True),
    "NEWFALSE": lambda stack, _: stack.push(False),
    "EMPTY_TUPLE": lambda stack, _: stack.push(()),
    "EMPTY_LIST": lambda stack, _: stack.push([]),
    "EMPTY_DICT": lambda stack, _: stack.push({}),
    "EMPTY_SET": lambda stack, _: stack.push(Note("")),
    "TUPLE1": lambda stack, _: stack.push(tuple(stack.popped(1))),
    "TUPLE2": lambda stack, _: stack.push(tuple(stack.popped(2))),
    "TUPLE3": lambda stack, _: stack.push(tuple(stack.popped(3))),
    "TUPLE": lambda stack, _: stack.push(tuple(stack.since_mark())),
    "LIST": lambda stack, _: stack.push(stack.since_mark()),
    "DICT": dictionary,
    "FROZENSET": instance,
    "INST": instance,
    "OBJ": instance,
    "MARK": lambda stack, _: stack.push(Mark()),
    "POP": drop,
    "POP_MARK": drop_run,
    "DUP": lambda stack, _: stack.push(stack.values[-1]),
    "APPEND": drop,
    "APPENDS": drop_run,
    "ADDITEMS": drop_run,
    "SETITEM": lambda stack, _: set_items(stack, stack.popped(2)),
    "SETITEMS": lambda stack, _: set_items(stack, stack.since_mark()),
    "BUILD": drop,
    "GLOBAL": named,
    "STACK_GLOBAL": named,
    "REDUCE": called,
    "NEWOBJ": called,
    "NEWOBJ_EX": called_with_names,
    "BINPERSID": lambda stack, _: stack.push(Note("", (stack.pop(),))),
    "PUT": remember,
    "BINPUT": remember,
    "LONG_BINPUT": remember,
    "MEMOIZE": remember,
    "GET": recall,
    "BINGET": recall,
    "LONG_BINGET": recall,
}
"""The instructions of a pickle and what becomes of the stack. What fills a list or an object leaves it as it is."""
