"""reviews.yaml in, review records out, and back: the record of a review is text in version control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..model.inputs import Review
from ..model.item import Finding, Location, Severity
from ..model.values import did_you_mean, is_date
from ..schema import check
from ..writers.files import write_text
from ..yamlfile import InputError, load

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
    found = {}
    for item_id, entry in file.data["reviews"].items():
        place = ("reviews", item_id)
        if not is_date(entry["on"]):
            remedy = "Write the day of the review as YYYY-MM-DD."
            raise InputError(name, file.line((*place, "on")), f"{item_id}: {entry['on']!r} is no date.", remedy)
        found[item_id] = Review(
            fingerprint=entry["fingerprint"],
            on=entry["on"],
            role=entry["role"],
            links=dict(entry["links"]),
            line=file.line((*place, "role")),
        )
    return found


def unknown_roles(reviews: Mapping[str, Review], name: str, roles: Sequence[str]) -> Iterator[Finding]:
    """Each role that records name and the trace model does not, at its first line."""
    held: dict[str, list[str]] = {}
    for item_id, review in reviews.items():
        if review.role not in roles:
            held.setdefault(review.role, []).append(item_id)
    for role, ids in held.items():
        who = f"The review of {ids[0]} names" if len(ids) == 1 else f"{len(ids)} reviews, first that of {ids[0]}, name"
        yield Finding(
            rule="review-role",
            severity=Severity.WARNING,
            item="",
            location=Location(name, reviews[ids[0]].line),
            message=f"{who} the role {role!r}, which does not exist.{did_you_mean(role, roles)}",
            remedy=f"Name one of {', '.join(roles)}, or add the role to the scale `role` in an overlay.",
        )


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
