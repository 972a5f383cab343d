"""Bytes of a source file in, its comments and the functions that they belong to out, by tree-sitter's grammars."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its grammar.

    :param module: package of the grammar, entry: its function.
    :param comments: kinds of nodes that are comments.
    :param scopes: kinds of nodes that are named definitions.
    """

    module: str
    entry: str
    comments: frozenset[str]
    scopes: frozenset[str]


def _language(module: str, scopes: str, comments: str = "comment", entry: str = "language") -> Language:
    return Language(f"tree_sitter_{module}", entry, frozenset(comments.split()), frozenset(scopes.split()))


_C = "function_definition struct_specifier enum_specifier union_specifier"
_SCRIPT = (
    "function_declaration generator_function_declaration class_declaration abstract_class_declaration "
    "interface_declaration type_alias_declaration enum_declaration method_definition method_signature "
    "function_signature variable_declarator public_field_definition field_definition"
)
_BOTH = "line_comment block_comment"
LANGUAGES = {
    "C": _language("c", _C),
    "C++": _language("cpp", f"{_C} class_specifier namespace_definition"),
    "Python": _language("python", "function_definition class_definition"),
    "Rust": _language(
        "rust", "function_item struct_item enum_item impl_item trait_item mod_item macro_definition", _BOTH
    ),
    "Go": _language("go", "function_declaration method_declaration type_spec"),
    "TypeScript": _language("typescript", _SCRIPT, "comment html_comment", "language_typescript"),
    "TSX": _language("typescript", _SCRIPT, "comment html_comment", "language_tsx"),
    "JavaScript": _language("javascript", _SCRIPT, "comment html_comment"),
    "Java": _language(
        "java",
        "method_declaration constructor_declaration class_declaration interface_declaration enum_declaration",
        _BOTH,
    ),
    "C#": _language("c_sharp", "method_declaration constructor_declaration class_declaration property_declaration"),
    "Kotlin": _language("kotlin", "function_declaration class_declaration object_declaration", _BOTH),
    "Swift": _language(
        "swift",
        "function_declaration class_declaration protocol_declaration init_declaration",
        "comment multiline_comment",
    ),
    "Ada": _language("ada", "subprogram_body subprogram_declaration package_declaration package_body"),
    "Shell": _language("bash", "function_definition"),
}
_ENDINGS = {
    "C": "c",
    "C++": "cc cpp cxx c++ h hh hpp hxx ino",
    "Python": "py pyi",
    "Rust": "rs",
    "Go": "go",
    "TypeScript": "ts mts cts",
    "TSX": "tsx",
    "JavaScript": "js jsx mjs cjs",
    "Java": "java",
    "C#": "cs",
    "Kotlin": "kt kts",
    "Swift": "swift",
    "Ada": "adb ads",
    "Shell": "sh bash",
}
#: Language by the ending of a file's name.
BY_ENDING = {ending: language for language, endings in _ENDINGS.items() for ending in endings.split()}
#: Nodes that may stand between a comment and what it is written for.
_PASSED = frozenset(["attribute_item", "attribute", "annotation", "marker_annotation", "decorator", "modifiers"])
#: How many steps the search for a function takes at most, so that no file makes it long.
_STEPS = 200
#: Calls of the parser's progress function for each 1000 bytes at most; dense C needs 13.
_STEPS_OF_PARSER = 40


class TooHard(Exception):  # noqa: N818 - reads as what it is
    """A file asks more of the parser than sources do."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its text and first line, and the function or type that it is written for, if there is one."""

    text: str
    line: int
    function: str


def language_of(name: str) -> str:
    """Language of a file by its name; empty for one that is not known."""
    return BY_ENDING.get(name.rpartition(".")[2].casefold(), "") if "." in name else ""


def is_installed() -> bool:
    """Whether the parser and all grammars are there."""
    try:
        importlib.import_module("tree_sitter")
        for language in LANGUAGES.values():
            importlib.import_module(language.module)
    except ImportError:
        return False
    return True


def comments(raw: bytes, language: str, holds: re.Pattern[bytes]) -> tuple[list[Comment], bool]:
    """The comments that hold something, in their order, and whether the grammar could read all of the file.

    Docstrings of Python are comments too.

    :param holds: what a comment must hold to be of interest.
    :raises TooHard: the parser needs more steps than sources of that size do; a crafted file can ask for any number.
    """
    parser, steps, most = _parser(language), 0, 1000 + len(raw) * _STEPS_OF_PARSER // 1000

    def is_too_long(_offset: int, _has_error: bool) -> bool:
        nonlocal steps
        steps += 1
        return steps > most

    try:
        tree = parser.parse(lambda offset, _point: raw[offset:], progress_callback=is_too_long)
    except ValueError as error:  # the library's word for a parse that was stopped
        parser.reset()
        raise TooHard from error
    return list(_comments(tree.root_node, raw, language, holds)), not tree.root_node.has_error


@cache
def _parser(name: str) -> Parser:
    from tree_sitter import Language as Grammar  # noqa: PLC0415 - in the extra "source"
    from tree_sitter import Parser  # noqa: PLC0415

    language = LANGUAGES[name]
    return Parser(Grammar(getattr(importlib.import_module(language.module), language.entry)()))


def _comments(root: Node, raw: bytes, name: str, holds: re.Pattern[bytes]) -> Iterator[Comment]:
    """Walk by a cursor, which needs no stack of its own however deep a file is nested."""
    language = LANGUAGES[name]
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None and (node.type in language.comments or (name == "Python" and _is_docstring(node))):
            text = raw[node.start_byte : node.end_byte]
            if holds.search(text):
                yield Comment(text.decode("utf-8", "replace"), node.start_point[0] + 1, _function(node, raw, language))
        elif cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _is_docstring(node: Node) -> bool:
    """A text that stands alone as the first statement of a module, function or class."""
    if node.type != "string" or node.parent is None or node.parent.type != "expression_statement":
        return False
    before = node.parent.prev_named_sibling
    while before is not None and before.type == "comment":
        before = before.prev_named_sibling
    return before is None and node.parent.named_child_count == 1


def _function(node: Node, raw: bytes, language: Language) -> str:
    """Name of the definition that follows a comment, else of the one around it."""
    is_docstring = node.type == "string"
    found = None if is_docstring else _following(node, language)
    steps, around = 0, node.parent
    while found is None and around is not None and steps < _STEPS:
        steps += 1
        if around.type in language.scopes:
            found = around
        around = around.parent
    return _name(found, raw) if found is not None else ""


def _following(node: Node, language: Language) -> Node | None:
    if node.prev_sibling is not None and node.prev_sibling.end_point[0] == node.start_point[0]:
        return None  # behind code on its line
    following = node.next_named_sibling
    for _ in range(_STEPS):
        if following is None or following.type not in language.comments | _PASSED:
            break
        following = following.next_named_sibling
    for _ in range(4):  # export, decorator, template, declaration with a value
        if following is None or following.type in language.scopes or _is_prototype(following):
            return following
        inner = [child for child in following.named_children[:8] if child.type not in language.comments | _PASSED]
        wanted = [child for child in inner if child.type in language.scopes]
        following = wanted[0] if wanted else inner[0] if len(inner) == 1 else None
    return None


def _is_prototype(node: Node) -> bool:
    """A declared function of C or C++ without a body."""
    declarator = node.child_by_field_name("declarator") if node.type in ("declaration", "field_declaration") else None
    for _ in range(4):
        if declarator is None or declarator.type == "function_declarator":
            break
        declarator = declarator.child_by_field_name("declarator")
    return declarator is not None and declarator.type == "function_declarator"


def _name(node: Node, raw: bytes) -> str:
    """Its field ``name``, the innermost declarator of C, or the type of an impl of Rust."""
    found: Node | None = node
    for _ in range(8):
        if found is None:
            return ""
        fields = [found.child_by_field_name(key) for key in ("name", "declarator", "type")]
        inner = next((child for child in fields if child is not None), None)
        if inner is None or (found is not node and found.type.endswith("identifier")):
            break
        if node.type.endswith("_specifier") and found is not node:
            break
        found = inner
    if found is node or found is None:
        word = next((child for child in node.named_children[:6] if child.type.endswith("identifier")), None)
        found = word
    text = raw[found.start_byte : found.end_byte].decode("utf-8", "replace") if found is not None else ""
    shown = " ".join(text.split())
    return shown if len(shown) <= 120 and shown.isprintable() else ""
