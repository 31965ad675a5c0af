"""Notes on what belongs to the shell around kubectl: pipes, redirects, comments, assignments, wrappers."""

from __future__ import annotations

from kx.explain import expansions
from kx.explain.explanation import Note
from kx.kubectl.catalog import programs
from kx.kubectl.invocation import Line, Word

_OPERATORS = {
    "|": "pass the output on to the next program",
    "|&": "pass output and errors on to the next program",
    "&&": "go on only if that worked",
    "||": "go on only if that failed",
    ";": "then, whatever came of it",
    "&": "do not wait for it",
    "\n": "then",
    "(": "commands in a shell of their own",
    ")": "end of the commands in a shell of their own",
}
_KEYWORDS = {
    "do": "for each of them",
    "done": "end of what is repeated",
    "if": "if this works",
    "then": "then do this",
    "else": "otherwise do this",
    "fi": "end of the condition",
    "while": "as long as this works",
    "until": "as long as this fails",
    "!": "turn success into failure and back",
    "{": "these commands together",
    "}": "end of the commands that belong together",
}
_REDIRECTS = {
    ">": "write the output into a file instead of the terminal (an old file of that name is replaced)",
    ">|": "write the output into a file, replacing it even if the shell is set to protect it",
    ">>": "add the output to the end of a file",
    "<": "read the input from a file",
    "<>": "open a file for reading and writing",
    "<<": "take the lines that follow as input",
    "<<-": "take the lines that follow as input, without their leading tabs",
    "<<<": "take this word as input",
    "&>": "write output and errors into a file",
    "&>>": "add output and errors to the end of a file",
    ">&": "write output and errors into a file",
    "2>": "write the errors into a file",
    "2>>": "add the errors to the end of a file",
    "2>&1": "send errors where the output goes",
    "1>&2": "send the output where errors go",
    ">&2": "send the output where errors go",
}

_HERE = dict.fromkeys(("|", "|&", ">", ">>", "<"), ": all this on this machine, not in the pod")


def note(line: Line, index: int, after_pod: bool = False) -> Note:
    """The note on a word that is the shell's business; ``after_pod``: the command before it runs in a pod."""
    word = line.words[index]
    title, text = _KINDS[word.kind](line, index)
    if expanded := expansions.told(word, "the command"):
        text = f"{text}; {expanded}"
    if after_pod and title in ("operator", "redirect"):
        text += _HERE.get(word.text, "")
    return Note(word.start, word.end, word.text, "shell", title, text, "kx")


def _plain(line: Line, index: int) -> tuple[str, str]:
    word = line.words[index]
    name, equals, _ = word.value.partition("=")
    if equals and name.rstrip("+").isidentifier():
        return "variable", "set a variable for the command that follows"
    known = programs.program(word.value)
    if known:
        return "program", _phrase(known.summary)
    if word.value in _KEYWORDS:
        return "keyword", _KEYWORDS[word.value]
    return "shell", "for the shell, or for the program named before it"


def _operator(line: Line, index: int) -> tuple[str, str]:
    return "operator", _OPERATORS.get(line.words[index].text, "an operator of the shell")


def _redirect(line: Line, index: int) -> tuple[str, str]:
    text = line.words[index].text
    if index and _is_sign(line.words[index - 1]) and not _is_sign(line.words[index]):
        return "file", "the file, or where the text ends" if line.words[index - 1].text.startswith("<<") else "the file"
    plain = text if text in _REDIRECTS else text.lstrip("0123456789")
    return "redirect", _REDIRECTS.get(plain, "lead input or output somewhere else")


def _is_sign(word: Word) -> bool:
    return word.kind == "redirect" and not word.quoted and any(char in "<>" for char in word.text)


def _comment(line: Line, index: int) -> tuple[str, str]:
    if line.words[index].text.startswith("\\"):
        return "line break", "the command goes on in the next line"
    return "comment", "a comment; nothing is done with it"


def _heredoc(line: Line, index: int) -> tuple[str, str]:
    return "text", "the text that becomes the input"


_KINDS = {"word": _plain, "operator": _operator, "redirect": _redirect, "comment": _comment, "heredoc": _heredoc}


def _phrase(summary: str) -> str:
    return summary[:1].lower() + summary[1:].rstrip(".")
