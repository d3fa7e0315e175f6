"""Write docs/conventions.md from the tables, as in `python -m tests.agreement.write_table`."""

import re
from pathlib import Path

import numpy as np

from tests.agreement.libraries import LIBRARIES
from tests.agreement.table import SAME, named

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conventions.md"
INTRODUCTION = """\
# Where conventions meet

A loss of the same name is not the same number everywhere: this page says, loss by loss, which call
of {libraries} gives what lossary gives, and where none does.
Every line is run by the tests, value and slope, on random arrays or on those shown, so that a
library that changes turns a test red before it misleads you here.
Use it to bring a model from one library to another without a silent change of its learning rate, of
what its weights mean, or of the mistakes it is allowed to make.

In the calls, `p` is the prediction, `t` the target, `w` the weight of each entry, `m` the mask
(true where an entry counts) and `c` the class weights; `a`, `p` and `n` are the rows of a triplet.
Where not said otherwise the result is the mean. `F` is `torch.nn.functional`; scikit-learn's
functions are those of `sklearn.metrics`, and `_loss` is `sklearn._loss.loss`, the private room of
what it minimises. The versions are {versions}.
Keras runs on TensorFlow.
"""
SUMMARY = """\
## At a glance

- **same**: the same call, but for the order of its arguments;
- **adapted**: a call that gives the same once something is done to it, as is said below;
- **apart**: only calls that give something else;
- —: no such loss.

A star says that there are inputs, listed below, on which the two part.
"""
EVERYWHERE = """\
## Every loss

What follows is shown with one loss and holds for most losses of that library.
"""


def page() -> str:
    """Return the text of the page."""
    losses = sorted({named(row.ours) for each in LIBRARIES for row in (*each.meets, *each.differs)})
    introduction = INTRODUCTION.format(
        libraries=_listed([each.title for each in LIBRARIES]), versions=_versions()
    )
    parts = [introduction, SUMMARY + "\n" + _summary(losses), EVERYWHERE + "\n" + _apart(None)]
    return "\n".join([*parts, *map(_section, losses)])


def _summary(losses):
    head = ["", *(each.title for each in LIBRARIES)]
    rows = [
        [f"[{loss}](#{loss.lower()})", *(_word(loss, each) for each in LIBRARIES)]
        for loss in losses
    ]
    return _table(head, rows)


def _word(loss, library):
    ways = [row.how for row in library.meets if named(row.ours) == loss]
    star = (
        "*"
        if any(named(row.ours) == loss and not row.everywhere for row in library.differs)
        else ""
    )
    if ways:
        return ("same" if any(way.startswith(SAME) for way in ways) else "adapted") + star
    return "apart" if star else "—"


def _section(loss):
    meets = [
        [each.title, f"`{row.ours_written}`", f"`{row.theirs}`", row.how + _only(row)]
        for each in LIBRARIES
        for row in each.meets
        if named(row.ours) == loss
    ]
    parts = [f"## {loss}\n", _table(["", "ours", "theirs", "theirs is"], meets)]
    apart = _apart(loss)
    return "\n".join([*parts, "Where they part:\n", apart] if apart else parts)


def _only(row):
    return "; the value only" if row.slope is None else ""


def _apart(loss):
    lines = [
        _difference(each, row)
        for each in LIBRARIES
        for row in each.differs
        if (row.everywhere if loss is None else named(row.ours) == loss and not row.everywhere)
    ]
    return "".join(lines)


def _difference(library, row):
    given = ", ".join(f"{letter} = {_written(array)}" for letter, array in row.given.items())
    what = "slope" if row.of == "slope" else "value"
    return (
        f"- **{library.title}**: {row.why}\n"
        f"  The {what} of `{row.theirs}` is {_shown(row.they)},\n"
        f"  of `{row.ours_written}` {_shown(row.we)},\n"
        f"  at {given}.\n  {_followed(row.follows)}\n"
    )


def _followed(follows):
    who, _, which = follows.partition(": ")
    sentence = {
        "ours": "Ours follows the published formula",
        "either": "No publication settles it",
    }
    return f"{sentence[who]}{which and f' ({which})'}."


def _shown(value):
    return f"an error (`{value.__name__}`)" if isinstance(value, type) else f"**{_written(value)}**"


def _written(value):
    """Write numbers with six digits, and lists of them as lists."""
    array = np.asarray(value)
    if array.ndim:
        return f"[{', '.join(map(_written, array))}]"
    if array.dtype == bool:
        return str(bool(array)).lower()
    return f"{array:.0f}" if array == np.round(array) else f"{array:.6g}"


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _versions():
    held = dict(
        re.findall(r"^([\w-]+)==([\w.]+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    )
    return _listed([f"{each.title} {held[each.package]}" for each in LIBRARIES])


def _listed(words):
    return f"{', '.join(words[:-1])} and {words[-1]}"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
