"""Give what antsibull-docs wrote a start page, a sidebar in groups, and titles that fit: python site_pages.py FOLDER."""

from __future__ import annotations

import pathlib
import re
import shutil
import sys

import yaml

DOCSITE = pathlib.Path(__file__).parents[1] / "docs" / "docsite"
KINDS = "module|role|inventory|lookup|filter"


def sidebar() -> str:
    """Return the groups of the sidebar; the last one also has the pages of modules, roles and plugins."""
    sections = yaml.safe_load((DOCSITE / "extra-docs.yml").read_text())["sections"]
    groups = {one["title"]: [f"docsite/{page}" for page in one["toctree"]] for one in sections}
    groups["Start"].insert(0, "self")
    groups["Reference"][:0] = ["reference", "Environment variables <environment_variables>"]
    return "".join(
        f"\n.. toctree::\n   :caption: {title}\n   :hidden:\n\n" + "".join(f"   {page}\n" for page in pages)
        for title, pages in groups.items()
    )


def reference(index: str) -> str:
    """Return the page of all modules, roles and plugins, which the sidebar lists by their names alone."""
    plugins = re.split(r"\nPlugin Index\n-+\n", index)[1].replace("These are the plugins in", "This is what is in")
    plugins = re.sub(r"\nRole Index\n-+\n", "\nRoles\n~~~~~\n", plugins)  # a section beside those of modules and plugins
    head = "Modules, roles and plugins"
    short = re.sub(rf"^(    )((\w+)_(?:{KINDS}))$", r"\1\3 <\2>", plugins, flags=re.MULTILINE)
    return f".. _plugins_in_aep.sources:\n.. _plugin_index_for_aep.sources:\n\n{head}\n{'=' * len(head)}\n\n{short}"


def main(folder: pathlib.Path) -> None:
    """Rewrite the pages in a folder."""
    index = folder / "index.rst"
    (folder / "reference.rst").write_text(reference(index.read_text()))
    index.write_text((DOCSITE / "start.rst").read_text() + sidebar())
    shutil.copy(DOCSITE / "overview.svg", folder)
    for page in folder.glob("*.rst"):  # in a narrow window, a title with the collection's name does not fit into a line
        page.write_text(re.sub(rf"^aep\.sources\.(\w+ (?:{KINDS})\b.*\n\+)", r"\1", page.read_text(), flags=re.MULTILINE))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
