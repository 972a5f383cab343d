"""``vex.yaml`` in, publisher and tracking of the VEX documents out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..model.values import is_date
from ..model.vex import Publication, Revision
from ..yamlfile import InputError, Key, YamlFile, load

#: Keys by section, and whether they must be there.
KEYS: dict[str, dict[str, bool]] = {
    "publisher": {"name": True, "namespace": True, "contact": False, "category": False, "issuing_authority": False},
    "document": {"id": True, "title": False, "status": False, "tlp": False, "revisions": False},
    "product": {"name": False, "purl": False, "cpe": False},
}
CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("publisher", "category"): ("vendor", "coordinator", "discoverer", "other", "translator", "user"),
    ("document", "status"): ("draft", "interim", "final"),
    ("document", "tlp"): ("CLEAR", "GREEN", "AMBER", "RED"),
}
FORMS: dict[tuple[str, str], tuple[re.Pattern[str], str]] = {
    ("publisher", "namespace"): (re.compile(r"https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~/-]*)?"), "an https address"),
    ("document", "id"): (re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}"), "letters, digits and - + . _ only"),
    ("product", "purl"): (re.compile(r"pkg:[a-z][a-z0-9.+-]*/\S+"), "a package URL that begins with pkg:"),
    ("product", "cpe"): (re.compile(r"cpe:2\.3:[aho\-*](:[^:\s]+){10}"), "a CPE 2.3 name"),
}
LONGEST = 2000


def read(path: Path, name: str) -> Publication:
    """Read the file.

    :param name: name for messages.
    :raises InputError: unreadable, or a key or value that is not known.
    """
    return _Reader(load(path, name)).publication()


class _Reader:
    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.data: dict[str, Any] = file.data if isinstance(file.data, dict) else {}

    def fail(self, path: tuple[Key, ...], message: str, remedy: str) -> InputError:
        return InputError(self.file.name, self.file.line(path), message, remedy)

    def publication(self) -> Publication:
        if not isinstance(self.file.data, dict):
            raise self.fail((), "has no section.", f"Write the sections {', '.join(KEYS)}.")
        for section, value in self.data.items():
            if section not in KEYS:
                raise self.fail((section,), f"has the unknown section {section!r}.", f"Sections: {', '.join(KEYS)}.")
            if not isinstance(value, dict):
                raise self.fail((section,), f"has no keys in {section}.", f"Keys: {', '.join(KEYS[section])}.")
            for key in value:
                if key not in KEYS[section]:
                    remedy = f"Keys: {', '.join(KEYS[section])}."
                    raise self.fail((section, key), f"has the unknown key {key!r} in {section}.", remedy)
        for section, keys in KEYS.items():
            for key, is_wanted in keys.items():
                if is_wanted and not self.text(section, key):
                    raise self.fail((section,), f"has no {key} in {section}.", "Write it; no document can do without.")
        return Publication(
            publisher=self.text("publisher", "name"),
            namespace=self.text("publisher", "namespace").rstrip("/"),
            contact=self.text("publisher", "contact"),
            category=self.text("publisher", "category") or "vendor",
            authority=self.text("publisher", "issuing_authority"),
            number=self.text("document", "id"),
            title=self.text("document", "title"),
            status=self.text("document", "status") or "draft",
            tlp=self.text("document", "tlp") or "CLEAR",
            revisions=self.revisions(),
            product=self.text("product", "name"),
            product_purl=self.text("product", "purl"),
            product_cpe=self.text("product", "cpe"),
        )

    def text(self, section: str, key: str) -> str:
        value = self.data.get(section, {}).get(key, "")
        place = (section, key)
        if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
            raise self.fail(place, f"has no text in {key}.", f"Write at most {LONGEST} characters.")
        value = value.strip()
        choices = CHOICES.get(place)
        if value and choices and value not in choices:
            raise self.fail(place, f"has {value!r} as {key}.", f"Write one of {', '.join(choices)}.")
        form = FORMS.get(place)
        if value and form and not form[0].fullmatch(value):
            raise self.fail(place, f"has {value!r} as {key}.", f"Write {form[1]}.")
        return value

    def revisions(self) -> tuple[Revision, ...]:
        entries = self.data.get("document", {}).get("revisions", [])
        place = ("document", "revisions")
        if not isinstance(entries, list):
            raise self.fail(place, "has no list of revisions.", "Write one entry with date and summary for each.")
        found: list[Revision] = []
        for number, entry in enumerate(entries):
            here = (*place, number)
            said = entry if isinstance(entry, dict) else {}
            texts = [said.get(name) for name in ("date", "summary")]
            if set(said) != {"date", "summary"} or not all(isinstance(text, str) and text.strip() for text in texts):
                raise self.fail(here, "has a revision without date or summary.", "Write both, and nothing else.")
            date, summary = str(texts[0]).strip(), str(texts[1]).strip()
            if not is_date(date):
                raise self.fail(here, f"has {date!r} as the date of a revision.", "Write YYYY-MM-DD.")
            if found and date < found[-1].date:
                raise self.fail(here, f"has the revision of {date} after that of {found[-1].date}.", "Sort them.")
            found.append(Revision(date=date, summary=summary))
        return tuple(found)
