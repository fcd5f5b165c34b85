"""Which faults there can be, read from the source of ``judging`` and ``exercises``.

``Source`` follows the first argument of every ``Fault(...)`` back to the string constants it can stand for: through
conditional expressions, assignments, values and keys of dictionaries, what functions return, parameters (their defaults
and what every call passes) and fields of classes (likewise). What it cannot follow is an ``AssertionError``, so no code
is left out in silence.

What one question can raise is what stands in the top-level definitions that its checks mention, those that these
mention, and so on. It errs on the side of too much: conditions are not looked at, and an attribute counts as every
definition of that name in ``judging``.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.evidence.kinds import Drawing, Evidence, Missing, Unfit
from autograder.judging.crashes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.exercises.model import Question

PACKAGE = Path(__file__).resolve().parents[1] / "autograder"
# A drawing is whatever was drawn: it is never of another kind.
KINDS = {kind.__name__ for kind in Evidence.__subclasses__()} - {kind.__name__ for kind in (Missing, Unfit, Drawing)}
KIND_CODE = "f'not_{evidence.wanted.lower()}'"

Binding = tuple[ast.expr, bool]
"""An expression, and whether it is the keys of that dictionary that count."""


@dataclass(frozen=True)
class Place:
    """One code of one ``Fault(...)``.

    Attributes:
        code: which text says it.
        facts: names of the facts given there.
        needs: the top-level statements that have to come together for it: where it is raised, where the code is named.
    """

    code: str
    facts: frozenset[str]
    needs: frozenset[ast.stmt] = frozenset()


class Source:
    """The syntax trees of some modules, and what their names mean."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
        nodes = [node for tree in self.modules.values() for node in ast.walk(tree)]
        self.parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
        self.calls = [node for node in nodes if isinstance(node, ast.Call)]
        self.classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        self.defined: dict[ast.Module, dict[str, list[ast.stmt]]] = {}
        self.imported: dict[ast.Module, dict[str, str]] = {}
        for tree in self.modules.values():
            names = self.defined[tree] = {}
            for statement in tree.body:
                for name in _names_of(statement):
                    names.setdefault(name, []).append(statement)
            imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module)
            self.imported[tree] = {alias.name: str(node.module) for node in imports for alias in node.names}

    def top(self, node: ast.AST) -> ast.stmt:
        """The top-level statement in which ``node`` stands."""
        while not isinstance(self.parents[node], ast.Module):
            node = self.parents[node]
        assert isinstance(node, ast.stmt)
        return node

    def module(self, node: ast.AST) -> ast.Module:
        found = self.parents[self.top(node)]
        assert isinstance(found, ast.Module)
        return found

    def meant(self, node: ast.AST) -> list[ast.stmt]:
        """The top-level definitions that a name or an attribute stands for."""
        if isinstance(node, ast.Attribute):
            judging = (tree for path, tree in self.modules.items() if PACKAGE / "judging" in path.parents)
            return [statement for tree in judging for statement in self.defined[tree].get(node.attr, ())]
        if not isinstance(node, ast.Name):
            return []
        here = self.module(node)
        if node.id in self.defined[here]:
            return self.defined[here][node.id]
        if node.id not in self.imported[here]:
            return []
        file = PACKAGE.parent / (self.imported[here][node.id].replace(".", "/") + ".py")
        # Of what a package passes on, every definition of that name counts.
        trees = [self.modules[file]] if file in self.modules else self.modules.values()
        return [statement for tree in trees for statement in self.defined[tree].get(node.id, ())]

    def places(self) -> Iterator[Place]:
        """Every fault there can be, those of crashes last."""
        for call in (call for call in self.calls if _last_name(call.func) == "Fault"):
            facts = {keyword.arg for keyword in call.keywords if keyword.arg}
            for spread in (keyword.value for keyword in call.keywords if not keyword.arg):
                facts |= {item.value for item in self.strings(spread, keys=True)}
            code = call.args[0]
            if isinstance(code, ast.JoinedStr) and ast.unparse(code) == KIND_CODE:
                codes = {f"not_{kind.lower()}": self.top(code) for kind in KINDS}.items()
            else:
                codes = {(item.value, self.top(item)) for item in self.strings(code)}
            for name, where in codes:
                yield Place(name, frozenset(facts), frozenset({self.top(call), where}))
        yield from (Place(crash, frozenset({"error", "line"})) for crash in CODES)

    def strings(  # noqa: C901, PLR0911, PLR0912 - one line for each kind of expression
        self, node: ast.expr, *, keys: bool = False
    ) -> set[ast.Constant]:
        """The string constants ``node`` can stand for; of a dictionary its values, or its keys."""
        match node:
            case ast.Constant(value=str()):
                return {node}
            case ast.Constant(value=None):
                return set()
            case ast.IfExp(body=one, orelse=other):
                return self._all([(one, keys), (other, keys)])
            case ast.BoolOp(values=items):
                return self._all((item, keys) for item in items)
            case ast.NamedExpr(value=value):
                return self.strings(value, keys=keys)
            case ast.Dict(keys=names, values=values) if keys:
                # A dictionary that is spread into this one has no key of its own here.
                return self._all((name or value, name is None) for name, value in zip(names, values, strict=True))
            case ast.Dict(values=values):
                return self._all((value, False) for value in values)
            case ast.DictComp(key=name, value=value):
                return self.strings(name if keys else value)
            case ast.BinOp(left=one, op=ast.BitOr(), right=other):
                return self._all([(one, keys), (other, keys)])
            case ast.Subscript(value=base):
                return self.strings(base)
            case ast.Call(func=ast.Attribute(value=base, attr="get"), args=[_, *default]):
                return self._all((item, False) for item in (base, *default))
            case ast.Call(func=ast.Name(id="field")):
                return set()
            case ast.Call(func=ast.Name()) if self.meant(node.func):
                inside = (item for function in self.meant(node.func) for item in ast.walk(function))
                return self._all((item.value, keys) for item in inside if isinstance(item, ast.Return) and item.value)
            case ast.Attribute(attr=name) if (given := self._given_to_field(name)) is not None:
                return self._all((value, keys) for value in given)
            case ast.Name(id=name) if (bindings := self._bindings(name, node, node)) is not None:
                return self._all((value, of_keys or keys) for value, of_keys in bindings)
        where = next(path for path, tree in self.modules.items() if tree is self.module(node))
        message = f"{where}:{node.lineno}: teach fault_codes.py to follow `{ast.unparse(node)}`, or write it plainly"
        raise AssertionError(message)

    def _all(self, bindings: Iterable[Binding]) -> set[ast.Constant]:
        return set().union(*(self.strings(value, keys=keys) for value, keys in bindings))

    def _bindings(self, name: str, node: ast.AST, use: ast.expr) -> list[Binding] | None:
        """What ``name`` is bound to around ``node``, in the nearest scope that binds it; None where none does."""
        scope = self.parents[node]
        while not isinstance(scope, (ast.FunctionDef, ast.Module)):
            scope = self.parents[scope]
        bound = [binding for item in _own_nodes(scope) for binding in _bound(item, name)]
        if isinstance(scope, ast.Module):
            return bound or None
        if node is use:
            # What is bound further down does not count, unless a loop leads back.
            bound = [item for item in bound if item[0].lineno <= use.lineno or self._loops(item[0]) & self._loops(use)]
        passed = self._passed(scope, name)
        if bound or passed is not None:
            return bound + [(value, False) for value in passed or ()]
        return self._bindings(name, scope, use)

    def _loops(self, node: ast.AST) -> set[ast.AST]:
        found: set[ast.AST] = set()
        while node in self.parents:
            node = self.parents[node]
            found |= {node} if isinstance(node, (ast.For, ast.While)) else set()
        return found

    def _passed(self, function: ast.FunctionDef, parameter: str) -> list[ast.expr] | None:
        """The parameter's default and what every call passes for it; None when it is no parameter."""
        positional = [item.arg for item in (*function.args.posonlyargs, *function.args.args)]
        keyword = [item.arg for item in function.args.kwonlyargs]
        if parameter not in {*positional, *keyword}:
            return None
        defaults = dict(zip(reversed(positional), reversed(function.args.defaults), strict=False))
        defaults |= {name: value for name, value in zip(keyword, function.args.kw_defaults, strict=True) if value}
        calls = (call for call in self.calls if _last_name(call.func) == function.name and self._may_be(call, function))
        found = [defaults[parameter]] if parameter in defaults else []
        return found + [value for call in calls for value in _argument(call, parameter, positional)]

    def _may_be(self, call: ast.Call, function: ast.FunctionDef) -> bool:
        meant = self.meant(call.func)
        return function in meant if meant else self.module(call) is self.module(function)

    def _given_to_field(self, name: str) -> list[ast.expr] | None:
        """What every call of a class with a field of that name passes for it, and its default."""
        found = None
        for item in self.classes:
            fields = {line.target.id: line for line in item.body if isinstance(line, ast.AnnAssign) and _is_name(line)}
            if name in fields:
                calls = (call for call in self.calls if _last_name(call.func) == item.name)
                found = [value for call in calls for value in _argument(call, name, list(fields))]
                found += [value for value in [fields[name].value] if value]
        return found

    def definition(self, function: Any) -> ast.FunctionDef:
        """Where ``function`` was defined."""
        tree = self.modules[Path(inspect.getfile(function))]
        line = function.__code__.co_firstlineno
        found = (item for item in ast.walk(tree) if isinstance(item, ast.FunctionDef))
        return next(item for item in found if line in {item.lineno, *(one.lineno for one in item.decorator_list)})

    def reached(self, question: Question) -> set[ast.stmt]:
        """The top-level statements that judging ``question`` can lead to."""
        checks: set[ast.stmt] = {self.definition(inspect.unwrap(check.claim)) for check in question.checks}
        # Of a function that makes checks, the checks themselves count, and the calls that made them for this question.
        makers = {self.top(check) for check in checks} - checks
        waiting = checks | set(self.modules[PACKAGE / "judging" / "judge.py"].body)
        for call in (call for call in self.calls if makers & set(self.meant(call.func))):
            texts = [item.value for item in ast.walk(call) if isinstance(item, ast.Constant)]
            if any(isinstance(text, str) and f"_{question.name}".endswith(f"_{text}") for text in texts):
                waiting.add(self.top(call))
        found: set[ast.stmt] = set()
        while waiting:
            statement = waiting.pop()
            found.add(statement)
            waiting |= {item for node in ast.walk(statement) for item in self.meant(node)} - found - makers
        return found | {self.top(statement) for statement in found}


def _names_of(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (item.id for target in targets for item in ast.walk(target) if isinstance(item, ast.Name))


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_name(line: ast.AnnAssign) -> bool:
    return isinstance(line.target, ast.Name)


def _argument(call: ast.Call, name: str, positional: list[str]) -> list[ast.expr]:
    if name in positional[: len(call.args)]:
        return [call.args[positional.index(name)]]
    return [item.value for item in call.keywords if item.arg == name]


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """What stands in ``scope``, without the functions in it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield from _own_nodes(node)


def _bound(node: ast.AST, name: str) -> Iterator[Binding]:
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            yield value, False
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
            yield value, False
        case ast.NamedExpr(target=ast.Name(id=target), value=value) if target == name:
            yield value, False
        case (
            ast.For(
                target=ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=item)]),
                iter=ast.Call(func=ast.Attribute(value=base, attr="items")),
            )
            | ast.comprehension(
                target=ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=item)]),
                iter=ast.Call(func=ast.Attribute(value=base, attr="items")),
            )
        ) if name in {key, item}:
            yield base, name == key


def modules(folder: str) -> list[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))


@cache
def everything() -> Source:
    """The judging and all exercises."""
    return Source([*modules("judging"), *modules("exercises")])


@cache
def all_places() -> tuple[Place, ...]:
    return tuple(everything().places())


@cache
def codes_of_judging() -> frozenset[str]:
    """The codes that ``judging`` itself names: any question may come upon them."""
    return frozenset(place.code for place in Source(modules("judging")).places())


def places_of(question: Question) -> tuple[Place, ...]:
    """The faults that one question can raise."""
    if question.name not in _places:
        reached = everything().reached(question)
        _places[question.name] = tuple(place for place in all_places() if place.needs <= reached)
    return _places[question.name]


_places: dict[str, tuple[Place, ...]] = {}
