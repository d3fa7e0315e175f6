"""The rows of the table: which text stands where, what it is replaced by, and who should notice."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = Path("src/lossary")
SEVERAL = " or ".join(
    f"[{name}-"
    for name in (
        "Huber", "SigmoidFocal", "CrossEntropy", "GaussianNLL", "Dice", "RootMeanSquaredError",
        "TripletMargin", "InfoNCE",
    )
)  # fmt: skip
"""One or two losses of every kind: who serves all losses is held to the laws of these."""
LAWS = f"tests/laws -k ({SEVERAL}) and numpy"
HAZARDS = "tests/core/test_hazards.py -k not few_bits and not saturate"
GUARDED = " or ".join(
    f"[{name}-" for name in ("CrossEntropy", "KullbackLeibler", "LogLoss", "Hinge")
)
USUAL = {
    "losses/segmentation/_overlap": ("tests/laws -k [Dice- and numpy",),
    "core/catalogue": ("tests/core/test_catalogue.py -k not ones_own",),
    "core/checking": ("tests/core/test_check.py -k not traced",),
    "core/composition": ("tests/core/test_composition.py", LAWS),
    "core/dictionaries": ("tests/core/test_catalogue.py -k not ones_own",),
    "core/links": ("tests/core/test_composition.py",),
    "core/loss": (LAWS, "tests/core/test_check.py -k not traced"),
    "core": (LAWS, HAZARDS),
    "domains": (LAWS, "tests/core/test_check.py -k not traced"),
    "numerics": (f"tests/laws -k ({GUARDED}) and numpy", HAZARDS),
    "expressions": ("tests/expressions", LAWS),
    "slopes": ("tests/expressions", LAWS),
    "backends/_tape": (LAWS, "tests/backends -k tape"),
    "backends": (LAWS,),
    "kernels": ("tests/kernels/test_arrays.py -k not threads",),
}
"""The tests of each room: the cheapest that should notice, then others if they do not."""


@dataclass(frozen=True)
class Bug:
    """One row. `tests` says who should notice, as a path and pytest's -k, where it is not usual."""

    file: str
    right: str
    wrong: str
    harm: str
    tests: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "tests", tuple(self.tests) or self._usual)

    @property
    def name(self) -> str:
        return f"{self.file}: {' '.join(self.wrong.split())}"

    @property
    def _usual(self) -> tuple[str, ...]:
        for room, tests in USUAL.items():
            if self.file.startswith(room):
                return tests
        # A test is called after its class, SigmoidFocal, and -k does not look at capitals.
        return (f"tests/laws -k [{Path(self.file).stem.replace('_', '')}- and numpy",)

    def planted(self, text: str) -> str:
        """Put the wrong text where the right one is.

        Raises:
            ValueError: the right text is not there, or not only once: the house has moved on.
        """
        if text.count(self.right) != 1:
            raise ValueError(f"{self.right!r} stands {text.count(self.right)} times in {self.file}")
        return text.replace(self.right, self.wrong)


def sheets() -> dict[str, tuple[Bug, ...]]:
    """Read all rows, by the sheet they stand on."""
    files = sorted((Path(__file__).parent / "bugs").glob("*.toml"))
    return {file.stem: tuple(Bug(**row) for row in _rows(file)) for file in files}


def _rows(file: Path) -> list[dict[str, str]]:
    return tomllib.loads(file.read_text(encoding="utf-8"))["bug"]
