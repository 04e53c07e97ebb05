"""Hours of a problem in whole seconds: when a van must leave, what a drive takes, what two duties leave free."""

from datetime import date, time, timedelta
from functools import cached_property

from picup_planner.problem import Commune, FixedPermanence, Problem, Session, Site

DAY = 24 * 3600


def seconds(moment: time | timedelta) -> int:
    """Whole seconds since midnight, or of a length."""
    if isinstance(moment, timedelta):
        return int(moment.total_seconds())
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def at(moment: int) -> time:
    """Hour of the day, `moment` seconds after midnight, kept inside the day."""
    moment = min(max(moment, 0), DAY - 1)
    return time(moment // 3600, moment // 60 % 60, moment % 60)


class Clock:
    """The hours of one problem, in seconds."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._settings = problem.territory.settings
        self.set_up = seconds(self._settings.set_up)
        self.tear_down = seconds(self._settings.tear_down)
        self.lunch = seconds(self._settings.lunch)
        self._drives: dict[tuple[str, str, int], int] = {}

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """Sessions of a day, in the order a van can hold them."""
        return tuple(sorted(self._problem.territory.sessions, key=lambda session: (session.start, session.end)))

    @cached_property
    def session_of(self) -> dict[str, Session]:
        """Sessions by id."""
        return {session.id: session for session in self.sessions}

    def drive(self, start: str, end: str, around: int) -> int:
        """Seconds from one location to another, around an hour of the day."""
        asked = start, end, around
        if asked not in self._drives:
            self._drives[asked] = seconds(self._problem.travel.between(start, end, at(around)))
        return self._drives[asked]

    def outbound(self, depot: str, site: str, session: Session) -> int:
        """Seconds from the depot to the first stop."""
        return self.drive(depot, site, seconds(session.start) - self.set_up)

    def inbound(self, site: str, session: Session, depot: str) -> int:
        """Seconds from the last stop to the depot."""
        return self.drive(site, depot, seconds(session.end) + self.tear_down)

    def between(self, site: str, session: Session, following: str) -> int:
        """Seconds from one stop to the next."""
        return self.drive(site, following, seconds(session.end) + self.tear_down)

    def midday(self, end: int, start: int) -> bool:
        """Whether the gap from `end` to `start` meets midday, so that lunch is due."""
        return max(end, seconds(self._settings.midday_start)) < min(start, seconds(self._settings.midday_end))

    def lunch_between(self, session: Session, following: Session) -> int:
        """Seconds of lunch due between two sessions of a tour."""
        return self.lunch if self.midday(seconds(session.end), seconds(following.start)) else 0

    def free_between(self, site: str, session: Session, following: str, later: Session) -> int:
        """Seconds left between two stops of a tour once taken down, driven, set up; lunch not deducted."""
        gap = seconds(later.start) - seconds(session.end)
        return gap - self.tear_down - self.between(site, session, following) - self.set_up

    def free_after_fixed(self, fixed: FixedPermanence, depot: str, site: str, session: Session) -> int:
        """Seconds left between a fixed permanence and a stop reached from the depot; negative when it is too late."""
        end = seconds(fixed.end)
        drives = self.drive(fixed.site, depot, end) + self.outbound(depot, site, session)
        return seconds(session.start) - self.set_up - end - drives

    def free_before_fixed(self, site: str, session: Session, depot: str, fixed: FixedPermanence) -> int:
        """Seconds left between a stop and a fixed permanence, the van brought back first."""
        leave = seconds(session.end) + self.tear_down
        drives = self.inbound(site, session, depot) + self.drive(depot, fixed.site, leave)
        return seconds(fixed.start) - leave - drives

    def free_between_fixed(self, fixed: FixedPermanence, later: FixedPermanence) -> int:
        """Seconds left between two fixed permanences."""
        return seconds(later.start) - seconds(fixed.end) - self.drive(fixed.site, later.site, seconds(fixed.end))

    def lunch_due(self, end: time, start: time) -> int:
        """Seconds of lunch due between a duty that ends and one that starts."""
        return self.lunch if self.midday(seconds(end), seconds(start)) else 0

    def meets(self, fixed: FixedPermanence) -> tuple[Session, ...]:
        """Sessions whose hours a fixed permanence meets; every session of the day when it meets none."""
        met = tuple(s for s in self.sessions if max(s.start, fixed.start) < min(s.end, fixed.end))
        return met or self.sessions


def days_between(earlier: date, later: date) -> int:
    """Difference of two dates, in days."""
    return (later - earlier).days


def monday_of(day: date) -> date:
    """Return the Monday of a date's week."""
    return day - timedelta(days=day.isoweekday() - 1)


def last_before(problem: Problem, commune: Commune) -> date | None:
    """Return the date of a commune's last permanence before the month, if any is known."""
    return next(reversed(problem.past_dates(commune.id)), None)


def located(problem: Problem) -> tuple[Site, ...]:
    """Sites a road leads to, sorted by id."""
    return tuple(sorted((s for s in problem.territory.sites if s.id in problem.travel), key=lambda site: site.id))
