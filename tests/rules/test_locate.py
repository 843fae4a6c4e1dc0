"""A problem in a rule set's text is reported on the line where it stands."""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from time import process_time

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain_rules.rules.locate import MAX_PATH_CHARACTERS, join_path, line_of, locate_json, locate_toml

Locate = Callable[[str], Mapping[str, int]]

RULES = r'''# a rule set as people write it
schema = "supplychain-rules/1"
effective = { from = 2026-01-01, until = 2027-01-01 }  # until is exclusive
label.en = "Review"
label."zh" = "供应商绩效评估"

[inputs.quality_pass_rate]
min = "0"
[inputs."质量"]
'min' = 1.5
note = """
[steps]  # not a header: text
min = "\""" ends here"""""

[[steps]]
id = "performance"
criteria = [
  { id = "quality", weight = "40" },  # the first
  # a remark between two
  { id = "delivery", weight = "35", value = { kind = "piecewise", points = [
    ["0.70", "0"],
      ["0.90", "60"]] } },
]

[[ steps ]]
id = 'grade'
[[steps.rows]]
id = "best"
[steps.rows.when]
grade = "A"
[[steps.rows]]
id = @@@[[steps]]
@@@  # still the second row
[[steps]]
id = "last"
[[steps.rows]]
id = "only"
'''.replace("@", "'")

DEEP = 100_000


def paths(data: object, path: str = "") -> Iterator[str]:
    """Return the path of every key and element of parsed data."""
    items: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(data, dict):
        items = iter(data.items())
    elif isinstance(data, list):
        items = iter(enumerate(data))
    for key, value in items:
        yield join_path(path, key)
        yield from paths(value, join_path(path, key))


def test_every_path_of_a_rule_set_in_toml_has_the_line_where_it_begins() -> None:
    lines = RULES.splitlines()
    located = locate_toml(RULES)

    assert set(paths(tomllib.loads(RULES))) == set(located)
    assert {
        "schema": 2,
        "effective.until": 3,
        "label": 4,
        "label.en": 4,
        "label.zh": 5,
        "inputs": 7,
        'inputs["质量"]': 9,
        'inputs["质量"].min': 10,
        'inputs["质量"].note': 11,
        "steps": 15,
        "steps[0]": 15,
        "steps[0].criteria": 17,
        "steps[0].criteria[0].weight": 18,
        "steps[0].criteria[1]": 20,
        "steps[0].criteria[1].weight": 20,
        "steps[0].criteria[1].value.points[1]": 22,
        "steps[1]": 25,
        "steps[1].rows": 27,
        "steps[1].rows[0].when": 29,
        "steps[1].rows[0].when.grade": 30,
        "steps[1].rows[1]": 31,
    }.items() <= located.items()
    assert "[[steps.rows]]" == lines[located["steps[2].rows[0]"] - 1]
    assert 'id = "only"' == lines[located["steps[2].rows[0].id"] - 1]


def test_a_table_is_located_at_its_own_header_rather_than_at_the_one_of_its_child() -> None:
    text = "[inputs.age]\n[inputs]\n"

    assert {"inputs": 2, "inputs.age": 1} == locate_toml(text)


def test_a_header_in_the_last_line_needs_no_line_end() -> None:
    assert {"steps": 1, "steps[0]": 1, "steps[1]": 2} == locate_toml("[[steps]]\n[[steps]]")


def test_windows_line_ends_count_once() -> None:
    assert {"id": 1, "steps": 2, "steps[0]": 2, "steps[0].id": 3} == locate_toml("id = 1\r\n[[steps]]\r\nid = 'a'\r\n")
    assert {"id": 2, "steps": 3} == locate_json('{\r\n"id": 1,\r\n"steps": []\r\n}')


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ('"a.b"', '["a.b"]'),
        ("'a\"b'", '["a\\"b"]'),
        (r'"\u00e9\t\U0001F600"', '["é\\t😀"]'),
        ('""', '[""]'),
        ("2026", '["2026"]'),
        ("-x", '["-x"]'),
    ],
)
def test_unusual_keys_of_toml_have_a_path_of_their_own(written: str, path: str) -> None:
    assert {path: 2} == locate_toml(f"\n{written} = 1")


def test_keys_of_json_are_read_as_json_reads_them() -> None:
    text = '{"\\u8d28\\u91cf": {"a\\"b": [[], {}, "]"]}}'

    assert set(paths(json.loads(text))) == set(locate_json(text))
    assert '["质量"]["a\\"b"][2]' in locate_json(text)


def test_a_key_that_json_text_holds_twice_is_located_where_its_value_comes_from() -> None:
    assert {"id": 2} == locate_json('{"id": 1,\n"id": 2}')


def test_a_key_on_another_line_than_its_value_is_located_at_the_key() -> None:
    assert {"id": 2, "steps": 5, "steps[0]": 7} == locate_json('{\n"id"\n:\n1,\n"steps":\n[\n[]]}')


@pytest.mark.parametrize(("text", "located"), [("[1, [2]]", ["[0]", "[1]", "[1][0]"]), ("7", []), ("", [])])
def test_json_that_is_no_table_is_located_too(text: str, located: list[str]) -> None:
    assert located == list(locate_json(text))


def test_what_is_missing_is_reported_where_it_should_stand() -> None:
    lines = {"steps": 3, "steps[0]": 4, 'steps[0]["a].b"]': 5}

    assert 5 == line_of(lines, 'steps[0]["a].b"].min')
    assert 4 == line_of(lines, "steps[0].criteria[1].weight")
    assert 3 == line_of(lines, "steps[10].id")
    assert 3 == line_of(lines, "steps")
    assert line_of(lines, "stepson") is None
    assert line_of(lines, "") is None


@pytest.mark.parametrize(
    ("parent", "key", "path"),
    [
        ("", "id", "id"),
        ("", 0, "[0]"),
        ("steps", 1, "steps[1]"),
        ("steps[1]", "id", "steps[1].id"),
        ("a", "b-c_1", "a.b-c_1"),
        ("a", "1", 'a["1"]'),
        ("a", "b.c", 'a["b.c"]'),
        ("a", 'b"]\\', 'a["b\\"]\\\\"]'),
        ("a", "line\nend", 'a["line\\nend"]'),
        ("a", "\u202egnp", 'a["\\u202egnp"]'),
        ("a", "\ud800", 'a["\\ud800"]'),
        ("inputs", "质量", 'inputs["质量"]'),
    ],
)
def test_a_path_is_readable_and_safe_to_print(parent: str, key: str | int, path: str) -> None:
    assert path == join_path(parent, key)


@given(keys=st.lists(st.text(max_size=6) | st.integers(0, 20), min_size=1), others=st.lists(st.text(max_size=6)))
def test_no_two_places_share_a_path(keys: list[str | int], others: list[str | int]) -> None:
    def path(steps: list[str | int]) -> str:
        joined = ""
        for step in steps:
            joined = join_path(joined, step)
        return joined

    assert (keys == others) == (path(keys) == path(others))


@pytest.mark.parametrize("locate", [locate_toml, locate_json])
@given(text=st.text() | st.text(alphabet="\"'[]{},.:=#\\\n ab1"))
@settings(max_examples=300)
def test_text_that_no_parser_accepts_is_no_reason_to_fail(locate: Locate, text: str) -> None:
    located = locate(text)

    assert all(1 <= line <= text.count("\n") + 1 for line in located.values())


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP,
        "{" * DEEP,
        '{"a":' * DEEP,
        '"' * DEEP,
        "'" * DEEP,
        '"\\' * DEEP,
        'a="""' * DEEP,
        "]" * DEEP,
        "\n" * DEEP,
        "a." * DEEP + "a = 1",
        "[" + "a." * DEEP + "a]\n" + "b = 1\n" * DEEP,
        "[" + "a" * DEEP + "]\n" + "b = 1\n" * DEEP,
        "[[a]]\n[[a.a]]\n" * DEEP,
        "a = [" + "{a=1}," * DEEP + "]",
    ],
)
@pytest.mark.parametrize("locate", [locate_toml, locate_json])
def test_hostile_text_costs_no_more_than_its_length(locate: Locate, text: str) -> None:
    begin = process_time()
    located = locate(text)

    assert process_time() - begin < 5  # a quadratic pass over this would take minutes
    assert all(len(path) <= MAX_PATH_CHARACTERS for path in located)


def test_what_lies_too_deep_is_located_at_its_deepest_known_place() -> None:
    text = '{"a":\n' * 600 + "1" + "}" * 600
    located = locate_json(text)

    assert 500 == len(located)
    assert 500 == line_of(located, ".".join("a" * 600))


scalars = st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
keys = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,4}", fullmatch=True) | st.text(max_size=4) | st.just("质量")
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=20,
)
tables = st.dictionaries(keys, values, max_size=4)


@given(data=values, indent=st.none() | st.integers(0, 3))
def test_every_path_of_any_json_is_located(data: object, indent: int | None) -> None:
    text = json.dumps(data, indent=indent)

    assert set(paths(data)) == set(locate_json(text))


@given(data=tables)
def test_the_located_line_of_json_holds_the_key(data: dict[str, object]) -> None:
    text = json.dumps(data, indent=1)
    lines = text.split("\n")

    def check(value: object, path: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                assert lines[located[join_path(path, key)] - 1].lstrip().startswith(json.dumps(key) + ": ")
                check(inner, join_path(path, key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                begin = "{" if isinstance(inner, dict) else "[" if isinstance(inner, list) else json.dumps(inner)
                assert lines[located[join_path(path, index)] - 1].lstrip().startswith(begin)
                check(inner, join_path(path, index))

    located = locate_json(text)
    check(data, "")


@attrs.define
class TomlWriter:
    """Write data as TOML in every style the format has, and note on which line each path begins."""

    draw: st.DrawFn
    text: str = ""
    lines: dict[str, int] = attrs.field(factory=dict)

    def write(self, *parts: str) -> None:
        self.text += "".join(parts)

    def note(self, path: str) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def name(self, key: str) -> str:
        styles = [json.dumps(key).replace("\x7f", "\\u007f")]
        if key.isascii() and key.replace("-", "a").replace("_", "a").isalnum():
            styles.append(key)
        if key.isprintable() and "'" not in key:
            styles.append(f"'{key}'")
        return self.draw(st.sampled_from(styles))

    def end(self) -> None:
        self.write(self.draw(st.sampled_from(["\n", "\r\n", ' # a = [ { "\n', "\n\n# [a]\n"])))

    def gap(self) -> None:
        self.write(self.draw(st.sampled_from(["", " ", "\n", " # ] }\n", "\r\n\t"])))

    def table(self, data: Mapping[str, object], path: str, header: tuple[str, ...]) -> None:
        """Write a table's plain keys first, then what has a header of its own."""
        later = []
        for key, value in data.items():
            below = join_path(path, key)
            is_rows = isinstance(value, list) and value and all(isinstance(row, dict) for row in value)
            if (isinstance(value, dict) or is_rows) and self.draw(st.booleans()):
                later.append((key, value))
            elif isinstance(value, dict) and value and self.draw(st.booleans()):
                for inner, leaf in value.items():
                    self.note(below)
                    self.note(join_path(below, inner))
                    self.write(self.name(key), " . ", self.name(inner), "=")
                    self.value(leaf, join_path(below, inner))
                    self.end()
            else:
                self.note(below)
                self.write("  ", self.name(key), " = ")
                self.value(value, below)
                self.end()
        for key, value in later:
            below, names = join_path(path, key), (*header, self.name(key))
            for index, row in enumerate(value if isinstance(value, list) else [value]):
                self.note(below)
                is_rows = isinstance(value, list)
                place = join_path(below, index) if is_rows else below
                self.note(place)
                self.write("[[ " if is_rows else " [", ".".join(names), " ]]" if is_rows else "]")
                self.end()
                self.table(row, place, names)

    def value(self, value: object, path: str) -> None:
        match value:
            case dict():
                self.write("{")
                for number, (key, inner) in enumerate(value.items()):
                    self.write(", " if number else " ")
                    self.note(join_path(path, key))
                    self.write(self.name(key), " = ")
                    self.value(inner, join_path(path, key))
                self.write(" }")
            case list():
                self.write("[")
                for index, inner in enumerate(value):
                    self.gap()
                    self.note(join_path(path, index))
                    self.value(inner, join_path(path, index))
                    self.gap()
                    if index + 1 < len(value) or self.draw(st.booleans()):
                        self.write(",")
                self.gap()
                self.write("]")
            case str():
                self.write(self.string(value))
            case _:
                self.write(json.dumps(value))

    def string(self, value: str) -> str:
        basic = json.dumps(value).replace("\x7f", "\\u007f")
        styles = [basic, f'"""\n{basic[1:-1]}"""']
        if value.isprintable() and "'" not in value:
            styles += [f"'{value}'", f"'''\n{value}'''"]
        return self.draw(st.sampled_from(styles))


def in_ascii_planes(data: object) -> object:
    """Leave out what JSON's escapes cannot write for TOML: letters beyond 16 bits and lone surrogates."""
    match data:
        case str():
            return "".join(letter for letter in data if letter < "\ud800")
        case dict():
            return {in_ascii_planes(key): in_ascii_planes(value) for key, value in data.items()}
        case list():
            return [in_ascii_planes(value) for value in data]
        case _:
            return data


@st.composite
def toml_texts(draw: st.DrawFn) -> tuple[str, object, dict[str, int]]:
    """Draw data as a TOML text, with the line of each of its paths."""
    data = in_ascii_planes(draw(tables))
    writer = TomlWriter(draw)
    assert isinstance(data, dict)
    writer.table(data, "", ())
    return writer.text, data, writer.lines


@given(drawn=toml_texts())
@settings(max_examples=400)
def test_every_path_of_any_toml_is_located_where_it_was_written(drawn: tuple[str, object, dict[str, int]]) -> None:
    text, data, expected = drawn

    assert data == tomllib.loads(text)
    assert set(paths(data)) == set(expected)
    assert expected == locate_toml(text)
