# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the credential of Adobe, and for the requests to its services."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of everything that talks to the service."""

    DOCUMENTATION = r"""
options:
  client_id:
    description:
      - Client ID of an OAuth Server-to-Server credential from the Adobe Developer Console.
      - If not set, the environment variable E(AEP_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - Client secret of the credential. Store it in Ansible Vault.
      - If not set, the environment variable E(AEP_CLIENT_SECRET) is used.
    type: str
  scopes:
    description:
      - OAuth scopes to request. The Adobe Developer Console lists them with the credential.
      - If not set, the environment variable E(AEP_SCOPES) is used, with commas between the scopes.
    type: list
    elements: str
    default: [openid, AdobeID, read_organizations, additional_info.projectedProductContext, session]
  org_id:
    description:
      - ID of the organization. It ends in C(@AdobeOrg).
      - If not set, the environment variable E(AEP_ORG_ID) is used.
    type: str
  access_token:
    description:
      - An existing access token, for example from M(aep.sources.aep_access_token). Without it, each task requests a token.
      - If the service rejects it, and O(client_id) and O(client_secret) are set, a stored token or a new one is used.
      - If not set, the environment variable E(AEP_ACCESS_TOKEN) is used.
    type: str
  api_key:
    description:
      - Value of the header C(x-api-key). It is the client ID that the access token was issued to, and not a secret.
      - If not set, the environment variable E(AEP_API_KEY) is used, otherwise O(client_id).
    type: str
  base_url:
    description:
      - URL of Experience Platform. V(http://) is accepted for addresses of this machine only.
      - If not set, the environment variable E(AEP_BASE_URL) is used.
    type: str
    default: https://platform.adobe.io
  ims_url:
    description:
      - URL of Adobe's token service. V(http://) is accepted for addresses of this machine only.
      - If not set, the environment variable E(AEP_IMS_URL) is used.
    type: str
    default: https://ims-na1.adobelogin.com
  validate_certs:
    description:
      - Whether to verify TLS certificates. Use V(false) for tests only. Each task then shows a warning.
      - If not set, the environment variable E(AEP_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder of CA certificates that TLS certificates are verified with, for example that of a proxy that inspects TLS.
      - If not set, the environment variables E(AEP_CA_PATH) and E(REQUESTS_CA_BUNDLE) are used.
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and again for the complete answer to a request.
      - If not set, the environment variable E(AEP_TIMEOUT) is used.
    type: int
    default: 60
  retries:
    description:
      - How many times a request is repeated at most. It is repeated if the service limits the rate of requests, fails, or cannot
        be reached.
      - The wait that the service requests (C(Retry-After)) is used, up to 60 seconds. Otherwise the wait starts at half a second
        and doubles each time.
      - A request that creates something is repeated only after a check whether it was carried out.
      - A new attempt with another access token does not count. Each request has at most two, with a stored token and a new one.
      - If not set, the environment variable E(AEP_RETRIES) is used.
    type: int
    default: 4
requirements:
  - python >= 3.10 on the machine that runs the module
  - requests >= 2.28 on the machine that runs the module
notes:
  - Environment variables are read on the machine that runs the module. An option that is set takes precedence.
  - The proxy settings E(HTTPS_PROXY) and E(NO_PROXY) of the environment are used.
"""
