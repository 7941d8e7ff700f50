"""The house: imports point one way only, files stay short, a module's main is short."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
PREFIX = "ansible_collections.aep.sources.plugins."

# Layer -> the files and folders of it; and what it may import of the collection, beside itself.
LAYERS: dict[str, tuple[str, ...]] = {
    "client": ("module_utils/client",),
    "api": ("module_utils/api",),
    "postgres": ("module_utils/postgres",),
    "dataflow": ("module_utils/dataflow",),
    "mark": ("module_utils/mark.py",),
    "flow": ("module_utils/flow.py",),
    "concurrency": ("module_utils/concurrency.py",),
    "connection": ("module_utils/connection.py",),
    "polling": ("module_utils/polling.py",),
    "outcome": ("module_utils/outcome.py",),
    "reconcile": ("module_utils/reconcile.py", "module_utils/settle.py", "module_utils/proof.py"),
    "dataflow_reconcile": tuple(
        f"module_utils/dataflow_{name}.py" for name in ("case", "outcome", "questions", "reconcile", "settle", "work")
    ),
    "verification": tuple(
        f"module_utils/{name}.py" for name in ("dataflow_probes", "dataflow_trial", "probe", "trial", "verification")
    ),
    "monitoring": ("module_utils/monitoring.py",),
    "frame": tuple(
        f"module_utils/{name}.py"
        for name in (
            "access", "dataflow_tasks", "entry_points", "information", "masking", "module", "options", "service_check", "tasks",
        )
    ),
    "adoption": ("plugin_utils/adoption.py", "plugin_utils/yaml_text.py"),
    "words": ("plugin_utils/dataflow_words.py", "plugin_utils/defined_dataflows.py", "plugin_utils/overview_words.py"),
    "untrusted": ("plugin_utils/untrusted.py",),
    "action_module": ("plugin_utils",),
    "plugins": ("modules", "action", "inventory"),
    "apart": ("filter", "lookup", "doc_fragments"),
}  # fmt: skip
MAY_IMPORT: dict[str, set[str]] = {
    "client": {"concurrency"},
    "api": {"client", "connection", "flow"},
    "connection": set(),
    "flow": set(),
    "mark": set(),
    "postgres": {"connection", "mark"},
    "dataflow": {"flow", "mark", "postgres"},
    "concurrency": set(),
    "polling": {"api", "client", "connection", "postgres"},
    "outcome": {"client", "connection", "mark", "postgres"},
    "reconcile": {"api", "client", "concurrency", "connection", "outcome", "polling", "postgres"},
    "dataflow_reconcile": {
        "api", "client", "concurrency", "connection", "dataflow", "flow", "mark", "outcome", "polling", "postgres", "reconcile",
    },
    "verification": {
        "api", "client", "connection", "dataflow", "dataflow_reconcile", "flow", "mark", "polling", "postgres",
    },
    "monitoring": {"api", "flow", "mark"},
    "frame": {
        "api", "client", "concurrency", "connection", "dataflow", "dataflow_reconcile", "mark", "monitoring", "outcome",
        "postgres", "reconcile", "verification",
    },
    "adoption": {"postgres"},
    "untrusted": set(),
    "words": set(),
    "action_module": {"client", "frame", "untrusted"},
    "plugins": {"action_module", "frame", "untrusted"},
    "apart": {"adoption", "postgres", "untrusted", "words"},
}  # fmt: skip
KNOW_ANSIBLE = {"frame", "untrusted", "action_module", "plugins", "apart"}
NO_INPUT_OR_OUTPUT = {"socket", "requests", "urllib3", "urllib", "http", "os", "pathlib", "time", "threading", "subprocess"}

FILES = sorted(path for path in PLUGINS.rglob("*.py") if path.name != "__init__.py")


def layer_of(path: str) -> str:
    return next(layer for layer, places in LAYERS.items() if any(path == one or path.startswith(f"{one}/") for one in places))


def imported(path: pathlib.Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            module = node.module or ""
            folder = PLUGINS / module.removeprefix(PREFIX).replace(".", "/")
            names += (
                [f"{module}.{alias.name}" for alias in node.names]
                if module.startswith(PREFIX) and folder.is_dir()
                else [module]
            )
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PLUGINS).as_posix())
def test_imports_point_one_way(path: pathlib.Path) -> None:
    layer = layer_of(path.relative_to(PLUGINS).as_posix())
    for name in imported(path):
        if name.startswith(PREFIX):
            target = name.removeprefix(PREFIX).replace(".", "/")
            target = target if (PLUGINS / target).is_dir() else f"{target}.py"
            assert layer_of(target) in MAY_IMPORT[layer] | {layer}, f"{layer} imports {name}"
        elif name.split(".")[0] == "ansible":
            assert layer in KNOW_ANSIBLE, f"{layer} knows Ansible"
        elif layer in ("postgres", "dataflow"):
            assert name.split(".")[0] not in NO_INPUT_OR_OUTPUT, f"{layer} is pure, but imports {name}"
        assert "simulator" not in name


def test_the_simulator_knows_nothing_of_the_collection() -> None:
    files = sorted((ROOT / "tests" / "simulator").rglob("*.py"))
    assert files
    for path in files:
        assert not [name for name in imported(path) if name.startswith(("ansible", "plugins"))], path


def code_lines(path: pathlib.Path) -> int:
    text = re.sub(r'(?s)\b(DOCUMENTATION|EXAMPLES|RETURN|[A-Z_]+) = r""".*?"""', "", path.read_text(encoding="utf-8"))
    return len(text.splitlines())


@pytest.mark.parametrize(
    "path",
    [path for path in ROOT.rglob("*.py") if not {".venv", ".cache", "output"} & set(path.parts)],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_a_file_has_one_idea(path: pathlib.Path) -> None:
    assert code_lines(path) <= 300


@pytest.mark.parametrize("path", sorted((PLUGINS / "modules").glob("*.py")), ids=lambda path: path.stem)
def test_a_module_is_short(path: pathlib.Path) -> None:
    main = next(node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef) and node.name == "main")
    assert (main.end_lineno or 0) - main.lineno + 1 <= 12
    assert code_lines(path) <= 60
