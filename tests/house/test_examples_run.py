"""Every example does what it shows, in the docstrings and on the pages alike."""

import os
import subprocess
import sys

import pytest

from tests.house.rooms import FILES, ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_example_on_a_page_does_what_it_shows(page, tmp_path):
    ran = _run([page], tmp_path)
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
