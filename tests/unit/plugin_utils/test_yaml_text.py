from __future__ import annotations

from typing import Any

import pytest
import yaml
from adopting import Loader
from ansible_collections.aep.sources.plugins.plugin_utils.yaml_text import comment, entries, scalar
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

# Halves of surrogate pairs are in no text that a definition admits, and no file could hold them.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def read(text: str) -> Any:
    return yaml.load(text, Loader)


@given(TEXTS)
@settings(max_examples=examples(300, 20000))
@example("no")
@example("NULL")
@example("1_000")
@example(" begins with a space")
@example("a: b # c")
@example("x" * 99 + "  y")
@example("\ufeff\u2028\x85\x00\U0001f600")
@example('{{ "a" }} {# b #} {% c %}')
def test_any_text_survives(text: str) -> None:
    lines = list(entries({"first": text, "second": 1}, 4))
    written = "\n".join(["postgres:", "  - x: 0", *lines])
    assert read(written) == {"postgres": [{"x": 0, "first": text, "second": 1}]}
    assert max(len(line) for line in written.splitlines() if "# noqa" not in line) <= 160
    assert scalar(text).startswith("!unsafe") == any(one in text for one in ("{{", "{%", "{#"))


def test_lines_are_short() -> None:
    text = "A description of several words. " * 20
    assert max(map(len, scalar(text, 4).splitlines())) < 160
    assert read(f"a:\n    b: {scalar(text, 4)}") == {"a": {"b": text}}


@pytest.mark.parametrize(("value", "written"), [(True, "true"), (False, "false"), (5432, "5432"), ("Orders", "Orders")])
def test_what_needs_no_quotes(value: Any, written: str) -> None:
    assert scalar(value) == written


@given(TEXTS)
def test_a_comment_is_nothing_else(text: str) -> None:
    assert read("\n".join([*comment(text, 2), "a: 1"])) == {"a": 1}
