"""A search in words: what was found, how often, and what one more restart would bring."""

from lossary.records import BasinRecord, MoreRecord


def said(
    loss: float,
    basins: tuple[BasinRecord, ...],
    restarts: int,
    dropped: int,
    more: MoreRecord | None,
) -> str:
    """Return a few sentences."""
    if not basins:
        return "No restart ended at a finite loss."
    count, ended = len(basins), restarts - dropped
    words = [f"The best loss is {loss:.6g}: {basins[0].count} of {ended} restarts ended there."]
    if dropped:
        words.append(f"{dropped} more were dropped on the way.")
    words.append("All ended in one basin." if count == 1 else f"They ended in {count} basins.")
    if more is not None:
        words.append(
            f"One more restart ends lower with a chance of at most {more.chance_high:.0%} (at "
            f"{more.level:.0%} confidence), and lowers the best by about {more.gain:.2g} "
            f"({more.gain_low:.2g} to {more.gain_high:.2g})."
        )
        if more.unseen is not None:
            words.append(
                f"It finds a new basin with a chance of about {more.unseen:.0%} "
                f"({more.unseen_low:.0%} to {more.unseen_high:.0%})."
            )
    return " ".join(words)
