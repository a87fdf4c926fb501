"""Reads every SQL statement as sqlglot understands it: which relations it reads, makes and changes.

`statement_nodes()` has all of them, `page()` is docs/relations.md, which `make reference` writes.
A relation is a table or view by its name, a snapshot's file by its parameter (`$profiles`), or a
table of the database itself (`duckdb_tables`).
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import sqlglot
from relations import HANDED_OVER
from sqlglot import exp

PACKAGE = Path(__file__).resolve().parent.parent / "monitor"
MADE_IN_TWO_WAYS = {
    "carried_profiles": "empty for the first snapshot of a source, and for many looks at once",
    "changed_profiles": "everybody for the first snapshot of a source; each at its own look",
    "compared_profiles": "everybody for the first snapshot of a source; each at its own look",
    "former_names": "of the last snapshot, or of the look before each profile's own",
    "listed_positions": "of one snapshot, or each profile's of its own look",
    "pasted_stays": "empty where several looks are followed together",
    "shown_profile_names": "of one snapshot, or each profile's of its own look",
    "respelled_profiles": "empty for the first snapshot of a source",
    "moves_in_scope": "all of them, or those of which something is new, or those of touched groups",
    "tenures_in_scope": "as moves_in_scope",
}
"""Relations that several files make, of which one runs: the same columns, the same meaning."""
CHANGED_AFTERWARDS = {
    "changed_profiles": "who says nothing is taken out, and an id that changed gets its day",
    "chosen_pairs": "matching goes on until no candidate is left",
    "continued_tenures": "joined by what is continued under another name",
    "covered_tenures": "filled in two steps",
    "followed_looks": "filled turn by turn",
    "look_changes": "filled look by look",
    "look_departures": "filled turn by turn",
    "look_moves": "filled turn by turn",
    "look_names": "filled look by look",
    "look_positions": "filled look by look",
    "look_relabels": "filled turn by turn",
    "match_key_rows": "rid of the keys that one profile alone has",
    "new_move_versions": "moves of a backlog are dated back; silent ones are taken out",
    "next_tenures": "those that only correct the profile are marked",
    "pair_candidates": "matching goes on until no candidate is left",
    "previous_tenures": "who says nothing is taken out",
    "reached_keys": "edges are followed until nothing new is reached",
}
"""Temporary relations that a statement changes after they were made. There should be no more."""
MADE_FOR_TWO_THINGS = {
    "chosen_pairs": "pairs of tenures, then of departures and arrivals",
    "pair_candidates": "as chosen_pairs, with their ranks",
}
"""Temporary names that stand for different things in turn. There should be no more."""
GIVEN_BY_PYTHON = {
    "accepted": "the records that validation let through",
    **dict.fromkeys(HANDED_OVER, "what Python found, for statements that follow from it"),
}
"""Relations that Python hands to the engine as they are."""
RUNS_AGAIN = {
    "group_scope": "with all that touched groups need, the statements before it run once more"
}
"""Files after which an evaluation begins again; nothing before them waits for what they make."""
_STAGES = {
    "base": "Everywhere",
    "intake/snapshots": "Snapshots as they are stored",
    "intake/preview": "A look at one file",
    "identity/organizations": "Registries of organisations",
    "moves/derivation": "From snapshots to moves",
    "moves/derivation/buckets": "Large looks in parts",
    "moves/gates": "Which snapshots and moves are held",
    "rules/evaluation": "For which groups and days a rule holds",
    "unusual": "Whether a count is a lot",
    "unusual/nowcasts": "How many are still to come",
    "alerts": "Alerts",
    "alerts/trials": "A past as chance would have it",
    "delivery": "Evidence",
    "board": "The read model and the board",
    "operations/rights": "Erasure and access",
    "operations/health": "What is wrong with a watch",
    "cli/commands": "What commands read",
}
"""The folders of statements in the order of the pipeline, each with its heading."""
_FOR_SQLITE = "-- sqlfluff:dialect:sqlite"
"""The mark of a statement that DuckDB would not parse."""
_IN_SQLITE = ("board_", "registry_")
"""How the names of statements begin that run on the read model, or on what registries say."""
_HEAD = """# Relations

Which statement reads and makes which relation, as [sqlglot](https://github.com/tobymao/sqlglot) finds it in the SQL. `make reference` writes this page. The order in which
statements run is told in [architecture.md](architecture.md#the-order-of-the-statements); the header of each file says what one row is, and why it exists.
In the pictures an arrow goes from what is read to what is made; permanent tables have round corners.
"""  # noqa: E501 -- a page is as wide as the others
logging.getLogger("sqlglot").setLevel(logging.ERROR)  # It warns of what it passes through unread.


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a file."""

    reads: frozenset[str]
    makes: str | None = None
    changes: str | None = None
    is_temporary: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One file: its statements in order."""

    name: str
    stage: str
    """The folder that holds it, below the package: "moves/derivation"."""
    steps: tuple[Step, ...]
    is_in_sqlite: bool = False
    """Whether it is no statement of DuckDB."""

    @property
    def reads(self) -> frozenset[str]:
        """What it reads and did not make itself."""
        made: set[str] = set()
        read: set[str] = set()
        for step in self.steps:
            read |= step.reads - made
            if step.makes:
                made.add(step.makes)
        return frozenset(read)

    @property
    def makes(self) -> tuple[str, ...]:
        """What it makes, in order."""
        return tuple(dict.fromkeys(step.makes for step in self.steps if step.makes))

    @property
    def makes_temporary(self) -> tuple[str, ...]:
        """What it makes for this connection alone, in order."""
        named = (step.makes for step in self.steps if step.is_temporary and step.makes)
        return tuple(dict.fromkeys(named))

    @property
    def changes(self) -> tuple[str, ...]:
        """What it changes and did not only make: rows added, changed or taken out, in order."""
        return tuple(dict.fromkeys(step.changes for step in self.steps if step.changes))


@cache
def statement_nodes() -> tuple[Node, ...]:
    """Return every file with SQL in the package, by folder and name."""
    return tuple(node_of(path) for path in sorted(PACKAGE.rglob("*.sql")))


def node_of(path: Path) -> Node:
    """Return what a file does."""
    stage = str(path.parent.parent.relative_to(PACKAGE))
    text = path.read_text(encoding="utf-8")
    return Node(
        path.stem, stage, tuple(steps_of(text)), is_in_sqlite=path.stem.startswith(_IN_SQLITE)
    )


def steps_of(text: str) -> Iterator[Step]:
    """Return what each statement of a text does, in order.

    Statements that drop tables, or that make macros or indexes, are left out.
    """
    dialect = "sqlite" if _FOR_SQLITE in text else "duckdb"
    known = text.replace(" WITHOUT ROWID", "")  # sqlglot takes such a table for a command
    for tree in sqlglot.parse(known, read=dialect):
        if isinstance(tree, exp.Command):
            raise TypeError(f"sqlglot does not understand {tree.sql()[:60]}")
        if tree is not None and not _is_left_out(tree):
            yield _step(tree)


def _is_left_out(tree: exp.Expr) -> bool:
    makes_no_rows = isinstance(tree, exp.Create) and tree.kind not in {"TABLE", "VIEW"}
    return isinstance(tree, exp.Drop) or makes_no_rows


def _step(tree: exp.Expr) -> Step:
    match tree:
        case exp.Create():
            target = _target(tree)
            return Step(
                _read(tree, target),
                makes=target.name,
                is_temporary=tree.find(exp.TemporaryProperty) is not None,
            )
        case exp.Insert() | exp.Update() | exp.Delete():
            target = _target(tree)
            return Step(_read(tree, target), changes=target.name)
        case _:
            return Step(_read(tree, None))


def _target(tree: exp.Expr) -> exp.Table:
    target = tree.this.find(exp.Table)
    assert isinstance(target, exp.Table)
    return target


def _read(tree: exp.Expr, target: exp.Table | None) -> frozenset[str]:
    read: set[str] = set()
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Func):
            read |= _read_by_function(table.this)
        elif table is not target and not _is_cte(table):
            read.add(table.name)
    return frozenset(read)


def _read_by_function(function: exp.Func) -> set[str]:
    """Return the files that read_parquet() reads; the database's own tables are functions, too."""
    name = (
        function.name if isinstance(function, exp.Anonymous) else function.sql_name()
    ).casefold()
    if name == "read_parquet":
        return {f"${part.name}" for part in function.find_all(exp.Parameter, exp.Placeholder)}
    return {name} if name.startswith("duckdb_") else set()


def _is_cte(table: exp.Table) -> bool:
    """Whether a name is that of a CTE of a query around it; one does not read itself.

    A recursive one does.
    """
    inside: exp.Expr | None = None
    node: exp.Expr | None = table
    while node is not None:
        inside = node if isinstance(node, exp.CTE) else inside
        clause = node.args.get("with_")
        is_recursive = clause is not None and bool(clause.args.get("recursive"))
        for cte in clause.expressions if clause is not None else ():
            is_own = cte is inside
            if cte.alias == table.name and (not is_own or is_recursive):
                return True
            if is_own:
                break
        node = node.parent
    return False


# -- the whole -------------------------------------------------------------------------------------


def makers(nodes: Iterable[Node]) -> Mapping[str, list[Node]]:
    """Return the files that make each relation."""
    made: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        for name in node.makes:
            made[name].append(node)
    return made


def readers(nodes: Iterable[Node]) -> Mapping[str, list[Node]]:
    """Return the files that read each relation, among them those that make it."""
    read: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        for name in sorted({name for step in node.steps for name in step.reads}):
            read[name].append(node)
    return read


def temporary(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the relations that one connection alone has."""
    return frozenset(name for node in nodes for name in node.makes_temporary)


def order(nodes: Sequence[Node]) -> list[str]:
    """Return an order in which each file runs after those that make what it reads.

    Raises graphlib.CycleError, which names a circle, where there is none. Names that stand for
    two things in turn are left out.
    """
    made = makers(nodes)
    told = temporary(nodes) - MADE_FOR_TWO_THINGS.keys()
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for node in nodes:
        before = {maker.name for name in node.reads & told for maker in made[name]}
        sorter.add(node.name, *(before - {node.name} - RUNS_AGAIN.keys()))
    return list(sorter.static_order())


def changed_afterwards(nodes: Iterable[Node]) -> set[str]:
    """Return the temporary relations that some statement changes."""
    nodes = list(nodes)
    return {name for node in nodes for name in node.changes} & temporary(nodes)


# -- the page --------------------------------------------------------------------------------------


def page() -> str:
    """Return docs/relations.md."""
    nodes = statement_nodes()
    stages = [stage for stage in _STAGES if any(node.stage == stage for node in nodes)]
    assert {node.stage for node in nodes} <= {*stages}, "a folder of statements has no heading"
    parts = (_chapter(stage, [node for node in nodes if node.stage == stage]) for stage in stages)
    return f"{_HEAD}\n{_counts(nodes, stages)}\n{''.join(parts)}"


def _counts(nodes: Sequence[Node], stages: Sequence[str]) -> str:
    rows = [
        (f"`{stage}/sql/`", [node for node in nodes if node.stage == stage]) for stage in stages
    ]
    lines = ["| folder | files | temporary relations |", "|---|---|---|"]
    for name, of_stage in (*rows, ("all", list(nodes))):
        lines.append(f"| {name} | {len(of_stage)} | {len(temporary(of_stage))} |")
    return "\n".join(lines) + "\n"


def _chapter(stage: str, nodes: Sequence[Node]) -> str:
    lines = ["", f"## {_STAGES[stage]}", "", "| statement | reads | makes | changes |"]
    lines.append("|---|---|---|---|")
    for node in nodes:
        cells = (sorted(node.reads), node.makes, sorted({*node.changes} - {*node.makes}))
        lines.append(f"| `{node.name}` | {' | '.join(map(_names, cells))} |")
    return "\n".join((*lines, *_picture(nodes), ""))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _picture(nodes: Sequence[Node]) -> list[str]:
    """Draw how the temporary relations of a folder follow from each other and from the others."""
    told = temporary(nodes)
    arrows = sorted(
        {
            (name, step.makes or step.changes or "")
            for node in nodes
            for step in node.steps
            for name in step.reads
            if (step.makes in told or (step.changes and name in told))
            and name != (step.makes or step.changes)
        }
    )
    if not arrows:
        return []
    permanent = sorted({name for arrow in arrows for name in arrow} - told)
    return [
        *("", "```mermaid", "flowchart LR"),
        *(f"    {_id(name)}({name})" for name in permanent),
        *(f"    {_id(start)} --> {_id(end)}" for start, end in arrows),
        "```",
    ]


def _id(name: str) -> str:
    return re.sub(r"\W", "file_", name)
