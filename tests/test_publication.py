import errno
import gzip
import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from months import BRUNO, VISITS, problem_of
from pages import HOSTILE, drawing_of, renamed, tiny_plan
from picup_planner.draw import Drawing
from picup_planner.errors import DataError
from picup_planner.plan import Plan
from picup_planner.problem import Absence, Partner, Pin, PinKind, Problem
from picup_planner.publish import publication, root
from picup_planner.publish.audience import announced, for_staff
from picup_planner.publish.outputs import OUTPUTS, Audience, Output
from picup_planner.publish.publication import Told, publish
from problems import hand_plan, problem_with, replaced, tiny_problem

LIGHTEST = 150_000


def told(problem: Problem, plan: Plan) -> dict[Audience, Told]:
    """Give what each audience is told of a plan."""
    drawing = drawing_of(problem, plan)
    return {
        Audience.PUBLIC: (announced(problem, plan), Drawing(communes=drawing.communes, roads=drawing.roads)),
        Audience.STAFF: (for_staff(problem, plan), drawing),
    }


def month(name: str) -> dict[Audience, Told]:
    """Give what each audience is told of a month of four permanences and a fixed one."""
    problem = problem_of(name)
    return told(problem, hand_plan(problem, VISITS, {problem.fixed[0].id: BRUNO}))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def with_canaries() -> tuple[Problem, Plan, set[str]]:
    """Give a problem in which everything personal or internal is a token that is nowhere else, its plan, the tokens."""
    tokens: set[str] = set()

    def token(name: str) -> str:
        tokens.add(made := f"zz{len(tokens):02}{name}")
        return made

    land = tiny_problem().territory
    people = {member.id: token("id") for member in land.staff}
    roles = {role.id: token("role") for role in land.roles}
    partners = {partner.id: token("partner") for partner in land.partners}
    staff = tuple(
        member.model_copy(
            update={
                "id": people[member.id],
                "name": f"{token('given')} {token('family')}",
                "partner": partners[member.partner],
                "roles": tuple(roles[role] for role in member.roles),
            }
        )
        for member in land.staff
    )
    depot = token("depot")
    depots = (land.depots[0].model_copy(update={"id": depot, "name": token("base"), "latitude": 45.701234}),)
    tokens.add("45.70123")
    sites = replaced(land.sites, "amont-1", missing=token("missing"))
    problem = problem_with(
        staff=staff,
        roles=tuple(role.model_copy(update={"id": roles[role.id], "name": token("trade")}) for role in land.roles),
        partners=tuple(Partner(id=partners[each.id], name=token("organisation")) for each in land.partners),
        depots=depots,
        sites=sites,
        vans=tuple(van.model_copy(update={"id": token("van"), "depot": depot}) for van in land.vans),
        absences=(Absence(member=people["as-1"], first=date(2026, 12, 21), last=date(2026, 12, 22)),),
        pins=(Pin(id=token("pin"), kind=PinKind.FORBIDDEN, members=(people["as-1"],), date=date(2026, 12, 31)),),
        fixed=tuple(
            duty.model_copy(update={"roles": tuple(roles.values()), "name": token("duty")})
            for duty in tiny_problem().fixed
        ),
    )
    crew = {roles["as"]: people["as-1"], roles["casp"]: people["casp-1"]}
    visits = [("amont-1", 7, "matin", crew), ("aval-1", 7, "apres-midi", crew), ("amont-2", 10, "matin", crew)]
    return problem, hand_plan(problem, visits, {"fixe-1": crew}), tokens


def test_nothing_personal_is_in_any_public_byte(tmp_path: Path) -> None:
    """Of every person, role, partner, depot, pin and id, not one token is in a public byte or file name."""
    problem, plan, tokens = with_canaries()
    gone, *held = plan.permanences
    plan = plan.model_copy(update={"permanences": tuple(held), "cancelled": (gone,)})
    assert all(token in problem.model_dump_json() + plan.model_dump_json() for token in tokens - {"45.70123"})
    publish(tmp_path, told(problem, plan), "fr")
    for folder in (tmp_path / "public", tmp_path / "staff"):
        assert root.damaged(folder) == []
    public = bytes_of(tmp_path / "public")
    assert len(public) > 5
    everything = b"".join(name.encode() + content for name, content in public.items())
    assert {token for token in tokens if token.encode() in everything} == set()
    departures = {leg.departure.isoformat() for tour in plan.tours for leg in tour.legs}
    assert not [hour for hour in departures if hour.encode() in everything]
    staff = b"".join(bytes_of(tmp_path / "staff").values()).decode()
    names = {part for member in problem.territory.staff for part in (*member.name.split(), member.id)}
    assert not [name for name in names if name in staff]
    assert any(partner.name in staff for partner in problem.territory.partners)


def test_the_public_manifest_tells_hashes_and_counts_and_no_address_of_the_staff(tmp_path: Path) -> None:
    """The manifest of each folder lists its files alone, with size, SHA-256, permanences and cancellations."""
    publish(tmp_path, month("2026-11"), "fr")
    for audience in Audience:
        written = json.loads((tmp_path / audience / "manifest.json").read_text("utf-8"))
        assert {each["name"] for each in written["files"]} | {"manifest.json"} == set(bytes_of(tmp_path / audience))
        assert written["months"] == [["2026-11", 5, 0]]
        assert "staff" not in json.dumps(written) or audience is Audience.STAFF


def test_published_twice_nothing_changes(tmp_path: Path) -> None:
    """The same month published again gives the same bytes, and says that nothing changed."""
    assert all(standing.changed for standing in publish(tmp_path, month("2026-11"), "fr"))
    before = bytes_of(tmp_path)
    assert not any(standing.changed for standing in publish(tmp_path, month("2026-11"), "fr"))
    assert bytes_of(tmp_path) == before
    publish(tmp_path / "elsewhere", month("2026-11"), "fr")
    assert bytes_of(tmp_path / "elsewhere") == before


def test_a_damaged_folder_is_published_again(tmp_path: Path) -> None:
    """A file that somebody changed is put right by the next publication of the same month."""
    publish(tmp_path, month("2026-11"), "fr")
    (tmp_path / "public" / "index.html").write_text("changed", encoding="utf-8")
    assert [standing.changed for standing in publish(tmp_path, month("2026-11"), "fr")] == [False, True]
    assert root.damaged(tmp_path / "public") == []


def test_the_month_before_and_those_after_are_still_told(tmp_path: Path) -> None:
    """December published, November stays and October goes; the top of the folder is the latest month's page."""
    for name in ("2026-10", "2026-11", "2026-12"):
        publish(tmp_path, month(name), "fr")
    for audience in Audience:
        folder = tmp_path / audience
        assert {path.name for path in folder.iterdir() if path.is_dir()} == {"2026-11", "2026-12", "calendriers"}
        assert "décembre 2026" in (folder / "index.html").read_text("utf-8").split("</title>")[0]
        assert 'href="2026-11&#47;index.html"' in (folder / "index.html").read_text("utf-8")
        assert 'href="..&#47;index.html"' in (folder / "2026-11" / "index.html").read_text("utf-8")
        assert 'href="..&#47;index.html"' not in (folder / "2026-12" / "index.html").read_text("utf-8")
    publish(tmp_path, month("2026-11"), "fr")
    assert "décembre 2026" in (tmp_path / "public" / "index.html").read_text("utf-8").split("</title>")[0]
    assert [name for name, *_ in root.read_manifest(tmp_path / "public").months] == ["2026-11", "2026-12"]  # type: ignore[union-attr]


def test_another_territory_is_not_published_among_the_months_of_one(tmp_path: Path) -> None:
    """A service that tried the example first does not tell its own residents the dates of the example."""
    publish(tmp_path, month("2026-11"), "fr")
    before = bytes_of(tmp_path)
    other = {
        audience: (told.model_copy(update={"territory": "ailleurs"}), drawing)
        for audience, (told, drawing) in month("2026-12").items()
    }
    with pytest.raises(DataError, match="publish-other-territory"):
        publish(tmp_path, other, "fr")
    assert bytes_of(tmp_path) == before


@pytest.mark.parametrize("step", range(0, 17, 2))
def test_a_full_disk_leaves_both_folders_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Whichever file of whichever folder the disk refuses, both publications stand and nothing is left behind."""
    publish(tmp_path, month("2026-11"), "fr")
    before = bytes_of(tmp_path)
    write, written = root.write, []

    def failing(path: Path, content: bytes) -> None:
        if len(written) == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        written.append(path)
        write(path, content)

    monkeypatch.setattr(root, "write", failing)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        publish(tmp_path, month("2026-12"), "fr")
    assert bytes_of(tmp_path) == before


def test_an_output_that_fails_leaves_both_folders_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An output that cannot be made stops the publication before anything is replaced."""
    publish(tmp_path, month("2026-11"), "fr")
    before = bytes_of(tmp_path)

    def failing(_: Any) -> str:  # noqa: ANN401  any edition
        msg = "no"
        raise ValueError(msg)

    monkeypatch.setattr(publication, "OUTPUTS", (*OUTPUTS, Output("x.txt", Audience.PUBLIC, failing)))
    with pytest.raises(ValueError, match="no"):
        publish(tmp_path, month("2026-12"), "fr")
    assert bytes_of(tmp_path) == before


def test_a_new_output_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line more in `OUTPUTS` gives one file, or one for each id, by month and at the top; an id is checked."""
    outputs = (
        *OUTPUTS,
        Output("count.txt", Audience.PUBLIC, lambda edition: str(len(edition.month.stops)), home=True),
        Output("months.txt", Audience.PUBLIC, lambda edition: str(1 + len(edition.others)), home=True),
        Output("{}.txt", Audience.STAFF, lambda edition: {stop.commune: b"x" for stop in edition.month.stops}),
    )
    monkeypatch.setattr(publication, "OUTPUTS", outputs)
    publish(tmp_path, month("2026-11"), "fr")
    publish(tmp_path, month("2026-12"), "fr")
    public, staff = bytes_of(tmp_path / "public"), bytes_of(tmp_path / "staff")
    assert public["count.txt"] == public["2026-11/count.txt"] == b"5"
    assert public["months.txt"] == b"2"
    assert {name for name in staff if name.endswith(".txt")} == {
        f"{name}/{commune}.txt" for name in ("2026-11", "2026-12") for commune in ("amont", "aval")
    }
    monkeypatch.setattr(publication, "OUTPUTS", (Output("{}.txt", Audience.STAFF, lambda _: {"../x": b""}),))
    with pytest.raises(ValueError, match="not an id"):
        publish(tmp_path, month("2026-12"), "fr")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_light(tmp_path: Path, language: str) -> None:
    """No page of either folder weighs more than 150 kB compressed."""
    publish(tmp_path, month("2026-11"), language)
    pages = {name: content for name, content in bytes_of(tmp_path).items() if name.endswith(".html")}
    assert len(pages) == 8
    assert max(len(gzip.compress(content)) for content in pages.values()) <= LIGHTEST


@pytest.mark.parametrize("kind", ["jinja globals", "end of script", "path", "carriage return", "windows device"])
def test_hostile_names_reach_no_file_name(tmp_path: Path, kind: str) -> None:
    """Whatever things are called, the files of both folders are called the same."""
    usual = month("2026-11")
    publish(tmp_path / "usual", usual, "fr")
    name = HOSTILE[kind][:200]
    hostile = {audience: (renamed(told_month, name), drawing) for audience, (told_month, drawing) in usual.items()}  # type: ignore[type-var]
    publish(tmp_path / "hostile", hostile, "fr")  # type: ignore[arg-type]
    assert set(bytes_of(tmp_path / "usual")) == set(bytes_of(tmp_path / "hostile"))


def test_what_is_kept_for_later_is_what_the_audience_reads(tmp_path: Path) -> None:
    """Beside its pages, a month is kept as its audience may read it, and nothing more."""
    problem = tiny_problem()
    plan = tiny_plan(problem)
    publish(tmp_path, told(problem, plan), "fr")
    folder = tmp_path / "public" / "2026-12"
    assert (folder / "month.json").read_text("utf-8") == announced(problem, plan).model_dump_json(indent=1)
    drawn = Drawing.model_validate_json((folder / "drawing.json").read_bytes())
    assert (drawn.depots, drawn.legs, drawn.sites) == ((), (), ())
    assert drawn.communes


def test_map_list_and_data_tell_the_same_stops(tmp_path: Path) -> None:
    """Row by row, the residents' page, the staff's and what is kept name the same permanences."""
    publish(tmp_path, month("2026-11"), "fr")
    ids: list[set[str]] = []
    for audience in Audience:
        folder = tmp_path / audience / "2026-11"
        page = (folder / "index.html").read_text("utf-8")
        ids.append(set(re.findall(r'<li[^>]* id="stop-([a-z0-9-]+)"', page)))
        drawn = re.findall(r'"items": \[(.*?)\]', page, re.DOTALL)
        ids.append({item for items in drawn for item in re.findall(r'"stop-([^"]+)"', items)})
        ids.append({stop["id"] for stop in json.loads((folder / "month.json").read_text("utf-8"))["stops"]})
    assert len(ids[0]) == 5
    assert all(each == ids[0] for each in ids)
