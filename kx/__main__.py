"""The process edge: runs the command line and maps what went wrong to one sentence and an exit status."""

from __future__ import annotations

import errno
import os
import sys

from kx.errors import EXIT_ERROR, EXIT_INTERRUPTED, KxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from types import FrameType
else:
    import _signal as signal  # what `signal` is made of; its enumerations would cost a fifth of a switch


def main() -> None:
    """Run kx with this process's arguments and exit."""
    _open_missing_streams()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup kx …` keeps what its caller wished
            signal.signal(number, _leave)
    _end(run(sys.argv[1:]))


def _end(status: int) -> None:
    """Leave the process; at once where nobody waits to be told that it ends, which saves a tenth of a switch."""
    if sys.modules.keys().isdisjoint(("atexit", "threading")):
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            pass  # Python says it in its own way, below
        else:
            os._exit(status)
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run one kx command line; return its exit status. Only bugs leave a traceback."""
    from kx import term
    from kx.commands.dispatch import dispatch

    try:
        return dispatch(arguments)
    except KxError as error:
        term.complain(error.message, error.hint)
        return error.status
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`kx … | head`): not an error, but nothing more may be flushed to it.
        _silence(sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _silence(sys.stdout.fileno())
        return _no_space(error)


def _leave(number: int, frame: FrameType | None) -> None:
    """Asked to end: leave every block, so that the terminal and the session's folder are put in order."""
    raise SystemExit(128 + number)


def _no_space(error: OSError) -> int:
    from kx import term

    try:
        term.complain(f"cannot write to {error.filename or 'the output'}: {error.strerror}", "Make room there.")
    except OSError:  # it is stderr that is full: nobody can be told
        _silence(sys.stderr.fileno())
    return EXIT_ERROR


def _silence(descriptor: int) -> None:
    """What is still buffered for ``descriptor`` goes nowhere, without a complaint at the end of the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def _open_missing_streams() -> None:
    """Give a process started with closed standard streams empty ones.

    Else the next file that is opened would take the place of a stream, and be written to as if it were one.
    """
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            if os.open(os.devnull, os.O_RDWR) != descriptor:
                os._exit(EXIT_ERROR)  # somebody took the place already: nothing can be said, and nothing is safe
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115


if __name__ == "__main__":
    main()
