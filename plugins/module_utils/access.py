# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""From the options that say who and where to something that can talk to the service, or one sentence about what is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken, Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import Credentials, Tokens, TokenStore, fetch_token
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError, quoted

_MISSING = {
    "client_id": "give client_id and client_secret, or an access_token, or set AEP_CLIENT_ID.",
    "client_secret": "give client_id and client_secret, or an access_token, or set AEP_CLIENT_SECRET.",
    "org_id": "give the organization's id, which ends in @AdobeOrg, or set AEP_ORG_ID.",
    "api_key": "with access_token alone, give the client id that the token was made for as api_key.",
    "sandbox": "give the sandbox's name, or set AEP_SANDBOX.",
}
_HEADER = (r"[!-~]+", "is empty or holds white space or another character that it cannot have: check its value.")
_HOST = r"https://([\w.-]+|\[[\da-f:.]+\])|http://(localhost|127(\.\d{1,3}){3}|\[::1\])"
_URL = (
    rf"(?i:({_HOST})(:\d{{1,5}})?(/[^?#\s\x00-\x1f\x7f]*)?)",
    "must be a URL of https like https://platform.adobe.io, without user, query and fragment; http is for this machine only.",
)
SANDBOX_NAME = r"[a-z0-9][a-z0-9-]{0,255}"
_RULES = {  # what an option's value matches if it is given, and what is said otherwise, with the value if that is no secret
    **dict.fromkeys(("client_id", "client_secret", "api_key", "access_token"), _HEADER),
    **dict.fromkeys(("base_url", "ims_url"), _URL),
    "org_id": (r"[!-~]*@AdobeOrg", "{} is no organization id: it ends in @AdobeOrg, and has no white space."),
    "sandbox": (SANDBOX_NAME, "{} is no sandbox name: give its name (a-z, digits, hyphens), not its title."),
}
_LEAST = {
    **dict.fromkeys(("timeout", "concurrency", "dataflow_hours", "hours"), 1),
    **dict.fromkeys(("retries", "wait_timeout", "rows", "runs"), 0),
}


@dataclass(frozen=True)
class Reporter:
    """Where remarks go while the service is talked to, how secrets are masked in them, and where tokens are kept."""

    notify: Callable[[str], None]
    register_secret: Callable[[str], None]
    redact: Callable[[str], str]
    store: TokenStore


def check_access(options: Mapping[str, Any], needed: Sequence[str]) -> None:
    """Check the options that say who asks for what, and how to reach the hosts.

    Parameters:
        options: the options of a module.
        needed: those that it cannot do without, beside what it takes to have a token.

    Raises:
        InputError: an option's value cannot be used, or is missing.
    """
    needed = [*needed, *_needed_for_tokens(options, needed)]
    for option in needed:
        if not options[option]:
            raise InputError(f"{option} is missing: {_MISSING[option]}")
    for option in ("client_id", "client_secret", "api_key", "access_token", "base_url", "ims_url", *needed):
        pattern, sentence = _RULES[option]
        if options[option] is not None and not re.fullmatch(pattern, options[option]):
            raise InputError(f"{option} {sentence.format(quoted(options[option]))}")
    for option, least in _LEAST.items():
        if options.get(option, least) < least:
            raise InputError(f"{option} is {options[option]}: give at least {least}.")
    ca_path = options["ca_path"]
    if ca_path and not os.path.exists(ca_path):
        raise InputError(f"ca_path {quoted(ca_path)} does not exist: give a file or a folder of CA certificates.")


def _needed_for_tokens(options: Mapping[str, Any], needed: Sequence[str]) -> Sequence[str]:
    if not options["access_token"]:
        return ("client_id", "client_secret")
    return ("api_key",) if needed and not options["client_id"] else ()


def access_risks(options: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each risk in how the hosts are reached."""
    if options["validate_certs"]:
        return []
    hosts = " and ".join(dict.fromkeys(urlsplit(options[option]).netloc for option in ("ims_url", "base_url")))
    return [
        f"validate_certs is false, so whoever sits between this machine and {hosts} can read and change what is sent, "
        "credentials included. Give the certificate of the authority as ca_path instead."
    ]


def new_token(options: Mapping[str, Any], reporter: Reporter) -> AccessToken:
    """Ask for a token as the options say; raises as fetch_token does. That changes nothing, so the request may be repeated."""
    credentials = _credentials(options)
    return fetch_token(Client(credentials.ims_url, _settings(options, reporter), repeat_post=True), credentials)


def platform(options: Mapping[str, Any], reporter: Reporter) -> Client:
    """Return Experience Platform as the options name it."""

    def find(refused: AccessToken | None) -> AccessToken:
        if refused and not (options["client_id"] and options["client_secret"]):
            return refused  # there is nothing to get another one with
        return reporter.store(_credentials(options), refused.value if refused else None, partial(new_token, options, reporter))

    tokens = Tokens(options["access_token"], find, reporter.register_secret)
    headers = {"x-api-key": options["api_key"] or options["client_id"], "x-gw-ims-org-id": options["org_id"]}
    return Client(options["base_url"].rstrip("/"), _settings(options, reporter), tokens=tokens, headers=headers)


def _credentials(options: Mapping[str, Any]) -> Credentials:
    ims_url, scopes = options["ims_url"].rstrip("/"), tuple(options["scopes"])
    return Credentials(ims_url, options["client_id"], options["client_secret"], scopes)


def _settings(options: Mapping[str, Any], reporter: Reporter) -> Settings:
    verify = (options["ca_path"] or True) if options["validate_certs"] else False
    return Settings(verify, options["timeout"], options["retries"], reporter.notify, reporter.redact)
