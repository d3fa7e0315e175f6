"""`lossary report`: draws a study that is done; nothing is trained again."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from lossary.cli.ranking import ranking
from lossary.cli.terminal import tell
from lossary.errors import NotFoundError
from lossary.records import StudyRecord


def report(
    record: Annotated[Path, typer.Argument(help="A record.json, or the folder it stands in.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report; without it, the record's own.")
    ] = None,
) -> None:
    """Draw the report of a study from its record, and say what was found."""
    from lossary import reports

    path = record / "record.json" if record.is_dir() else record
    if not path.is_file():
        raise NotFoundError(
            f"{path}: there is no such record. `lossary study` writes one when it is done; give "
            f"the folder that it named."
        )
    read = StudyRecord.from_json(path.read_text(encoding="utf-8"))
    tell(ranking(read))
    tell(Text.assemble(("report ", "bold"), str(reports.write(read, out or path.parent))))
