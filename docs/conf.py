"""Build the documentation: `python -m pip install ".[docs]" && sphinx-build docs docs/_build`."""

project = "supplychain-rules"
author = "The supplychain-rules authors"
copyright = f"2026, {author}"  # noqa: A001  the name that sphinx reads

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
templates_path: list[str] = []

autodoc_member_order = "bysource"
autodoc_typehints = "description"
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = "supplychain-rules"
