"""What every metric is: unit, good direction, owner, formula, the mart it is read from and how it splits.

Read from the semantic manifest, so that the docs and the commands say what the SQL does. MetricFlow ties a
measure to one mart; a KPI that two marts hold is two metrics there, and the second says `kpi: the first`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Grain = Literal["day", "week", "month"]
GRAINS: tuple[Grain, ...] = get_args(Grain)

# Grains that a mart can be read by: its own and those that it divides. A week may lie in two months.
READABLE: Mapping[Grain, tuple[Grain, ...]] = {
    "day": ("day", "week", "month"),
    "week": ("week",),
    "month": ("month",),
}

# What people ask for, and the columns that it is. A name alone is no key: two platforms may use it.
SPLITS = {"campaign": ("platform", "campaign_id", "campaign_name")}

# In the order in which pages and lists tell of them. A metric without one was compiled by an older release.
SUBJECTS = (
    "Spend and reach", "Leads and their cost", "What sales makes of leads", "Follow-up", "Funnel",
    "Pipeline and revenue", "Attribution", "Wasted spend", "What platforms claim", "Content and response",
    "E-mail", "Social media", "Customers and retention", "Customer experience", "Brand", "Other",
)  # fmt: skip

_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_QUOTED = re.compile(r"'[^']*'")
_SQL_WORDS = {
    "and", "as", "case", "cast", "coalesce", "decimal", "double", "else", "end", "in", "is", "not", "null",
    "nullif", "or", "then", "when",
}  # fmt: skip


@dataclass(frozen=True)
class Mart:
    """One mart as MetricFlow reads it: what each dimension means, by name, and the grain of its time."""

    name: str
    description: str
    dimensions: Mapping[str, str]
    time_column: str
    time_meaning: str
    grain: Grain


@dataclass(frozen=True)
class MetricEntry:
    """One metric. `parts` are numerator and denominator of a ratio; `kpi` names what it measures.

    `needs` are dimensions without which it adds up what does not belong together. `is_part` tells a metric
    that is there only to be divided.
    """

    name: str
    label: str
    description: str
    unit: str
    good_direction: str
    owner: str
    subject: str
    kpi: str
    needs: tuple[str, ...]
    is_part: bool
    formula: str
    in_words: str
    parts: tuple[str, ...]
    measures: tuple[str, ...]
    columns: tuple[str, ...]
    marts: tuple[Mart, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What it can be split by: the dimensions that all its marts have, as people name them."""
        shared = [
            name for name in self.marts[0].dimensions if all(name in it.dimensions for it in self.marts)
        ]
        for split, columns in SPLITS.items():
            if set(columns) <= set(shared):
                shared = [split, *(name for name in shared if name not in columns or name == "platform")]
        return tuple(shared)

    @property
    def grain(self) -> Grain:
        """The finest grain that all its marts have."""
        return max((mart.grain for mart in self.marts), key=GRAINS.index)

    @property
    def grains(self) -> tuple[Grain, ...]:
        """The grains it can be read by, finest first."""
        return tuple(grain for grain in GRAINS if all(grain in READABLE[mart.grain] for mart in self.marts))


@dataclass(frozen=True)
class Catalogue:
    """Every metric by name, and the marts they are read from."""

    metrics: Mapping[str, MetricEntry]
    marts: Mapping[str, Mart]

    @property
    def kpis(self) -> tuple[MetricEntry, ...]:
        """One entry per KPI, by subject and mart: those that are not the same figure over another mart."""
        own = (entry for entry in self.metrics.values() if entry.kpi == entry.name)
        return tuple(sorted(own, key=lambda entry: (SUBJECTS.index(entry.subject), _mart_order(entry))))

    def readings(self, kpi: str) -> tuple[MetricEntry, ...]:
        """The metrics that measure a KPI, each over another mart; its own first, then the plainer marts."""
        others = (entry for entry in self.metrics.values() if entry.kpi == kpi != entry.name)
        return (self.metrics[kpi], *sorted(others, key=_mart_order))

    def dimensions(self, kpi: str) -> tuple[str, ...]:
        """What a KPI can be split by in one mart or another."""
        return tuple(dict.fromkeys(name for entry in self.readings(kpi) for name in entry.dimensions))


def _mart_order(entry: MetricEntry) -> list[tuple[int, str]]:
    # dbt lists files in the order of the file system; the pages and answers must not depend on it.
    return [(len(mart.dimensions), mart.name) for mart in entry.marts]


def read_catalogue(manifest: str) -> Catalogue:
    """The catalogue of a semantic manifest, given as the text that dbt wrote."""
    parsed = json.loads(manifest)
    models = sorted(parsed["semantic_models"], key=lambda model: str(model["name"]))
    marts = {model["name"]: _mart(model) for model in models}
    measures = {
        measure["name"]: (measure, marts[model["name"]]) for model in models for measure in model["measures"]
    }
    labels = {metric["name"]: metric["label"] for metric in parsed["metrics"]}
    entries = (_entry(metric, measures, labels) for metric in parsed["metrics"])
    return Catalogue(metrics={entry.name: entry for entry in entries}, marts=marts)


def _mart(model: Mapping[str, Any]) -> Mart:
    # Dimensions that people split by are entities: MetricFlow calls those alike in every mart.
    (time,) = model["dimensions"]
    return Mart(
        name=model["node_relation"]["alias"],
        description=model["description"] or "",
        dimensions={item["name"]: item["description"] or "" for item in model["entities"]},
        time_column=time["expr"] or time["name"],
        time_meaning=time["description"] or "",
        grain=time["type_params"]["time_granularity"],
    )


def _entry(
    metric: Mapping[str, Any],
    measures: Mapping[str, tuple[Mapping[str, Any], Mart]],
    labels: Mapping[str, str],
) -> MetricEntry:
    meta, parameters = metric["config"]["meta"], metric["type_params"]
    used = [measures[item["name"]] for item in parameters["input_measures"]]
    parts = _parts(metric)
    formula = " / ".join(parts) if parts else f"{used[0][0]['agg']}({used[0][0]['expr']})"
    mart_names = " and ".join(_distinct(mart.name for _, mart in used))
    return MetricEntry(
        name=metric["name"],
        label=metric["label"],
        description=metric["description"],
        unit=meta["unit"],
        good_direction=meta["good_direction"],
        owner=meta["owner"],
        subject=meta.get("subject", "Other"),
        kpi=meta.get("kpi", metric["name"]),
        needs=tuple(meta.get("needs", ())),
        is_part=meta.get("part", False),
        formula=formula,
        in_words=" divided by ".join(_lower(labels[part]) for part in parts)
        or f"{used[0][0]['agg']} of {used[0][0]['expr']} in {mart_names}",
        parts=parts,
        measures=tuple(_distinct(measure["name"] for measure, _ in used)),
        columns=tuple(_distinct(name for measure, mart in used for name in _columns(measure["expr"], mart))),
        marts=tuple({mart.name: mart for _, mart in used}.values()),
    )


def _parts(metric: Mapping[str, Any]) -> tuple[str, ...]:
    if metric["type"] != "ratio":
        return ()
    parameters = metric["type_params"]
    return parameters["numerator"]["name"], parameters["denominator"]["name"]


def _columns(expression: str, mart: Mart) -> Iterable[str]:
    words = _WORD.findall(_QUOTED.sub("", expression.lower()))
    return (f"{mart.name}.{word}" for word in words if word not in _SQL_WORDS)


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _lower(label: str) -> str:
    # "Spend" inside a sentence is "spend"; "CAC" stays.
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
