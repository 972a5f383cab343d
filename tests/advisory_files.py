"""Small valid files of vulnerability data, and what reads them."""

from __future__ import annotations

import json
from typing import Any

from sphinx_aimd.readers import csaf, cve, exploited, openvex, osv
from sphinx_aimd.readers.known import NOTHING, Known
from sphinx_aimd.readers.opened import Opened

READERS = (openvex, csaf, osv, cve, exploited)


def read(opened: Opened, known: Known = NOTHING) -> tuple[Any, ...]:
    """What the first reader that knows the file makes of it; nothing if none does."""
    for reader in READERS:
        if reader.is_mine(opened):
            found: tuple[Any, ...] = reader.read(opened, known)
            return found
    return ()


def of(data: Any, name: str = "file.json", known: Known = NOTHING) -> tuple[Any, ...]:
    raw = data if isinstance(data, bytes) else json.dumps(data, indent=1).encode()
    return read(Opened(name, raw, "sha256:0"), known)


OPENVEX: dict[str, Any] = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "urn:example:vex",
    "author": "Maker",
    "timestamp": "2026-01-02T03:04:05Z",
    "version": 1,
    "statements": [
        {
            "vulnerability": {"name": "CVE-2026-0001", "aliases": ["GHSA-jfh8-c2jp-5v3q"]},
            "products": [
                {
                    "@id": "pkg:generic/device@1",
                    "subcomponents": [{"@id": "pkg:npm/a@1"}, {"@id": "urn:cdx:aa/2#ref-1"}],
                },
                {"identifiers": {"cpe23": "cpe:2.3:h:maker:device:1:*:*:*:*:*:*:*"}},
            ],
            "status": "not_affected",
            "justification": "component_not_present",
            "last_updated": "2026-02-01T00:00:00Z",
        },
        {"vulnerability": {"name": "CVE-2026-0002"}, "status": "affected", "action_statement": "Update."},
    ],
}
CSAF: dict[str, Any] = {
    "document": {
        "category": "csaf_vex",
        "csaf_version": "2.0",
        "title": "Device",
        "publisher": {"name": "Maker"},
        "tracking": {
            "id": "M-1",
            "status": "final",
            "current_release_date": "2026-03-01T00:00:00Z",
            "initial_release_date": "2026-01-01",
        },
    },
    "product_tree": {
        "branches": [
            {
                "category": "vendor",
                "name": "Maker",
                "branches": [
                    {
                        "category": "product_name",
                        "name": "Device",
                        "branches": [
                            {
                                "category": "product_version",
                                "name": "1.0",
                                "product": {"name": "Device 1.0", "product_id": "D1"},
                            },
                            {
                                "category": "product_version_range",
                                "name": "vers:generic/<=0.9",
                                "product": {"name": "Device 0", "product_id": "D0"},
                            },
                        ],
                    }
                ],
            }
        ],
        "full_product_names": [
            {
                "name": "libx",
                "product_id": "L",
                "product_identification_helper": {"purl": "pkg:npm/libx@2", "cpe": "cpe:/a:x:libx"},
            }
        ],
        "product_groups": [{"group_id": "G", "product_ids": ["D0", "LD"]}],
        "relationships": [
            {
                "category": "default_component_of",
                "product_reference": "L",
                "relates_to_product_reference": "D1",
                "full_product_name": {"name": "libx in Device 1.0", "product_id": "LD"},
            }
        ],
    },
    "vulnerabilities": [
        {
            "cve": "CVE-2026-0001",
            "cwe": {"id": "CWE-79", "name": "x"},
            "notes": [{"category": "description", "text": "First.\n\nSecond."}],
            "product_status": {"known_not_affected": ["LD"], "known_affected": ["D0"], "fixed": ["D1"]},
            "flags": [{"label": "vulnerable_code_not_in_execute_path", "product_ids": ["LD"]}],
            "threats": [{"category": "impact", "details": "Not called.", "product_ids": ["LD"]}],
            "remediations": [{"category": "vendor_fix", "details": "Update to 1.0.", "group_ids": ["G"]}],
            "scores": [
                {
                    "products": ["D0"],
                    "cvss_v3": {
                        "version": "3.1",
                        "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                        "baseScore": 1.0,
                    },
                    "cvss_v2": {"version": "2.0", "vectorString": "no vector"},
                }
            ],
        }
    ],
}
OSV: dict[str, Any] = {
    "schema_version": "1.7.3",
    "id": "DEBIAN-CVE-2026-0001",
    "modified": "2026-04-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "upstream": ["CVE-2026-0001", "CVE-2026-0009"],
    "summary": "Short.",
    "severity": [
        {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
        {"type": "Ubuntu", "score": "low"},
    ],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "thing"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}, {"last_affected": "2.4"}],
                },
                {"type": "GIT", "repo": "https://example.org/thing.git", "events": [{"introduced": "0"}]},
            ],
            "versions": ["1.1"],
        },
        {"ranges": [{"type": "GIT", "repo": "https://example.org/other.git", "events": [{"introduced": "0"}]}]},
    ],
    "database_specific": {"cwe_ids": ["CWE-79"]},
}
CVE: dict[str, Any] = {
    "dataType": "CVE_RECORD",
    "dataVersion": "5.2",
    "cveMetadata": {"cveId": "CVE-2026-0001", "state": "PUBLISHED", "dateUpdated": "2026-05-01T00:00:00.000Z"},
    "containers": {
        "cna": {
            "providerMetadata": {"shortName": "cna"},
            "descriptions": [{"lang": "de", "value": "Deutsch."}, {"lang": "en-US", "value": "English."}],
            "affected": [
                {
                    "vendor": "Maker",
                    "product": "thing",
                    "defaultStatus": "unaffected",
                    "versions": [
                        {"version": "1.0", "status": "affected", "lessThan": "1.0.6", "versionType": "semver"},
                        {
                            "version": "2.1.0",
                            "status": "unaffected",
                            "lessThan": "2.1.*",
                            "changes": [{"at": "2.1.6", "status": "affected"}, {"at": "2.1.9", "status": "unaffected"}],
                            "versionType": "semver",
                        },
                        {"version": ">= 4.0, < 4.2", "status": "affected"},
                        {"version": "before the flood", "status": "affected"},
                    ],
                },
                {
                    "vendor": "Maker",
                    "product": "other",
                    "defaultStatus": "affected",
                    "versions": [{"version": "3", "status": "unaffected", "lessThan": "*"}],
                },
                {"vendor": "Maker", "product": "safe", "defaultStatus": "unaffected"},
            ],
            "problemTypes": [{"descriptions": [{"lang": "en", "description": "CWE-502 Deserialization"}]}],
            "metrics": [{"cvssV3_1": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
        },
        "adp": [
            {
                "providerMetadata": {"shortName": "CISA-ADP"},
                "metrics": [{"other": {"type": "ssvc", "content": {}}}],
                "cpeApplicability": [
                    {
                        "nodes": [
                            {
                                "operator": "OR",
                                "cpeMatch": [
                                    {
                                        "vulnerable": True,
                                        "criteria": "cpe:2.3:a:maker:thing:*:*:*:*:*:*:*:*",
                                        "versionEndExcluding": "0.5",
                                    }
                                ],
                            }
                        ]
                    }
                ],
            }
        ],
    },
}
KEV: dict[str, Any] = {
    "title": "KEV",
    "catalogVersion": "2026.06.01",
    "count": 1,
    "vulnerabilities": [
        {"cveID": "CVE-2026-0001", "dateAdded": "2026-05-30", "dueDate": "2026-06-20", "vulnerabilityName": "Thing"}
    ],
}
EPSS = (
    b"#model_version:v2025.03.14,score_date:2026-06-02T12:55:00Z\ncve,epss,percentile\nCVE-2026-0001,0.01151,0.7802\n"
)
VALID = (OPENVEX, CSAF, OSV, CVE, KEV)
