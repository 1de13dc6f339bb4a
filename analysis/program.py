"""Calls coinfer and returns what it prints."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Sequence


class ProgramError(Exception):
    """coinfer could not be started, or ended with an error; the text is its stderr."""


def run_coinfer(coinfer: Path | str, arguments: Sequence[str]) -> str:
    """stdout of `coinfer ARGUMENTS`. Raises ProgramError with its stderr where it fails, KeyboardInterrupt where it was told
    to stop."""
    try:
        done = subprocess.run([str(coinfer), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
    except OSError as error:
        raise ProgramError(f"{coinfer}: {error.strerror}") from None
    if done.returncode == 130:
        raise KeyboardInterrupt
    if done.returncode != 0:
        raise ProgramError(done.stderr.strip() or f"coinfer ended with {done.returncode}")
    return done.stdout
