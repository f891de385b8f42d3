"""Standard input and output as a command uses them: bytes in, UTF-8 out, and no traceback whatever they are."""

import io
import os
import sys
from collections.abc import Callable

PIPE_CLOSED = 141
INTERRUPTED = 130


def standard_input() -> bytes:
    """All of it; OSError where it is closed."""
    with open(0, "rb", closefd=False) as stream:
        return stream.read()


def guarded(run: Callable[[], int]) -> int:
    """Runs a command and gives its exit code, also when the reader of its output leaves early or Ctrl-C is pressed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name can hold half a character, which UTF-8 cannot; other encodings lack most characters.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = run()
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return code
