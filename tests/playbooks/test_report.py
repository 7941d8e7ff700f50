"""The playbook report, and its page in a browser: what it shows, whether it can be used, and by whom."""

from __future__ import annotations

import json
import pathlib
import shutil
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from axe_playwright_python.sync_playwright import Axe
from playing import player, variables_of_all
from playwright.sync_api import Browser, Page, sync_playwright
from simulated import PARAMS, Client

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SCHEMA = pathlib.Path(__file__).parents[2] / "docs" / "overview.schema.json"
SCREENSHOTS = pathlib.Path(__file__).parents[2] / ".cache" / "screenshots"
HOSTILE = """<img src=x onerror="document.title='hacked'"> '{{ 7 * 7 }}' & </script>"""

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (on Debian: apt-get install chromium)")


@pytest.fixture(scope="module")
def report(_client: Client, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return the folder of a report: some are missing, absent, disabled, foreign, hostile or differ; a sandbox is unknown."""
    client, folder = _client, tmp_path_factory.mktemp("report")
    client.begin()
    play = player(folder, variables_of_all(client))
    play()
    assert play(playbook="aep.sources.report").returncode == 0
    stranger = Client(client.url, "s1")
    stranger.session.headers.update({**client.session.headers, "x-sandbox-name": "s1"})
    made = stranger.create(HOSTILE, params={"database": HOSTILE, "sslMode": "Verify-Full"}, description=HOSTILE)
    assert made.status_code == 201
    for item in stranger("GET", "/connections").json()["items"]:
        if item["name"] == "Orders":
            stranger("DELETE", f"/connections/{item['id']}")
    client.set(patch_state=True)
    stranger.session.headers["x-sandbox-name"] = "s3"
    [invoices] = [item for item in stranger("GET", "/connections").json()["items"] if item["name"] == "Invoices"]
    [customers] = [item for item in stranger("GET", "/connections").json()["items"] if item["name"] == "Customers"]
    add_dataflows(client, "s3", customers["id"])
    disabled = [{"op": "replace", "path": "/state", "value": "disabled"}]
    assert stranger("PATCH", f"/connections/{invoices['id']}", json=disabled, headers={"If-Match": invoices["etag"]}).ok
    names = [{"name": name} for name in ("Orders", "Customers", "Invoices")]
    gone = {"postgres_connections_definitions": [*names, {"name": "Old", "state": "absent"}]}
    differs = {"postgres_connections_definitions": [{"name": "Customers", "description": HOSTILE}]}
    hosts = {"s1": None, "s2": differs, "s3": gone, "s4": {"postgres_connections_sandbox": "nowhere"}}
    done = play(playbook="aep.sources.report", hosts=hosts)
    assert done.returncode == 2  # s4 could not be inspected
    assert f"Details: {folder}/aep_report/report.html" in done.stdout
    return folder / "aep_report"


def add_dataflows(client: Client, sandbox: str, connection: str) -> None:
    """Let three dataflows read through a connection: one of them fails, one leaves out rows, and one never ran."""
    every = {"frequency": "minute", "interval": "15", "startTime": "1774170000"}
    for name, status, more in (
        (HOSTILE, "failed", {"errors": [{"code": "CONNECTOR-1001-500", "message": HOSTILE}]}),
        ("In part", "success", {"outputRecordCount": 70, "failedRecordCount": 3}),
        ("New", "", {}),
    ):
        of = {"sandbox": sandbox, "baseConnectionId": connection, "name": name, "scheduleParams": every}
        flow = client.admin("POST", "flows", of)
        if status:
            client.admin("POST", "runs", {"sandbox": sandbox, "flowId": flow["id"], "status": status, **more})


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture
def page(browser: Browser, report: pathlib.Path) -> Iterator[Page]:
    """Return the report's page, in a browser that reaches nothing else."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    one = context.new_page()
    wrong: list[str] = []
    one.on("console", lambda message: wrong.append(message.text))
    one.on("pageerror", lambda error: wrong.append(str(error)))
    one.goto(f"file://{report}/report.html")
    yield one
    assert not wrong
    context.close()


def shown(page: Page) -> list[tuple[str, ...]]:
    """Return sandbox, name and test of the rows that can be seen."""
    rows = page.locator(".row:visible").all()
    return [tuple(row.locator("td, th").all_inner_texts()[:3]) for row in rows]


def test_the_same_in_three_forms(report: pathlib.Path) -> None:
    data = json.loads((report / "report.json").read_text())
    assert {
        name: data["totals"][name] for name in ("sandboxes", "connections", "missing", "drifted", "foreign", "problems")
    } == {
        "sandboxes": 4,
        "connections": 10,
        "missing": 1,
        "drifted": 3,
        "foreign": 3,
        "problems": 1,
    }
    assert (data["totals"]["dataflows"], data["totals"]["dataflows_failing"]) == (3, 1)
    jsonschema.validate(data, json.loads(SCHEMA.read_text()))
    assert data["heading"] == [
        "10 base connections in 3 of 4 sandboxes, and 1 absent as defined.",
        "Sandboxes: 3 succeeded, 1 failed.",
        "Definitions: 1 would be created, 1 would be updated, 1 not enabled, 3 foreign, 4 as defined.",
        "Tests: 1 missing, 1 not tested, 8 working.",
        "Dataflows: 1 failing, 2 not failing.",
    ]
    said = {(one["sandbox"], one["name"]): one["text"] for one in data["changes"]}
    assert said.pop(("s1", HOSTILE)) == "is new"
    assert said == {
        ("s1", "Orders"): "is missing, before: works; is not as defined any more",
        ("s2", "Customers"): "is not as defined any more",
        ("s2", "Invoices"): "is not in the definitions any more",
        ("s2", "Orders"): "is not in the definitions any more",
        ("s3", "Customers"): "dataflows that are failing: 1, before: 0",
        ("s3", "Invoices"): "is not tested, before: works; is not as defined any more; its state is disabled, before: enabled",
        ("s3", "Old"): "is absent",
        ("nowhere", ""): "was not in the last report",
        ("s4", ""): "is not in this report any more",
    }
    markdown = (report / "report.md").read_text()
    assert data["organizations"] == ["TESTORG@AdobeOrg"]
    assert "TESTORG@AdobeOrg. 10 base connections" in markdown
    assert "| s1 | Orders | **missing** |" in markdown
    assert "| this collection | not enabled: its state is disabled |" in markdown
    assert r"| \<img src" in markdown
    assert sum(line.startswith("| s") for line in markdown.splitlines()) == 11
    for name in ("report.json", "report.md", "report.html"):
        assert PARAMS["password"] not in (report / name).read_text()
        assert (report / name).stat().st_mode & 0o007 == 0


def test_a_connection_that_could_not_be_compared_or_tested_fails_its_sandbox(client: Client, tmp_path: pathlib.Path) -> None:
    play = player(tmp_path, variables_of_all(client))
    play()
    client.session.headers["x-sandbox-name"] = "s2"
    assert client.create("Orders").ok  # a second one of this name
    done = play(playbook="aep.sources.report")
    assert done.returncode == 2, done.stdout
    overview = json.loads((tmp_path / "aep_report" / "report.json").read_text())
    assert (overview["status"], overview["totals"]["connections"]) == ("failed", 12)
    recap = done.stdout.partition("PLAY RECAP")[2]
    assert [line.split()[0] for line in recap.splitlines() if "failed=1" in line] == ["s2"]
    assert done.stdout.count("2 PostgreSQL base connections are named 'Orders' in this sandbox") == 1
    [row] = [one for one in overview["sandboxes"][1]["connections"] if one["name"] == "Orders"]
    ids = {one["id"] for one in client.admin("GET", "connections")["s2"] if one["name"] == "Orders"}
    assert (len(ids), set(row["id"].split(", ")), row["anchor"]) == (2, ids, "s2/Orders")


@in_browser
def test_what_the_page_shows(page: Page) -> None:
    assert page.title() == "PostgreSQL base connections"
    assert page.get_by_text("Organization TESTORG@AdobeOrg").is_visible()
    assert len(shown(page)) == 11
    assert ("s1", "Orders", "Missing") in shown(page)
    assert ("s3", "Customers", "Works") in shown(page)
    assert ("s3", "Old", "Absent") in shown(page)
    assert page.locator(".row").filter(has_text="not enabled").locator("td, th").all_inner_texts()[:4] == [
        "s3",
        "Invoices",
        "Not tested",
        "disabled",
    ]
    assert page.locator(".row th").filter(has_text=HOSTILE).count() == 1
    assert "nowhere" in page.locator(".problems").inner_text()
    assert page.locator(".matrix tbody tr").count() == 4


@in_browser
def test_filter_and_search(page: Page) -> None:
    page.get_by_role("button", name="Not as defined").click()
    assert [row[:2] for row in shown(page)] == [("s1", "Orders"), ("s2", "Customers"), ("s3", "Invoices")]
    assert page.locator("#count").inner_text() == "3 of 11"
    assert page.locator(".matrix tbody tr:visible").count() == 3
    page.get_by_label("Search").fill("S2 custom")
    assert [row[:2] for row in shown(page)] == [("s2", "Customers")]
    page.get_by_label("Search").fill("nothing like it")
    assert page.get_by_text("No connection is like that.").is_visible()
    page.get_by_label("Search").fill("")
    page.get_by_role("button", name="Foreign").click()
    assert [row[1] for row in shown(page)] == [HOSTILE, "Invoices", "Orders"]  # the last two have no definition any more


@in_browser
def test_dataflows(page: Page) -> None:
    page.get_by_role("button", name="Failing dataflows").click()
    assert [row[:2] for row in shown(page)] == [("s3", "Customers")]
    assert "1 of 3 failing" in page.locator(".row:visible").inner_text()
    page.locator(".row:visible .open").click()
    flows = page.locator(".details:visible .flows li")
    assert flows.count() == 3
    failed, partial, new = (flows.filter(has_text=text).inner_text() for text in ("failed", "In part", "New"))
    assert "every 15 minutes since 2026-03-22 09:00:00 UTC" in failed
    assert f"CONNECTOR-1001-500: {HOSTILE}" in failed
    assert "partial" in partial
    assert "70 rows · 3 rows left out" in partial
    assert "no run is known" in new
    assert "The connection works, but copying from the source failed" in page.locator(".details:visible").inner_text()


@in_browser
def test_a_link_leads_to_a_connection_and_to_a_sandbox(page: Page, report: pathlib.Path) -> None:
    def at(hash_: str) -> list[str]:
        page.goto("about:blank")
        page.goto(f"file://{report}/report.html{hash_}")
        return page.locator("tr:focus-within").locator("td, th").all_inner_texts()[:2]

    assert at("#s2/Customers") == ["s2", "Customers"]
    assert page.locator(".details:visible").count() == 1
    assert at("#s3") == ["s3", "Customers"]
    assert page.locator(".details:visible").count() == 0
    [hostile] = [one["anchor"] for one in json.loads((report / "report.json").read_text())["sandboxes"][0]["connections"][:1]]
    assert at(f"#{hostile}") == ["s1", HOSTILE]
    for nowhere in ("#s1/none", "#%", "#", "#<img>", "#constructor"):
        assert at(nowhere) == []
    page.get_by_role("button", name="Foreign").click()
    page.locator(".changes a", has_text="s3/Customers").click()
    assert page.locator("tr:focus-within").locator("td, th").all_inner_texts()[:2] == ["s3", "Customers"]


@in_browser
def test_on_a_phone_no_column_is_hidden(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    inside = "all => all.every(one => one.getBoundingClientRect().right <= 390 && one.scrollWidth <= one.clientWidth)"
    assert page.locator(".scroll").count() == 2
    assert page.locator(".scroll").evaluate_all(inside)
    cells = page.locator(".matrix .cell")
    assert cells.count() == 11
    assert cells.evaluate_all("all => all.every(one => one.getBoundingClientRect().right <= 390)")
    label = "one => getComputedStyle(one.parentElement, '::after').content"
    assert [cells.nth(number).evaluate(label) for number in (1, 2)] == ['"Customers" / ""', '"Invoices" / ""']


@in_browser
def test_what_is_printed(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".bar").is_visible()
    assert [text for text in page.locator(".details:visible").all_inner_texts() if "CONNECTOR-1001-500" in text]
    assert page.locator(".details:visible").count() == 4, "of what differs or fails"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.pdf(path=SCREENSHOTS / "report.pdf", format="A4")
    page.set_viewport_size({"width": 1000, "height": 900})
    page.screenshot(path=SCREENSHOTS / "report-print.png", full_page=True)


@in_browser
def test_sort(page: Page) -> None:
    page.get_by_role("button", name="Connection", exact=True).click()
    names = [row[1] for row in shown(page)]
    assert names == [HOSTILE, *["Customers"] * 3, *["Invoices"] * 3, "Old", *["Orders"] * 3]
    page.get_by_role("button", name="Connection", exact=True).click()
    assert [row[1] for row in shown(page)] == names[::-1]
    assert page.locator("th[aria-sort]").count() == 1


@in_browser
def test_it_can_be_used_without_a_mouse(page: Page) -> None:
    row = page.locator(".row").filter(has_text="s2").filter(has_text="Customers")
    row.get_by_role("button").focus()
    page.keyboard.press("Enter")
    details = page.locator(".details:visible")
    assert "description differs" in details.inner_text()
    page.keyboard.press("Enter")
    assert details.count() == 0
    page.get_by_role("link", name="s1, Orders: Missing").press("Enter")
    assert "it does not exist" in details.inner_text()
    assert page.evaluate("document.activeElement.closest('.row').dataset.byName") == "Orders"


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_in_the_way_of_anybody(page: Page, width: int, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.locator(".open").nth(1).click()
    page.locator(".row", has_text="failing").locator(".open").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"report-{width}-{scheme}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
