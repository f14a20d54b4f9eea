"""Checks rules of the house that no linter knows; prints each breach and ends with 1.

- Views ask through `request.practice` and the commands: `Something.objects` (or
  `_default_manager`, or `journal.writing`) in a view could reach another practice's rows.
- Views read no environment.
- A view is a sentence: a function that takes `request` has at most 15 lines.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("appointments", "fallback", "surgery")
MANAGERS = ("objects", "_default_manager", "_base_manager")
VIEW_LINES = 15

Breach = tuple[int, str]


def views() -> Iterator[Path]:
    """Every module of views."""
    for app in APPS:
        yield from (ROOT / app).glob("**/views/**/*.py")
        yield from (ROOT / app).glob("**/views.py")


def no_managers(tree: ast.AST) -> Iterator[Breach]:
    """Find `Model.objects` and writing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if node.attr in MANAGERS:
                yield node.lineno, f"'.{node.attr}' in a view: start from request.practice"
            elif node.attr == "writing":
                yield node.lineno, "a view writes: call a command"


def short_views(tree: ast.AST) -> Iterator[Breach]:
    """Find views that are more than a sentence; docstring and decorators don't count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "request" in [a.arg for a in node.args.args]:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > VIEW_LINES:
                yield node.lineno, f"{node.name} has {lines} lines, more than {VIEW_LINES}"


def no_environment(tree: ast.AST) -> Iterator[Breach]:
    """Find readings of the environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            yield node.lineno, "reads the environment: make it a setting"


def breaches() -> Iterator[str]:
    """Give every breach as 'path:line: what'."""
    for path in sorted(views()):
        tree = ast.parse(path.read_text())
        for line, what in (*no_managers(tree), *short_views(tree), *no_environment(tree)):
            yield f"{path.relative_to(ROOT)}:{line}: {what}"


def main() -> None:
    """Print what breaks the rules."""
    if found := list(breaches()):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
