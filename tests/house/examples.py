"""Run every example of the named files, and fail if one does not do what it shows.

This is a program of its own because an example may define a loss, which would then stand in the
catalogue of the tests that come after it.
"""

import doctest
import re
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.contestants.torch import torchvision_focal
from lossary.core import catalogue
from tests.house.rooms import module_of

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PROMPT = re.compile(r"^\s*>>> ", flags=re.MULTILINE)
BLOCK = re.compile(r"^```python\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


def faults_of_module(file: Path) -> Iterator[str]:
    """Run the docstrings of one module; an example where doctest does not look is a fault too."""
    written = len(PROMPT.findall(file.read_text()))
    if written:
        result = doctest.testmod(import_module(module_of(file)), optionflags=FLAGS)
        if result.failed:
            yield f"{result.failed} of {result.attempted} examples differ"
        if result.attempted != written:
            yield f"{written} examples are written, but {result.attempted} were found"


def faults_of_page(file: Path) -> Iterator[str]:
    """Run the Python blocks of one page in their order, as one session."""
    session = {"__name__": "__main__"}
    for number, block in enumerate(BLOCK.findall(file.read_text()), start=1):
        name = f"{file.name}, block {number}"
        if PROMPT.search(block):
            example = doctest.DocTestParser().get_doctest(block, {}, name, str(file), 0)
            example.globs = session
            result = doctest.DocTestRunner(optionflags=FLAGS).run(example, clear_globs=False)
            if result.failed:
                yield f"block {number}: {result.failed} of {result.attempted} lines differ"
        else:
            try:
                exec(compile(block, name, "exec"), session)
            except Exception:
                yield f"block {number}: {traceback.format_exc()}"


def faults_of(file: Path) -> Iterator[str]:
    """Run the examples of one file; a file that cannot even be opened is at fault itself."""
    shelves = {kind: dict(shelf) for kind, shelf in catalogue._SHELVES.items()}
    try:
        yield from faults_of_page(file) if file.suffix == ".md" else faults_of_module(file)
    except Exception:
        yield traceback.format_exc()
    if file.suffix == ".md":  # what one page defines is not there for the next
        catalogue._SHELVES.update(shelves)


def main() -> int:
    """Name the faults of all files, and say whether there are any."""
    torchvision_focal()  # built for a GPU, torchvision must be opened so before Lightning opens it
    faults = [f"{file}: {fault}" for file in map(Path, sys.argv[1:]) for fault in faults_of(file)]
    print(*faults, sep="\n")  # noqa: T201
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
