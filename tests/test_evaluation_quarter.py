"""The figures of several months, counted by hand."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from months import ADA, published
from picup_planner.evaluation.quarter import Count, Month, Report, report
from picup_planner.territory.history import read_months

HEADER = "permanence,status,by,site,date\n"
END = date(2026, 12, 31)


def reported(planning: Path, as_of: date = END) -> Report:
    """Report of what is in a folder."""
    past = read_months(planning, "2026-01", "2026-12")
    return report([Month(one.plan, one.held, one.lengths, one.records.keys(), one.problem) for one in past], as_of)


def counts(told: Report) -> dict[str, Count]:
    """Count of each commune."""
    return {one.commune: one.count for one in told.communes}


def test_what_was_planned_is_held_or_cancelled(tmp_path: Path) -> None:
    """Permanences, fixed ones, sites and residents of a month, one of them recorded as cancelled."""
    published(tmp_path, records=f"{HEADER}amont-202611-2,cancelled,,,\naval-202611-1,replaced,as-2,,\n")
    told = reported(tmp_path)
    amont, aval = counts(told)["amont"], counts(told)["aval"]
    assert (amont.planned, amont.held, amont.cancelled, amont.coming, amont.sites) == (2, 1, 1, 0, 1)
    assert (aval.planned, aval.held, aval.cancelled, aval.coming, aval.sites) == (2, 2, 0, 0, 1)
    assert (aval.fixed_planned, aval.fixed_held, amont.fixed_planned) == (1, 1, 0)
    assert (told.total.planned, told.total.held, told.total.cancelled, told.total.fixed_held) == (4, 3, 1, 1)
    assert (amont.residents, amont.reached) == (1200, 0)
    assert told.areas_unknown == ("Bas",)
    assert told.unrecorded == 3


def test_residents_are_counted_once(tmp_path: Path) -> None:
    """An area reached by two permanences of two months counts once, whichever commune they were held in."""
    for month in ("2026-10", "2026-11"):
        published(tmp_path, month, [("amont-2", 5, "matin", ADA), ("amont-2", 20, "matin", ADA)])
    total = reported(tmp_path).total
    assert (total.residents, total.reached, total.sites) == (1200, 1200, 1)


def test_a_site_that_changed_is_the_one_that_reaches(tmp_path: Path) -> None:
    """The residents reached are those near where the permanence was really held."""
    published(tmp_path, visits=[("amont-1", 5, "matin", ADA)])
    assert reported(tmp_path).total.reached == 0
    published(tmp_path, visits=[("amont-1", 5, "matin", ADA)], records=f"{HEADER}amont-202611-1,held,,amont-2,\n")
    assert reported(tmp_path).total.reached == 1200


def test_roads_are_those_of_the_tours_held(tmp_path: Path) -> None:
    """A tour counts whole as soon as one of its permanences is held, and not at all when none is."""
    plan = published(tmp_path)

    def driven(told: Report) -> tuple[int, int, timedelta]:
        return told.tours, told.metres, told.driving

    def of(tours: Sequence[int]) -> tuple[int, int, timedelta]:
        some = [plan.tours[n] for n in tours]
        metres = sum(leg.metres for tour in some for leg in tour.legs)
        return len(some), metres, timedelta(minutes=sum(tour.minutes for tour in some))

    assert driven(reported(tmp_path)) == of([0, 1, 2])
    published(tmp_path, records=f"{HEADER}amont-202611-1,cancelled,,,\namont-202611-2,cancelled,,,\n")
    told = reported(tmp_path)
    assert driven(told) == of([0, 2])
    legs = [plan.tours[n].legs for n in (0, 2)]
    minutes = [(b.arrival.hour - a.departure.hour) * 60 + b.arrival.minute - a.departure.minute for a, *_, b in legs]
    assert told.out == timedelta(minutes=sum(minutes))


def test_work_is_shared_by_role_and_by_partner(tmp_path: Path) -> None:
    """Hours and people add up over roles and over partners; those who really came are counted."""
    plan = published(tmp_path, records=f"{HEADER}aval-202611-2,replaced,as-2|casp-2,,\n")
    told = reported(tmp_path)
    duties = sum((tour.length for tour in plan.tours), timedelta(hours=2))
    assert [(role.name, role.people, role.permanences, role.length) for role in told.roles] == [
        ("Travailleur social", 2, 5, duties),
        ("Conseiller emploi", 2, 5, duties),
    ]
    assert [(partner.name, partner.people) for partner in told.partners] == [("Ville", 2), ("Association", 2)]
    assert (told.people.people, told.people.permanences, told.people.length) == (4, 5, 2 * duties)
    published(tmp_path, visits=[], records=f"{HEADER}fixe-11,replaced,as-1,,\n")
    assert [(role.people, role.permanences) for role in reported(tmp_path).roles] == [(1, 1), (1, 1)]


def test_what_is_to_come_is_neither_held_nor_cancelled(tmp_path: Path) -> None:
    """After the day of the report nothing is held yet, and no record is missing."""
    published(tmp_path)
    told = reported(tmp_path, date(2026, 11, 18))
    total = told.total
    assert (total.planned, total.held, total.cancelled, total.coming) == (4, 2, 0, 2)
    assert (total.fixed_planned, total.fixed_held, total.fixed_coming) == (1, 1, 0)
    assert told.unrecorded == 3
    assert counts(told)["amont"].wait == (date(2026, 11, 18) - date(2026, 11, 5)).days
    before = reported(tmp_path, date(2026, 10, 31))
    assert (before.total.held, before.total.wait) == (0, None)
    assert (before.total.fixed_planned, before.total.fixed_held, before.total.fixed_coming) == (1, 0, 1)


def test_the_longest_wait_crosses_months_that_are_known(tmp_path: Path) -> None:
    """A wait runs from the first day to the last, over months that follow each other, not over an unknown one."""
    published(tmp_path, "2026-09", [("amont-1", 10, "matin", ADA), ("aval-1", 1, "matin", ADA)])
    published(tmp_path, "2026-10", [("amont-1", 20, "matin", ADA), ("aval-1", 30, "matin", ADA)])
    assert {name: count.wait for name, count in counts(reported(tmp_path)).items()} == {"amont": 40, "aval": 59}
    (tmp_path / "2026-10").rename(tmp_path / "octobre")
    published(tmp_path, "2026-11", [("amont-1", 20, "matin", ADA)])
    told = reported(tmp_path)
    assert {name: count.wait for name, count in counts(told).items()} == {"amont": 20, "aval": 29}
    assert told.total.wait == 29
    assert told.months == ("2026-09", "2026-11")


def test_a_month_without_its_problem_is_still_counted(tmp_path: Path) -> None:
    """Only areas and partners are lost with the problem, and the month is named."""
    published(tmp_path)
    (tmp_path / "2026-11" / "problem.json").unlink()
    told = reported(tmp_path)
    assert (told.total.held, told.total.residents, told.partners) == (4, 0, ())
    assert [commune.name for commune in told.communes] == ["Amont", "Aval"]
    assert [role.name for role in told.roles] == ["Travailleur social", "Conseiller emploi"]
    assert told.without_problem == ("2026-11",)
