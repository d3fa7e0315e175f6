"""Reports: a record in, one page out that can be read offline; nothing is computed here."""

from importlib.util import find_spec

from lossary.errors import ArgumentError

_NEEDED = ("jinja2", "matplotlib", "scipy", "sklearn")
_MISSING = [name for name in _NEEDED if find_spec(name) is None]
if _MISSING:
    raise ArgumentError(
        f"reports need {', '.join(_MISSING)}, which is not installed here.\n"
        f'Hint: pip install "lossary[lab]"'
    )

from lossary.reports.numbers import duration, number  # noqa: E402 (after the check)
from lossary.reports.page import page, write  # noqa: E402
from lossary.reports.pictures import picture  # noqa: E402

__all__ = ["duration", "number", "page", "picture", "write"]
