"""Writes docs/checks.md from the shelf of checks and the corpus: `python -m tests.check.page`.

The examples are read from the corpus' source without importing it: each is a pair of a buggy loss
and its correct twin, which the tests hold the check to.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lossary.verifier import Check, shelf
from lossary.verifier.writing.report import titled

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "checks.md"
CORPUS = Path(__file__).parent / "corpus"
LINES = 26  # a longer example is not read
WORDS = {
    "pytorch": "pytorch/pytorch", "keras": "keras-team/keras", "keras-hub": "keras-team/keras-hub",
    "tensorflow": "tensorflow/tensorflow", "optax": "google-deepmind/optax",
    "xgboost": "dmlc/xgboost", "LightGBM": "lightgbm-org/LightGBM", "kornia": "kornia/kornia",
    "transformers": "huggingface/transformers", "trl": "huggingface/trl",
    "sentence-transformers": "huggingface/sentence-transformers",
    "mmdetection": "open-mmlab/mmdetection", "mmsegmentation": "open-mmlab/mmsegmentation",
    "Liger-Kernel": "linkedin/Liger-Kernel", "MONAI": "Project-MONAI/MONAI",
    "pytorch-metric-learning": "KevinMusgrave/pytorch-metric-learning",
    "lightning": "Lightning-AI/pytorch-lightning", "torchmetrics": "Lightning-AI/torchmetrics",
    "smp": "qubvel-org/segmentation_models.pytorch", "nnUNet": "MIC-DKFZ/nnUNet",
    "segmentation_models.pytorch": "qubvel-org/segmentation_models.pytorch",
}  # fmt: skip
HEAD = """# The checks

What `lossary check` holds a loss to, one section each: the law, what it costs when it is broken,
when it is a failure and when a warning, where it was met, and an example with its mend.
[check.md](check.md) says how to use them. This page is written by `python -m tests.check.page` from
the checks themselves and from the corpus that the tests hold them to.

A failure breaks what a loss declares or what was found out of it; a warning is suspicious and may
be meant. Every rule errs to silence: where a check is not sure, it says nothing.
"""


@dataclass(frozen=True)
class Pair:
    """A buggy loss of the corpus and its twin, as source."""

    name: str
    caught_by: tuple[str, ...]
    story: str
    buggy: str
    correct: str

    @property
    def lines(self) -> int:
        return len(self.buggy.splitlines()) + len(self.correct.splitlines())


def page() -> str:
    """Return the page as it should be."""
    pairs = list(_pairs())
    sections = [_section(each, pairs) for each in shelf()]
    return "\n".join([HEAD, *_contents(), "", *sections]).rstrip() + "\n"


def _contents() -> Iterator[str]:
    yield "| | check | the law |"
    yield "|--:|---|---|"
    for each in shelf():
        yield f"| {each.number} | [{titled(each.name)}](#{_anchor(each)}) | {each.says} |"


def _anchor(check: Check) -> str:
    return check.name.replace("_", "-")


def _section(check: Check, pairs: list[Pair]) -> str:
    lines = [f"## {titled(check.name)}", "", f"**{check.says}** (check {check.number})", ""]
    lines += [check.reason, "", f"*The rule.* {check.rule}", ""]
    if check.thorough:
        lines += ["*When.* With `--thorough` only.", ""]
    if check.evidence:
        lines += [f"*Seen in* {', '.join(map(_linked, check.evidence))}.", ""]
    shown = _example(check, pairs)
    if shown is not None:
        lines += [f"*An example.* {_sentence(shown.story)}", "", "```py", shown.buggy, "```", ""]
        lines += ["What it should be:", "", "```py", shown.correct, "```", ""]
    return "\n".join(lines)


def _example(check: Check, pairs: list[Pair]) -> Pair | None:
    """Choose the shortest pair that this check is the first to catch, or at least catches."""
    fitting = [each for each in pairs if check.name in each.caught_by and each.lines <= LINES]
    return min(fitting, key=lambda each: _rank(check, each), default=None)


def _rank(check: Check, pair: Pair) -> tuple[bool, int, str]:
    return pair.caught_by[0] != check.name, pair.lines, pair.name


def _sentence(story: str) -> str:
    text = story[0].upper() + story[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _linked(evidence: str) -> str:
    """Link a thread, where it is known whose repository is meant."""
    name, hash_, number = evidence.partition("#")
    repository = name if "/" in name else WORDS.get(name)
    if repository is None or not hash_ or not number.isdigit():
        return evidence
    return f"[{evidence}](https://github.com/{repository}/issues/{number})"


def _pairs() -> Iterator[Pair]:
    for file in sorted(CORPUS.glob("*.py")):
        text = file.read_text()
        tree = ast.parse(text)
        defined = {each.name: each for each in tree.body if isinstance(each, _DEFINED)}
        for each in defined.values():
            given = _noted(each)
            correct = defined.get(_name(given.get("correct")))
            if correct is not None:
                yield _pair(each, correct, given, text)


_DEFINED = (ast.FunctionDef, ast.ClassDef)


def _noted(defined: ast.FunctionDef | ast.ClassDef) -> dict[str, ast.expr]:
    """Return what stands in `@pair(...)` above a definition."""
    for each in defined.decorator_list:
        if isinstance(each, ast.Call) and _name(each.func) == "pair":
            return {word.arg: word.value for word in each.keywords if word.arg}
    return {}


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _pair(buggy: ast.stmt, correct: ast.stmt, given: dict[str, ast.expr], text: str) -> Pair:
    names = ast.literal_eval(given["caught_by"])
    return Pair(
        name=buggy.name,
        caught_by=(names,) if isinstance(names, str) else tuple(names),
        story=" ".join(ast.literal_eval(given["story"]).split()),
        buggy=_source(buggy, text),
        correct=_source(correct, text),
    )


def _source(defined: ast.stmt, text: str) -> str:
    """Return a definition as it is written, without what decorates it."""
    return "\n".join(text.splitlines()[defined.lineno - 1 : defined.end_lineno])


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is written.\n")
