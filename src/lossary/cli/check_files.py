"""The files that `lossary check` writes and reads: data, SARIF, JUnit's XML and certificates."""

import json
from pathlib import Path
from typing import Any

import lossary
from lossary.cli.checking import Examined
from lossary.errors import FormatError
from lossary.verifier import Verdict
from lossary.verifier.writing.junit import junit
from lossary.verifier.writing.sarif import sarif

FORMAT = "lossary-check"
VERSION = 1


def as_data(found: Examined) -> str:
    """Write all verdicts as JSON; a single one and several look alike."""
    return json.dumps(_data(found), indent=2, ensure_ascii=False, allow_nan=False)


def _data(found: Examined) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "lossary": lossary.__version__,
        "verdicts": [each.to_dict() for each in found.verdicts],
        "unexamined": {**found.failed, **found.left_out},
    }


def write_files(found: Examined, files: dict[str, Path | None]) -> None:
    """Write each file that was asked for.

    Raises:
        FormatError: a file cannot be written.
    """
    makers = {"sarif": _sarif, "junit": _junit, "save": as_data}
    for kind, path in files.items():
        if path is None:
            continue
        try:
            path.write_text(makers[kind](found) + "\n", encoding="utf-8")
        except OSError as error:
            raise FormatError(f"{path} cannot be written: {error.strerror}.") from error


def _sarif(found: Examined) -> str:
    untried = [f"{name} could not be examined: {why}" for name, why in found.failed.items()]
    return json.dumps(sarif(found.verdicts, lossary.__version__, untried), indent=2)


def _junit(found: Examined) -> str:
    return junit(found.verdicts, found.failed).rstrip("\n")


def certificates(path: Path) -> dict[str, Verdict]:
    """Read the certificates of a file by the names of their losses.

    Raises:
        FormatError: the file holds none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        many = found["verdicts"] if found.get("format") == FORMAT else [found]
        verdicts = [Verdict.from_dict(each) for each in many]
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{path} holds no certificate of `lossary check --save`.") from error
    return {each.name: each for each in verdicts}
