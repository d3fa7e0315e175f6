"""Every example does what it shows, in the docstrings and on the pages alike."""

import os
import subprocess
import sys

import pytest

from tests.house.rooms import FILES, ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TOGETHER = {
    "arrays": ("jax.md", "keras.md", "tensorflow.md", "hosts/optimizers.md"),
    "boosters": ("catboost.md", "lightgbm.md", "xgboost.md", "sklearn.md"),
    "the lab": ("study.md", "search.md", "README.md"),
}
"""Pages of one process, which opens their frameworks once; all others are of a fourth."""
README = """
```python
>>> given = 20
>>> given + 1
21
```

```python
assert given == {expected}
```
"""


def _run(files, folder):
    """Run the examples where they may leave files behind; a warning is an error, as everywhere."""
    command = [sys.executable, "-W", "error", "-m", "tests.house.examples", *map(str, files)]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
    )


def test_every_example_in_a_docstring_does_what_it_shows(tmp_path):
    ran = _run(FILES, tmp_path)
    assert ran.returncode == 0, ran.stdout


def _process(page):
    name = page.as_posix()
    return next((each for each, ends in TOGETHER.items() if name.endswith(ends)), "others")


@pytest.mark.parametrize("process", [*TOGETHER, "others"])
def test_every_example_on_a_page_does_what_it_shows(process, tmp_path):
    ran = _run([page for page in PAGES if _process(page) == process], tmp_path)
    assert ran.returncode == 0, ran.stdout


def test_the_readme_shows_at_least_one_example():
    assert "```python\n" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(("expected", "fault"), [(20, ""), (21, "README.md: block 2")])
def test_an_example_that_fails_is_found(expected, fault, tmp_path):
    page = tmp_path / "README.md"
    page.write_text(README.format(expected=expected))
    ran = _run([page], tmp_path)
    assert ran.returncode == bool(fault)
    assert fault in ran.stdout
