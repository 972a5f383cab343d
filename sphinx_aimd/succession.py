"""Checks of what supersedes what: a circle, or a provision that replaces itself, would drop a duty in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .model.item import Location
from .model.values import did_you_mean
from .yamlfile import InputError


def check_succession(
    supersedes: Mapping[str, Iterable[str]], places: Mapping[str, Location], *, shipped: Iterable[str]
) -> None:
    """Refuse unknown names and circles.

    :param supersedes: what each instrument or clause replaces.
    :param places: where each stands.
    :param shipped: names of shipped ones, which may name what a project's file has taken away.
    :raises InputError: at the first that is wrong.
    """
    own = set(supersedes) - set(shipped)
    for name in sorted(own):
        for old in supersedes[name]:
            if old not in supersedes:
                hint = did_you_mean(old, supersedes)
                message = f"{name} supersedes {old}, which does not exist.{hint}"
                raise InputError(places[name].file, places[name].line, message, "Correct the name.")
    for name in sorted(supersedes):
        seen: set[str] = set()
        work = list(supersedes[name])
        while work:
            old = work.pop()
            if old == name:
                message = f"{name} supersedes itself, directly or by others, so that neither would hold."
                raise InputError(places[name].file, places[name].line, message, "Break the circle.")
            if old not in seen:
                seen.add(old)
                work += supersedes.get(old, ())
