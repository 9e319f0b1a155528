"""Posts of the demo company on its own pages: a few a week, whose totals grow; some are taken down."""

from typing import Any

from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

# Share of working days with a post, and how many people a post reaches.
_HABITS = {"facebook": (0.35, 420), "instagram": (0.25, 260), "linkedin": (0.55, 900)}
_TEXTS = (
    "How to choose a pressure sensor for steam: the three questions our engineers ask first.",
    "Calibration without stopping the line. A customer from the food industry tells how.",
    "Meet us at the fair: hall 4, stand 210. Bring your trickiest measuring point.",
    "New data sheet: vibration monitoring for pumps up to 400 kW.",
    "We are hiring test engineers. Write to ina.keller@northbeam.example or call +49 30 1234567.",
    "What predictive maintenance saved in its first year, in numbers.",
    "A look into our calibration lab, where 40 sensors a day get their certificate.",
    "Webinar next Tuesday: from sensor to dashboard in an hour.",
)


def find_posts(world: SandboxWorld, platform: str) -> list[Json]:
    """Posts of a platform as known at the world's end, oldest first; times are UTC."""
    share, reach = _HABITS[platform]
    rows = world.rows(
        """
        with chosen as (
            select day::date as day, date_diff('day', date '2020-01-01', day::date) as number
            from range(getvariable('first_day')::timestamp, getvariable('until')::timestamp, interval 1 day)
                as calendar(day)
            where isodow(day) < 6
        ),

        posts as (
            select number,
                utc(day + to_minutes((480 + floor(chance('at/' || $platform, number) * 540))::integer))
                    as published_at,
                floor(chance('text/' || $platform, number) * 8)::integer as text_number,
                -- half of a post's views come in its first two days
                $reach * exp(0.5 * bell('reach/' || $platform, number))
                    * (1 - exp(-date_diff('day', day, getvariable('until')) / 3.0)) as views
            from chosen
            where chance('post/' || $platform, number) < $share
                -- some are taken down after ten days
                and not (
                    chance('gone/' || $platform, number) < 0.2
                    and date_diff('day', day, getvariable('until')) > 10
                )
        )

        select number, published_at, text_number, floor(views)::bigint as views,
            floor(views * 0.04)::bigint as reactions, floor(views * 0.006)::bigint as comments,
            floor(views * 0.004)::bigint as shares, floor(views * 0.02)::bigint as clicks
        from posts order by number
        """.replace("$platform", f"'{platform}'")
        .replace("$reach", str(reach))
        .replace("$share", str(share))
    )
    return [{**row, "text": _TEXTS[row["text_number"]]} for row in rows]
