"""The register: complete cards only, one job, an active goal, columns of marts and never of persons."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from agents.registry import PROMPT_PARTS, AgentCard, read_cards, write_draft
from countersign.core.errors import AgentError, SettingsError
from countersign.core.settings import Settings


def test_the_shipped_agents_are_complete_and_found_by_folder(served, described):
    cards = read_cards(served, models=described)

    assert list(cards) == ["reporting", "recommendation", "leadership_summary", "performance"]
    assert [name for name, card in cards.items() if card.rhythm == "daily"] == ["performance"]
    assert cards["recommendation"].category == "budget"
    assert "Task" in cards["reporting"].prompt_text()


@pytest.mark.parametrize("name", ["performance", "reporting", "recommendation", "leadership_summary"])
@pytest.mark.parametrize("part", ["Task", "Audience", "Tone", "Data source", "Format", "Limits", "Review"])
def test_a_prompt_has_all_seven_parts(served, described, name, part):
    assert f"**{part}.**" in read_cards(served, models=described)[name].prompt_text()


@pytest.mark.parametrize("part", PROMPT_PARTS)
@pytest.mark.parametrize("instead", ["", "**{part}.**"])
def test_a_prompt_that_lacks_a_part_is_refused(served, described, write_card, part, instead):
    whole = "\n\n".join(f"**{known}.** Said." for known in PROMPT_PARTS)
    lacking = whole.replace(f"**{part}.** Said.", instead.format(part=part))

    with pytest.raises(SettingsError, match=rf"scout: prompt\.md lacks {part}\n"):
        read_cards(served, folder=write_card(instructions=lacking), models=described)


def test_the_seven_parts_are_those_that_were_agreed():
    assert PROMPT_PARTS == ("Task", "Audience", "Tone", "Data source", "Format", "Limits", "Review")


@pytest.mark.parametrize(
    "field",
    [name for name, field in AgentCard.model_fields.items() if field.is_required() and name != "name"],
)
def test_a_card_without_a_field_is_refused(served, described, write_card, field):
    with pytest.raises(SettingsError, match=rf"scout: {field}"):
        read_cards(served, folder=write_card(**{field: None}), models=described)


def test_no_field_of_a_card_but_these_may_be_left_out():
    optional = {name for name, field in AgentCard.model_fields.items() if not field.is_required()}

    told = {"served", "goals", "sources", "record", "fed", "unfed", "memory"}
    assert optional == {"model", "rhythm", "reads"} | told


@pytest.mark.parametrize("name", ["reporting", "recommendation"])
def test_a_draft_of_another_kind_than_the_cards_output_is_refused(eventful, card, made_up, name):
    shipped = card(name)
    other = "report" if shipped.output == "recommendation" else "recommendation"
    rest = {"snapshot": eventful.snapshot, "company": made_up.COMPANY, "settings": Settings()}

    assert write_draft(shipped, eventful.connection, **rest).kind == shipped.output
    with pytest.raises(AgentError, match=f"wrote a {shipped.output}; its card says {other}"):
        write_draft(shipped.model_copy(update={"output": other}), eventful.connection, **rest)


@pytest.mark.parametrize(
    "job",
    [["Write reports.", "Move budgets."], "Write reports; move budgets.", "Write reports. Move budgets."],
)
def test_an_agent_with_two_jobs_is_refused(served, described, write_card, job):
    with pytest.raises(SettingsError, match="one job"):
        read_cards(served, folder=write_card(job=job), models=described)


@pytest.mark.parametrize(
    ("grants", "says"),
    [
        ({"channel_week": ["channel", "shoe_size"]}, "no column 'shoe_size'"),
        ({"payroll": ["salary"]}, "no mart 'payroll'"),
        ({"lead_list": ["contact_email"]}, "holds a person"),
        ({"lead_list": ["lead_id"]}, "holds a person"),
        ({"channel_week": []}, "without columns"),
    ],
)
def test_a_grant_outside_the_marts_or_on_a_person_is_refused(served, described, write_card, grants, says):
    with pytest.raises(SettingsError, match=says):
        read_cards(served, folder=write_card(grants=grants), models=described)


def test_a_column_that_dbt_tags_as_personal_cannot_be_granted(served, tmp_path, write_card):
    marts = tmp_path / "tagged"
    marts.mkdir()
    columns = [{"name": "channel"}, {"name": "nickname", "config": {"meta": {"pii": True}}}]
    (marts / "m.yml").write_text(yaml.safe_dump({"models": [{"name": "channel_week", "columns": columns}]}))
    folder = write_card(grants={"channel_week": ["channel", "nickname"]})

    with pytest.raises(SettingsError, match="no column 'nickname'"):
        read_cards(served, folder=folder, models=marts)


def test_an_agent_that_serves_no_active_goal_is_refused(served, described, write_card):
    goals = yaml.safe_load((served.config / "goals.yaml").read_text())
    for goal in goals:
        goal["active"] = False
    (served.config / "goals.yaml").write_text(yaml.safe_dump({"goals": goals}))

    with pytest.raises(SettingsError, match="not an active goal"):
        read_cards(served, folder=write_card(), models=described)


def test_a_workspace_narrows_grants_and_names_its_own_people(served, described, write_card):
    change = {"scout": {"owner": "Dana", "grants": {"channel_week": ["channel"]}}}
    (served.config / "agents.yaml").write_text(yaml.safe_dump({"agents": change}))

    card = read_cards(served, folder=write_card(), models=described)["scout"]

    assert (card.owner, card.grants) == ("Dana", {"channel_week": ("channel",)})


@pytest.mark.parametrize(
    "grants", [{"channel_week": ["channel", "spend_reporting"]}, {"funnel_week": ["channel"]}]
)
def test_a_workspace_cannot_widen_grants(served, described, write_card, grants):
    (served.config / "agents.yaml").write_text(yaml.safe_dump({"scout": {"grants": grants}}))

    with pytest.raises(SettingsError, match="may only narrow"):
        read_cards(served, folder=write_card(), models=described)


@pytest.mark.parametrize("text", ["- a list", "scout: {category: report}", "ghost: {owner: Dana}"])
def test_a_change_that_does_not_fit_is_refused(served, described, write_card, text):
    (served.config / "agents.yaml").write_text(text)

    with pytest.raises(SettingsError, match=r"agents\.yaml"):
        read_cards(served, folder=write_card(), models=described)


@pytest.mark.parametrize(
    "goals", ["leads: up", "- {key: a, metric: leads, direction: sideways, owner: x}", "- {key: A b}"]
)
def test_goals_that_do_not_fit_are_refused(served, described, write_card, goals):
    (served.config / "goals.yaml").write_text(goals)

    with pytest.raises(SettingsError, match=r"goals\.yaml does not fit"):
        read_cards(served, folder=write_card(), models=described)


def test_the_commands_tell_what_an_agent_may_read(served, described, monkeypatch):
    from agents import marts
    from countersign.cli.agents import app

    monkeypatch.setattr(marts, "shipped", lambda _: described.parent)
    (described.parent / "models").mkdir()
    (described.parent / "models" / "marts").symlink_to(described)
    run = CliRunner().invoke
    root = str(served.root)

    listed = json.loads(run(app, ["list", "-w", root, "--json"]).stdout)
    shown = run(app, ["show", "reporting", "-w", root]).stdout
    assert "passed at this version: the headline is the cost per lead" in " ".join(shown.split())

    assert [card["name"] for card in listed] == [
        "reporting",
        "recommendation",
        "leadership_summary",
        "performance",
    ]
    assert "funnel_week: channel, week_start, sessions" in shown
    assert "nothing else" in shown
    assert isinstance(run(app, ["show", "nobody", "-w", root]).exception, SettingsError)
