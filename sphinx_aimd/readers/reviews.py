"""reviews.yaml in, review records out, and back: the record of a review is text in version control."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..model.inputs import Review
from ..schema import check
from ..writers.files import write_text
from ..yamlfile import load

_HEAD = (
    "# Review records, written by `aimd review`. "
    "An item or link that changes afterwards is stale until it is reviewed again.\n"
)


def read(path: Path, name: str) -> dict[str, Review]:
    """Read review records.

    :raises InputError: malformed file.
    """
    file = load(path, name)
    check(file, "traceability", "traceability.schema.json", "reviews")
    return {
        item_id: Review(
            fingerprint=entry["fingerprint"], on=entry["on"], role=entry["role"], links=dict(entry["links"])
        )
        for item_id, entry in file.data["reviews"].items()
    }


def write(path: Path, reviews: Mapping[str, Review]) -> bool:
    """Write review records, sorted, one link a line so that a change reads well in a diff."""
    lines = [_HEAD, 'schema: "1"\nreviews:\n' if reviews else 'schema: "1"\nreviews: {}\n']
    for item_id, review in sorted(reviews.items()):
        lines.append(
            f'  {item_id}:\n    "on": "{review.on}"\n    role: {review.role}\n    fingerprint: {review.fingerprint}\n'
        )
        lines.append("    links:\n" if review.links else "    links: {}\n")
        lines += [f"      {target}: {digest}\n" for target, digest in sorted(review.links.items())]
    return write_text(path, "".join(lines))
