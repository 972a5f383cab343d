"""One command run to its end: processor time of its tree, wall time, memory of its largest process and of each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Seconds of processor time after which a process is stopped; what took so long is at least so slow.
LIMIT = 600


class MissingError(Exception):
    """An engine cannot be measured; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command and what it cost.

    :param cpu: seconds of user and system time of the process and of all that it started.
    :param peak: resident memory of its largest process in MB.
    :param modules: the same of each Python process, by the module that it ran.
    :param code: exit code; LaTeX leaves a PDF after errors too.
    """

    name: str
    cpu: float
    wall: float
    peak: float
    modules: Mapping[str, Sequence[float]]
    code: int


class StoppedError(Exception):
    """A command took more than its share of processor time."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.name)
        self.step = step


# Each Python process notes its peak when it ends. The kernel's ru_maxrss would not do for Typst: it begins with the
# memory of the process that started it, here Sphinx.
NOTE = """
import atexit, json, os, sys
def note():
    peak = 0
    if os.path.exists("/proc/self/status"):
        with open("/proc/self/status") as status:
            peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    line = json.dumps([sys.orig_argv, peak])
    with open(os.environ["BENCH_NOTES"], "a") as notes:
        notes.write(line + "\\n")
if "BENCH_NOTES" in os.environ:
    atexit.register(note)
"""


def measure(name: str, command: Sequence[str | Path], cwd: Path, made: Callable[[], bool]) -> Step:
    """Run a command to its end and read what the kernel counted for it and its children.

    :param made: whether there is a result; LaTeX leaves one after errors too.
    :raises MissingError: the command failed.
    :raises StoppedError: one of its processes took more than LIMIT seconds of processor time.
    """
    limited = ["sh", "-c", f'ulimit -St {LIMIT}; exec "$@"', "sh", *map(str, command)]
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as log:
        Path(scratch, "sitecustomize.py").write_text(NOTE, encoding="utf-8")
        notes = Path(scratch, "notes")
        notes.touch()
        path = os.pathsep.join(filter(None, [scratch, os.environ.get("PYTHONPATH", "")]))
        fixed = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1790000000"}
        environment = {**os.environ, **fixed, "PYTHONPATH": path, "BENCH_NOTES": str(notes)}
        before = os.times().elapsed
        process = subprocess.Popen(limited, cwd=cwd, env=environment, stdout=log, stderr=log)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = os.times().elapsed - before
        cpu = usage.ru_utime + usage.ru_stime
        stopped = process.returncode == -signal.SIGXCPU
        if process.returncode and not stopped and not made():
            log.seek(0)
            raise MissingError(f"{name} failed: {log.read().decode(errors='replace').strip()[-1500:]}")
        modules: dict[str, list[float]] = {}
        for line in notes.read_text(encoding="utf-8").splitlines():
            words, peak = json.loads(line)
            module = words[words.index("-m") + 1] if "-m" in words else Path(words[1] if len(words) > 1 else "").name
            modules.setdefault(module.rpartition(".")[2], []).append(round(peak / 1e6, 1))
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in KiB elsewhere
    peak = usage.ru_maxrss * unit / 1e6
    step = Step(name=name, cpu=cpu, wall=wall, peak=peak, modules=modules, code=process.returncode)
    if stopped:
        raise StoppedError(step)
    return step
