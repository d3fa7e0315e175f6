"""What a study found: the ranking, and the verdict under it in words."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lossary.records import StudyRecord


def ranking(record: StudyRecord) -> RenderableType:
    """Draw the ranking, then the verdict, how sure one may be, and what to mind."""
    from lossary.reports import number

    question, verdict = record.question, record.verdict
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("arm", style="cyan", overflow="fold")  # lines may part, numbers may not
    for name in (question.metric, "± over folds"):
        table.add_column(name, justify="right", overflow="fold")
    for name in ("worse by", f"{verdict.level:.0%} interval"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for each in verdict.standings:
        cells = [number(each.mean), number(each.deviation, 2)]
        if each.arm == verdict.leader:
            cells += ["", "", "leads"]
        else:
            cells += [
                number(each.difference, 3),
                f"{number(each.low, 3)} to {number(each.high, 3)}",
            ]
            cells.append("not told apart" if each.together else "worse")
        if each.arm == verdict.recommended and verdict.beats_constant:
            cells[-1] += ", recommended"
        table.add_row(Text(each.arm), *cells)
    said = [Text(verdict.sentence, style="bold")]
    said += [Text(each) for each in (verdict.advice, verdict.sure, *verdict.caveats) if each]
    if record.protocol.stopped:
        said.append(Text(f"Cut short: {record.protocol.stopped}."))
    return Group(table, "", *said, _held(record), "")


def _held(record: StudyRecord) -> Text:
    """Say what the hold-out showed."""
    from lossary.reports import number

    held = record.holdout
    if held is None:
        return Text("")
    scores = ", ".join(f"{name} {number(value)}" for name, value in held.scores.items())
    said = f"On the hold-out ({held.rows:,} rows): {record.question.metric} {scores}"
    if held.recommended == held.compared:
        return Text(said + ".")
    if held.difference == held.low == held.high == 0:
        return Text(f"{said}: the same.")
    return Text(
        f"{said}; {held.compared} is worse by {number(held.difference, 3)} "
        f"({held.level:.0%} interval {number(held.low, 3)} to {number(held.high, 3)})."
    )
