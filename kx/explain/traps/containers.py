"""Traps around what runs in a container: a missing ``--``, words that get lost, a sleep that will not sleep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, span, spliced, with_words_last

# coreutils' sleep reads its time as strtod does: "inf" and "infinity", with an optional unit, and nothing longer.
_COREUTILS_FOREVER = re.compile(r"(?i)^inf(inity)?[smhd]?$")
_BUSYBOX_FOREVER = re.compile(r"(?i)^inf")
# Images whose plain tags are built on Debian, so that their sleep is coreutils' own.
_DEBIAN_BASED = frozenset(
    {
        *("debian", "ubuntu", "nginx", "redis", "postgres", "mysql", "mariadb", "mongo", "httpd", "python", "node"),
        *("golang", "ruby", "php", "perl", "openjdk", "rabbitmq", "memcached", "tomcat", "wordpress", "haproxy"),
        *("rust", "gcc", "buildpack-deps", "jenkins", "elasticsearch", "cassandra"),
    }
)
# Images that start a shell or an interpreter: with no terminal and no command they end at once.
_ENDS_AT_ONCE = frozenset(
    {
        *("busybox", "alpine", "ubuntu", "debian", "centos", "fedora", "amazonlinux", "rockylinux", "almalinux"),
        *("archlinux", "bash", "python", "node", "golang", "perl", "hello-world"),
    }
)
_MAKES = frozenset({("create", "deployment"), ("create", "job"), ("create", "cronjob")})
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_OTHER_BASES = ("alpine", "busybox", "distroless", "windows", "nanoserver")


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of container commands."""
    yield from _missing_dash(subject)
    yield from _dropped_words(subject)
    yield from _no_command(subject)
    yield from _sleep_infinite(subject)
    yield from _ends_at_once(subject)
    yield from _shell_without_dash(subject)
    yield from _stays(subject)


def _commanded(subject: Subject) -> tuple[int, ...]:
    return tuple(index for index, role in subject.invocation.roles if role == "container-command")


def _missing_dash(subject: Subject) -> Iterator[Trap]:
    words = _commanded(subject)
    if subject.path != ("exec",) or subject.invocation.dash is not None or not words:
        return
    removed = any(problem.kind == "missing-dash" for problem in subject.invocation.problems)
    outcome = "kubectl refuses the line" if removed else "newer kubectl versions refuse the line"
    yield Trap(
        id="missing-dash",
        severity="warn",
        start=subject.word(words[0]).start,
        end=subject.word(words[-1]).end,
        message=f'The command for the container must come after "--"; without it {outcome}.',
        fix=with_words_last(subject, _from_first(subject, words[0])),
    )


def _from_first(subject: Subject, first: int) -> list[int]:
    """The command with what was most likely meant as its own flags: unknown ones, and -c behind a shell."""
    invocation = subject.invocation
    own: set[int] = set(_commanded(subject))
    for use in invocation.flags:
        before = subject.word(use.word - 1).value.rpartition("/")[2] if use.word else ""
        if use.word > first and (use.flag is None or (use.typed == "-c" and before in _SHELLS)):
            own.update({use.word, use.word if use.value_word is None else use.value_word})
    return sorted(own)


def _dropped_words(subject: Subject) -> Iterator[Trap]:
    """`exec p bash -- x` runs x; the word bash is lost."""
    invocation = subject.invocation
    if subject.path != ("exec",) or invocation.dash is None:
        return
    lost = [index for index, role in invocation.roles if role == "operand" and index not in invocation.operands]
    if lost:
        words = " ".join(subject.word(index).text for index in lost)
        yield Trap(
            id="dropped-words",
            severity="warn",
            start=subject.word(lost[0]).start,
            end=subject.word(lost[-1]).end,
            message=f'{words} stands before "--", so kubectl drops it without a word: only what follows "--" runs.',
            fix=with_words_last(subject, [*lost, *invocation.after_dash]),
        )


def _no_command(subject: Subject) -> Iterator[Trap]:
    invocation = subject.invocation
    if subject.path != ("exec",) or invocation.problems or _commanded(subject) or not invocation.operands:
        return
    start, end = span(subject)
    text = invocation.line.text
    fix = spliced(text, [(end, end, " sh" if invocation.dash is not None else " -- sh")])
    yield Trap(
        id="no-command",
        severity="warn",
        start=start,
        end=end,
        message="kubectl would refuse this: you must specify at least one command for the container",
        fix=fix,
    )


def _sleep_infinite(subject: Subject) -> Iterator[Trap]:
    words = [*subject.operands.with_role("argument"), *_commanded(subject)]
    image = subject.value("image")
    if not is_debian_based(image):
        return
    for place, index in enumerate(words[:-1]):
        duration = subject.word(words[place + 1])
        if subject.word(index).value.rpartition("/")[2] == "sleep" and _only_busybox_takes(duration.value):
            yield Trap(
                id="sleep-infinite",
                severity="hint",
                start=duration.start,
                end=duration.end,
                message=f'{image} is most likely built on Debian, whose sleep refuses "{duration.value}" and ends '
                'at once; "infinity" works everywhere.',
                fix=spliced(subject.invocation.line.text, [(duration.start, duration.end, "infinity")]),
            )


def _ends_at_once(subject: Subject) -> Iterator[Trap]:
    """`run x --image=busybox`: a shell without a terminal has nothing to do, and the pod is restarted for ever."""
    keeps_on = subject.path == ("create", "deployment") or (
        subject.path == ("run",) and subject.value("restart") in ("", "Always") and not subject.on("stdin")
    )
    name, _ = _name_and_tag(subject.value("image"))
    commanded = [*subject.operands.with_role("argument"), *_commanded(subject)]
    if keeps_on and name in _ENDS_AT_ONCE and not commanded and subject.dry_run == "none" and not subject.refused:
        use = subject.use("image")
        yield marked(
            subject,
            flag_words(use) if use else subject.invocation.operands,
            "ends-at-once",
            "hint",
            f"{name} has nothing that keeps running by itself: the container ends at once, is started again and again "
            "and shows as CrashLoopBackOff. Give it something to do.",
            spliced(subject.invocation.line.text, [(span(subject)[1],) * 2 + (" -- sleep infinity",)])
            if subject.invocation.dash is None
            else "",
        )


def _shell_without_dash(subject: Subject) -> Iterator[Trap]:
    """`run x --image=i sh -c 'x'`: kubectl looks for a flag -c of its own; `create` takes no words without ``--``."""
    words = subject.invocation.operands[1:]
    unknown = any(problem.kind == "unknown-flag" for problem in subject.invocation.problems)
    lost = unknown if subject.path == ("run",) else subject.path in _MAKES and bool(subject.value("image"))
    if subject.invocation.dash is not None or not words or not lost:
        return
    moved = [index for index in subject.invocation.segment.words if index >= words[0]]
    own_flags = any(use.word >= words[0] and use.flag is not None for use in subject.invocation.flags)
    odd = any(subject.word(index).value.startswith(("=", "–", "—", "*")) for index in words)
    if not own_flags and not odd:
        message = 'The command for the container must come after "--"; kubectl reads the words for itself without it.'
        yield marked(subject, moved, "missing-dash", "warn", message, with_words_last(subject, moved))


def _stays(subject: Subject) -> Iterator[Trap]:
    """`debug node/n` leaves a pod behind."""
    if subject.path != ("debug",) or subject.refused:
        return
    for target in subject.targets:
        if target.type is not None and target.type.key == "nodes":
            message = "The pod made for this stays when you leave it; delete it then (its name is printed)."
            yield marked(subject, [target.word], "debug-pod-stays", "hint", message)


def _only_busybox_takes(duration: str) -> bool:
    return bool(_BUSYBOX_FOREVER.match(duration)) and not _COREUTILS_FOREVER.match(duration)


def is_debian_based(image: str) -> bool:
    """Whether an image is likely built on Debian: a well-known name, and a tag that names no other base."""
    name, tag = _name_and_tag(image)
    return name in _DEBIAN_BASED and not any(base in tag for base in _OTHER_BASES)


def _name_and_tag(image: str) -> Sequence[str]:
    last = image.partition("@")[0].rpartition("/")[2]
    name, _, tag = last.partition(":")
    return name.lower(), tag.lower()
