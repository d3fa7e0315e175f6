"""A verdict as JUnit's XML, which every CI draws: one suite a loss, one case a check."""

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from lossary.verifier.writing.report import where

Element = ElementTree.Element


def junit(verdicts: Sequence[Any], untried: dict[str, str]) -> str:
    """Write the checks of several losses; a loss that could not be examined is an error."""
    root = Element("testsuites", name="lossary")
    for each in verdicts:
        root.append(_suite(each))
    for name, why in untried.items():
        suite = _count(Element("testsuite", name=name), tests=1, errors=1)
        case = ElementTree.SubElement(suite, "testcase", classname=name, name="examination")
        ElementTree.SubElement(case, "error", message=_clean(why)).text = _clean(why)
        root.append(suite)
    for word in ("tests", "failures", "errors", "skipped"):
        root.set(word, str(sum(int(suite.get(word, "0")) for suite in root)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(verdict: Any) -> Element:
    found: dict[str, list[Any]] = {each.check: [] for each in verdict.findings}
    for each in verdict.findings:
        found[each.check].append(each)
    names = list(dict.fromkeys((*found, *verdict.held, *verdict.skipped)))
    failed = {each.check for each in verdict.failures}
    suite = Element("testsuite", name=verdict.name, time=f"{verdict.seconds:.3f}")
    _count(suite, tests=len(names), failures=len(failed), skipped=len(verdict.skipped))
    for name in names:
        suite.append(_case(verdict, name, found.get(name, ())))
    return suite


def _count(suite: Element, **numbers: int) -> Element:
    for word in ("tests", "failures", "errors", "skipped"):
        suite.set(word, str(numbers.get(word, 0)))
    return suite


def _case(verdict: Any, name: str, findings: Sequence[Any]) -> Element:
    case = Element("testcase", classname=verdict.name, name=name)
    if verdict.place is not None:
        case.set("file", where(verdict).rpartition(":")[0])
        case.set("line", str(verdict.place[1]))
    failed = [each for each in findings if each.severity == "FAIL"]
    told = [each for each in findings if each.severity != "FAIL"]
    if failed:
        text = "\n\n".join(_told(verdict, each) for each in failed)
        one = ElementTree.SubElement(case, "failure", message=_clean(failed[0].says), type=name)
        one.text = _clean(text)
    elif name in verdict.skipped:
        ElementTree.SubElement(case, "skipped", message=_clean(verdict.skipped[name]))
    if told:
        out = ElementTree.SubElement(case, "system-out")
        out.text = _clean("\n\n".join(_told(verdict, each) for each in told))
    return case


def _told(verdict: Any, finding: Any) -> str:
    lines = [f"{finding.severity}: {finding.says}", verdict.reproduction(finding)]
    lines += [f"cause: {finding.cause}" if finding.cause else ""]
    lines += [f"mend: {finding.mend}" if finding.mend else ""]
    return "\n".join(filter(None, lines))


def _clean(text: str) -> str:
    """Drop what XML cannot hold, as control characters."""
    return "".join(each for each in text if each in "\t\n" or each >= " ")
