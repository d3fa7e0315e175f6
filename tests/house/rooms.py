"""Where the rooms of the house lie, for the tests of this folder to walk through."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "lossary"
FILES = sorted(HOUSE.rglob("*.py"))


def name_of(file: Path) -> str:
    """Give the file as it is named in the house, as in `core/loss.py`."""
    return file.relative_to(HOUSE).as_posix()


def module_of(file: Path) -> str:
    """Give the module in the file, as in `lossary.core.loss`."""
    parts = file.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")
