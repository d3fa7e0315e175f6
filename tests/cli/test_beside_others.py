"""What `lossary optimizers` tells of other libraries, and what it finds by name."""

import json
import sys

import pytest

from lossary.adapters.translation import hosts
from lossary.cli.updates import lines
from lossary.optimizers import listed
from lossary.schedules import listed as schedules
from tests.cli.terminal import run as run  # a fixture


def test_a_call_is_judged_before_others_are_shown_beside_it(run):
    out = run("optimizers", "keras.optimizers.AdamW()")[1]
    first, second, *_ = out.splitlines()
    assert first.split(maxsplit=2) == ["your", "call", "keras.optimizers.AdamW()"]
    assert "apart from ours below, because Keras adds epsilon" in second
    assert out.count("apart from your call") == 2  # PyTorch's line and optax's
    same = run("optimizers", "torch.optim.AdamW(params, 0.1, eps=0.1)")[1]
    assert "same as ours below" in same
    assert "apart from your call, because Keras" in " ".join(same.split())


def test_a_condition_on_a_call_stays_with_all_that_follow_from_it(run):
    told = json.loads(run("optimizers", "keras.optimizers.SGD(0.1, 0.9)", "--json")[1])
    assert told["yours"]["claim"] == "same while the learning rate stays"
    assert told["claims"]["torch"] == "same while the learning rate stays"


def test_a_walk_that_diverges_is_told_as_such(run):
    out = run("optimizers", "torch.optim.SGD(params, 100.0)", "--compare")[1]
    assert "PyTorch  not told: at this learning rate it diverges" in out
    assert "same" not in out


@pytest.mark.parametrize("name", ["lbfgs", "lookahead", "sophiag", "sharpnessaware"])
def test_what_is_not_walked_is_not_said_to_exist_nowhere(run, name):
    status, _, err = run("optimizers", "--compare", name)
    assert status == 1
    assert "nothing is walked beside it here" in err


def test_a_comparison_without_any_library_ends_in_one_line(run, monkeypatch):
    for name in ("torch", "optax", "keras"):
        monkeypatch.setitem(sys.modules, name, None)
    status, out, err = run("optimizers", "--compare", "sgd")
    assert (status, out) == (1, "")
    assert err.strip().count("\n") == 0
    assert "pip install torch optax keras" in err


def test_a_library_is_opened_without_its_greeting(tmp_path, monkeypatch, capfd):
    text = "import os\nos.write(2, b'welcome')\nopened = True\n"
    (tmp_path / "greeting.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "greeting", raising=False)
    hosts.open_silently("greeting")
    assert sys.modules["greeting"].opened
    sys.stderr.flush()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("cls", schedules(), ids=lambda cls: cls.__name__)
def test_a_schedule_has_a_card_under_every_name(run, cls):
    names = (cls.__name__.lower(), *cls.aliases)
    *losses, (status, out, _) = {run("show", name): None for name in names}
    assert (status, cls.__name__ in out) == (0, True)
    assert "Schedule: A frozen value" in out
    # A loss of the same name comes first, and says under which name the schedule is found.
    assert all(f"lossary show '{cls.aliases[0]}'" in each[1] for each in losses)
    assert [line for line in lines(cls.formula) if set("\\{}") & set(line)] == []
    assert all(name in out for name in cls.own)


def test_a_name_is_searched_on_every_shelf(run):
    assert "RMSProp" in run("show", "rmsporp")[2]
    assert "Cosine" in run("show", "cosin")[2]
    assert "lossary optimizers" in run("show", "qqqqqqqqqq")[2]
    assert run("show", "cosine", "--c")[0] == 1


def test_the_list_is_sorted_as_people_sort_and_parts_optimizers_wrappers_and_schedules(run):
    out = run("optimizers")[1]
    first = [line.split(" ")[0] for line in out.splitlines()]
    parts = [first.index(each) for each in ("optimizers", "wrappers", "schedules")]
    assert parts == sorted(parts)
    assert parts[0] < first.index("Adafactor") < first.index("ADOPT") < parts[1]
    assert parts[1] < first.index("Lookahead") < parts[2] < first.index("Cosine")
    assert "64 × 64" in out
    names = [each["name"] for each in json.loads(run("optimizers", "--json")[1])]
    assert names == sorted(names, key=str.lower)
    assert len(names) == len(listed())


def test_what_only_a_setting_needs_is_told(run):
    told = {each["name"]: each for each in json.loads(run("optimizers", "--json")[1])}
    assert told["LBFGS"]["needs"] == ["closure, with line_search='strong_wolfe'"]
    assert told["SharpnessAware"]["needs"] == ["closure"]
    assert "1 number for each" in run("show", "adagrad")[1]


@pytest.mark.parametrize("arguments", [[], ["--compare", "nesterov"], ["optax.adamw(1e-3)"]])
def test_no_name_is_broken_in_a_hundred_columns(run, monkeypatch, arguments):
    whole = set(run("optimizers", *arguments)[1].split())
    monkeypatch.setenv("COLUMNS", "100")
    narrow = run("optimizers", *arguments)[1]
    assert set(narrow.split()) <= whole
    assert "…" not in narrow.replace("closest=True", "")
