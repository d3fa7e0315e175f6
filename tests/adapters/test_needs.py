"""A host that is missing or too old is told, with the command that mends it."""

import sys
import tomllib
from importlib import import_module
from importlib.metadata import PackageNotFoundError

import pytest
from packaging.requirements import Requirement

from lossary.adapters import needs
from lossary.errors import HostError
from tests.house.rooms import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {
    extra: {each.name: each for each in map(Requirement, lines)}
    for extra, lines in PROJECT["optional-dependencies"].items()
}


def _missing(name):
    raise PackageNotFoundError(name)


def test_a_missing_host_names_what_to_install(monkeypatch):
    monkeypatch.setattr(needs, "version", _missing)
    monkeypatch.setitem(
        needs.HOSTS,
        "lightgbm",
        needs.Host("LightGBM", "no_such_module", ("no_such",), "boosting", "4"),
    )
    with pytest.raises(HostError, match=r"LightGBM is not installed.*\n.*lossary\[boosting\]"):
        needs.need("lightgbm")


def test_an_old_host_is_told_with_the_version_it_needs(monkeypatch):
    monkeypatch.setattr(needs, "version", lambda name: "1.9.12")
    with pytest.raises(HostError, match=r"PyTorch 1\.9\.12 is too old.* 2\.4 or newer"):
        needs.need("torch")


def test_a_missing_host_is_an_import_error_too():
    assert issubclass(HostError, ImportError)


@pytest.mark.parametrize(
    ("room", "told"), [("torch", "PyTorch"), ("optax", "optax"), ("keras", "Keras")]
)
def test_a_room_without_its_host_tells_what_to_install(monkeypatch, room, told):
    monkeypatch.setattr(needs, "version", _missing)
    monkeypatch.setattr(needs, "import_module", lambda name: import_module(f"no_such_{name}"))
    monkeypatch.delitem(sys.modules, f"lossary.adapters.{room}", raising=False)
    with pytest.raises(HostError, match=rf"{told} is not installed(.|\n)*pip install 'lossary\["):
        import_module(f"lossary.adapters.{room}")


@pytest.mark.parametrize("host", needs.HOSTS.values(), ids=lambda host: host.module)
def test_bounds_are_those_of_the_extras(host):
    stated = EXTRAS[host.extra][host.packages[0]]
    assert str(stated.specifier) == f">={host.oldest}"
