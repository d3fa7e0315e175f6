"""A search in words: what was found, how often, and what one more restart would bring."""

from lossary.records import BasinRecord, MoreRecord


def said(
    loss: float,
    basins: tuple[BasinRecord, ...],
    lost: tuple[int, int],
    more: MoreRecord | None,
) -> str:
    """Return a few sentences; `lost` are restarts that were dropped, and that have not settled."""
    dropped, unsettled = lost
    if not basins and not unsettled:
        return "No restart ended at a finite loss."
    words = [f"The best loss is {loss:.6g}: {_settled(loss, basins)}"]
    if dropped:
        words.append(f"{dropped} {'was' if dropped == 1 else 'were'} dropped on the way.")
    if unsettled:
        words.append(
            f"{unsettled} had not settled when their evaluations ended, and count for no basin; a "
            f"larger budget settles more."
        )
    return " ".join([*words, *_outlook(more)])


def _settled(loss: float, basins: tuple[BasinRecord, ...]) -> str:
    if not basins:
        return "no restart settled."
    best, settled, count = basins[0], sum(each.count for each in basins), len(basins)
    ends = f"{best.count} of {settled} restarts that settled ended"
    if loss < best.loss:
        ends = f"it was seen by one that had not settled. {ends} at {best.loss:.6g}"
    else:
        ends += " there"
    return f"{ends}. {'All are in one basin.' if count == 1 else f'They are in {count} basins.'}"


def _outlook(more: MoreRecord | None) -> list[str]:
    if more is None:
        return []
    lower = (
        f"One more restart ends lower with a chance of at most {more.chance_high:.0%} (at "
        f"{more.level:.0%} confidence), and lowers the best by about {more.gain:.2g} "
        f"({more.gain_low:.2g} to {more.gain_high:.2g})."
    )
    if more.unseen is None:
        return [lower]
    new = (
        f"It finds a new basin with a chance of about {more.unseen:.0%} "
        f"({more.unseen_low:.0%} to {more.unseen_high:.0%})."
    )
    return [lower, new]
