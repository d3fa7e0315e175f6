"""What `lossary check` finds and how long it takes: `python -m benchmarks.checking`."""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.by_threads import row as table_row
from benchmarks.machine import described

ALLOWED_SECONDS = 10.0
WANTED_RECALL = 0.95

parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=__doc__)
parser.add_argument("--only", default="", help="only a library of this name, or the corpus")
parser.add_argument("--into", type=Path, default=Path(__file__).parent / "results")


def main(given: argparse.Namespace) -> int:
    """Check the corpus and the libraries, and write `checking.json` and `checking.md`."""
    warnings.simplefilter("ignore")
    found = {"machine": described(2), "corpus": [], "libraries": {}}
    if given.only in ("", "corpus"):
        found["corpus"] = list(corpus())
    for library in homes():
        if given.only in ("", library):
            found["libraries"][library] = list(installed(library))
    given.into.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (given.into / "checking.json").write_text(text, encoding="utf-8")
    (given.into / "checking.md").write_text(page(found), encoding="utf-8")
    return 0


def homes() -> Iterable[str]:
    from tests.check.libraries import HOMES

    return HOMES


def corpus() -> Iterable[dict[str, Any]]:
    """Check every bug of the corpus, and its correct twin."""
    from tests.check.corpus import all_pairs

    for name, pair in all_pairs().items():
        both = (pair.buggy, pair.correct)
        buggy, correct = (checked(name, each, **pair.declared) for each in both)
        explained = bool(set(pair.caught_by) & set(buggy["fails"] + buggy["warns"]))
        print(name, buggy["fails"], correct["fails"] + correct["warns"], flush=True)
        yield {"name": name, "explained": explained, "buggy": buggy, "correct": correct}


def installed(library: str) -> Iterable[dict[str, Any]]:
    """Check every loss of a library."""
    from tests.check.libraries import losses

    for name, loss in losses(library):
        found = checked(name, loss)
        print(library, name, found["fails"], found["warns"], found["error"], flush=True)
        yield found


def checked(name: str, loss: Any, **declared: Any) -> dict[str, Any]:
    """Check one loss; what could not be read is an outcome too."""
    from lossary.errors import LossError
    from lossary.verifier import check

    begin = time.perf_counter()
    try:
        verdict = check(loss, **declared)
    except LossError as error:
        said = str(error).splitlines()[0]
        return _outcome(name, [], [], said, begin) | {"says": []}
    fails, warns = ([each.check for each in kind] for kind in (verdict.failures, verdict.warnings))
    says = [each.says for each in (*verdict.failures, *verdict.warnings)]
    return _outcome(name, fails, warns, "", begin) | {"says": says}


def _outcome(
    name: str, fails: list[str], warns: list[str], error: str, begin: float
) -> dict[str, Any]:
    seconds = time.perf_counter() - begin
    return {"name": name, "fails": fails, "warns": warns, "error": error, "seconds": seconds}


def page(found: dict[str, Any]) -> str:
    """Write the page: recall and false alarms, the libraries, and the time it took."""
    parts = ["# What the verifier finds", _machine(found["machine"])]
    if found["corpus"]:
        parts += ["## The corpus", _corpus(found["corpus"])]
    if found["libraries"]:
        head = ("library", "losses", "nothing to say", "FAIL", "WARN", "not read", "s a loss")
        rows = [table_row(head), table_row(["---"] * len(head))]
        rows += [_library(name, each) for name, each in found["libraries"].items() if each]
        parts += ["## Libraries, as they are installed", "\n".join(rows), _told(found["libraries"])]
    return "\n\n".join(parts) + "\n"


def _machine(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {each}" for name, each in machine["versions"].items() if each)
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}; {versions}. Default runs, in one process: frameworks are already "
        f"imported, which on the command line takes seconds of its own."
    )


def _corpus(pairs: list[dict[str, Any]]) -> str:
    caught = [each for each in pairs if each["buggy"]["fails"]]
    mildly = [p["name"] for p in pairs if p["buggy"]["warns"] and not p["buggy"]["fails"]]
    missed = [p["name"] for p in pairs if not (p["buggy"]["fails"] or p["buggy"]["warns"])]
    explained = sum(each["explained"] for each in pairs)
    accused = [p["name"] for p in pairs if p["correct"]["fails"] or p["correct"]["warns"]]
    seconds = [each[kind]["seconds"] for each in pairs for kind in ("buggy", "correct")]
    kept = len(caught) >= WANTED_RECALL * len(pairs) and not accused
    return (
        f"{len(pairs)} bugs, each beside its correct twin; written beside the checks, so that this "
        f"says what is covered, and not what will be found elsewhere. Failed: {len(caught)} of "
        f"{len(pairs)} ({len(caught) / len(pairs):.1%}), {explained} of them by a check that "
        f"explains the bug. Only warned of: {', '.join(mildly) or 'none'}. Missed: "
        f"{', '.join(missed) or 'none'}. Twins with FAIL or WARN: "
        f"{', '.join(accused) or 'none'}. Wanted: recall of {WANTED_RECALL:.0%}, as FAIL, without "
        f"a false alarm: {'held' if kept else 'missed'}. A loss takes {median(seconds):.2f} s "
        f"(median), {max(seconds):.1f} s at most; wanted: a median under {ALLOWED_SECONDS:.0f} s."
    )


def _library(name: str, losses: list[dict[str, Any]]) -> str:
    quiet = [e for e in losses if not (e["fails"] or e["warns"] or e["error"])]
    counts = [sum(bool(each[kind]) for each in losses) for kind in ("fails", "warns", "error")]
    seconds = median(each["seconds"] for each in losses)
    return table_row([name, *map(str, (len(losses), len(quiet), *counts)), f"{seconds:.2f}"])


def _told(libraries: dict[str, list[dict[str, Any]]]) -> str:
    lines = []
    for library, losses in libraries.items():
        for each in losses:
            said = each["error"] or "; ".join(each["says"])
            if said:
                kinds = "not read" if each["error"] else ", ".join(each["fails"] + each["warns"])
                lines.append(f"- `{library}` {each['name']} ({kinds}): {said}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(parser.parse_args()))
