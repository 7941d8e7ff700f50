# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the desired state of a base connection, and for how it is managed."""

from __future__ import annotations


class ModuleDocFragment:
    """The whole fragment describes one connection, sandbox says where it is, managed by whom, scope how the service is met.

    no_sandbox is for modules that take no sandbox.
    """

    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(present) creates the base connection if it does not exist, and updates it if it differs. V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the base connection. It is case-sensitive.
      - With O(connection_id), the connection is renamed to this name.
    type: str
  connection_id:
    description:
      - ID of an existing base connection. Use it to rename a connection, or if several connections have the same name.
      - One of O(name) and O(connection_id) is required.
    type: str
  description:
    description:
      - Description of the connection. An empty text clears it. If not set, the description is not changed.
    type: str
  auth_type:
    description:
      - Authentication type. V(basic) sends server, database, user name and password one by one, V(connection_string) sends them
        in one string.
      - Use V(basic) if you can. It is the only type for O(cloud=aws).
      - The type of an existing connection cannot be changed, since Adobe does not document whether that works.
    type: str
    choices: [basic, connection_string]
    default: basic
  server:
    description:
      - Host name or IP address of the PostgreSQL server, as Adobe reaches it.
      - O(server), O(database), O(username) and O(password) are required together.
      - If none of them is set, the credentials of an existing connection are not changed.
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
      - PostgreSQL role that Experience Platform logs in as. It only needs to read the tables that are ingested.
    type: str
  password:
    description:
      - Password of that role. Store it in Ansible Vault.
    type: str
  ssl_mode:
    description:
      - How the connection to PostgreSQL is encrypted, with O(auth_type=basic). If not set, V(require) is used.
      - V(disable), V(allow) and V(prefer) may send data and credentials unencrypted.
      - V(verify-ca) also verifies the server's certificate. V(verify-full) verifies the certificate and its host name.
      - With O(cloud=aws), Adobe documents a boolean, so only V(disable) and V(require) can be used, which are sent as C(false) and
        C(true). The service's connection spec, or O(ssl_mode_spellings), can say otherwise.
    type: str
    choices: [disable, allow, prefer, require, verify-ca, verify-full]
  connection_string:
    description:
      - The complete connection string, with O(auth_type=connection_string). Use it instead of O(server), O(database) and so on.
      - Its format is C(Server=...;Database=...;Port=...;UID=...;Password=...;EncryptionMethod=1;ValidateServerCertificate=1).
    type: str
  encryption_method:
    description:
      - Whether the connection to PostgreSQL is encrypted, with O(auth_type=connection_string).
      - V(request_ssl) uses no encryption if the server does not support it.
      - If not set, the property is not in the connection string, and the service's driver does not encrypt.
    type: str
    choices: [disabled, enabled, request_ssl]
  validate_server_certificate:
    description:
      - Whether the server's certificate is verified, with O(encryption_method).
    type: bool
  cloud:
    description:
      - The cloud that your Experience Platform runs on.
      - With V(aws), O(auth_type=connection_string) is refused, and O(ssl_mode) is a boolean.
    type: str
    choices: [azure, aws]
    default: azure
  update_credentials:
    description:
      - When to update the credentials of an existing connection. The service does not return them, so they cannot be compared.
      - V(on_change) stores a mark with a keyed fingerprint of the credentials at the end of the connection's description, and
        updates the credentials if the fingerprint differs or is missing. It needs O(fingerprint_key) or O(client_secret).
      - V(on_create) sends credentials only when the connection is created.
      - V(always) updates them in each run, and each run reports changed.
      - V(on_failure) updates them if the service's test of the stored credentials fails.
      - Server, port, database, user name and SSL mode are compared as well if the service returns them. With V(on_create), a
        difference only causes a warning, and is in C(left_alone) of the result.
    type: str
    choices: [on_change, on_create, always, on_failure]
    default: on_change
  test:
    description:
      - When to test the connection. In a test, the service connects to the database. If a test fails, O(on_test_failure) applies.
      - V(on_change) tests after the connection is created or its credentials are updated. V(always) tests in each run.
      - If a connection fails its test with V(always) although nothing changed, its credentials are sent again and it is
        tested again. This does not happen with O(update_credentials=on_create).
      - With O(update_credentials=on_change), the mark says V(pending) until a test has passed. As long as it does, each run
        tests the connection, and sends the credentials again if the test fails.
    type: str
    choices: [never, on_change, always]
    default: on_change
  prove_first:
    description:
      - Whether to test new credentials on a throw-away connection before they replace those of an existing connection. If they do
        not work, the task fails and the connection keeps its former credentials, which nobody could read and restore.
      - This takes four more requests for each set of credentials in a task, and waits up to O(wait_timeout) also without O(wait).
        It is not done with O(test=never), nor if the service says that the stored credentials do not work.
      - The throw-away connection is named C(aep.sources proof) and a random text, and deleted at once. If a run is interrupted, a
        run of the same O(owner) and O(fingerprint_key) deletes it when it is 15 minutes old. Without such a key, delete it by hand.
    type: bool
    default: true
  on_test_failure:
    description:
      - What to do if the test fails.
      - V(fail) fails the task, V(warn) shows a warning. With both, the next run tests again, and updates the credentials if they
        still do not work.
      - V(rollback) fails the task, and deletes the connection if this run created it. An existing connection is not restored,
        since its former credentials cannot be read.
    type: str
    choices: [fail, warn, rollback]
    default: fail
"""

    SANDBOX = r"""
options:
  sandbox:
    description:
      - Name of the sandbox, in lower case. It is not the title that the user interface shows.
      - If not set, the environment variable E(AEP_SANDBOX) is used.
    type: str
"""

    NO_SANDBOX = r"""
options:
  sandbox:
    description:
      - Not used. It is accepted so that you can use the same C(module_defaults) for all modules of this collection.
    type: str
"""

    MANAGED = r"""
options:
  fingerprint_key:
    description:
      - Secret key for the marks of connections and dataflows, at least 16 characters. Store it in Ansible Vault. Everyone who manages
        them must use the same key.
      - If not set, the environment variable E(AEP_FINGERPRINT_KEY) is used. Otherwise a key is derived from O(client_secret), and
        a new client secret causes all credentials to be sent again.
    type: str
  owner:
    description:
      - A short name for whoever manages these connections or dataflows, for example of a team or a project. It is part of the mark.
      - If it is set, those that carry another owner's mark are neither changed nor deleted. One without an owner gets this one when
        it is created or adopted.
    type: str
  wait:
    description:
      - Whether to wait until a new connection is ready, until a dataflow is changed, and until what was deleted is gone.
      - On AWS, a new connection is C(initializing) for about 90 seconds. It can be neither updated nor deleted during that time.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum number of seconds to wait for one connection or dataflow.
    type: int
    default: 180
"""

    SCOPE = r"""
options:
  ssl_mode_spellings:
    description:
      - "How the service spells the SSL modes, for example C({verify-full: Verify_full}). Adobe's pages show several spellings."
      - If not set, the service's connection spec is read when credentials are sent. If it has no spellings, C(Disable),
        C(Allow), C(Prefer), C(Require), C(Verify-Ca) and C(Verify-Full) are used, and C(false) and C(true) on AWS.
      - What the service shows is read in the same spellings, so that it is no drift.
    type: dict
    default: {}
  suppress_warnings:
    description:
      - Warnings to hide, because you accept the risk.
      - V(unencrypted) warns of an SSL mode of V(disable), V(allow) or V(prefer) to another machine, and of a connection string
        with C(EncryptionMethod=0) or C(EncryptionMethod=6), as V(disabled) and V(request_ssl) write it.
      - V(no_encryption_method) warns of a connection string without encryption.
      - V(misspelt_validation) warns of C(ValidationServerCertificate), a misspelling on Adobe's page.
      - V(undetected_credentials) warns of credentials whose change cannot be detected.
    type: list
    elements: str
    choices: [unencrypted, no_encryption_method, misspelt_validation, undetected_credentials]
    default: []
"""
