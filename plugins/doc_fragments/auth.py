# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say who talks to Adobe, and how."""

from __future__ import annotations

import re


class ModuleDocFragment:
    """The options of every module."""

    DOCUMENTATION = r"""
options:
  client_id:
    description:
      - Client ID of the OAuth Server-to-Server credential, as the Adobe Developer Console shows it.
      - If not set, the environment variable E(AEP_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - Client secret of the credential. Keep it in Ansible Vault.
      - If not set, the environment variable E(AEP_CLIENT_SECRET) is used.
    type: str
  scopes:
    description:
      - Scopes to ask for, as they are listed with the credential in the Adobe Developer Console.
      - If not set, the environment variable E(AEP_SCOPES) is used, with commas between the scopes.
    type: list
    elements: str
    default: [openid, AdobeID, read_organizations, additional_info.projectedProductContext, session]
  org_id:
    description:
      - The organization's id, which ends in C(@AdobeOrg).
      - If not set, the environment variable E(AEP_ORG_ID) is used.
    type: str
  access_token:
    description:
      - An access token that was had before, for example by M(aep.sources.aep_access_token), so that no new one is asked for.
      - When it is refused and O(client_id) and O(client_secret) are set, a new one is asked for once.
      - If not set, the environment variable E(AEP_ACCESS_TOKEN) is used.
    type: str
  api_key:
    description:
      - The value of the header C(x-api-key). It is the client id that the access token was made for, and no secret.
      - If not set, the environment variable E(AEP_API_KEY) is used, else O(client_id).
    type: str
  base_url:
    description:
      - URL of Experience Platform.
      - If not set, the environment variable E(AEP_BASE_URL) is used.
      - V(http://) is accepted for addresses of this machine only.
    type: str
    default: https://platform.adobe.io
  ims_url:
    description:
      - URL of Adobe's token service.
      - If not set, the environment variable E(AEP_IMS_URL) is used.
      - V(http://) is accepted for addresses of this machine only.
    type: str
    default: https://ims-na1.adobelogin.com
  validate_certs:
    description:
      - Whether TLS certificates are verified. Set it to V(false) for tests only; each task then warns of it.
      - If not set, the environment variable E(AEP_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder of CA certificates to verify TLS certificates with, for example of a proxy that inspects TLS.
      - If not set, the environment variables E(AEP_CA_PATH) and E(REQUESTS_CA_BUNDLE) are used.
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and again for the whole answer to one request.
      - If not set, the environment variable E(AEP_TIMEOUT) is used.
    type: int
    default: 60
  retries:
    description:
      - How often a request is repeated at most, after the service limited the rate of requests, failed, or could not be reached.
      - The time asked for by the service (C(Retry-After)) is obeyed up to 60 seconds; else the wait doubles from half a second on.
      - A request that creates something is repeated only after a look whether it was carried out.
      - If not set, the environment variable E(AEP_RETRIES) is used.
    type: int
    default: 4
requirements:
  - requests >= 2.28 on the machine that runs the module
notes:
  - The environment variables are read where the module runs, and an option that is set always wins.
  - The proxy settings E(HTTPS_PROXY) and E(NO_PROXY) of the environment are used.
"""

    # The same for plugins that run where Ansible runs: there, Ansible itself reads the environment variables.
    PLUGIN: str = re.sub(  # annotated, as ansible-test takes a plain assignment for the text itself
        r"( +)- If not set, the environment variables? E\((AEP_\w+)\).*\n(\1 *.*\n)*?(?= {4}type:)",
        lambda found: f"    env:\n      - name: {found[2]}\n",
        DOCUMENTATION,
    )
