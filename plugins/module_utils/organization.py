# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What an organization has: its sandboxes, for the inventory plugin and the module alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.access import (
    Reporter,
    access_risks,
    check_organization_access,
    platform,
)
from ansible_collections.aep.sources.plugins.module_utils.api.sandboxes import Sandbox, list_sandboxes
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.masking import Mask, secrets_in
from ansible_collections.aep.sources.plugins.module_utils.options import auth_arguments
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError

_REGIONS_ON_AWS = ("VA6",)  # an inference (api-facts.md 7): nothing else tells the cloud of a sandbox


def sandboxes_of(options: Mapping[str, Any], reporter: Reporter) -> list[dict[str, Any]]:
    """Return the sandboxes of the organization that the options ask for, as dictionaries.

    Parameters:
        options: who asks; ``every`` for all sandboxes instead of those that the credential can use; ``states`` and ``types``,
            an empty list of which stands for any.
        reporter: where remarks go.

    Raises:
        InputError: an option's value cannot be used.
        AepError: the sandboxes could not be listed.
    """
    check_organization_access(options)
    found = list_sandboxes(platform(options, reporter), every=options["every"])
    wanted = [one for one in found if _is_among(one.state, options["states"]) and _is_among(one.type, options["types"])]
    return [_shown(one) for one in sorted(wanted, key=lambda one: one.name)]


def listed_for_a_plugin(
    options: Mapping[str, Any], *, notify: Callable[[str], None], warn: Callable[[str], None]
) -> tuple[list[dict[str, Any]], str]:
    """Return the sandboxes, or else what went wrong, in one sentence without a secret.

    Parameters:
        options: as for sandboxes_of.
        notify: is told of each wait, in one line.
        warn: is told of each risk.
    """
    mask = Mask()
    for secret in secrets_in(auth_arguments(), options):
        mask.add(secret)
    try:
        check_organization_access(options)
        for risk in access_risks(options):
            warn(risk)
        return sandboxes_of(options, Reporter(lambda message: notify(mask.text(message)), mask.add, mask.text)), ""
    except (InputError, AepError) as error:
        return [], mask.text(str(error))


def _is_among(value: str | None, wanted: Sequence[str]) -> bool:
    return not wanted or value in wanted


def _shown(sandbox: Sandbox) -> dict[str, Any]:
    cloud = None
    if sandbox.region:
        cloud = "aws" if sandbox.region.upper() in _REGIONS_ON_AWS else "azure"
    return {
        "name": sandbox.name,
        "title": sandbox.title,
        "state": sandbox.state,
        "type": sandbox.type,
        "region": sandbox.region,
        "cloud": cloud,
        "is_default": sandbox.is_default,
    }
