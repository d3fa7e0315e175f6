"""Writes a verdict down: as words, as code that repeats a finding, and as data for programs."""

from lossary.verifier.writing.plain import plain
from lossary.verifier.writing.report import report
from lossary.verifier.writing.reproduction import reproduction

__all__ = ["plain", "report", "reproduction"]
