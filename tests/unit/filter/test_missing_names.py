from __future__ import annotations

import pytest
from ansible_collections.aep.sources.plugins.filter.missing_names import FilterModule

KNOWN = ["Orders", "orders EU", "Shop", "Shop 2", None]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], []),
        (["Shop", "Orders"], []),
        (["Shopp", "Orders"], ["'Shopp' (there is 'Shop', 'Shop 2')"]),
        (["shop"], ["'shop' (there is 'Shop', 'Shop 2')"]),
        (["ORDERS", "Something else"], ["'ORDERS' (there is 'Orders', 'orders EU')", "'Something else'"]),
    ],
)
def test_missing_names(names: list[str], said: list[str]) -> None:
    assert FilterModule().filters()["missing_names"](names, known=KNOWN) == said
