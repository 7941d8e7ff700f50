# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Whether a connection holds the credentials that are wanted, as far as that can be told, and the mark that is true then."""

from __future__ import annotations

from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.mark import COMPLETE, PENDING, PROOF, Description, Mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication, visible_settings
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, PlanError, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import fingerprint, signed

_CHANGED = "credentials changed"
_ANOTHER_KEY = "it is marked with another key"
_NO_MARK = "it carries no mark of its credentials, so it is adopted: mark and credentials are written once"
_OF_ANOTHER_KEY = (
    "it is marked with another key than this task's, so whether its credentials changed could not be told: "
    "give the same fingerprint_key wherever it is managed from"
)


def credential_reasons(
    desired: Desired, current: Connection, held: Description, scope: Scope, works: bool | None
) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    """Return why the stored credentials have to be replaced, what differs of them and is left alone, and what else was seen."""
    authentication = desired.authentication
    if authentication is None:
        return [], (), ()
    if current.auth_spec not in (None, authentication.spec_name):
        raise PlanError(
            f"Base connection '{current.name}' uses {current.auth_spec}, and whether the service can change that "
            f"to {authentication.spec_name} is not documented: keep the auth_type, or delete it with state: absent first."
        )
    wanted, shown = visible_settings(authentication.identity), stored_settings(desired, current, scope)
    drift = [f"{key} differs: {shown[key]} → {value}" for key, value in wanted.items() if shown.get(key, value) != value]
    if desired.update_credentials == "always":
        return [*drift, "update_credentials is always"], (), ()
    if desired.update_credentials == "on_create":
        return [], tuple(f"{one} (left alone, as update_credentials is on_create)" for one in drift), ()
    failing = ["the stored credentials do not work"] if works is False else []
    if desired.update_credentials == "on_failure":
        return [*drift, *failing], (), ()
    unlike = _unlike(desired, held, fingerprint(scope, authentication))
    notes = (_OF_ANOTHER_KEY,) if unlike == _ANOTHER_KEY else ()
    unseen = _unseen(wanted, shown) if unlike == _NO_MARK else []
    return [*drift, *failing, *([unlike] if unlike and not (drift and unlike == _CHANGED) else []), *unseen], (), notes


def _unlike(desired: Desired, held: Description, wanted: str) -> str | None:
    """Return what the mark says against the wanted credentials being stored, None for nothing."""
    if held.mark is None:
        return _NO_MARK
    if held.is_of_another_key:
        return _ANOTHER_KEY
    if not held.is_true:
        return "its mark is that of another connection"
    if held.mark.fingerprint != wanted:
        return _CHANGED
    unproven = held.mark.state == PENDING and desired.test == "never"  # and nobody is going to prove them
    return "the credentials that were sent last were not proven" if unproven else None


def is_unproven(desired: Desired, held: Description) -> bool:
    """Return whether the wanted credentials are stored, unless others are sent, and nobody knows yet whether they work."""
    return desired.is_marked and held.is_true and held.mark is not None and held.mark.state == PENDING


def stored_settings(desired: Desired, current: Connection, scope: Scope) -> dict[str, str]:
    """Return what can be compared of the stored credentials, read as far as it is open in the way that is wanted."""
    mode = getattr(desired.authentication, "ssl_mode", "")
    return visible_settings(current.auth_params, scope.own_spellings, mode)


def _unseen(wanted: dict[str, str], shown: dict[str, str]) -> list[str]:
    """Return what is set although nobody sees whether it was so before."""
    sets = ", ".join(f"{key} to {value}" for key, value in wanted.items() if key not in shown)
    return [f"it sets {sets}, which the service does not show"] if sets else []


def mark_of_sent(desired: Desired, scope: Scope, authentication: Authentication, held: Description | None) -> Mark | None:
    """Return the mark of a connection whose credentials are sent: pending until they are proven, if anybody wants that.

    None if it is neither to be marked nor carries a mark that can be made true again.
    """
    if not desired.is_marked and not (held and held.is_true):
        return None
    state = PROOF if desired.is_proof else COMPLETE if desired.test == "never" else PENDING
    owner = held.mark.owner if held and held.mark and (held.is_true or held.is_of_another_key) else None
    return signed(scope, desired.name, owner=scope.owner or owner, state=state, print_=fingerprint(scope, authentication))


def mark_of_kept(desired: Desired, scope: Scope, held: Description, *, works: bool | None) -> tuple[Mark | None, list[str]]:
    """Return the mark of a connection whose credentials stay, and why it is another one. What is not ours stays as it is."""
    found = held.mark
    if found is None or not held.is_true:
        return found, []
    if not desired.is_marked:
        return signed(scope, desired.name, owner=found.owner, state=found.state, print_=found.fingerprint), []
    state = COMPLETE if works else found.state
    new = signed(scope, desired.name, owner=scope.owner or found.owner, state=state, print_=found.fingerprint)
    reasons = [f"owner differs: {found.owner or 'none'} → {new.owner}"] if new.owner != found.owner else []
    return new, [*reasons, *(["the credentials that were sent last are proven now"] if state != found.state else [])]
