"""When schedules come: fields, steps, names, the two day fields, time zones and changes of the clocks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from kx.practice.cron.grammar import parse
from kx.practice.cron.times import next_after


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("* * * * *", "2026-11-27T11:16:00", "2026-11-27T11:17:00"),
        ("* * * * *", "2026-11-27T11:16:59.9", "2026-11-27T11:17:00"),
        ("*/15 * * * *", "2026-11-27T11:16:00", "2026-11-27T11:30:00"),
        ("5/20 * * * *", "2026-11-27T11:26:00", "2026-11-27T11:45:00"),
        ("0,30 9-17 * * *", "2026-11-27T17:30:00", "2026-11-28T09:00:00"),
        ("0 0 * * *", "2026-12-31T00:00:00", "2027-01-01T00:00:00"),
        ("0 3 29 feb *", "2026-11-27T00:00:00", "2028-02-29T03:00:00"),
        ("0 8 * * mon-fri", "2026-11-27T09:00:00", "2026-11-30T08:00:00"),
        ("0 0 13 * fri", "2026-11-27T00:00:00", "2026-12-04T00:00:00"),
        ("0 0 13 * fri", "2026-12-11T00:00:00", "2026-12-13T00:00:00"),
        ("0 0 */1 * fri", "2026-11-27T00:00:00", "2026-12-04T00:00:00"),
        ("0 0 */2 * fri", "2026-11-27T00:00:00", "2026-11-29T00:00:00"),
        ("@hourly", "2026-11-27T11:16:00", "2026-11-27T12:00:00"),
        ("@weekly", "2026-11-27T11:16:00", "2026-11-29T00:00:00"),
        ("@monthly", "2026-11-27T11:16:00", "2026-12-01T00:00:00"),
        ("@yearly", "2026-11-27T11:16:00", "2027-01-01T00:00:00"),
        ("@every 90s", "2026-11-27T11:16:07.5", "2026-11-27T11:17:37"),
        ("@every 1h30m", "2026-11-27T11:16:07", "2026-11-27T12:46:07"),
        ("@every 10ms", "2026-11-27T11:16:07", "2026-11-27T11:16:08"),
        ("TZ=Asia/Tokyo 0 9 * * *", "2026-11-27T11:16:00", "2026-11-28T00:00:00"),
    ],
)
def test_the_next_time(schedule: str, after: str, expected: str) -> None:
    assert next_after(parse(schedule), moment(after)) == moment(expected)


@pytest.mark.parametrize("schedule", ["0 0 31 2 *", "0 0 30 feb *", ", * * * *"])
def test_what_never_comes(schedule: str) -> None:
    assert next_after(parse(schedule), moment("2026-11-27T00:00:00")) is None


def test_a_time_the_clocks_skip_does_not_come() -> None:
    # In Berlin the hour from two to three was left out on 29 March 2026.
    schedule = parse("30 2 * * *", ZoneInfo("Europe/Berlin"))
    assert next_after(schedule, moment("2026-03-28T12:00:00")) == moment("2026-03-30T00:30:00")


def test_an_hour_the_clocks_repeat_comes_twice_for_what_runs_hourly() -> None:
    schedule = parse("0 * * * *", ZoneInfo("Europe/Berlin"))
    at, found = moment("2026-10-24T23:30:00"), []
    for _ in range(4):
        following = next_after(schedule, at)
        assert following is not None
        found.append(following)
        at = following
    assert [after - before for before, after in zip(found, found[1:], strict=False)] == [timedelta(hours=1)] * 3


def test_midnight_in_another_zone_follows_its_summer_time() -> None:
    schedule = parse("0 0 * * *", ZoneInfo("Europe/Berlin"))
    assert next_after(schedule, moment("2026-07-01T12:00:00")) == moment("2026-07-01T22:00:00")
    assert next_after(schedule, moment("2026-12-01T12:00:00")) == moment("2026-12-01T23:00:00")
