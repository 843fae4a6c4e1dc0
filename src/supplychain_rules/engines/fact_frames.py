"""Frames of facts: data frames of one library that hold facts, and relations run on them where they are.

Frames of Polars, pandas and PyArrow are computed here, column by column; DuckDB and Spark get one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, final

import attrs

from supplychain_rules.engines.columns import narwhals_for
from supplychain_rules.engines.dialects import dialect_named
from supplychain_rules.engines.fact_tables import FactKind, FactTable, Sizes, TableColumns
from supplychain_rules.engines.relations import Relation, columns_of, sources_in
from supplychain_rules.engines.relations_sql import Chain
from supplychain_rules.errors import InvalidValueError, MissingExtraError
from supplychain_rules.language.types import DateType

__all__ = ["FactFrames"]

#: The libraries of frames, by what they are called here.
_Library = Literal["polars", "polars_lazy", "pandas", "pyarrow", "duckdb", "spark", "ibis"]


@final
@attrs.frozen(kw_only=True)
class FactFrames:
    """Frames of one library, and the tables of facts that they hold."""

    library: _Library
    #: The frame of each table.
    natives: Mapping[str, Any]
    tables: Mapping[FactKind, FactTable]

    @staticmethod
    def of(
        frames: Mapping[FactKind, Any],
        columns: TableColumns,
        sizes: Sizes,
        currency: str | None,
        *,
        caller: str,
    ) -> "FactFrames":
        """Look at frames.

        Raises:
            InvalidValueError: frames of different libraries; unknown fields or columns.
        """
        nw = narwhals_for(caller)
        natives: dict[str, Any] = {}
        named: dict[int, str] = {}
        tables: dict[FactKind, FactTable] = {}
        libraries = {kind: _library_of(frame, nw) for kind, frame in frames.items()}
        if len(set(libraries.values())) > 1:
            hint = "convert them to one library"
            raise InvalidValueError(
                "frames of different libraries", ", ".join(sorted(set(libraries.values()))), hint=hint
            )
        for kind, frame in frames.items():
            table = named.setdefault(id(frame), kind)
            natives[table] = frame
            schema = nw.from_native(frame).collect_schema()
            tables[kind] = FactTable.of(
                kind,
                table=table,
                present=schema,
                columns=columns.get(kind, {}),
                stored=_stored(schema, frame, libraries[kind]),
                dates=[name for name, held in schema.items() if held == nw.Date],
                sizes=sizes,
                currency=currency,
            )
        library = next(iter(libraries.values()))
        if library == "pandas":
            _need_arrow(next(iter(frames.values())), nw, caller)
        return FactFrames(library=library, natives=natives, tables=tables)

    @property
    def is_eager(self) -> bool:
        """Whether a bad value can be refused when the frame is measured."""
        return self.library in ("polars", "pandas", "pyarrow")

    @property
    def is_local(self) -> bool:
        """Whether the frame is read column by column here, rather than by a statement."""
        return self.is_eager or self.library == "polars_lazy"

    def rows(self, relations: Sequence[Relation]) -> list[list[dict[str, Any]]]:
        """Run relations, and return their rows.

        Raises:
            InputError: a value is bad, where the frame is read here.
        """
        if self.is_local:
            run = self._run(relations, refusing=True)
            return [list(_collected(run.run(relation)).rows(named=True)) for relation in relations]
        found = []
        for relation in relations:
            names = columns_of(relation)
            native = self.query(partial(_whole_statement, relation, names))
            rows = native.fetchall() if self.library == "duckdb" else native.collect()
            found.append([dict(zip(names, row, strict=True)) for row in rows])
        return found

    def computed(self, relation: Relation, *, refusing: bool) -> Any:  # noqa: ANN401  a frame of narwhals
        """Return the frame of a relation, for frames that are computed here: an eager one where they are eager.

        Raises:
            InputError: a value is bad (`refusing`), or columns are of a wrong type.
        """
        frame = self._run([relation], refusing=refusing).run(relation)
        return _collected(frame) if self.is_eager else frame

    def native(self, frame: Any) -> Any:  # noqa: ANN401  from a frame of narwhals to one of any library
        """Return a frame of narwhals as one of the library that it came from."""
        return frame.to_pandas() if self.library == "pandas" else frame.to_native()

    def _run(self, relations: Sequence[Relation], *, refusing: bool) -> Any:  # noqa: ANN401  a frame of any library
        from supplychain_rules.engines.relations_frames import FrameRun, arrow_table  # noqa: PLC0415  needs narwhals

        frames: dict[str, Any] = {}
        for table, native in self.natives.items():
            if self.library == "pandas":
                used = {
                    field.column: isinstance(field.read.type, DateType)
                    for relation in relations
                    for source in sources_in(relation)
                    if source.table == table
                    for field in source.fields
                }
                frames[table] = arrow_table(native, used)
            else:
                frames[table] = native.lazy() if self.library == "polars" else native
        return FrameRun(frames=frames, refusing=refusing)

    def key_type(self, field: str) -> str:
        """Return the type of a key as Ibis calls it: that of the ids of a field, or of a text."""
        whole = any(table.has(field) and table.is_whole(field) for table in self.tables.values())
        return "int64" if whole else "string"

    def query(self, write: Callable[[Chain], str], types: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401  a frame of any library
        """Run a statement over the frames, in their own engine; nothing is computed yet.

        Args:
            write: writes the statement.
            types: the columns of the statement with their types, which a table of Ibis needs.
        """
        if self.library == "spark":
            dialect = dialect_named("spark")
            markers = {table: f"\N{REPLACEMENT CHARACTER}{table}" for table in self.natives}
            text = write(Chain(dialect=dialect, tables=markers)).replace("{", "{{").replace("}", "}}")
            for table, marker in markers.items():
                text = text.replace(marker, f"{{{table}}}")
            session = next(iter(self.natives.values())).sparkSession
            return session.sql(text, **self.natives)
        if self.library == "ibis":
            from supplychain_rules.engines.frame_ibis import query_ibis_tables  # noqa: PLC0415  needs narwhals

            if types is None:
                hint = "measure_frame does; or give table.to_pyarrow()"
                raise InvalidValueError("measurements_of reads no tables of Ibis", sorted(self.natives), hint=hint)
            return query_ibis_tables(
                self.natives, lambda dialect, texts: write(Chain(dialect=dialect, tables=texts)), types
            )
        dialect = dialect_named("duckdb")
        tables = {table: dialect.identifier(f"measured_{table}") for table in self.natives}
        return _duckdb_query(write(Chain(dialect=dialect, tables=tables)), self.natives)


def _whole_statement(relation: Relation, names: Sequence[str], chain: Chain) -> str:
    return chain.statement(relation, [chain.name(name) for name in names])


def _duckdb_query(text: str, natives: Mapping[str, Any]) -> Any:  # noqa: ANN401  a relation of DuckDB
    """Run a statement that names relations: DuckDB finds them among the variables of the function that asks."""
    measured_order_lines = natives.get("order_lines")
    measured_receipts = natives.get("receipts")
    measured_inspections = natives.get("inspections")
    measured_invoice_lines = natives.get("invoice_lines")
    measured_suppliers = natives.get("suppliers")
    measured_customers = natives.get("customers")
    measured_credit_notes = natives.get("credit_notes")
    measured_interactions = natives.get("interactions")
    measured_complaints = natives.get("complaints")
    every = (
        measured_order_lines,
        measured_receipts,
        measured_inspections,
        measured_invoice_lines,
        measured_suppliers,
        measured_customers,
        measured_credit_notes,
        measured_interactions,
        measured_complaints,
    )
    first = next(native for native in every if native is not None)
    return first.query("~measured", text)


def _library_of(frame: object, nw: Any) -> _Library:  # noqa: ANN401  a frame of any library
    tests: tuple[tuple[_Library, Callable[[object], bool]], ...] = (
        ("polars", nw.dependencies.is_polars_dataframe),
        ("polars_lazy", nw.dependencies.is_polars_lazyframe),
        ("pandas", nw.dependencies.is_pandas_dataframe),
        ("pyarrow", nw.dependencies.is_pyarrow_table),
        ("duckdb", nw.dependencies.is_duckdb_relation),
        ("spark", nw.dependencies.is_pyspark_dataframe),
        ("spark", nw.dependencies.is_pyspark_connect_dataframe),
        ("ibis", nw.dependencies.is_ibis_table),
    )
    for library, test in tests:
        if test(frame):
            return library
    hint = "give a frame of Polars, pandas or Spark, a table of PyArrow or Ibis, or a relation of DuckDB"
    raise InvalidValueError("this is no frame of facts", type(frame).__name__, hint=hint)


def _stored(schema: Mapping[str, Any], frame: Any, library: _Library) -> dict[str, tuple[int, int]]:  # noqa: ANN401  a frame of any library
    """Return digits and decimals of the columns that hold whole numbers or, where it matters, decimals."""
    found = {name: (19, 0) for name, held in schema.items() if held.is_integer()}
    if library == "duckdb":
        for name, held in zip(frame.columns, frame.types, strict=True):
            if held.id == "decimal":
                digits = dict(held.children)
                found[name] = digits["precision"], digits["scale"]
            elif held.id in {"hugeint", "uhugeint", "ubigint"}:
                del found[name]
    return found


def _need_arrow(frame: Any, nw: Any, caller: str) -> None:  # noqa: ANN401  a frame of any library
    try:
        nw.from_native(frame.iloc[:0, :0], eager_only=True).to_arrow()
    except ImportError:
        raise MissingExtraError(caller, package="pyarrow", extra="columns") from None


def _collected(frame: Any) -> Any:  # noqa: ANN401  a frame of narwhals
    return frame.collect() if hasattr(frame, "collect") else frame
