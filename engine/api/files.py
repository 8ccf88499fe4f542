"""Files appear whole or not at all: temporary file in the same folder, fsync, rename."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from engine.api.errors import Failure

BLOCK = 4 * 2**20
ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "your disk quota is used up; free some space and try again",
    errno.EROFS: "the folder is read-only; choose another one",
    errno.EACCES: "the folder does not allow writing; choose another one",
    errno.EPERM: "the folder does not allow writing; choose another one",
    errno.EEXIST: "a part of the path is a file, not a folder; choose another one",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another one",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write `data` to `path`, whole or not at all. Raises Failure with one sentence where the disk refuses."""
    with writing(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A binary file that takes the name `path` when the block ends well, and leaves no trace when it does not."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".quartet-")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        reason = ADVICE.get(error.errno or 0, error.strerror or str(error))
        raise Failure(f"{path} was not written: {reason}.") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def sha256(path: Path, advance: Callable[[int], None] = lambda count: None) -> str:
    """The file's SHA-256 in hexadecimal. `advance` hears how many bytes were read, and may raise to stop."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            advance(len(block))
    return digest.hexdigest()
