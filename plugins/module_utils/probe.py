# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""One question about a service, how it is asked, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ansible_collections.aep.sources.plugins.module_utils.client.errors import ServiceError

_NO_VERDICT = (401, 429)  # about who asks, and how often; not about what is asked

Tried = TypeVar("Tried")


class NotAskedError(Exception):
    """A question could not be asked; the message says why."""


@dataclass(frozen=True)
class Finding:
    """One question, what the collection takes for granted, what was seen, and what to set because of it ("" for nothing)."""

    question: str
    assumed: str
    observed: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Probe(Generic[Tried]):
    """One question, what is taken for granted, and how it is asked of what was made to try.

    ``look`` returns a text if it observes something, else the request of it was accepted. What the service refuses of it is
    an observation, too, and then ``if_refused`` is what to do. ``advice`` says what to do about some of the observations.
    """

    question: str
    assumed: str
    look: Callable[[Tried], object]
    if_refused: str = ""
    advice: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Finding:
        """The question, before anything was seen."""
        return Finding(self.question, self.assumed)

    def finding(self, tried: Tried) -> Finding:
        """Return what is seen.

        Raises:
            AepError: the service failed, so nothing is known.
        """
        try:
            seen = self.look(tried)
        except NotAskedError as error:
            return Finding(self.question, self.assumed, f"not asked, {error}")
        except ServiceError as error:
            if error.problem.status in _NO_VERDICT or error.problem.status >= 500:
                raise
            answer = " ".join(filter(None, ["refused with", str(error.problem.status), error.problem.code]))
            return Finding(self.question, self.assumed, answer, self.if_refused)
        observed = seen if isinstance(seen, str) else "accepted"
        return Finding(self.question, self.assumed, observed, self.advice.get(observed, ""))
