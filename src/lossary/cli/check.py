"""`lossary check losses.py:focal`: is anybody's loss what it promises to be?"""

from typing import TYPE_CHECKING, Any

import typer

from lossary.cli import check_options as options
from lossary.cli.terminal import complain, tell
from lossary.errors import LossError

if TYPE_CHECKING:
    from lossary.cli.checking import Examined

SOUND, BROKEN, UNEXAMINED = 0, 1, 2


def check(
    losses: options.Addresses = None,
    prediction: options.Prediction = None,
    target: options.Target = None,
    shapes: options.Shapes = None,
    order: options.Order = None,
    reduction: options.Reduction = None,
    structure: options.Structure = None,
    per: options.Per = None,
    ignore: options.Ignore = None,
    infimum: options.Infimum = None,
    like: options.Like = None,
    gradient: options.Gradient = None,
    settings: options.Settings = None,
    host: options.Host = None,
    only: options.Only = None,
    skip: options.Skip = None,
    thorough: options.Thorough = False,
    strict: options.Strict = False,
    verbose: options.Verbose = False,
    as_json: options.AsJson = False,
    sarif: options.Sarif = None,
    junit: options.Junit = None,
    save: options.Save = None,
    against: options.Against = None,
    listed: options.Listed = False,
    explain: options.Explain = None,
) -> None:
    """Hold a loss to what it promises: gradient, shapes, precision, masks, reductions and more.

    Ends with status 0 where it is sound, 1 where something fails, 2 where it cannot be examined.
    """
    # they import much, and the other commands need none of it
    from lossary.cli.checking import examined, settings_of
    from lossary.cli.explaining import explained, list_of_checks

    asked = {
        "prediction": prediction, "target": target, "shapes": shapes, "order": order,
        "reduction": reduction, "structure": structure, "per": per, "ignore": ignore,
        "infimum": infimum, "like": like, "host": host, "only": only or (), "skip": skip or (),
        "thorough": thorough,
    }  # fmt: skip
    stated = {name: value for name, value in asked.items() if value is not None}
    try:
        if listed or explain is not None:
            tell(list_of_checks() if explain is None else explained(explain))
            return
        found = examined(losses or (), gradient, stated | {"settings": settings_of(settings or ())})
        _written(found, as_json, verbose, {"sarif": sarif, "junit": junit, "save": save})
        worse = _compared(found, against)
    except LossError as error:
        complain(error)
        raise typer.Exit(UNEXAMINED) from error
    raise typer.Exit(status(found, strict) if worse is None else BROKEN if worse else SOUND)


def status(found: "Examined", strict: bool) -> int:
    """Return the exit status: a failure is worse to hear of than a loss that could not be tried."""
    broken = (not each.sound or (strict and each.warnings) for each in found.verdicts)
    if any(broken):
        return BROKEN
    return UNEXAMINED if found.failed else SOUND


def _written(found: "Examined", as_json: bool, verbose: bool, files: dict[str, Any]) -> None:
    """Show what was found, and write the files that were asked for."""
    from lossary.cli.check_files import as_data, write_files
    from lossary.cli.verdict_drawing import drawn, in_all

    if as_json:
        print(as_data(found))
    else:
        alone = len(found.verdicts) == 1
        for each in found.verdicts:
            if alone or verbose or each.failures or each.warnings:
                tell(drawn(each, verbose))
        if len(found.verdicts) > 1:
            tell(in_all(found.verdicts))
    for name, why in (*found.failed.items(), *found.left_out.items()):
        complain(f"{name} could not be examined: {why}")
    write_files(found, files)


def _compared(found: "Examined", against: Any) -> bool | None:
    """Say whether something fails that did not when the certificate was saved; None without one."""
    if against is None:
        return None
    from lossary.cli.check_files import certificates
    from lossary.cli.verdict_drawing import difference
    from lossary.verifier.comparing import compared

    before: dict[str, Any] = certificates(against)
    worse = False
    for each in found.verdicts:
        known = before.get(each.name)
        if known is None:
            complain(f"{against} has no certificate of {each.name}.")
            worse = worse or not each.sound
            continue
        comparison = compared(known, each)
        worse = worse or comparison.worse
        tell(difference(each, comparison))
    return worse or bool(found.failed)
