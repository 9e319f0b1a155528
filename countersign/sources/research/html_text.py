"""What a person would read on a page: text without scripts, styles, navigation and hidden elements.

The tree is only walked, never changed or run.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

# Never text of the page.
_NOT_TEXT = frozenset({
    "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head", "textarea",
})  # fmt: skip
# On the page, but not what it is about.
_AROUND = frozenset({"nav", "header", "footer", "aside", "form", "button", "select", "dialog"})
_MAIN = ("main", "[role=main]", "article", "body")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(opacity|font-size)\s*:\s*0(\.0*)?[a-z%]*\s*(;|!|$)",
    re.IGNORECASE,
)
_BLOCKS = frozenset({
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
})  # fmt: skip


class Page:
    """A parsed page: its title, its language, and the text of elements that a selector finds."""

    def __init__(self, html: str) -> None:
        self._tree = LexborHTMLParser(html)

    @property
    def title(self) -> str:
        """The text of its title element."""
        found = self._tree.css_first("title")
        return found.text() if found else ""

    @property
    def language(self) -> str | None:
        """What `<html lang>` says."""
        root = self._tree.css_first("html")
        return root.attributes.get("lang") if root else None

    def scripts(self, media_type: str) -> list[str]:
        """The contents of its data scripts of a type; none of them is run."""
        return [
            node.text()
            for node in self._tree.css("script")
            if (node.attributes.get("type") or "").strip().lower() == media_type
        ]

    def main_text(self) -> str:
        """The text of its main part, without what stands around it."""
        found = next(filter(None, map(self._tree.css_first, _MAIN)), None)
        return _text_of(found, without=_NOT_TEXT | _AROUND) if found else ""

    def texts(self, selector: str) -> list[str]:
        """The text of each element that a CSS selector finds, in the page's order; hidden ones are left out.

        Raises:
            ValueError: it is no CSS selector.
        """
        try:
            found = self._tree.css(selector)
        except (SelectolaxError, RuntimeError) as error:
            raise ValueError("`select` is no CSS selector") from error
        return [
            _text_of(node, without=_NOT_TEXT) for node in found if not any(map(_is_hidden, _around(node)))
        ]


def text_of_fragment(html: str) -> str:
    """The text of a piece of HTML, such as an entry of a feed.

    >>> text_of_fragment("<p>Good <b>tool</b>.<script>x()</script><p>Fair price.").split()
    ['Good', 'tool.', 'Fair', 'price.']
    """
    body = LexborHTMLParser(f"<body>{html}</body>").body
    return _text_of(body, without=_NOT_TEXT) if body else ""


def _text_of(top: LexborNode, *, without: frozenset[str]) -> str:
    """The text below an element; each block begins a line. Walked by hand, to pass by what is left out."""
    pieces: list[str] = []
    node: LexborNode | None = top
    while node is not None:
        is_left_out = False
        if node.is_text_node:
            pieces.append(re.sub(r"\s+", " ", node.text_content or ""))
        elif node.is_element_node:
            is_left_out = node.tag in without or _is_hidden(node)
            if node.tag in _BLOCKS:
                pieces.append("\n")
        node = _following(node, top, is_left_out=is_left_out)
    return "".join(pieces)


def _following(node: LexborNode, top: LexborNode, *, is_left_out: bool) -> LexborNode | None:
    below = None if is_left_out else node.child
    if below is not None:
        return below
    while node.mem_id != top.mem_id:
        if node.next is not None:
            return node.next
        if node.parent is None:
            return None
        node = node.parent
    return None


def _is_hidden(node: LexborNode) -> bool:
    # By its marks and inline style; what a style sheet hides is not known without a browser.
    if not node.is_element_node:
        return False
    marks = node.attributes
    return (
        "hidden" in marks
        or (marks.get("aria-hidden") or "").strip().lower() == "true"
        or _HIDDEN.search(marks.get("style") or "") is not None
    )


def _around(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None:
        yield at
        at = at.parent
