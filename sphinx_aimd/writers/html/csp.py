"""The content security policy of a page: nothing but its own files, and what it held inline when it was written.

The hashes are taken from the finished page, so they admit whatever the build put there, an author's raw HTML and
the scripts of a theme alike. The policy keeps out what comes later: script that slips in through an address or the
page's own scripts, and every request to another host. That no text of an item becomes markup is the work of
``html.escape`` in the writers, not of the policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
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


#: Where something inline may begin. It only says where the parser looks: reading every tag of a long page takes
#: seconds for each 10 MB, a third of a build.
_MAY_BEGIN = re.compile(r"<(?:script|style)[\s/>]|[\s\"'/](?:style|on[a-z]+)\s*=", re.IGNORECASE)
_HEAD_ENDS = re.compile(r"</head|<body", re.IGNORECASE)
_RAW_ENDS = {tag: re.compile(f"</{tag}[^>]*>?", re.IGNORECASE) for tag in ("script", "style")}


class _Head(HTMLParser):
    """Finds where the policy of a page belongs, and whether one is there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.place: tuple[int, int, int] = (1, 0, 0)  # line, column and length of the tag that the policy follows
        self.has_policy = False
        self._is_open = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and (given.get("http-equiv") or "").strip().lower() == _NAME:
            self.has_policy = True
        elif tag in ("script", "style", "link"):
            self._is_open = False
        elif tag in ("html", "head") or "charset" in given:
            self._here(len(self.get_starttag_text() or ""))

    def handle_decl(self, decl: str) -> None:
        self._here(len(decl) + len("<!>"))

    def _here(self, length: int) -> None:
        if self._is_open:
            self.place = (*self.getpos(), length)


class _Inline(HTMLParser):
    """Collects what stands inline on a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: set[str] = set()
        self.styles: set[str] = set()
        self.handlers: set[str] = set()
        self.style_attributes: set[str] = set()
        self._raw = ""
        self._kept: set[str] | None = None
        self._text: list[str] = []
        self._is_read = False

    def read(self, html: str) -> None:
        """Collect from a whole page."""
        at = 0
        for match in _MAY_BEGIN.finditer(html):
            start = html.rfind("<", at, match.end())
            if match.start() >= at and start >= 0:
                at = self._read_from(html, start)

    def _read_from(self, html: str, start: int) -> int:
        """Read what begins at a place: a tag, or an element whose content is no markup.

        :return: where it ends.
        """
        self.reset()
        self._raw, self._kept, self._is_read = "", None, False
        self._text.clear()
        at = start
        while not self._is_read and at < len(html):
            end = _RAW_ENDS[self._raw].search(html, at) if self._raw else None
            stop = end.end() if end else len(html) if self._raw else html.find(">", at) + 1 or len(html)
            self.feed(html[at:stop])
            at = stop
        return at

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}  # of two with one name the first counts
        for name, value in given.items():
            if name == "style":
                self.style_attributes.add(value)
            elif name.startswith("on"):
                self.handlers.add(value)
        if tag == "script" and "src" not in given and given.get("type", "").strip().lower() in _RUN:
            self._raw, self._kept = tag, self.scripts
        elif tag == "style":
            self._raw, self._kept = tag, self.styles
        self._is_read = not self._raw

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # a slash ends no element in HTML: <script/> goes on to </script>
        self.handle_starttag(tag, attrs)
        if self._raw:
            self.set_cdata_mode(tag)

    def handle_endtag(self, tag: str) -> None:
        del tag
        if self._kept is not None:
            self._kept.add("".join(self._text))
        self._is_read = True

    def handle_data(self, data: str) -> None:
        if self._raw:
            self._text.append(data)
        else:
            self._is_read = True

    def handle_comment(self, data: str) -> None:
        del data
        self._is_read = True

    def handle_decl(self, decl: str) -> None:
        del decl
        self._is_read = True


def policy(html: str) -> str:
    """The strictest policy under which a page shows and does what it was written to.

    :param html: the whole page.
    :return: a policy for a ``meta`` element or a header. Scripts, styles, images and fonts come from beside the page,
        inline ones are admitted by their SHA-256 alone; Sphinx's search reads pages of the same host and its form
        leads to one. Sorted, so that equal pages have equal policies.
    """
    found = _Inline()
    found.read(html)
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


def with_policy(html: str) -> str:
    """A page that states its policy before anything that the policy is about.

    :param html: the whole page; one that states a policy in its head is returned as it is.
    """
    end = _HEAD_ENDS.search(html)
    head = _Head()
    head.feed(html[: end.start()] if end else html)
    if head.has_policy:
        return html
    line, column, length = head.place
    start = 0
    for _ in range(line - 1):
        start = html.index("\n", start) + 1
    at = start + column + length
    return f'{html[:at]}<meta http-equiv="Content-Security-Policy" content="{policy(html)}">{html[at:]}'


def _hashes(elements: set[str], attributes: set[str]) -> str:
    """Hashes as a policy states them; those of attributes count only where it says so."""
    sums = {
        base64.b64encode(hashlib.sha256(_as_read(text).encode()).digest()).decode() for text in elements | attributes
    }
    return (" 'unsafe-hashes'" if attributes else "") + "".join(f" 'sha256-{digest}'" for digest in sorted(sums))


def _as_read(text: str) -> str:
    """Line ends as browsers make them before they hash."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
