"""How Sphinx builds the documentation site."""

project = "aep.sources"
title = "aep.sources"
copyright = "The aep.sources contributors"  # noqa: A001 - Sphinx's name
extensions = ["sphinx_antsibull_ext"]
html_theme = "sphinx_ansible_theme"
html_title = "aep.sources"
html_short_title = "aep.sources"
html_show_sphinx = False
html_theme_options = {"documentation_home_url": "index.html", "topbar_links": {}, "tocroot_id": 0, "vcs_pageview_mode": "edit"}
highlight_language = "YAML+Jinja"
nitpicky = True
