"""The inventory plugin sandboxes between its file and the hosts that it makes; what the service lists is given."""

from __future__ import annotations

import contextlib
import json
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments import constructed, inventory_cache
from ansible_collections.aep.sources.plugins.doc_fragments import auth
from ansible_collections.aep.sources.plugins.doc_fragments import sandboxes as selection
from ansible_collections.aep.sources.plugins.inventory import sandboxes as plugin
from ansible_collections.aep.sources.plugins.module_utils import module as frame
from ansible_collections.aep.sources.plugins.module_utils.options import AUTH
from evaluating import evaluated

OWN = (auth.ModuleDocFragment, selection.ModuleDocFragment, constructed.ModuleDocFragment, inventory_cache.ModuleDocFragment)
DOCUMENTED = {
    name: option
    for text in (plugin.DOCUMENTATION, *(one.DOCUMENTATION for one in OWN))
    for name, option in yaml.safe_load(text)["options"].items()
}
WHO = {"client_id": "client", "client_secret": "s3cret", "org_id": "ORG@AdobeOrg"}
PROD = {"name": "prod", "title": "Production", "state": "active", "type": "production", "region": "VA7", "cloud": "azure"}
TEMPLATE = "{{ 1 + 1 }}"


class Parser:
    """Parses inventory files, and knows what the module that lists sandboxes was asked."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.listed: list[Mapping[str, Any]] = [PROD]
        self.asked: list[Mapping[str, Any]] = []
        self.inventory = InventoryData()

    def __call__(self, file: str = "org.aep.yml", **config: Any) -> InventoryData:
        path = self.folder / file
        path.write_text(yaml.safe_dump({"plugin": "aep.sources.sandboxes", **WHO, **config}))
        one = plugin.InventoryModule()
        one._load_name, one._redirected_names, one.ansible_name = "aep.sources.sandboxes", ["aep.sources.sandboxes"], one.NAME
        one.parse(self.inventory, DataLoader(), str(path))
        with contextlib.suppress(AttributeError):  # without a cache, as Ansible does
            one.update_cache_if_changed()
        return self.inventory

    def work(self, task: frame.Task) -> dict[str, Any]:
        self.asked.append(task.options)
        return {"changed": False, "sandboxes": self.listed}


@pytest.fixture
def parse(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Parser:
    constants.config.initialize_plugin_configuration_definitions("inventory", "aep.sources.sandboxes", DOCUMENTED)
    monkeypatch.setenv("AEP_TOKEN_CACHE", "false")
    one = Parser(tmp_path)
    monkeypatch.setattr(plugin, "_MODULE", frame.Module(plugin._MODULE.arguments, one.work))
    return one


@pytest.mark.parametrize("name", AUTH)
def test_an_empty_variable_is_a_missing_one(parse: Parser, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"AEP_{name.upper()}", "")
    parse(**{one: None for one in WHO if one == name})
    assert parse.asked[0][name] == AUTH[name].get("default")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in sorted(set(DOCUMENTED) - {"plugin"})
        for value in ("", None, *([] if name in plugin._EXPRESSIONS else ["{{ '' }}"]))
    ],
)
def test_an_empty_option_is_a_missing_one(parse: Parser, name: str, value: str | None) -> None:
    parse()
    parse.inventory = InventoryData()
    parse(**{name: value})
    expected = dict(parse.asked[0]) | ({name: None} if name in WHO else {})
    assert parse.asked[1] == expected


def test_a_template_is_evaluated_before_its_type_is_looked_at(parse: Parser) -> None:
    parse(validate_certs="{{ 1 == 1 }}", timeout="{{ 1 + 1 }}", types="{{ ['production'] }}", names=["{{ 'prod' }}"])
    asked = parse.asked[0]
    assert (asked["validate_certs"], asked["timeout"], asked["types"]) == (True, 2, ["production"])
    assert list(parse.inventory.hosts) == ["prod"]


def test_a_variable_of_the_environment_is_no_template(parse: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEP_CLIENT_ID", TEMPLATE)
    parse(client_id=None)
    assert parse.asked[0]["client_id"] == TEMPLATE


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"client_secret": 83}, "client_secret is no text but a number, as YAML reads it without quotes: put it in quotes."),
        ({"timeout": "many"}, "timeout"),
        ({"typs": ["production"]}, "typs is no option of aep.sources.sandboxes: did you mean types?"),
    ],
)
def test_an_option_that_cannot_be_used(parse: Parser, config: dict[str, Any], said: str) -> None:
    with pytest.raises(AnsibleParserError, match=said.replace("?", r"\?")) as caught:
        parse(**config)
    assert "\n" not in str(caught.value)
    assert parse.asked == []


def test_without_requests_one_sentence_says_so(parse: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "REQUESTS_IMPORT_ERROR", "Traceback: no such module")
    with pytest.raises(AnsibleParserError, match=r"^The Python library requests is missing: install it for \S+python\S* on "):
        parse()


@pytest.mark.parametrize("name", ["all hosts", "{{ 1 + 1 }}", "Prod", "a,b", "a:b", "a[1:3]", "-i", "", "prod\n", "ü"])
def test_a_sandbox_that_cannot_be_a_host(parse: Parser, name: str) -> None:
    parse.listed = [PROD, {"name": name}]
    with pytest.raises(AnsibleParserError, match=r"The service lists a sandbox .*: leave it out by names\."):
        parse()
    assert parse.inventory.hosts == {}
    assert list(parse(names=["prod"]).hosts) == ["prod"]


def test_sandboxes_of_one_name_in_two_organizations_are_not_one_host(parse: Parser) -> None:
    parse("one.aep.yml", types=["production"])
    parse("again.aep.yml")
    parse.listed = [{"name": "dev"}, PROD]
    with pytest.raises(
        AnsibleParserError, match="'prod' of B@AdobeOrg would be one host with that of ORG@AdobeOrg: run Ansible once"
    ):
        parse("two.aep.yml", org_id="B@AdobeOrg")
    assert list(parse.inventory.hosts) == ["prod"]


def test_a_host_of_another_inventory_gets_the_variables(parse: Parser) -> None:
    parse.inventory.add_host("prod")
    assert parse().hosts["prod"].vars["aep_sandbox_org_id"] == "ORG@AdobeOrg"


@pytest.mark.parametrize("setting", ["never", "ignore", "always", "silently"])
def test_a_group_has_a_name_of_letters_digits_and_underscores(
    parse: Parser, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setattr(constants, "TRANSFORM_INVALID_GROUP_CHARS", setting)
    parse.listed = [{**PROD, "title": TEMPLATE, "region": "{%", "state": "{#"}]
    keyed: list[dict[str, Any]] = [
        {"key": "aep_sandbox_title", "separator": "", "parent_group": "a-b"},
        {"key": "[aep_sandbox_region]", "prefix": "in"},
        {"key": "{'it-is': aep_sandbox_state}"},
    ]
    groups = set(parse(keyed_groups=keyed, groups={"my-own": "true"}).groups)
    assert groups == {"all", "ungrouped", "___1___1___", "a_b", "in___", "_it_is___", "my_own"}


class TestCache:
    """A cache of files."""

    @pytest.fixture
    def config(self, tmp_path: pathlib.Path) -> dict[str, Any]:
        where = {"cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
        return {"cache": True, "cache_timeout": 3600, **where}

    @pytest.fixture
    def broken(self, tmp_path: pathlib.Path) -> Callable[[str], None]:
        def write(content: str) -> None:
            [file] = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
            wrapped = "__payload__" in file.read_text()  # since ansible-core 2.19
            file.write_text(json.dumps({"__payload__": content}) if wrapped else content)

        return write

    def test_it_is_of_one_organization_and_one_choice(self, parse: Parser, config: dict[str, Any]) -> None:
        for changed in ({}, {}, {"types": ["development"]}, {"types": ["development"]}, {"org_id": "B@AdobeOrg"}):
            parse.inventory = InventoryData()
            parse(**config, **changed)
        assert len(parse.asked) == 3

    def test_one_that_is_no_json(self, parse: Parser, config: dict[str, Any], tmp_path: pathlib.Path) -> None:
        parse(**config)
        for path in (tmp_path / "cache").rglob("*"):
            path.write_text("no JSON")
        assert list(parse(**config).hosts) == ["prod"]
        assert len(parse.asked) == 2

    @pytest.mark.parametrize("content", ["no JSON", "", "{}", "[1]", "[[]]", '[{"name": 1}]', '"prod"', "null"])
    def test_one_that_is_broken_is_as_an_empty_one(
        self, parse: Parser, config: dict[str, Any], broken: Callable[[str], None], content: str
    ) -> None:
        for _time in range(2):
            parse(**config)
        assert len(parse.asked) == 1
        broken(content)
        for _time in range(2):
            assert list(parse(**config).hosts) == ["prod"]
        assert len(parse.asked) == 2

    def test_one_that_was_changed_is_data_all_the_same(
        self, parse: Parser, config: dict[str, Any], broken: Callable[[str], None]
    ) -> None:
        trusted = {"__ansible_type": "_AnsibleTaggedStr", "value": TEMPLATE, "tags": [{"__ansible_type": "TrustedAsTemplate"}]}
        parse(**config)
        broken(
            json.dumps([{**PROD, "title": trusted, "state": TEMPLATE, "ansible_host": "elsewhere", "is_default": [TEMPLATE]}])
        )
        parse.inventory = InventoryData()
        found = parse(**config, compose={"described": "aep_sandbox_state"}).hosts["prod"].vars
        assert (len(parse.asked), found["described"]) == (1, TEMPLATE)
        for name in ("title", "state", "is_default"):
            assert TEMPLATE in str(evaluated(f"{{{{ [aep_sandbox_{name}] }}}}", found))
        assert "ansible_host" not in found

    def test_one_that_cannot_be_used_is_said(self, parse: Parser, config: dict[str, Any], tmp_path: pathlib.Path) -> None:
        (tmp_path / "cache").write_text("no folder")
        with pytest.raises(AnsibleError, match="cache"):
            parse(**config)
