"""Changes of the tiny problem, and plans for it, that the tests of the rules share."""

from datetime import date, time, timedelta

from picup_planner.problem import (
    Availability,
    Hours,
    Level,
    Pairing,
    PastPermanence,
    Pin,
    PinKind,
    Session,
    Slot,
    Together,
    Van,
)
from problems import MINUTES, replaced, tiny_problem, travel_times

TINY = tiny_problem()
LAND = TINY.territory
FIRST = {"as": "as-1", "casp": "casp-2"}
SECOND = {"as": "as-2", "casp": "casp-2"}
OTHERS = {"as": "as-2", "casp": "casp-1"}
MONDAY = (("amont-2", 7, "matin", FIRST), ("aval-1", 7, "apres-midi", FIRST))
THURSDAY = (("amont-1", 10, "matin", SECOND), ("aval-1", 10, "apres-midi", SECOND))
GOOD = (*MONDAY, *THURSDAY)
FIXED = {"fixe-1": {"as": "as-1", "casp": "casp-1"}}
SEVENTH, TENTH = date(2026, 12, 7), date(2026, 12, 10)
LATE_FIXED = {"date": SEVENTH, "start": time(17), "end": time(18)}
MORNING_ONLY = (("amont-1", 10, "matin", SECOND),)
AFTERNOON_ONLY = (("aval-1", 7, "apres-midi", FIRST),)
ALL_DAY = {"sessions": (Session(id="matin", name="Journée", start=time(9), end=time(15)),)}
BOTH_ROLES = {"staff": replaced(LAND.staff, "as-1", roles=("as", "casp"))}
TWO_AT_ONCE = (("amont-1", 7, "matin", FIRST), ("aval-1", 7, "matin", OTHERS))
TWO_VANS = ((*MONDAY[0], "van-1"), (*MONDAY[1], "van-2"))
NEXT_DAY = (*AFTERNOON_ONLY, ("amont-1", 8, "matin", FIRST))


def site(which: str, **changes: object) -> dict[str, object]:
    """Change one site."""
    return {"sites": replaced(LAND.sites, which, **changes)}


def fixed(**changes: object) -> dict[str, object]:
    """Change the fixed permanence."""
    return {"fixed": replaced(TINY.fixed, "fixe-1", **changes)}


def answer(member: str, day: int, session: str, level: Level = Level.NO) -> dict[str, object]:
    """Give one person's answer for one half-day."""
    slot = Slot(date=date(2026, 12, day), session=session)
    return {"availability": (Availability(member=member, slot=slot, level=level),)}


def pin(kind: PinKind, **asked: object) -> dict[str, object]:
    """Pin something."""
    return {"pins": (Pin(id="p", kind=kind, **asked),)}


def pair(first: str, second: str, kind: Together) -> dict[str, object]:
    """Pair two people."""
    return {"pairings": (Pairing(members=(first, second), kind=kind),)}


def drives(start: str, end: str, minutes: float) -> dict[str, object]:
    """Change one driving time."""
    table = {**MINUTES, start: {**MINUTES[start], end: minutes}}
    return {"travel": travel_times(TINY.travel.locations, table)}


def past(commune: str, day: date, *members: str) -> dict[str, object]:
    """Give a history of one permanence."""
    facts = {"site": f"{commune}-1", "commune": commune, "date": day, "session": "matin", "members": members}
    return {"history": (PastPermanence(id="x", **facts),)}


def available(member: str, **hours: float) -> dict[str, object]:
    """Change the hours one person has."""
    return {
        "hours": tuple(
            Hours(member=h.member, available=timedelta(**hours)) if h.member == member else h for h in TINY.hours
        )
    }


def both_drive(*names: str) -> dict[str, object]:
    """Give everybody a licence, and as many vans as names."""
    return {
        "staff": tuple(member.model_copy(update={"driver": True}) for member in LAND.staff),
        "vans": tuple(Van(id=name, name=name, depot="depot") for name in names),
    }
