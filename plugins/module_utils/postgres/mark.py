# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The mark of a connection, which says which credentials were sent, and whether they are proven.

The service does not show the credentials that it holds. The mark's fingerprint says whether they are the ones wanted, and
without its key nobody can use it to guess a password.
"""

from __future__ import annotations

from ansible_collections.aep.sources.plugins.module_utils import mark
from ansible_collections.aep.sources.plugins.module_utils.mark import COMPLETE, Description, Mark, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import PlanError, Scope

_KIND = "connection"


def fingerprint(scope: Scope, authentication: Authentication) -> str:
    """Return the fingerprint of credentials in a sandbox."""
    if scope.key is None:
        raise PlanError("Detecting a change of credentials needs fingerprint_key or client_secret: give one of them.")
    return mark.fingerprint(scope, "credentials", authentication.spec_name, authentication.identity)


def signed(scope: Scope, name: str | None, *, owner: str | None, state: str, print_: str) -> Mark:
    """Return the mark of a connection of this name; the rest as of mark.signed."""
    return mark.signed(scope, _KIND, name, owner=owner, state=state, print_=print_)


def read(description: str | None, scope: Scope, name: str | None) -> Description:
    """Return what a description says of the connection of this name, and what of it is to be believed."""
    return mark.read(scope, _KIND, name, description)


def completed(description: str, scope: Scope, name: str | None) -> str:
    """Return a description whose mark says that its credentials are proven; one without a true mark stays as it is."""
    held = read(description, scope, name)
    if held.mark is None or not held.is_true:
        return description
    return with_mark(held.text, signed(scope, name, owner=held.mark.owner, state=COMPLETE, print_=held.mark.fingerprint))
