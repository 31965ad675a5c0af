"""Shell words: tables of lines and what they are cut into, and what holds for any text at all."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kx.kubectl.invocation import Line, Word
from kx.kubectl.words import split


def values(text: str) -> list[str]:
    return [word.value for word in split(text).words if word.kind == "word"]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(word.text, word.kind) for word in split(text).words]


def segments(text: str) -> list[tuple[list[str], str]]:
    line = split(text)
    return [([line.words[index].value for index in segment.words], segment.ended_by) for segment in line.segments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   \t ", []),
        ("kubectl get pods", ["kubectl", "get", "pods"]),
        ("  kubectl   get\tpods  ", ["kubectl", "get", "pods"]),
        ("-l 'app in (a,b)'", ["-l", "app in (a,b)"]),
        ('--image="a b"c', ["--image=a bc"]),
        ("-o jsonpath='{.items[0].metadata.name}'", ["-o", "jsonpath={.items[0].metadata.name}"]),
        (r"a\ b c\"d", ["a b", 'c"d']),
        (r'"a\"b\\c\d\$e"', ['a"b\\c\\d$e']),
        (r"'a\b'", [r"a\b"]),
        ("''", [""]),
        ("a''b", ["ab"]),
        (r"$'a\tb\x41\u00e9\n\101\'\\'", ["a\tbA\u00e9\nA'\\"]),
        ('$"hello"', ["hello"]),
        ("a\\\nb", ["ab"]),
        ("get \\\n  pods", ["get", "pods"]),
        ("get pods\\\n -o wide", ["get", "pods", "-o", "wide"]),
        ('"a\\\nb"', ["ab"]),
        ("a#b # c", ["a#b"]),
        ("$HOME/x ${A:-b c} $(echo a b) `x y`", ["$HOME/x", "${A:-b c}", "$(echo a b)", "`x y`"]),
        ('"$(echo "a b" \')\')" c', ["$(echo \"a b\" ')')", "c"]),
        ('"${x:-it\'s}" y', ["${x:-it's}", "y"]),
        ("get pods;get svc", ["get", "pods", "get", "svc"]),
        ("a&&b||c|d&e", ["a", "b", "c", "d", "e"]),
        ("x 2", ["x", "2"]),
        ("caf\u00e9 \u2603 \x00", ["caf\u00e9", "\u2603", "\x00"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a | b", [("a", "word"), ("|", "operator"), ("b", "word")]),
        ("a 2>&1 >/dev/null", [("a", "word"), ("2>&1", "redirect"), (">", "redirect"), ("/dev/null", "redirect")]),
        ("a >> f", [("a", "word"), (">>", "redirect"), ("f", "redirect")]),
        ("a &> f", [("a", "word"), ("&>", "redirect"), ("f", "redirect")]),
        ("a <<< b", [("a", "word"), ("<<<", "redirect"), ("b", "redirect")]),
        ("a 2> f b", [("a", "word"), ("2>", "redirect"), ("f", "redirect"), ("b", "word")]),
        ("a2>f", [("a2", "word"), (">", "redirect"), ("f", "redirect")]),
        ("a >&2", [("a", "word"), (">&2", "redirect")]),
        ("a >& f", [("a", "word"), (">&", "redirect"), ("f", "redirect")]),
        ("a 2>&-", [("a", "word"), ("2>&-", "redirect")]),
        ("diff <(a b) <c", [("diff", "word"), ("<(a b)", "word"), ("<", "redirect"), ("c", "redirect")]),
        ("a |& b", [("a", "word"), ("|&", "operator"), ("b", "word")]),
        ("(a)", [("(", "operator"), ("a", "word"), (")", "operator")]),
        ("a # b | c", [("a", "word"), ("# b | c", "comment")]),
        ("a\nb", [("a", "word"), ("\n", "operator"), ("b", "word")]),
        ("a\n\n", [("a", "word")]),
        ("a \\\n b", [("a", "word"), ("\\\n", "comment"), ("b", "word")]),
        ("a \\\n| b", [("a", "word"), ("\\\n", "comment"), ("|", "operator"), ("b", "word")]),
        ("a \\\n2>f", [("a", "word"), ("\\\n", "comment"), ("2>", "redirect"), ("f", "redirect")]),
        ("a\\\n|b", [("a\\\n", "word"), ("|", "operator"), ("b", "word")]),
        (
            "k apply -f - <<EOF\nkind: Pod\nEOF\nk get po",
            [
                ("k", "word"),
                ("apply", "word"),
                ("-f", "word"),
                ("-", "word"),
                ("<<", "redirect"),
                ("EOF", "redirect"),
                ("\n", "operator"),
                ("kind: Pod\nEOF", "heredoc"),
                ("k", "word"),
                ("get", "word"),
                ("po", "word"),
            ],
        ),
        (
            "cat <<A <<-'B'\n1\nA\n\t2\n\tB\n",
            [
                ("cat", "word"),
                ("<<", "redirect"),
                ("A", "redirect"),
                ("<<-", "redirect"),
                ("'B'", "redirect"),
                ("1\nA", "heredoc"),
                ("\t2\n\tB", "heredoc"),
            ],
        ),
    ],
)
def test_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a b", [(["a", "b"], "")]),
        ("a | b && c; d &", [(["a"], "|"), (["b"], "&&"), (["c"], ";"), (["d"], "&")]),
        ("a > f b < g", [(["a", "b"], "")]),
        ("> f", []),
        (";; a", [(["a"], "")]),
        ("(a; b) | c", [(["a"], ";"), (["b"], ")"), (["c"], "")]),
        ("a\n# x\nb\n", [(["a"], "\n"), (["b"], "\n")]),
        ("a <<X | b\ntext\nX", [(["a"], "|"), (["b"], "\n")]),
    ],
)
def test_segments(text: str, expected: list[tuple[list[str], str]]) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [
        ("a 'b", True),
        ('a "b', True),
        ("a \\", True),
        ("a $(b", True),
        ("a `b", True),
        ("a ${b", True),
        ("a |", True),
        ("a && # more", True),
        ("a \\\n", True),
        ("a\\\n", True),
        ("a \\\n\n", False),
        ("a \\\n ", False),
        ("a 'b\\\n'", False),
        ("(a", True),
        ("a <<E", True),
        ("a <<E\nb", True),
        ("a >", True),
        ("a <<E\nb\nE", False),
        ("a ;", False),
        ("a &", False),
        ("a 'b'", False),
        ("a # 'b", False),
    ],
)
def test_unfinished(text: str, unfinished: bool) -> None:
    assert split(text).unfinished is unfinished


@pytest.mark.parametrize(
    ("text", "expands"),
    [
        ("$A", True),
        ('"$A"', True),
        ("'$A'", False),
        (r"\$A", False),
        ("a$", False),
        ("*.yaml", True),
        ("'*'", False),
        ("a?", True),
        ("x[ab]", True),
        ("x[", False),
        ("~/x", True),
        ("a~", False),
        ("{a,b}", True),
        ("{1..3}", True),
        ("{.a}", False),
        ("'{a,b}'", False),
        ("a`b`", True),
        ("<(x)", True),
    ],
)
def test_expands(text: str, expands: bool) -> None:
    line = split(text)
    assert line.words[0].expands is expands
    assert line.needs_shell is expands


def test_heredoc_value_and_expansion() -> None:
    def body(text: str) -> Word:
        return next(word for word in split(text).words if word.kind == "heredoc")

    assert body("a <<E\nx $y\nE\n").value == "x $y\n"
    assert body("a <<E\nx $y\nE\n").expands
    assert not body("a <<'E'\nx $y\nE\n").expands
    assert body("a <<-E\n\tx\n\t\ty\n\tE\n").value == "x\ny\n"


# Pieces that mean something to a shell, so that random text is not merely letters.
PIECES = st.sampled_from(
    ["a", "kubectl", " ", "  ", "\t", "\n", "'", '"', "\\", "$", "$(", "${", "}", ")", "(", "`", "|", "||", "&", "&&"]
    + [";", ";;", ">", ">>", "<", "<<", "<<-", "<<<", "2>&1", ">&", "&>", "#", "~", "*", "[", "]", "{", ",", "..", "="]
    + ["$'", "\\\n", "EOF", "<<EOF\n", "\nEOF\n", "-", "--", "1", "\x00", "\xa0", "\u2028", "\ud800", "\U0001f600", "!"]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join))


def assert_covers(line: Line) -> None:
    """Spans are ordered and disjoint, every non-blank character is in a word, and the parts join to the text."""
    position, joined = 0, ""
    for word in line.words:
        gap = line.text[position : word.start]
        assert word.start >= position
        assert word.end > word.start
        assert not gap.strip(), gap
        assert word.text == line.text[word.start : word.end]
        joined += gap + word.text
        position = word.end
    assert not line.text[position:].strip()
    assert joined + line.text[position:] == line.text
    plain = [index for index, word in enumerate(line.words) if word.kind == "word"]
    assert [index for segment in line.segments for index in segment.words] == plain


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_is_covered(text: str) -> None:
    assert_covers(split(text))


@pytest.mark.parametrize("piece", ["$(", "${", "`", '"$(', "((", "'", "<<a ", "\\\n", "{", "$(`"])
def test_depth_is_no_problem(piece: str) -> None:
    assert_covers(split(piece * 20_000))


QUOTED = st.text(alphabet="ab'\"\\ $\t\n=-é", max_size=24)


def _plain(line: Line) -> bool:
    return not (line.unfinished or line.needs_shell) and all(word.kind == "word" for word in line.words)


def _typed(line: Line) -> str:
    return line.text[line.words[0].start : line.words[-1].end] if line.words else ""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash to compare with")
@settings(max_examples=25, deadline=None)
@given(st.lists(QUOTED, min_size=10, max_size=40))
def test_values_are_those_of_bash(texts: list[str]) -> None:
    lines = [line for line in map(split, texts) if _plain(line)]
    assume(lines)
    # `printf` is given the words by bash's own reading of the line; no word of this alphabet names a program.
    script = "\n".join(f"printf '%s\\0' {_typed(line) or chr(39) * 2} END" for line in lines)
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, check=True, cwd=Path("/"), timeout=60
    )
    read: list[list[str]] = [[]]
    for value in done.stdout.split("\0")[:-1]:
        if value == "END":
            read.append([])
        else:
            read[-1].append(value)
    assert read[:-1] == [[word.value for word in line.words] or [""] for line in lines]
