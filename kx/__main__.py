"""The process edge: runs the command line and maps what went wrong to one sentence and an exit status."""

from __future__ import annotations

import os
import sys

from kx.errors import EXIT_INTERRUPTED, KxError


def main() -> None:
    """Run kx with this process's arguments and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one kx command line; return its exit status. Only bugs leave a traceback."""
    from kx import cli, term

    try:
        return cli.dispatch(arguments)
    except KxError as error:
        term.complain(error.message, error.hint)
        return error.status
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`kx … | head`): not an error, but nothing more may be flushed to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    main()
