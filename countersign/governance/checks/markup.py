"""A published file is self-contained and inert: it loads nothing and runs nothing from outside."""

from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule

_ACTIVE = Rule("markup.active", default="block")
_LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction"}
_REFUSED_TAGS = {"iframe", "object", "embed", "base", "form", "frame", "applet"}


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Block tags and attributes that load, send or run something."""
    for tag, attributes in rendered.tags:
        for reason in _objections(tag, attributes):
            yield from _ACTIVE.broken(policy, reason=reason, span=f"<{tag}>")


def _objections(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    if tag in _REFUSED_TAGS:
        yield f"<{tag}> has no place in a published file"
    for name, value in attributes.items():
        target = "".join(value.split()).lower()
        is_loaded = name in _LOADING or (tag in ("link", "image", "use") and name.endswith("href"))
        if name.startswith("on") or target.startswith(("javascript:", "vbscript:")):
            yield f"{name} would run a script"
        elif is_loaded and target and not target.startswith(("data:image/", "data:font/", "#")):
            yield f"{name} would load {value[:60]}"
