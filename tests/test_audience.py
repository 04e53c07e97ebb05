from datetime import date

import pytest
from pydantic import BaseModel

from pages import tiny_plan
from picup_planner.plan import State
from picup_planner.problem import Partner
from picup_planner.publish.audience import PublicMonth, StaffMonth, announced, for_staff, initials
from problems import hand_plan, problem_with, replaced, tiny_problem

PUBLIC = {
    *(
        "territory",
        "territory_name",
        "service",
        "name",
        "phone",
        "email",
        "address",
        "page",
        "month",
        "state",
        "updated_on",
    ),
    *("stops", "id", "kind", "place", "commune", "commune_name", "neighbourhood", "landmark", "transit"),
    *("latitude", "longitude", "date", "start", "end", "van_name", "partners", "cancelled"),
}
"""Every field a resident may read: a new one is added here by hand, or not at all."""


def fields(value: object) -> set[str]:
    """Names of all fields of a JSON value."""
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in fields(inner)}
    return {name for inner in value for name in fields(inner)} if isinstance(value, list) else set()


def test_residents_read_the_fields_of_the_list_and_no_other() -> None:
    """Nothing but the allowed fields is in a public month, and nothing can be slipped in."""
    problem = tiny_problem()
    month = announced(problem, tiny_plan(problem))
    assert fields(month.model_dump(mode="json")) == PUBLIC
    with pytest.raises(ValueError, match="extra"):
        PublicMonth(**dict(month), crew=())  # type: ignore[call-arg]  # the claim is that it is refused


@pytest.mark.parametrize("tell", [announced, for_staff])
def test_both_audiences_serialise_without_loss(tell: type[BaseModel]) -> None:
    """A month is written and read back the same."""
    problem = tiny_problem()
    month = tell(problem, tiny_plan(problem))
    assert type(month).model_validate_json(month.model_dump_json()) == month


def test_both_audiences_are_told_the_same_stops() -> None:
    """What the staff reads of a stop is what residents read, and its crew and partners besides."""
    problem = tiny_problem()
    plan = tiny_plan(problem)
    told = [dict(stop) for stop in for_staff(problem, plan).stops]
    assert [{**stop, "partners": ()} for stop in told if stop.pop("crew")] == [
        dict(stop) for stop in announced(problem, plan).stops
    ]


def test_cancelled_stops_stay_in_their_place() -> None:
    """What was cancelled stays, marked; so is a fixed permanence that nobody can hold."""
    problem = tiny_problem()
    plan = tiny_plan(problem)
    gone, *held = plan.permanences
    plan = plan.model_copy(update={"permanences": tuple(held), "cancelled": (gone,)})
    stops = announced(problem, plan).stops
    assert [(stop.id, stop.cancelled) for stop in stops] == [
        (stop.id, stop.id == gone.id) for stop in announced(problem, tiny_plan(problem)).stops
    ]
    assert [stop.cancelled for stop in announced(problem, hand_plan(problem)).stops] == [True]


def test_a_partner_is_named_to_residents_only_when_it_wants() -> None:
    """Of two partners in a crew, residents read the one that asked to be shown; the staff reads both."""
    partners = (Partner(id="ville", name="Ville", shown=True), Partner(id="asso", name="Association"))
    problem = problem_with(partners=partners)
    plan = tiny_plan(problem)
    assert {stop.partners for stop in announced(problem, plan).stops} == {("Ville",)}
    assert {stop.partners for stop in for_staff(problem, plan).stops} == {("Ville", "Association")}


def test_state_and_day_come_from_the_plan() -> None:
    """A month says how far the plan has gone and the plan's own day, not today's."""
    problem = tiny_problem()
    plan = tiny_plan(problem).model_copy(update={"state": State.SENT})
    for month in (announced(problem, plan), for_staff(problem, plan)):
        assert (month.state, month.updated_on) == (State.SENT, date(2026, 11, 15))


def test_landmark_and_transit_are_told() -> None:
    """A stop says what is seen beside it and which tram stops there."""
    problem = problem_with(sites=replaced(tiny_problem().territory.sites, "amont-1", landmark="Mairie", transit="T4 X"))
    stops = announced(problem, tiny_plan(problem)).stops
    assert {(stop.landmark, stop.transit) for stop in stops if stop.place == "Place d’Amont"} == {("Mairie", "T4 X")}


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("Ada Lovelace", "Jean-Luc Martin"), ["A. L.", "J.-L. M."]),
        (("AS 1", "AS 2"), ["AS 1", "AS 2"]),
        (("Ada Lovelace", "Anne Lebrun"), ["A. L. 1", "A. L. 2"]),
        (("{{7*7}}", "AS 2"), ["AS", "AS 2"]),
        (("élodie", "Nguyễn Văn"), ["É.", "N. V."]),
    ],
)
def test_initials_tell_people_apart(names: tuple[str, str], told: list[str]) -> None:
    """Names become initials; roles with a number stay; two people never read the same."""
    staff = tiny_problem().territory.staff
    for member, name in zip(("as-1", "as-2"), names, strict=True):
        staff = replaced(staff, member, name=name)
    assert list(initials(problem_with(staff=staff).territory).values())[:2] == told


def test_tours_say_when_a_van_leaves_and_is_back() -> None:
    """The staff reads each tour from depot to depot, leg by leg, with places as they are called."""
    problem = tiny_problem()
    month = for_staff(problem, tiny_plan(problem))
    assert isinstance(month, StaffMonth)
    tour = month.tours[0]
    assert [(leg.start, leg.end) for leg in tour.legs] == [
        ("Dépôt", "Place d’Amont"),
        ("Place d’Amont", "Place d’Aval"),
        ("Place d’Aval", "Dépôt"),
    ]
    assert (tour.departure, tour.back) == (tour.legs[0].departure, tour.legs[-1].arrival)
