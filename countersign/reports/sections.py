"""Blocks in sections: a heading opens one; neighbouring claims and actions stand together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from countersign.core.contracts import Block, Draft, Heading, Prose


@dataclass(frozen=True)
class Part:
    """Neighbouring blocks that are shown together; most parts hold one."""

    kind: str
    blocks: tuple[Block, ...]


@dataclass
class Section:
    """A heading with the parts below it; the opening section has no heading."""

    anchor: str
    heading: Heading | None
    parts: list[Part] = field(default_factory=list)


def split_sections(draft: Draft) -> list[Section]:
    """The sections of a draft, the opening one first even when it is empty.

    Anchors are made safe for links, and unique on the page.
    """
    blocks: dict[str, list[Block]] = {"": []}
    headings: dict[str, Heading] = {}
    current = ""
    for block in draft.blocks:
        if isinstance(block, Heading):
            current = _free_anchor(block.anchor, taken=headings)
            headings[current] = block
            blocks[current] = []
        else:
            blocks[current].append(block)
    return [Section(anchor, headings.get(anchor), _parts(inside)) for anchor, inside in blocks.items()]


def _parts(blocks: Iterable[Block]) -> list[Part]:
    parts: list[Part] = []
    for kind, group in groupby(blocks, key=_part_kind):
        together = tuple(group)
        if kind in ("claims", "actions"):
            parts.append(Part(kind, together))
        else:
            parts.extend(Part(kind, (block,)) for block in together)
    return parts


def _part_kind(block: Block) -> str:
    if isinstance(block, Prose) and block.label:
        return "claims"
    return "actions" if block.kind == "action" else block.kind


def _free_anchor(anchor: str, *, taken: dict[str, Heading]) -> str:
    safe = re.sub(r"[^a-z0-9]+", "-", anchor.lower()).strip("-") or "section"
    if re.fullmatch(r"e\d+|main|evidence", safe):
        safe = f"section-{safe}"
    candidate, number = safe, 2
    while candidate in taken:
        candidate, number = f"{safe}-{number}", number + 1
    return candidate
