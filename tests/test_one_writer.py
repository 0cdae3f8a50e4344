"""Nobody but the one writer opens a file for writing: what others write goes to what it hands them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "coursepush"

SCRATCH = {
    "district/sample.py": "the ready-made district is copied to where the writer makes a new one, aside",
    "load/archive.py": "a zip is unpacked",
    "load/database/reading.py": "rows of a database wait to be read",
    "load/edfi/csv.py": "a file in another encoding is copied as UTF-8",
    "store/owner.py": "a mark says whose something is; it replaces nothing, and is gone with its owner",
}
"""What writes only to a private folder in the system's temporary one, which is gone afterwards, or makes marks."""

HANDED = {"new_file", "Workbook", "GzipFile", "BytesIO"}
"""What gives something to write to: the writer's own, what packs into that, and memory."""

SYSTEM = {
    "os": {"open", "rename", "renames", "replace", "link", "symlink", "truncate", "mknod"},
    "shutil": {"copy", "copy2", "copyfile", "copyfileobj", "copytree", "move", "make_archive"},
    "tempfile": {"NamedTemporaryFile", "mkstemp"},
}
"""Functions that make or move files."""

PATHS = {"write_text", "write_bytes", "touch", "symlink_to", "hardlink_to"}
"""Methods of paths that do."""

MODULES = [path for path in sorted(SOURCE.rglob("*.py")) if path.parent.name != "files"]


def called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def handed_to(scope: ast.AST) -> set[str]:
    """Names in a function that stand for something to write to, and cannot be a path."""
    names: set[str] = set()
    if isinstance(scope, ast.FunctionDef):
        for argument in (*scope.args.args, *scope.args.kwonlyargs):
            if argument.annotation is not None and ast.unparse(argument.annotation) in ("BinaryIO", "Workbook"):
                names.add(argument.arg)
    bound: list[tuple[ast.expr, ast.expr | None]] = []
    for node in ast.walk(scope):
        if isinstance(node, ast.With):
            bound += [(item.context_expr, item.optional_vars) for item in node.items]
        if isinstance(node, ast.Assign):
            bound += [(node.value, target) for target in node.targets]
    for _ in range(2):  # what packs is handed what it packs into
        for made, name in bound:
            if isinstance(made, ast.Call) and isinstance(name, ast.Name) and called(made) in HANDED:
                into = [*made.args[:1], *(word.value for word in made.keywords if word.arg == "fileobj")]
                if called(made) in ("new_file", "BytesIO") or any(is_handed(one, names) for one in into):
                    names.add(name.id)
    return names


def is_handed(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


MAY_WRITE = re.compile(r"write_|sink_|open\(|touch|os\.|shutil\.|tempfile\.|Zip|GzipFile|link_to")


def faults(path: Path) -> Iterator[str]:
    if not MAY_WRITE.search(path.read_text("utf-8")):
        return
    tree = ast.parse(path.read_text("utf-8"))
    handed: dict[ast.AST, set[str]] = {}
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            names = handed_to(scope)
            for node in ast.walk(scope):
                handed[node] = handed.get(node, set()) | names
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and writes(node, handed.get(node, set())):
            yield f"{path.name}, line {node.lineno}: {ast.unparse(node)[:60]}"


def writes(node: ast.Call, handed: set[str]) -> bool:
    """Whether a call makes or changes a file by its name."""
    name = called(node)
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if name in SYSTEM.get(owner, ()) or (owner and name in PATHS):
        return True
    if name == "open":
        return any(re.fullmatch(r"[rbt]*[wax+][wax+bt]*", mode) for mode in texts_of(node))
    if name in ("GzipFile", "ZipFile"):
        return bool({"w", "wb", "a", "x"} & set(texts_of(node))) and not handed
    if re.fullmatch(r"(write|sink)_(csv|parquet|excel|ipc\w*|n?djson|json|avro|delta|database)", name):
        return owner not in ("", "store") and bool(node.args) and not is_handed(node.args[0], handed)
    return False


def texts_of(node: ast.Call) -> list[str]:
    given = [*node.args, *(word.value for word in node.keywords)]
    return [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def test_modules_write_only_to_what_they_are_handed() -> None:
    found = {str(path.relative_to(SOURCE)): list(faults(path)) for path in MODULES}
    writing = {name: calls for name, calls in found.items() if calls}
    assert {name: calls for name, calls in writing.items() if name not in SCRATCH} == {}
    assert writing.keys() == SCRATCH.keys(), "an exception that is no longer needed"


def test_only_what_makes_folders_of_tables_has_the_database_write_files() -> None:
    users = {
        str(path.relative_to(SOURCE))
        for path in (*MODULES, *SOURCE.rglob("*.sql"))
        if re.search(r"\bcopy\s*\(|\bexport\s+database|\bcopy\s+\w+\s+to\b", statements(path), re.IGNORECASE)
    }
    assert users == {"store/making.py"}


def statements(path: Path) -> str:
    """The SQL in a module: its texts that begin as a statement does."""
    text = path.read_text("utf-8")
    if path.suffix == ".sql":
        return text
    constants = [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "\n".join(one for one in constants if re.match(r"\s*(--.*\n\s*)*(copy|export)\b", one))


def test_the_check_itself_sees_what_it_is_for(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    for line in (
        "place.write_text('x')",
        "open(place, 'w')",
        "place.open('rb+')",
        "gzip.open(place, mode='wb')",
        "frame.write_csv(place)",
        "frame.lazy().sink_parquet(place)",
        "os.replace(a, b)",
        "shutil.copyfile(a, b)",
        "gzip.GzipFile(place, 'wb')",
    ):
        path.write_text(f"def function(place: Path) -> None:\n    {line}\n")
        assert len(list(faults(path))) == 1, line
    for line in (
        "open(place, 'rb')",
        "place.open(encoding='utf-8')",
        "frame.write_csv(file)",
        "frame.write_ndjson()",
        "text.replace('w', 'a')",
    ):
        path.write_text(f"def function(place: Path, file: BinaryIO) -> None:\n    {line}\n")
        assert list(faults(path)) == [], line
