"""Whatever is wanted and whatever is there: an applied plan leaves nothing to do, and shows no secret."""

from __future__ import annotations

import dataclasses
from typing import Any

import jsonpatch
from ansible_collections.aep.sources.plugins.module_utils.mark import read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_SPELLINGS,
    BasicAuthentication,
    ConnectionStringAuthentication,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import PlanError, plan
from hypothesis import given
from hypothesis import strategies as st
from planning import SCOPE, observed

texts = st.text(max_size=20).filter(lambda text: "[aep.sources" not in text)
authentications = st.builds(
    BasicAuthentication,
    st.sampled_from(["db", "db2"]),
    st.sampled_from([1, 2]),
    st.sampled_from(["d"]),
    st.sampled_from(["u"]),
    st.sampled_from(["p-secret", "q-secret"]),
    st.sampled_from(["require", "prefer"]),
) | st.builds(ConnectionStringAuthentication, st.sampled_from(["Server=db;Password=p-secret", "Server=e;Password=p-secret"]))
policies = st.sampled_from(["on_change", "on_create", "always", "on_failure"])
desired_ones = st.builds(
    Desired,
    st.sampled_from(["Orders", "New"]),
    st.sampled_from([None, "id-1"]),
    st.sampled_from(["present", "absent"]),
    st.none() | texts,
    st.none() | authentications,
    policies,
)


@given(desired_ones, st.none() | texts, authentications, st.booleans())
def test_an_applied_plan_leaves_nothing_to_do(wanted: Desired, text: str | None, stored: Any, masked: bool) -> None:
    def shown(params: dict[str, str]) -> dict[str, str]:
        secret = "password" if "password" in params else "connectionString"
        return {**params, secret: "******"} if masked else params

    current = observed(description=text, auth_spec=stored.spec_name, auth_params=shown(stored.params(ASSUMED_SPELLINGS)))
    try:
        made = plan(wanted, [current], SCOPE)
    except PlanError:
        return
    assert "p-secret" not in repr(made)
    assert "secret" not in str((made.before, made.after, made.reasons, made.notes))
    if made.action == "create":
        return
    document = {"name": current.name, "auth": {"params": stored.params(ASSUMED_SPELLINGS)}}
    document |= {"description": text} if text is not None else {}
    document = jsonpatch.apply_patch(document, list(made.operations))
    assert made.action != "none" or not made.operations
    params_after = [one["value"] for one in made.operations if one["path"] == "/auth/params"]
    assert params_after == (
        [wanted.authentication.params(ASSUMED_SPELLINGS)] if made.sends_credentials and wanted.authentication else []
    )
    if made.action != "update" or wanted.update_credentials == "always":
        return
    after = dataclasses.replace(
        current,
        name=document["name"],
        description=document.get("description"),
        auth_params=shown(document["auth"]["params"]),
    )
    again = plan(wanted, [after], SCOPE)
    assert again.action == "none", again.reasons
    if made.sends_credentials and wanted.is_marked:
        assert again.needs_test
        proven = plan(wanted, [after], SCOPE, works=True)
        assert [one["path"] for one in proven.operations] == ["/description"]
        after = dataclasses.replace(after, description=proven.description)
        at_rest = plan(wanted, [after], SCOPE)
        assert (at_rest.action, at_rest.needs_test) == ("none", False)
    if wanted.description is None:
        assert read_mark(after.description)[0] == (text or "")
