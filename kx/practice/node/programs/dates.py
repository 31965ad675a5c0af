"""date: the cluster's clock, in any form."""

from __future__ import annotations

from datetime import datetime, timezone

from kx.practice.node.process import Process, ProgramError


async def main(process: Process) -> int:
    words = list(process.argv[1:])
    now, form = process.clock.now(), "%a %b %e %H:%M:%S UTC %Y"
    while words:
        word = words.pop(0)
        if word.startswith("+"):
            form = word[1:]
        elif word in ("-d", "--date") and words:
            now = _moment(words.pop(0), now)
        elif word.startswith("--date="):
            now = _moment(word.partition("=")[2], now)
        elif word in ("-R", "--rfc-email"):
            form = "%a, %d %b %Y %H:%M:%S +0000"
        elif word.startswith(("-I", "--iso-8601")):
            form = "%Y-%m-%dT%H:%M:%S+00:00" if "s" in word[2:] else "%Y-%m-%d"
        elif word not in ("-u", "--utc", "--universal"):
            raise ProgramError(f"date: {word}: this is not emulated in the practice cluster")
    form = (
        form.replace("\0", "").replace("%s", str(int(now.timestamp()))).replace("%N", f"{now.microsecond * 1000:09d}")
    )
    form = form.replace("%3N", f"{now.microsecond // 1000:03d}").replace("%Z", "UTC")
    process.say(now.strftime(form) if form else "")
    return 0


def _moment(text: str, now: datetime) -> datetime:
    """``@SECONDS``, ``now``, or a date as ISO 8601 writes it."""
    try:
        if text.startswith("@"):
            return datetime.fromtimestamp(int(text[1:]), timezone.utc)
        return (
            now if text == "now" else datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=timezone.utc)
        )
    except (ValueError, OverflowError, OSError) as error:
        raise ProgramError(f"date: invalid date '{text}'") from error
