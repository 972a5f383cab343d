"""The content security policy of a page: nothing but its own files, and what it held inline when it was written.

The hashes are taken from the finished page, so they admit whatever the build put there, an author's raw HTML and
the scripts of a theme alike. The policy keeps out what comes later: script that slips in through an address or the
page's own scripts, and every request to another host. That no text of an item becomes markup is the work of
``html.escape`` in the writers, not of the policy.
"""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser

#: Types of script elements that browsers run, or that steer what runs; all others hold data, which needs no hash.
_RUN = frozenset(
    {
        "",
        "module",
        "importmap",
        "speculationrules",
        "application/ecmascript",
        "application/javascript",
        "application/x-ecmascript",
        "application/x-javascript",
        "text/ecmascript",
        "text/javascript",
        "text/jscript",
        "text/livescript",
        "text/x-ecmascript",
        "text/x-javascript",
    }
)
_NAME = "content-security-policy"


class _Inline(HTMLParser):
    """Collects what stands inline on a page, and where its policy belongs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: set[str] = set()
        self.styles: set[str] = set()
        self.handlers: set[str] = set()
        self.style_attributes: set[str] = set()
        self.place: tuple[int, int, int] = (1, 0, 0)  # line, column and length of the tag that the policy follows
        self.has_policy = False
        self._in_head = True
        self._place_is_open = True
        self._kept: set[str] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}  # of two with one name the first counts
        for name, value in given.items():
            if name == "style":
                self.style_attributes.add(value)
            elif name.startswith("on"):
                self.handlers.add(value)
        if tag == "script" and "src" not in given and given.get("type", "").strip().lower() in _RUN:
            self._kept = self.scripts
        elif tag == "style":
            self._kept = self.styles
        if self._in_head:
            self._head_tag(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # a slash ends no element in HTML: <script/> goes on to </script>
        self.handle_starttag(tag, attrs)
        if tag in self.CDATA_CONTENT_ELEMENTS:
            self.set_cdata_mode(tag)

    def _head_tag(self, tag: str, given: dict[str, str]) -> None:
        if tag == "body":
            self._in_head = False
        elif tag == "meta" and given.get("http-equiv", "").strip().lower() == _NAME:
            self.has_policy = True
        elif tag in ("script", "style", "link"):
            self._place_is_open = False
        elif self._place_is_open and (tag in ("html", "head") or "charset" in given):
            self._here(len(self.get_starttag_text() or ""))

    def _here(self, length: int) -> None:
        self.place = (*self.getpos(), length)

    def handle_decl(self, decl: str) -> None:
        if self._in_head and self._place_is_open:
            self._here(len(decl) + len("<!>"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "head":
            self._in_head = False
        if self._kept is not None:
            self._kept.add("".join(self._text))
            self._kept = None
        self._text.clear()

    def handle_data(self, data: str) -> None:
        if self._kept is not None:
            self._text.append(data)


def policy(html: str) -> str:
    """The strictest policy under which a page shows and does what it was written to.

    :param html: the whole page.
    :return: a policy for a ``meta`` element or a header. Scripts, styles, images and fonts come from beside the page,
        inline ones are admitted by their SHA-256 alone; Sphinx's search reads pages of the same host and its form
        leads to one. Sorted, so that equal pages have equal policies.
    """
    return _policy(_read(html))


def with_policy(html: str) -> str:
    """A page that states its policy before anything that the policy is about.

    :param html: the whole page; one that states a policy in its head is returned as it is.
    """
    found = _read(html)
    if found.has_policy:
        return html
    line, column, length = found.place
    start = 0
    for _ in range(line - 1):
        start = html.index("\n", start) + 1
    at = start + column + length
    return f'{html[:at]}<meta http-equiv="Content-Security-Policy" content="{_policy(found)}">{html[at:]}'


def _read(html: str) -> _Inline:
    found = _Inline()
    found.feed(html)
    found.close()
    return found


def _policy(found: _Inline) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{_hashes(found.scripts, found.handlers)}",
            f"style-src 'self'{_hashes(found.styles, found.style_attributes)}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def _hashes(elements: set[str], attributes: set[str]) -> str:
    """Hashes as a policy states them; those of attributes count only where it says so."""
    sums = {
        base64.b64encode(hashlib.sha256(_as_read(text).encode()).digest()).decode() for text in elements | attributes
    }
    return (" 'unsafe-hashes'" if attributes else "") + "".join(f" 'sha256-{digest}'" for digest in sorted(sums))


def _as_read(text: str) -> str:
    """Line ends as browsers make them before they hash."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
