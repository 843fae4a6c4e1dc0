"""Run the examples of the documentation as tests: every `python` block of the docs and both READMEs.

A page is one namespace, read from top to bottom. A block with `>>>` prompts is a doctest; any other
block must run. What must not run is written as `text`.
"""

from doctest import ELLIPSIS, NORMALIZE_WHITESPACE

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

# The tests of our own plugin run pytest on files that they write.
pytest_plugins = ["pytester"]

# pytest's `testpaths` says which folders are walked, so that a pattern by suffix is enough here.
pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS | NORMALIZE_WHITESPACE), SkipParser()],
    pattern="*.md",
).pytest()
