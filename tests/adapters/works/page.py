"""Write docs/hosts.md from what is declared and tried: `python -m tests.adapters.works.page`."""

from itertools import groupby
from pathlib import Path

from lossary.adapters.needs import HOSTS as NEEDS
from lossary.core.catalogue import all_of
from tests.adapters.works.declared import REFUSED
from tests.adapters.works.trials import HOSTS, JUDGES

PAGE = Path(__file__).parents[3] / "docs" / "hosts.md"
LINKS = {
    "PyTorch": "torch", "Keras": "keras", "Keras metric": "keras",
    "TensorFlow": "tensorflow", "JAX": "jax",
    "LightGBM": "lightgbm", "XGBoost": "xgboost", "CatBoost": "catboost", "scikit-learn": "sklearn",
}  # fmt: skip
INTRODUCTION = """\
# Losses at home in hosts

Which loss works where. Every cell is run by the tests: the loss is trained in the host on a small
problem and must fall; a refusal must be an error that names the loss, and is declared below. The
name of a host leads to its page: its conventions, what ours does with them, and examples that run.

- **✓**: it trains; as a metric, it judges;
- **judges**: it has no slope to train by, but judges there;
- **not yet**, **never**: it does not, for the reason below.
"""
VERSIONS = """\
## Versions

What each host must be, at the least. `make test` runs all tests with the newest ones, those of
`constraints.txt`.
"""


def page() -> str:
    """Return the text of the page."""
    head = ["", *(f"[{host}](hosts/{LINKS[host]}.md)" for host in HOSTS)]
    rows = [head, ["---"] * len(head)]
    rows += [[cls.__name__, *(_cell(cls, host) for host in HOSTS)] for cls in all_of()]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([INTRODUCTION, table, "", _reasons(), VERSIONS, _versions()])


def _cell(cls: type, host: str) -> str:
    refused = REFUSED.get((cls.__name__, host))
    if refused is not None:
        return {"cannot yet": "not yet", "will not": "never"}[refused[0]]
    return "✓" if cls.trainable or host in JUDGES else "judges"  # type: ignore[attr-defined]


def _reasons() -> str:
    lines = ["## Why not", ""]
    ordered = sorted(REFUSED.items(), key=lambda item: (item[0][0], item[1]))
    for (name, (when, why)), cells in groupby(ordered, key=lambda item: (item[0][0], item[1])):
        hosts = [host for (_, host), _ in cells]
        lines.append(
            f"- **{name}** {when} work in {', '.join(sorted(hosts, key=list(HOSTS).index))}. {why}"
        )
    return "\n".join([*lines, ""])


def _versions() -> str:
    lines = [
        f'- {host.title} {host.oldest} (`pip install "lossary[{host.extra}]"`)'
        for host in NEEDS.values()
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page())
