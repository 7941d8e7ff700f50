"""The documentation site, opened as a folder without a network: whether pages fit, links lead somewhere, the search finds."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = pathlib.Path(__file__).parents[2]
SITE = ROOT / ".cache" / "docs" / "html"
PAGES = sorted(str(path.relative_to(SITE)) for path in [*SITE.glob("*.html"), *SITE.glob("docsite/*.html")])
EDIT = "https://github.com/aep-sources/aep.sources/edit/main/"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SCREENSHOTS = ROOT / ".cache" / "screenshots"
SEEN = {"index.html", "docsite/guide_secret_stores.html", "aep_postgres_connection_module.html"}
LISTS = {"genindex.html", "search.html"}  # Sphinx writes them, and nothing has to lead there but the search field

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (on Debian: apt-get install chromium)")


class Parsed(HTMLParser):
    """What a page refers to, the names of its places, and the groups of its sidebar."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.feed((SITE / page).read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given["id"]} if "id" in given else set()
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loaded += [given[name] for name in ("src", "href") if name in given and tag in ("img", "link", "script")]


@pytest.fixture(scope="module")
def parsed() -> dict[str, Parsed]:
    assert len(PAGES) > 40, "build the site first: scripts/docs.sh"
    return {page: Parsed(page) for page in PAGES}


def test_links_lead_somewhere(parsed: dict[str, Parsed]) -> None:
    dead = []
    for page, one in parsed.items():
        for link in one.links + one.loaded:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (
                page if not parts.path else str((SITE / page).parent.joinpath(unquote(parts.path)).resolve().relative_to(SITE))
            )
            there = target in parsed if target.endswith(".html") else (SITE / target).is_file()
            if not there or (parts.fragment and parts.fragment not in parsed[target].places | {"wy-nav-top"}):
                dead.append((page, link))
    assert dead == []


def test_nothing_is_loaded_from_elsewhere(parsed: dict[str, Parsed]) -> None:
    assert [(page, link) for page, one in parsed.items() for link in one.loaded if urlsplit(link).netloc] == []


def test_edit_leads_to_the_file_that_the_page_is_written_in(parsed: dict[str, Parsed]) -> None:
    git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = set(subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())
    edited = {
        page: [link.removeprefix(EDIT) for link in one.links if "github.com" in link and "/edit/" in link]
        for page, one in parsed.items()
    }
    assert {page for page, links in edited.items() if not links} == LISTS | {"environment_variables.html", "reference.html"}
    assert [(page, links) for page, links in edited.items() if links and (len(links) > 1 or links[0] not in files)] == []


def test_the_sidebar_has_every_page_in_four_groups(parsed: dict[str, Parsed]) -> None:
    text = (SITE / "index.html").read_text(encoding="utf-8").partition('role="navigation" aria-label="Navigation menu"')[2]
    menu = text.partition("</nav>")[0] or text
    assert re.findall(r'<span class="caption-text">([^<]+)</span>', menu) == ["Start", "Guides", "Playbooks", "Reference"]
    linked = {link for link in parsed["index.html"].links if link.endswith(".html")} | {"index.html"}
    assert set(PAGES) - linked - LISTS == set()
    sections = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text())["sections"]
    listed = [page for section in sections for page in section["toctree"]]
    assert sorted(listed) == sorted(path.stem for path in ROOT.glob("docs/docsite/rst/*.rst"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return a window of some width, in a browser that reaches nothing but files."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, offline=True)
    one = context.new_page()
    wrong: list[str] = []
    one.on("console", lambda message: wrong.append(message.text))
    one.on("pageerror", lambda error: wrong.append(str(error)))
    yield one
    context.close()
    assert not wrong


@in_browser
@pytest.mark.parametrize("window", [390, 1440], indirect=True)
def test_every_page_fits(window: Page) -> None:
    """No page is wider than the window, and no word of a title has to be broken."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    too_wide = []
    for page in PAGES:
        window.goto(f"file://{SITE}/{page}")
        size = window.evaluate(
            """() => {
                const title = document.querySelector("h1");
                if (title) title.style.overflowWrap = "normal";
                const root = document.documentElement;
                return [root.scrollWidth - root.clientWidth, title ? title.scrollWidth - title.clientWidth : 0];
            }"""
        )
        if page in SEEN:
            window.screenshot(path=SCREENSHOTS / f"site-{pathlib.Path(page).stem}-{window.evaluate('innerWidth')}.png")
        if size != [0, 0]:
            too_wide.append((page, size))
    assert too_wide == []


@in_browser
@pytest.mark.parametrize("window", [1440], indirect=True)
@pytest.mark.parametrize("page", ["index.html", "docsite/guide_quick_start.html"])
def test_the_search_field_is_in_sight(window: Page, page: str) -> None:
    """The sidebar scrolls to the page that is open, and these are the first ones in it."""
    window.goto(f"file://{SITE}/{page}")
    box = window.locator("#rtd-search-form input[name=q]").bounding_box()
    assert box
    assert box["y"] >= 0


@in_browser
@pytest.mark.parametrize("window", [390], indirect=True)
@pytest.mark.parametrize(
    ("words", "found"), [("hashicorp", "External secret stores"), ("prove_first", "aep_postgres_connection module")]
)
def test_the_search_works_without_a_network(window: Page, words: str, found: str) -> None:
    window.goto(f"file://{SITE}/search.html?q={words}")
    window.locator("#search-results a").first.wait_for()
    window.wait_for_function("document.querySelector('#search-results').textContent.includes('found')")
    assert any(text.startswith(found) for text in window.locator("#search-results a").all_inner_texts())
