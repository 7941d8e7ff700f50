# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Lines of a YAML file of variables: any text survives, none is a template, and ansible-lint has nothing to say."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

_WIDTH = 120  # of a comment, and of a part of a long text; lines stay below the 160 characters that ansible-lint takes
_PLAIN = re.compile(r"[A-Za-z_][\w.-]*( [\w.-]+)*", re.ASCII)
_WORDS = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}  # which are no texts
_TEMPLATE = re.compile(r"\{[{%#]")
_TOLD_OF_TEMPLATES = "jinja[invalid] jinja[spacing] yaml[line-length]"  # ansible-lint takes no notice of !unsafe


def scalar(value: str | int, indent: int = 0) -> str:
    """Return a value as it stands behind a key, over several lines if it is long.

    Parameters:
        value: a text, a number or a boolean.
        indent: how many spaces the key has before it.
    """
    if not isinstance(value, str):
        return str(value).lower()
    if len(value) <= _WIDTH and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return str(value)
    escaped = [*map(_escaped, value)]
    if _TEMPLATE.search(value):
        return f'!unsafe "{"".join(escaped)}" # noqa: {_TOLD_OF_TEMPLATES}'
    parts = [""]
    for one in escaped:
        if len(parts[-1]) + len(one) > _WIDTH:
            parts.append("\\" if one == " " else "")  # else YAML leaves it out, as it does the line break and its margin
        parts[-1] += one
    return '"' + ("\\\n" + " " * (indent + 2)).join(parts) + '"'


def _escaped(one: str) -> str:
    if one in '"\\':
        return f"\\{one}"
    if one.isprintable():
        return one
    code = ord(one)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def entries(options: Mapping[str, str | int], indent: int) -> Iterator[str]:
    """Yield the lines of a dictionary without its first indentation."""
    for key, value in options.items():
        yield f"{' ' * indent}{scalar(key)}: {scalar(value, indent)}"


def comment(text: str, indent: int = 0) -> Iterator[str]:
    """Yield the lines of a comment, which nothing in the text can end."""
    shown = "".join(one if one.isprintable() else "?" for one in text)
    for line in textwrap.wrap(shown, _WIDTH, break_on_hyphens=False):
        yield f"{' ' * indent}# {line}"
