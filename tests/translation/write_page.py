"""Write the tables and pictures of docs/optimizers.md: `python -m tests.translation.write_page`."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from lossary import schedules
from lossary.adapters.translation import spelled, understood
from lossary.adapters.translation.call import HOSTS, Call
from lossary.adapters.translation.reading import READ
from lossary.adapters.translation.rows import ROWS, UNWALKED
from lossary.adapters.translation.spelling import APART, CONSTANT, NONE, SAME, TINY
from lossary.cli.card import texts
from lossary.optimizers import listed
from tests.translation.drawing import draw_effect
from tests.translation.effects import EFFECTS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "optimizers.md"
FOLDER = ROOT / "docs" / "optimizers"
BEGIN, END = "<!-- generated: {} -->\n", "<!-- end of generated: {} -->\n"
WORDS = {SAME: "same", CONSTANT: "rate stays", TINY: "ε tiny", APART: "apart", NONE: "—"}


def written(text: str) -> str:
    """Return the page with its generated parts as they should be."""
    for name, part in PARTS.items():
        begin, end = BEGIN.format(name), END.format(name)
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{part()}{end}{after}"
    return text


def schedule_table() -> str:
    """Say of each schedule what it does, and what else it is called."""
    rows = [
        [f"`{cls.__name__}`", texts(cls)[0], ", ".join(cls.aliases)] for cls in schedules.listed()
    ]
    return _table(["", "what it does", "also called"], rows)


def unwalked() -> str:
    """Say of each optimizer without a row why it has none."""
    told = [f"- `{name}`: {why};\n" for name, why in UNWALKED.items()]
    return "\n" + "".join(told)[:-2] + ".\n\n"


def glance() -> str:
    """Say of each optimizer, at a glance, what is claimed of it: the best and the worst."""
    rows = []
    for cls in sorted(listed(), key=lambda cls: cls.__name__.lower()):
        chosen = [each.optimizer for each in ROWS if type(each.optimizer) is cls]
        if chosen:
            cells = (_words([spelled(each, host).claim for each in chosen]) for host in HOSTS)
            rows.append([f"`{cls.__name__}`", *cells])
    return _table(["", *HOSTS.values()], rows)


def _words(claims: list[str]) -> str:
    found = [claim for claim in WORDS if claim in claims]
    return ", ".join(WORDS[claim] for claim in found)


def defaults() -> str:
    """Say which of each host's own defaults differ from ours."""
    rows: dict[str, dict[str, str]] = {}
    for path in READ:
        made = Call(path, (), (("learning_rate", 0.001),) if path.startswith("optax.") else ())
        optimizer, around = _unwrapped(understood(made).optimizer)
        name = type(optimizer).__name__
        if name == "Adam" and path.endswith("AdamW"):
            name = "AdamW"
        told = [f"`{each}`" for each in (*around, *_other(optimizer, made.host))]
        rows.setdefault(name, {})[made.host] = ", ".join(told) or "as ours"
    lines = [
        [f"`{name}`", *(rows[name].get(host, "—") for host in HOSTS)]
        for name in sorted(rows, key=str.lower)
    ]
    return _table(["", *HOSTS.values()], lines)


def _unwrapped(optimizer: Any) -> tuple[Any, list[str]]:
    if hasattr(optimizer, "of"):
        inner, around = _unwrapped(optimizer.of)
        return inner, [*around, f"weight_decay={optimizer.weight_decay:g}"]
    return optimizer, []


def _other(optimizer: Any, host: str) -> list[str]:
    usual = type(optimizer)()
    return [
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in optimizer.parameters().items()
        if value != getattr(usual, name) and not (host == "optax" and name == "learning_rate")
    ]


def calls() -> str:
    """Say of every row how hosts spell it, and what is claimed."""
    parts = []
    for row in ROWS:
        found = {host: spelled(row.optimizer, host) for host in HOSTS}
        lines = [
            _line(host, spelling, row.apart.get(host))
            for host, spelling in found.items()
            if spelling.claim != NONE
        ]
        parts.append(f"**`{_brief(row.optimizer)}`**\n\n" + "".join(lines) + "\n")
    return "\n" + "".join(parts)


def _line(host: str, spelling: Any, bound: float | None) -> str:
    far = f", by more than {bound:g}" if bound else ""
    why = f" {spelling.why}" if spelling.why else ""
    claim = spelling.claim + (f"; else apart{far}" if spelling.claim == CONSTANT else far)
    return f"- {HOSTS[host]}, {claim}: `{spelling.call}`.{why}\n"


def _brief(optimizer: Any) -> str:
    """Write an optimizer without the settings that are its defaults."""
    told = []
    for each in fields(optimizer):
        if each.name not in optimizer.own:
            continue
        value = getattr(optimizer, each.name)
        if value == each.default:
            continue
        if hasattr(value, "parameters"):
            told.append(f"{each.name}={_brief(value)}")
        else:
            told.append(f"{each.name}={value!r}")
    return f"{type(optimizer).__name__}({', '.join(told)})"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines) + "\n"


PARTS = {
    "schedules": schedule_table, "glance": glance, "unwalked": unwalked, "defaults": defaults,
    "calls": calls,
}  # fmt: skip
"""What is generated on the page, by its name there."""


def pictures() -> dict[str, str]:
    """Return the text of every picture, by the name of its file."""
    return {f"{figure.name}.svg": draw_effect(figure) for figure in (each() for each in EFFECTS)}


def main() -> None:
    """Write the page and its pictures."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
