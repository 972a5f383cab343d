"""``cryptoProperties`` of a CycloneDX component in, a cryptographic asset with flat details out."""

from __future__ import annotations

from typing import Any

from ...model.bom import CryptoAsset

_GROUPS = ("algorithmProperties", "certificateProperties", "relatedCryptoMaterialProperties", "protocolProperties")


def crypto_asset(properties: dict[str, Any] | None) -> tuple[CryptoAsset | None, int]:
    """What a cryptographic bill of materials says of a component, and how many values of keys it holds.

    A name that stands in an object inside is joined to that object's by a point (``securedBy.mechanism``); lists are
    joined by commas. The value of key material is not taken over: it may be a secret.
    """
    if properties is None:
        return None, 0
    details: dict[str, str] = {}
    secrets = 0
    for group, value in properties.items():
        if group in _GROUPS:
            material = group == "relatedCryptoMaterialProperties"
            secrets += material and "value" in value
            facts = {key: inner for key, inner in value.items() if not (material and key == "value")}
            _flatten(facts, "", details)
        elif group != "assetType":
            _flatten({group: value}, "", details)
    return CryptoAsset(asset_type=properties["assetType"], details=dict(sorted(details.items()))), secrets


def _flatten(value: dict[str, Any], before: str, details: dict[str, str]) -> None:
    for key, inner in value.items():
        name = f"{before}{key}"
        if isinstance(inner, dict):
            _flatten(inner, f"{name}.", details)
        elif isinstance(inner, list):
            for number, entry in enumerate(inner, 1):
                if isinstance(entry, dict):
                    _flatten(entry, f"{name}.{number}.", details)
            texts = [_text(entry) for entry in inner if not isinstance(entry, dict | list)]
            if texts:
                details[name] = ", ".join(texts)
        else:
            details[name] = _text(inner)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
