"""How Sphinx builds the documentation site."""

import pathlib
import tempfile
import zlib

ANSIBLE = "https://docs.ansible.com/ansible/devel/"
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


project = "aep.sources"
title = "aep.sources"
copyright = "The aep.sources contributors"
extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
intersphinx_mapping = {"ansible": (ANSIBLE, _inventory())}
html_theme = "sphinx_ansible_theme"
html_title = "aep.sources"
html_short_title = "aep.sources"
html_show_sphinx = False
html_theme_options = {"documentation_home_url": "index.html", "topbar_links": {}, "vcs_pageview_mode": "edit"}
highlight_language = "YAML+Jinja"
