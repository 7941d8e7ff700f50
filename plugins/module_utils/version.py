# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The collection's version, as it is in galaxy.yml (a test holds them equal)."""

from __future__ import annotations

VERSION = "0.1.0"
