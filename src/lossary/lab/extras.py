"""What the lab needs besides lossary itself, and what to install where it is missing."""

from importlib.util import find_spec

from lossary.errors import ArgumentError

NEEDED = ("torch", "sklearn", "pandas", "optuna", "joblib")


def check() -> None:
    """Raise an ArgumentError that names the command where a package of the lab is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ArgumentError(
            f"the lab needs {', '.join(missing)}, which is not installed here.\n"
            f'Hint: pip install "lossary[lab]"'
        )
