"""How Sphinx builds the documentation site."""

import pathlib
import tempfile
import zlib
from typing import Any

ANSIBLE = "https://docs.ansible.com/ansible/devel/"
REPOSITORY = "https://github.com/aep-sources/aep.sources"
FOLDERS = {"module": "modules", "lookup": "lookup", "filter": "filter", "inventory": "inventory"}
KNOWN = """
action_plugins std:label plugins/action.html#action-plugins
ansible_collections.ansible.builtin.password_lookup std:label collections/ansible/builtin/password_lookup.html
ansible_configuration_settings std:label reference_appendices/config.html#ansible-configuration-settings
common_return_values std:label reference_appendices/common_return_values.html#common-return-values
ANSIBLE_CACHE_PLUGIN std:envvar reference_appendices/config.html#envvar-$
ANSIBLE_CACHE_PLUGIN_CONNECTION std:envvar reference_appendices/config.html#envvar-$
ANSIBLE_CACHE_PLUGIN_PREFIX std:envvar reference_appendices/config.html#envvar-$
ANSIBLE_CACHE_PLUGIN_TIMEOUT std:envvar reference_appendices/config.html#envvar-$
"""


def _inventory() -> str:
    """Write Ansible's own pages that ours refer to, as Sphinx wants them: the site has to build without a network."""
    lines = [line.split() for line in KNOWN.strip().splitlines()]
    entries = "".join(f"{name} {role} -1 {page} {name.replace('_', ' ')}\n" for name, role, page in lines)
    file = pathlib.Path(tempfile.mkdtemp()) / "objects.inv"
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n# What follows is compressed using zlib.\n"
    file.write_bytes(head.encode() + zlib.compress(entries.encode()))
    return str(file)


def _source(page: str) -> str | None:
    """Return the file of the repository that a page is written in; pages that are lists have none."""
    if page == "index":
        return "docs/docsite/start.rst"
    if page.startswith("docsite/"):
        return f"docs/docsite/rst/{page.removeprefix('docsite/')}.rst"
    name, _dash, kind = page.rpartition("_")
    if kind == "role":
        return f"roles/{name}/meta/argument_specs.yml"
    return f"plugins/{FOLDERS[kind]}/{name}.py" if kind in FOLDERS else None


def _set_links(_app: Any, page: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Let "Edit on GitHub" lead to where the text is, and the logo to the start page from pages in folders as well."""
    source = _source(page)
    context["theme_documentation_home_url"] = context["pathto"]("index")
    context["display_vcs_links"] = source is not None
    context["meta"] = {**(context.get("meta") or {}), "github_url": f"{REPOSITORY}/edit/main/{source}"}


def setup(app: Any) -> None:
    """Register what Sphinx calls."""
    app.connect("html-page-context", _set_links)


project = "aep.sources"
title = "aep.sources"
copyright = "The aep.sources contributors"
extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
intersphinx_mapping = {"ansible": (ANSIBLE, _inventory())}
html_theme = "sphinx_ansible_theme"
html_title = "aep.sources"
html_short_title = "aep.sources"
html_show_sphinx = False
html_theme_options = {"topbar_links": {}, "collapse_navigation": False}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_search_summary = False  # a browser reads no other file for it where the site is a folder
highlight_language = "YAML+Jinja"
