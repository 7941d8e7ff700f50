# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""From the options that say who and where to something that can talk to the service, or one sentence about what is wrong."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import (
    ClientCredentials,
    TokenIdentity,
    Tokens,
    TokenStore,
    fetch_always,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError, quoted

_SANDBOX = re.compile(r"[a-z0-9][a-z0-9-]{0,255}")


@dataclass(frozen=True)
class Reporter:
    """Where remarks go while the service is talked to, how secrets are masked in them, and where tokens are kept."""

    notify: Callable[[str], None]
    register_secret: Callable[[str], None]
    redact: Callable[[str], str]
    store: TokenStore = fetch_always


def check_access(options: Mapping[str, Any]) -> None:
    """Check the options that say who asks for a token, and how to reach the hosts.

    Raises:
        InputError: an option's value cannot be used.
    """
    for option in ("client_id", "client_secret", "org_id", "api_key", "access_token"):
        _check_header(option, options[option])
    for option in ("base_url", "ims_url"):
        _check_url(option, options[option])
    _check_requests(options)
    if not options["access_token"]:
        _check_credentials(options)


def access_risks(options: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each risk in how the hosts are reached."""
    if options["validate_certs"]:
        return []
    hosts = " and ".join(dict.fromkeys(urlsplit(options[option]).netloc for option in ("ims_url", "base_url")))
    return [
        f"validate_certs is false, so whoever sits between this machine and {hosts} can read and change what is sent, "
        "credentials included. Give the certificate of the authority as ca_path instead."
    ]


def check_organization_access(options: Mapping[str, Any]) -> None:
    """Check the options that say who talks to Experience Platform for which organization; raises as check_access does."""
    check_access(options)
    _check_organization(options)


def check_platform_access(options: Mapping[str, Any]) -> None:
    """Check the options that say who talks to which sandbox of Experience Platform; raises as check_access does."""
    check_organization_access(options)
    _check_sandbox(options["sandbox"])


def identity_of(options: Mapping[str, Any]) -> TokenIdentity:
    """Return whose token it is that these options ask for."""
    credentials = ClientCredentials(options["client_id"], options["client_secret"], tuple(options["scopes"]))
    return TokenIdentity(options["ims_url"].rstrip("/"), credentials)


def ims_client(options: Mapping[str, Any], reporter: Reporter) -> Client:
    """Return the token service's host. Asking for a token changes nothing, so that request may be repeated."""
    return Client(options["ims_url"].rstrip("/"), _settings(options, reporter), repeat_post=True)


def platform(options: Mapping[str, Any], reporter: Reporter) -> Client:
    """Return Experience Platform as the options name it."""
    renewable = options["client_id"] and options["client_secret"]
    tokens = Tokens(
        ims_client(options, reporter),
        identity_of(options).credentials if renewable else None,
        options["access_token"],
        reporter.register_secret,
        reporter.store,
    )
    headers = {"x-api-key": options["api_key"] or options["client_id"], "x-gw-ims-org-id": options["org_id"]}
    return Client(options["base_url"].rstrip("/"), _settings(options, reporter), tokens=tokens, headers=headers)


def _settings(options: Mapping[str, Any], reporter: Reporter) -> Settings:
    return Settings(
        verify=(options["ca_path"] or True) if options["validate_certs"] else False,
        timeout=options["timeout"],
        retries=options["retries"],
        notify=reporter.notify,
        redact=reporter.redact,
    )


def _check_header(option: str, value: str | None) -> None:
    if value is not None and not (value and value.isascii() and value.isprintable() and " " not in value):
        raise InputError(f"{option} is empty or holds white space or another character that it cannot have: check its value.")


def _check_requests(options: Mapping[str, Any]) -> None:
    for option, least in (("timeout", 1), ("retries", 0)):
        if options[option] < least:
            raise InputError(f"{option} is {options[option]}: give at least {least}.")
    ca_path = options["ca_path"]
    if ca_path and not os.path.exists(ca_path):
        raise InputError(f"ca_path {quoted(ca_path)} does not exist: give a file or a folder of CA certificates.")


def _check_credentials(options: Mapping[str, Any]) -> None:
    if not options["client_id"] and not options["client_secret"]:
        raise InputError("client_id is missing: give client_id and client_secret, or an access_token.")
    for option in ("client_id", "client_secret"):
        if not options[option]:
            raise InputError(f"{option} is missing: give client_id and client_secret together, or set AEP_{option.upper()}.")


def _check_url(option: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise InputError(f"{option} is not a URL: give one like https://platform.adobe.io.") from None
    if parts.scheme not in ("https", "http") or not host or not url.isprintable() or " " in url:
        raise InputError(f"{option} is not a URL of https: give one like https://platform.adobe.io.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(f"{option} must be scheme, host, port and path alone: leave user, query and fragment out.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise InputError(f"{option} uses http to {quoted(host)}, which would send credentials in the clear: use https.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_sandbox(sandbox: str | None) -> None:
    if not sandbox:
        raise InputError("sandbox is missing: give the sandbox's name, or set AEP_SANDBOX.")
    if not _SANDBOX.fullmatch(sandbox):
        raise InputError(
            f"sandbox {quoted(sandbox)} is no sandbox name: give its name (lower case, digits, hyphens), not its title."
        )


def _check_organization(options: Mapping[str, Any]) -> None:
    org_id = options["org_id"]
    if not org_id:
        raise InputError("org_id is missing: give the organization's id, which ends in @AdobeOrg, or set AEP_ORG_ID.")
    if not org_id.endswith("@AdobeOrg"):
        raise InputError(f"org_id {quoted(org_id)} is no organization id: it ends in @AdobeOrg.")
    if not options["api_key"] and not options["client_id"]:
        raise InputError(
            "api_key is missing: with access_token alone, give the client id that the token was made for as api_key."
        )
