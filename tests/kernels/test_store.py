"""Compiled libraries are kept safely, and no compiler is no misfortune."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lossary.kernels.c import store
from lossary.kernels.c.compiler import compiler

CODE = """
import warnings
import numpy as np
import lossary
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    p, t = np.linspace(-2, 2, 70), np.zeros(70)
    values = [round(float(lossary.Huber(delta=d)(p, t)), 12) for d in (0.5, 1.0)]
    entries = round(float(lossary.LogCosh()(p, t)), 12)  # a kernel may differ in the last bit
told = [w for w in caught if issubclass(w.category, lossary.errors.KernelWarning)]
print(len(told), lossary.core.dispatch.state.broken is None, values, entries)
for each in told:
    print(each.message)
"""


def _process(**settings: str) -> tuple[str, str]:
    """Run losses in a fresh process; return whether it was said once, and what came out."""
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    first, *_ = done.stdout.splitlines()
    told, well, numbers = first.split(" ", 2)
    return f"{told} {well}", numbers


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> str:
    state, numbers = _process(LOSSARY_CACHE=str(tmp_path_factory.mktemp("kept")))
    assert state == "0 True"
    return numbers


def test_switched_off_by_the_environment_nothing_is_compiled(tmp_path: Path, right: str) -> None:
    assert _process(LOSSARY_CACHE=str(tmp_path), LOSSARY_KERNELS="0") == ("0 True", right)
    assert not list(tmp_path.iterdir())


def test_a_compiler_that_fails_is_told_once_and_the_definition_serves(
    tmp_path: Path, right: str
) -> None:
    for name, text in (("fails", "#!/bin/sh\nexit 3\n"), ("empty", "#!/bin/sh\nexit 0\n")):
        broken = tmp_path / name
        broken.write_text(text)
        broken.chmod(0o700)
        found = _process(LOSSARY_CACHE=str(tmp_path / "kept"), LOSSARY_CC=str(broken), CC="")
        assert found == ("1 False", right)


def test_a_compiler_that_writes_no_library_is_told_once(tmp_path: Path, right: str) -> None:
    broken = tmp_path / "scribbles"
    broken.write_text('#!/bin/sh\nfor last; do :; done\necho nonsense > "$last"\n')
    broken.chmod(0o700)
    found = _process(LOSSARY_CACHE=str(tmp_path / "kept"), LOSSARY_CC=str(broken), CC="")
    assert found == ("1 False", right)


def test_without_any_compiler_the_definition_serves(tmp_path: Path, right: str) -> None:
    found = _process(LOSSARY_CACHE=str(tmp_path / "kept"), PATH=str(tmp_path), CC="", LOSSARY_CC="")
    assert found == ("1 False", right)


def test_a_folder_that_cannot_be_made_is_told_once(tmp_path: Path, right: str) -> None:
    (tmp_path / "file").write_text("no folder")
    found = _process(LOSSARY_CACHE=str(tmp_path / "file" / "kept"))
    assert found == ("1 False", right)


def test_a_folder_that_others_can_write_is_not_trusted(tmp_path: Path, right: str) -> None:
    tmp_path.chmod(0o777)
    found = _process(LOSSARY_CACHE=str(tmp_path))
    assert found == ("1 False", right)
    assert not list(tmp_path.glob("*.so"))


def test_libraries_are_this_users_alone(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    _process(LOSSARY_CACHE=str(place))
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert list(place.glob("*.so"))
    assert not list(place.glob("making-*"))
    assert all(not each.stat().st_mode & 0o077 for each in place.glob("*.so"))


def test_a_second_process_compiles_nothing(tmp_path: Path, right: str) -> None:
    place = str(tmp_path / "kept")
    _process(LOSSARY_CACHE=place)
    before = {each.name: each.stat().st_mtime_ns for each in Path(place).iterdir()}
    assert _process(LOSSARY_CACHE=place) == ("0 True", right)
    assert before == {each.name: each.stat().st_mtime_ns for each in Path(place).iterdir()}


def test_a_library_that_was_tampered_with_is_made_anew(tmp_path: Path, right: str) -> None:
    place = tmp_path / "kept"
    _process(LOSSARY_CACHE=str(place))
    for each in place.glob("*.so"):
        each.write_bytes(b"something else")
    assert _process(LOSSARY_CACHE=str(place)) == ("0 True", right)
    assert all(store._whole(each, each.with_suffix(".sum")) for each in place.glob("*.so"))


def test_processes_may_fill_the_same_folder_at_once(tmp_path: Path, right: str) -> None:
    place = str(tmp_path / "kept")
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: _process(LOSSARY_CACHE=place), range(3)))
    assert found == [("0 True", right)] * 3


def test_what_a_library_is_made_of_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOSSARY_CACHE", str(tmp_path / "kept"))
    made = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_bytes(b"library")

    assert store.kept("one", make) == store.kept("one", make) != store.kept("two", make)
    assert len(made) == 2


def test_the_compiler_and_the_processor_are_part_of_the_name() -> None:
    identity = compiler().identity
    assert os.path.realpath(compiler().path) in identity
    assert len(identity.split()) > 5
