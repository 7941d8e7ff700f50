# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What the service says is data: nothing of it is ever a template, whatever a play does with it."""

from __future__ import annotations

from typing import TypeVar

from ansible import template

if not hasattr(template, "trust_as_template"):  # before ansible-core 2.19
    from ansible.utils.unsafe_proxy import wrap_var
else:
    wrap_var = None

Value = TypeVar("Value")


def as_data(value: Value) -> Value:
    """Return what Python made of the service's answer as Ansible has to get it for that: call this wherever it enters Ansible.

    Before ansible-core 2.19, each text is a template that is not marked as unsafe. Since then, only what is marked as trusted
    is one, and what Python makes is not.
    """
    marked: Value = wrap_var(value) if wrap_var else value
    return marked
