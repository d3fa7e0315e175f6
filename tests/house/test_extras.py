"""What `pip install lossary` and its extras bring; no version is held without a reason."""

import re
import tomllib
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement

import lossary
from tests.house.rooms import HOUSE, ROOT

PAGE = (ROOT / "pyproject.toml").read_text()
PROJECT = tomllib.loads(PAGE)["project"]
HELD = (ROOT / "constraints.txt").read_text().splitlines()
EXTRAS = {
    extra: [Requirement(line) for line in lines]
    for extra, lines in PROJECT["optional-dependencies"].items()
}


def _all_requirements():
    for lines in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()):
        yield from lines


def _pins():
    return {line.split("==")[0].lower() for line in HELD if "==" in line.partition("#")[0]}


def test_the_core_needs_numpy_array_api_compat_and_the_command_line_only():
    core = [Requirement(line) for line in requires("lossary") if "extra ==" not in line]
    assert {each.name for each in core} == {"numpy", "array-api-compat", "typer"}


def test_no_requirement_has_an_upper_bound():
    bounds = {str(bound) for line in _all_requirements() for bound in Requirement(line).specifier}
    assert [bound for bound in bounds if not bound.startswith(">=")] == []


@pytest.mark.parametrize("line", sorted(set(_all_requirements())))
def test_every_bound_has_its_reason_beside_it(line):
    if not Requirement(line).specifier:
        return  # lossary[...] names extras, and bounds nothing
    beside = re.findall(rf'^ +"{re.escape(line)}",(.*)$', PAGE, flags=re.MULTILINE)
    assert beside, "the requirement has no line of its own"
    assert [reason for reason in beside if not re.match(r"  # \w", reason)] == []


def test_all_brings_every_extra_but_the_tools():
    (everything,) = EXTRAS["all"]
    assert everything.name == "lossary"
    assert everything.extras == set(EXTRAS) - {"all", "dev", "bench"}


def test_the_same_bound_stands_wherever_a_requirement_is_repeated():
    bounds = {}
    for line in _all_requirements():
        bounds.setdefault(Requirement(line).name, set()).add(str(Requirement(line).specifier))
    assert {name: both for name, both in bounds.items() if len(both) > 1} == {}


def test_our_own_set_up_holds_every_requirement_at_one_version():
    named = {Requirement(line).name for line in _all_requirements()} - {"lossary"}
    assert named - _pins() == set()


def test_every_version_we_hold_has_its_reason_beside_it_or_above_its_group():
    group, unexplained = False, []
    for line in HELD:
        if not line or line.startswith("#"):
            group = bool(line)
        elif not group and "#" not in line:
            unexplained.append(line)
    assert unexplained == []


def test_the_face_bears_the_version_of_the_package():
    assert lossary.__version__ == PROJECT["version"]


def test_type_checkers_are_told_that_the_package_is_typed():
    assert (HOUSE / "py.typed").is_file()
