# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say what one base connection should be, and where it is kept."""

from __future__ import annotations


class ModuleDocFragment:
    """The whole fragment is one connection, sandbox is where it is kept, scope is how it is kept there."""

    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(present) creates the base connection or changes what differs, V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the base connection. It is compared exactly, upper and lower case included.
      - With O(connection_id) it is the name that the connection should have, so that it can be renamed.
    type: str
  connection_id:
    description:
      - Id of an existing base connection. Use it to rename a connection, or where several have the same name.
      - One of O(name) and O(connection_id) is needed.
    type: str
  description:
    description:
      - Text that describes the connection. An empty text clears it; without this option it stays as it is.
    type: str
  auth_type:
    description:
      - Kind of credentials. V(basic) gives the parameters one by one, V(connection_string) as one string.
      - Prefer V(basic), which is the only kind for O(cloud=aws).
      - Whether the service can change the kind of an existing connection is not documented, so that is refused.
    type: str
    choices: [basic, connection_string]
    default: basic
  server:
    description:
      - Host name or IP address of the PostgreSQL server, as it is reached from Adobe.
      - Credentials need O(server), O(database), O(username) and O(password) together.
      - Without any of them an existing connection keeps its credentials.
    type: str
  port:
    description:
      - Port of the PostgreSQL server. If not set, 5432 is used.
    type: int
  database:
    description:
      - Name of the database.
    type: str
  username:
    description:
      - Role that the service logs in as. It needs no more than to read the tables that are ingested.
    type: str
  password:
    description:
      - Password of that role. Keep it in Ansible Vault.
    type: str
  ssl_mode:
    description:
      - How the connection to PostgreSQL is encrypted, with O(auth_type=basic). If not set, V(require) is used.
      - V(disable), V(allow) and V(prefer) may send data and credentials unencrypted.
      - V(verify-ca) also verifies the server's certificate, V(verify-full) its host name too.
    type: str
    choices: [disable, allow, prefer, require, verify-ca, verify-full]
  connection_string:
    description:
      - The whole connection string, with O(auth_type=connection_string), in place of its parts.
      - Its pattern is C(Server=...;Database=...;Port=...;UID=...;Password=...;EncryptionMethod=1;ValidateServerCertificate=1).
    type: str
  encryption_method:
    description:
      - Whether the connection to PostgreSQL is encrypted, with O(auth_type=connection_string).
      - V(request_ssl) falls back to no encryption if the server has none. If not set, the property is left out of the string,
        and then the service's driver does not encrypt.
    type: str
    choices: [disabled, enabled, request_ssl]
  validate_server_certificate:
    description:
      - Whether the server's certificate is verified, with O(encryption_method).
    type: bool
  cloud:
    description:
      - The cloud that this Experience Platform runs on.
    type: str
    choices: [azure, aws]
    default: azure
  update_credentials:
    description:
      - When the credentials of an existing connection are sent again. The service does not show them, so they cannot be compared.
      - V(on_change) keeps a keyed fingerprint of the credentials at the end of the connection's description, and sends them when
        it differs or is missing. It needs O(fingerprint_key) or O(client_secret).
      - V(on_create) sends them at creation only.
      - V(always) sends them each time, and reports changed each time.
      - V(on_failure) sends them when the service's own test of the stored ones fails.
      - Server, port, database, user name and SSL mode are compared as well, where the service shows them; with V(on_create) a
        difference only brings a warning.
    type: str
    choices: [on_change, on_create, always, on_failure]
    default: on_change
  test:
    description:
      - When the service is asked whether it can reach the database with the connection's credentials. A false answer fails the task.
      - V(on_change) asks after a create or after credentials were sent, V(always) each time.
      - With V(always), a connection that stopped working though nothing changed gets its credentials once more and is asked
        again, unless O(update_credentials=on_create).
    type: str
    choices: [never, on_change, always]
    default: on_change
  on_test_failure:
    description:
      - What follows when that test says false.
      - V(fail) fails the task, V(warn) only warns. Either way C(failed) takes the place of the credentials' fingerprint, so
        that the next run sends and tests them once more.
      - V(rollback) fails, and deletes the connection if this run created it. What was changed of an older one stays, since its
        former credentials cannot be read.
    type: str
    choices: [fail, warn, rollback]
    default: fail
"""

    SANDBOX = r"""
options:
  sandbox:
    description:
      - Name of the sandbox. It is in lower case, and not the title that the user interface shows.
      - If not set, the environment variable E(AEP_SANDBOX) is used.
    type: str
"""

    SCOPE = r"""
options:
  fingerprint_key:
    description:
      - Secret key of the fingerprints, of at least 16 characters. Keep it in Ansible Vault, the same for everyone who runs this.
      - If not set, the environment variable E(AEP_FINGERPRINT_KEY) is used, else a key is derived from O(client_secret). With a
        derived key all credentials are sent once more after the client secret was replaced.
    type: str
  wait:
    description:
      - Whether to wait until a connection that is being prepared is ready, and until a deleted one is gone.
      - On AWS a new connection is C(initializing) for about 90 seconds, and can neither be changed nor deleted so long.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for one connection at most.
    type: int
    default: 180
  ssl_mode_spellings:
    description:
      - How the service spells the SSL modes, by the names that this collection has for them. Adobe's pages show several spellings.
      - If not set, the service's own connection spec is asked when credentials are sent, and where it does not say,
        C(Disable), C(Allow), C(Prefer), C(Require), C(Verify-Ca) and C(Verify-Full) are assumed.
    type: dict
    default: {}
  silence:
    description:
      - Warnings that are not shown, since the risk is known and accepted.
      - V(unencrypted) is about an SSL mode of V(disable), V(allow) or V(prefer) to another machine, V(no_encryption_method) about a
        connection string that does not ask for encryption, V(misspelt_validation) about C(ValidationServerCertificate), as
        Adobe's page misspells it, and V(undetected_credentials) about credentials whose change cannot be detected.
    type: list
    elements: str
    choices: [unencrypted, no_encryption_method, misspelt_validation, undetected_credentials]
    default: []
"""
