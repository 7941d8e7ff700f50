"""Evaluating templates as Ansible does, with each version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19

    def trust_as_template(text: str) -> str:
        return text


def evaluated(template: str, variables: Mapping[str, Any]) -> Any:
    """Return what a template of a play's author becomes."""
    return Templar(DataLoader(), dict(variables)).template(trust_as_template(template))
