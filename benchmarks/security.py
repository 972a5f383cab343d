"""CPU time and peak memory of reading and joining a bill of materials, records and statements of growing size.

Run it as ``make bench``; see README.md for the method and measured figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from build import measure

from sphinx_aimd.catalogue import load_catalogue
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.item import Location, Option, Record
from sphinx_aimd.model.trace import assess
from sphinx_aimd.readers.inputs import gather
from sphinx_aimd.traceload import load_model

SIZES = (1_000, 5_000, 20_000)
#: Highest ratio of CPU time per component between the largest and a middle size that still counts as linear growth.
GROWTH_LIMIT = 1.5
SERIAL = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"


def write(folder: Path, size: int) -> None:
    """A bill of materials, a record for each component, half of them affected, and a statement for each of these."""
    names = [f"part-{number}" for number in range(size)]
    components = [
        {
            "type": "library",
            "bom-ref": name,
            "name": name,
            "version": f"{number % 9}.2.{number % 13}",
            "supplier": {"name": f"Supplier {number % 50}"},
            "purl": f"pkg:pypi/{name}@{number % 9}.2.{number % 13}",
            "licenses": [{"license": {"id": "MIT"}}],
            "hashes": [{"alg": "SHA-256", "content": f"{number:064x}"}],
        }
        for number, name in enumerate(names)
    ]
    dependencies = [{"ref": name, "dependsOn": names[number + 1 : number + 4]} for number, name in enumerate(names)]
    product = {"type": "device", "bom-ref": "device", "name": "Device", "version": "1.0"}
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": SERIAL,
        "version": 1,
        "metadata": {"timestamp": "2026-10-26T00:00:00Z", "component": product},
        "components": components,
        "dependencies": dependencies,
    }
    records = [
        {
            "schema_version": "1.6.0",
            "id": f"CVE-2026-{10_000 + number}",
            "modified": "2026-10-01T00:00:00Z",
            "affected": [
                {
                    "package": {"ecosystem": "PyPI", "name": name},
                    "ranges": [
                        {
                            "type": "ECOSYSTEM",
                            "events": [{"introduced": "0"}, {"fixed": "9.9" if number % 2 else "0.1"}],
                        }
                    ],
                }
            ],
        }
        for number, name in enumerate(names)
    ]
    statements = [
        {
            "id": f"CVE-2026-{10_000 + number}",
            "analysis": {"state": "not_affected", "justification": "code_not_reachable", "detail": "Never called."},
            "affects": [{"ref": f"urn:cdx:{SERIAL.rpartition(':')[2]}/1#{name}"}],
        }
        for number, name in enumerate(names)
        if number % 2
    ]
    vex = {key: bill[key] for key in ("bomFormat", "specVersion", "version", "metadata")} | {
        "vulnerabilities": statements
    }
    security = folder / "security"
    security.mkdir(parents=True)
    for name, data in (("bill", bill), ("records", records), ("vex", vex)):
        (security / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")


def read(folder: Path) -> None:
    """What a build does with the files: read them, join them, judge everything."""
    model = load_model()
    texts = {"id": "REL-1", "status": "approved", "version": "1.0", "under_review": "true", "as_of": "2026-11-02"}
    options = tuple(Option(name=name, value=value, line=1) for name, value in texts.items())
    release = Record(type="release", title="Release", options=options, body="", location=Location("index.rst", 1))
    inputs: Inputs = gather(
        folder, model, [release], results=[], review_file="", epoch=None, inputs=["security/*.json"], every_input=True
    )
    trace = assess(model, load_catalogue(), [release], inputs)
    print(sum(item.type in ("component", "vulnerability") for item in trace.items.values()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each size; exit code 1 says that growth is more than linear."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest size only")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        read(options.child)
        return 0
    print("| components | records | statements | CPU s | ms per component | peak MiB |\n|---|---|---|---|---|---|")
    per_component = []
    for size in SIZES[:1] if options.quick else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), size)
            run = measure([sys.executable, __file__, "--child", folder], Path(folder))
        per_component.append(run.cpu / size)
        print(
            f"| {size:,} | {size:,} | {size // 2:,} | {run.cpu:.1f} | {1000 * run.cpu / size:.2f} | {run.memory:.0f} |"
        )
    return int(len(per_component) > 1 and per_component[-1] > GROWTH_LIMIT * per_component[1])


if __name__ == "__main__":
    sys.exit(main())
