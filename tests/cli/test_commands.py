"""`lossary`, `lossary list` and `lossary show` from the outside."""

import json
import subprocess
import sys

import pytest

import lossary
from lossary.core.catalogue import all_of, find
from tests.cli.terminal import run as run  # a fixture

HEAVY = {
    "torch",
    "jax",
    "tensorflow",
    "keras",
    "sklearn",
    "scipy",
    "pandas",
    "matplotlib",
    "jinja2",
}
FACTS = ["name", "does", "kind", "prediction", "target", "aliases"]


def _names(run, *arguments):
    status, out, _ = run("list", *arguments, "--json")
    assert status == 0
    return [each["name"] for each in json.loads(out)]


def _found(**properties):
    return [cls.__name__ for cls in find(**properties)]


def test_without_arguments_the_commands_are_told(run):
    _, out, err = run()
    assert all(word in out + err for word in ("list", "show", "Usage"))


def test_the_version_is_told(run):
    assert run("--version") == (0, f"{lossary.__version__}\n", "")


def test_the_list_shows_every_loss_in_a_line_that_can_be_searched(run):
    status, out, _ = run("list")
    assert status == 0
    for cls in all_of():
        (line,) = [line for line in out.splitlines() if line.startswith(f"{cls.__name__} ")]
        assert cls.__doc__.split()[0] in line


def test_the_list_as_data_has_the_same_facts_of_every_loss(run):
    status, out, _ = run("list", "--json")
    rows = json.loads(out)
    assert status == 0
    assert [row["name"] for row in rows] == _found()
    assert [list(row) for row in rows] == [FACTS] * len(rows)


FILTERS = {
    "task": (["--task", "segmentation"], {"task": "segmentation"}),
    "kind": (["--kind", "RatioOfSums"], {"kind": "RatioOfSums"}),
    "kind_in_small_letters": (["--kind", "pairwise"], {"kind": "Pairwise"}),
    "elicits": (["--elicits", "median"], {"elicits": "median"}),
    "convex": (["--convex"], {"convex": True}),
    "not_convex": (["--no-convex"], {"convex": False}),
    "robust": (["--robust"], {"robust": True}),
    "not_trainable": (["--no-trainable"], {"trainable": False}),
    "two": (["--robust", "--task", "regression"], {"robust": True, "task": "regression"}),
}


@pytest.mark.parametrize(("arguments", "properties"), FILTERS.values(), ids=FILTERS.keys())
def test_a_filter_leaves_what_find_finds(run, arguments, properties):
    names = _names(run, *arguments)
    assert names == _found(**properties)
    assert 0 < len(names) < len(all_of())


@pytest.mark.parametrize(
    ("word", "name"),
    [("hub", "Huber"), ("MAPE", "AbsolutePercentageError"), ("AdaBoost", "Exponential")],
)
def test_a_search_looks_into_names_aliases_and_sentences(run, word, name):
    assert _names(run, "--search", word) == [name]


def test_filters_that_leave_nothing_are_said_to(run):
    assert _names(run, "--search", "no such word") == []
    status, out, err = run("list", "--search", "no such word")
    assert (status, out) == (1, "")
    assert "leave one out" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["list", "--task", "regresion"], "regression"),
        (["list", "--kind", "Elementwize"], "Elementwise"),
        (["list", "--elicits", "medium"], "median"),
        (["show", "hubr"], "Did you mean Huber"),
        (["show", "logcosch"], "log cosh"),
        (["show", "zzzzzz"], "lossary list"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "tells",
)
def test_a_typing_mistake_is_met_with_the_nearest_names_and_no_trace(run, arguments, told):
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert told in err
    assert "Traceback" not in err
    assert len(err.splitlines()) <= 3


@pytest.mark.parametrize("cls", all_of(), ids=lambda cls: cls.__name__)
def test_a_card_is_shown_under_every_name(run, cls):
    names = (cls.__name__, cls.__name__.lower(), *cls.aliases)
    # A name that a schedule bears too is told below the card.
    shown = (run("show", name)[:2] for name in names)
    ((status, out),) = {(status, out.partition("There is a ")[0]) for status, out in shown}
    assert status == 0
    assert all(
        text in out for text in (cls.__name__, cls.elicits, *cls.aliases, *cls.hazards.split())
    )


def test_a_card_with_latex_has_the_formula_twice(run):
    plain, both = run("show", "MSE")[1], run("show", "MSE", "--latex")[1]
    assert "(p − t)²" in plain
    assert r"\left(p - t\right)^{2}" not in plain
    assert r"\left(p - t\right)^{2}" in both


def test_a_narrow_terminal_loses_no_word(run, monkeypatch):
    wide = run("show", "dice")[1].split()
    monkeypatch.setenv("COLUMNS", "60")
    narrow = run("show", "dice")[1]
    assert max(map(len, narrow.splitlines())) <= 60
    assert "".join(narrow.split()) == "".join(wide)


def test_looking_things_up_imports_no_framework_and_no_tool_of_the_lab():
    code = (
        "import sys\n"
        "from lossary.cli import main\n"
        "for sys.argv in (['', 'list'], ['', 'show', 'huber'], ['', 'study', '--help']):\n"
        "    try: main()\n"
        "    except SystemExit: pass\n"
        "print({name.partition('.')[0] for name in sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert eval(ran.stdout.splitlines()[-1]) & HEAVY == set()
