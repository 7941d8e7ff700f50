"""The lookup checked_hosts on an inventory of three sandboxes in two groups and an empty one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError

Checked = Callable[..., list[Any]]
GROUPS = {"all": ["s1", "s2", "s3"], "dev": ["s1", "s2"], "prod": ["s3"], "planned": []}


@pytest.fixture
def checked(look_up: Checked) -> Checked:
    def run(
        pattern: Any, *, limit: tuple[str, ...] = ("s1", "s2", "s3"), groups: dict[str, list[str]] | None = None
    ) -> list[Any]:
        known = {"groups": groups or GROUPS, "ansible_play_hosts_all": list(limit)}
        return look_up("checked_hosts", [pattern], known)

    return run


@pytest.mark.parametrize("pattern", ["all", "dev,prod", "dev:!s1", "s*", "dev:&all:s3", "~s[12]", "all:!nobody", "planned,dev"])
def test_a_pattern_that_matches_is_returned(checked: Checked, pattern: str) -> None:
    assert checked(pattern) == [pattern]


def test_a_list_is_a_pattern_too(checked: Checked) -> None:
    assert checked(["dev", "prod"]) == ["dev", "prod"]


@pytest.mark.parametrize(
    ("pattern", "part"), [("dev,prdo", "prdo"), ("prdo:dev", "prdo"), (["dev", "prdo"], "prdo"), ("dev,s4,!s1", "s4")]
)
def test_each_part_must_match(checked: Checked, pattern: Any, part: str) -> None:
    with pytest.raises(AnsibleLookupError, match=f"No sandbox of the inventory matches '{part}', which is a part of "):
        checked(pattern)


def test_a_part_that_the_limit_leaves_out_matches_nevertheless(checked: Checked) -> None:
    assert checked("dev,prod", limit=("s3",)) == ["dev,prod"]
    with pytest.raises(AnsibleLookupError, match="No sandbox of the inventory matches 'dev': check aep_sandboxes"):
        checked("dev", limit=("s3",))


@pytest.mark.parametrize("pattern", [[], "", " , ", None, [""]])
def test_an_empty_pattern(checked: Checked, pattern: Any) -> None:
    with pytest.raises(AnsibleLookupError, match="aep_sandboxes is empty: name hosts or groups"):
        checked(pattern)


WITH_OTHERS = {"all": ["s1", "s2", "db1"], "aep_sandboxes": ["s1", "s2"], "dev": ["s1", "db1"]}


def test_an_inventory_says_by_a_group_which_hosts_are_sandboxes(checked: Checked) -> None:
    assert checked("all", groups=WITH_OTHERS) == ["all", "&aep_sandboxes"]
    assert checked("dev:s2", groups=WITH_OTHERS) == ["dev", "s2", "&aep_sandboxes"], "lookup() puts commas between them"
    assert checked(["dev:!s1", "s2"], groups=WITH_OTHERS) == ["dev", "!s1", "s2", "&aep_sandboxes"]
    with pytest.raises(AnsibleLookupError, match="No sandbox of the inventory matches 'db1': check aep_sandboxes"):
        checked("db1", groups=WITH_OTHERS, limit=("s1", "s2", "db1"))
    with pytest.raises(AnsibleLookupError, match="No sandbox of the inventory matches 'dve': check aep_sandboxes"):
        checked("dve", groups=WITH_OTHERS)
    with pytest.raises(AnsibleLookupError, match="No sandbox of the inventory matches 'all'"):
        checked("all", groups=WITH_OTHERS, limit=("db1",))
