"""The recommended configuration as code for each host: what the folds chose, ready to be pasted."""

from lossary.reports.code.snippets import Snippet, snippets

__all__ = ["Snippet", "snippets"]
