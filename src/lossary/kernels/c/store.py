"""Compiled libraries, kept for this user from one process to the next, and trusted with care.

A library's name is the hash of all that it was made of, so that nothing in it is ever out of date.
It is written aside and moved into place in one step, so that processes may write it at once; and
it is loaded only if its contents are those that were written, from a folder that is ours alone.
"""

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


class StoreError(Exception):
    """The folder cannot be written, or others can write it."""


def folder() -> Path:
    """Return where compiled libraries are kept: LOSSARY_CACHE, or the user's folder for caches.

    Raises:
        StoreError: neither is known.
    """
    named = os.environ.get("LOSSARY_CACHE")
    if named:
        return Path(named).expanduser().absolute()
    try:
        home = Path.home()
    except RuntimeError as error:
        raise StoreError(
            f"there is no home folder ({error}); LOSSARY_CACHE names another"
        ) from error
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "lossary"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home) / "lossary" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "lossary"


def kept(made_of: str, make: Callable[[Path], None]) -> Path:
    """Return the library made of this, making it (with `make(path)`) if it is not there whole.

    Raises:
        StoreError: the folder cannot be written, or is not this user's alone.
    """
    name = hashlib.sha256(made_of.encode()).hexdigest()[:40]
    place = folder()
    path, note = place / f"{name}.so", place / f"{name}.sum"
    if _ours(place) and _whole(path, note):
        return path
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _ours(place):
            raise StoreError(f"{place} can be written by others, or belongs to another user")
        with tempfile.TemporaryDirectory(dir=place, prefix="making-") as aside:
            made = Path(aside) / path.name
            make(made)
            made.chmod(0o700)
            digest = Path(aside) / note.name
            digest.write_text(_digest(made))
            made.replace(path)
            digest.replace(note)
    except OSError as error:
        raise StoreError(f"{place} cannot be written: {error}") from error
    return path


def _whole(path: Path, note: Path) -> bool:
    """Say whether a library is there and is the one that was written."""
    try:
        return note.read_text() == _digest(path)
    except OSError:
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _ours(place: Path) -> bool:
    """Say whether nobody else can put a library into this folder."""
    try:
        facts = place.stat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True
    others = facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return facts.st_uid == os.getuid() and not others
