"""A lookup, as Ansible makes it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar


@pytest.fixture
def look_up() -> Callable[..., list[Any]]:
    """Return a function that runs a lookup of the collection."""

    def run(name: str, terms: list[Any], variables: dict[str, Any], **options: Any) -> list[Any]:
        module = importlib.import_module(f"ansible_collections.aep.sources.plugins.lookup.{name}")
        documented = yaml.safe_load(module.DOCUMENTATION)["options"]
        constants.config.initialize_plugin_configuration_definitions("lookup", f"aep.sources.{name}", documented)
        loader = DataLoader()
        lookup = module.LookupModule(loader=loader, templar=Templar(loader, variables))
        lookup._load_name = f"aep.sources.{name}"
        found: list[Any] = lookup.run(terms, variables, **options)
        return found

    return run
