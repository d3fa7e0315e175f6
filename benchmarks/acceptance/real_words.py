"""The page of real tables: what was recommended, and how it fared on rows kept aside."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
COLUMNS = (
    "question", "seed", "recommended", "field's − recommended", "interval", "", "best in hindsight",
    "regret", "field's regret", "verdict",
)  # fmt: skip
HEAD = """# Real tables, judged on rows kept aside

Each line is a study: {rows:,} rows at the most, a fifth of them kept aside, five folds, once, with
{trials} settings for each arm, learners {learners} (networks at {share:.0%} of their steps). Then
every arm is trained for the rows kept aside, and judged there. *Recommended* is what the verdict
says to take, the *field's* what most would have taken, as it stands. The difference is positive
where the recommended arm is better; its interval is a bootstrap over the rows kept aside, at 95 %.
*Best in hindsight* is the best arm on those rows, which luck helps; *regret* is by how much the
recommended one is worse, as a share of what the metric's default learnt beyond the best constant.
Where a line says "nothing learnt", that share means nothing. Seeds share rows: they are not
independent.
"""


def outcome(row: Row) -> str:
    """Say how the recommended arm fares beside the field's: by the interval, not by the mean."""
    if row["recommended"] == row["field"]:
        return "the same"
    return "better" if row["low"] > 0 else "worse" if row["high"] < 0 else "no difference"


def verdict(row: Row) -> str:
    """Say in two words what the study itself said."""
    if row["sentence"].startswith("No loss"):
        return "nothing learnt"
    return "no difference" if row["sentence"].startswith("No difference") else "told apart"


def summary(rows: list[Row]) -> str:
    """Count outcomes, and average the regret."""
    counts, learnt = Counter(map(outcome, rows)), [r for r in rows if _learnt(r)]
    best = sum(row["recommended"] == row["best"] for row in rows)
    means = {
        name: sum(row[name] for row in learnt) / len(learnt)
        for name in ("regret", "regret_of_field", "regret_of_default")
    }
    seconds = sorted(row["seconds"] for row in rows)
    return (
        f"Of {len(rows)} studies the recommended arm is better than the field's in "
        f"{counts['better']}, worse in {counts['worse']}, not told from it in "
        f"{counts['no difference']}, and the field's itself in {counts['the same']}. "
        f"It is the best in hindsight in {best}. Where something was learnt ({len(learnt)} of "
        f"them) its mean regret is {means['regret']:.1%}; that of the metric's default "
        f"{means['regret_of_default']:.1%}, that of the field's {means['regret_of_field']:.1%}. "
        f"A study took {seconds[len(seconds) // 2]:.0f} s (median) on a busy core.\n"
    )


def _learnt(row: Row) -> bool:
    return verdict(row) != "nothing learnt"


def line(row: Row) -> tuple[str, ...]:
    """Write one study."""
    same = row["recommended"] == row["field"]
    shares = (f"{row[each]:.1%}" if _learnt(row) else "" for each in ("regret", "regret_of_field"))
    return (
        row["question"], str(row["seed"]), row["recommended"],
        "" if same else f"{row['difference']:.3g}",
        "" if same else f"{row['low']:.3g} to {row['high']:.3g}",
        outcome(row), row["best"], *shares, verdict(row),
    )  # fmt: skip


def table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table."""
    lines = [columns, ("---",) * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page(found: dict[str, Any]) -> str:
    """Write the page."""
    rows = sorted(found["rows"], key=lambda row: (row["question"], row["seed"]))
    most = max(row["rows"] + row["held"] for row in rows)
    told = {name: found[name] for name in ("trials", "share", "learners")}
    head = HEAD.format(rows=most, **told)
    return "\n".join((head, summary(rows), table(COLUMNS, map(line, rows)), ""))
