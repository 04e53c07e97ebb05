"""Sentences, dates, hours and numbers in one language."""

import gettext
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date as Date  # noqa: N812  a method called `date` hides the type
from datetime import time as Time  # noqa: N812  same
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from picup_planner.errors import Mistake, Origin
from picup_planner.messages.subjects import Names, parts, shape_of

if TYPE_CHECKING:
    from picup_planner.plan import Breach
    from picup_planner.problem import Rule

FRENCH = "fr"
LANGUAGES = (FRENCH, "en")

DOMAIN = "picup"
FOLDER = Path(__file__).parent / "locale"
"""Where gettext finds the catalogues of the domain."""

_KILOMETRE = 1000
_FEW = 4
_FEW_WEEKDAYS = 2
_CLDR = {FRENCH: "fr_FR", "en": "en_GB"}
_MONTH = re.compile(r"\d{4}-\d\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?")


class Words:
    """What a reader of one language reads.

    Babel is imported by the first date or number only, so that a help text comes at once.

    Parameters
    ----------
    language
        One of :data:`LANGUAGES`.
    clean
        What every argument of a sentence goes through on its way to the reader: names are hostile.

    Examples
    --------
    >>> mistake = Mistake("data-not-a-month", {"value": "2026-13"}, Origin("answers.csv", 12))
    >>> print(Words("en").mistake(mistake))
    answers.csv, line 12: “2026-13” is not a month. Write the year, then the month, for instance 2026-12.
    >>> Words("fr").date(Date(2026, 12, 1))
    'mardi 1er décembre'
    """

    def __init__(self, language: str = FRENCH, clean: Callable[[str], str] = str) -> None:
        self.language = language
        self._clean = clean
        self._cldr = _CLDR[language]
        self._catalogue = gettext.translation(DOMAIN, FOLDER, [language])

    def __call__(self, message: str, **arguments: object) -> str:
        """Sentence of a message, in the plural that `n` asks for if there is one; the id itself when unknown.

        Of zero, the sentence of `none-` and the id where there is one: French takes zero for a singular.

        Dates, hours, months and numbers among the arguments, ISO text included, are told as the language tells them,
        `metres` as a distance; `value`, which is what somebody typed, is left as it is.
        """
        n = arguments.get("n")
        told = {name: self._told(name, value) for name, value in arguments.items()}
        return self._filled(message, told, n if isinstance(n, int) else None)

    def mistake(self, mistake: Mistake) -> str:
        """Sentence of a mistake, behind the file and line it was typed in."""
        sentence = self.reason(mistake)
        if not mistake.origin:
            as_it_is = self._catalogue.gettext(mistake.message).startswith("{")  # an id, a path, an option
            return sentence if as_it_is else sentence[:1].upper() + sentence[1:]
        return self._filled("at-origin", {"origin": self.origin(mistake.origin), "sentence": sentence})

    def reason(self, mistake: Mistake) -> str:
        """Sentence of a mistake without its place; what is wrong in a sheet is told in the words of the sheet."""
        message = mistake.message
        if mistake.origin and mistake.origin.sheet and (inside := f"cell-{message}") in self:
            message = inside
        sentence = self(message, **mistake.arguments)
        if nearest := mistake.arguments.get("nearest"):
            return self._filled("did-you-mean", {"sentence": sentence, "nearest": self._clean(str(nearest))})
        return sentence

    def __contains__(self, message: str) -> bool:
        """Whether a message has a sentence."""
        return self._catalogue.gettext(message) != message

    def breach(self, breach: "Breach", names: Names) -> str:
        """Sentence of a broken rule, with names instead of ids, and where the rule comes from."""
        rule = breach.rule
        if known := shape_of(breach, names):
            message, shape = known
            found = list(parts(breach, shape, names))
            told = {name: self._part(kind, value) for name, kind, value in found}
            counts = (int(value) for name, _, value in found if name == "count" and value.isdecimal())
            sentence = self._filled(message, told, next(counts, None))
        else:
            sentence = self("rule-unknown", constraint=rule.constraint, subject=", ".join(rule.subject))
        return self._from(rule.origin, sentence)

    def rule(
        self,
        rules: Sequence["Rule"],
        names: Names,
        numbers: Mapping[str, int] = MappingProxyType({}),
        *,
        lifted: bool = False,
    ) -> str:
        """Sentence of a rule, or of several that say the same on other dates or in other sessions, with its origin.

        Parameters
        ----------
        numbers
            What the problem says of it and its subject does not: `count`, `minutes`.
        lifted
            Whether to tell the condition that it is lifted, without its origin, rather than what it asks.
        """
        from picup_planner.plan import Breach  # noqa: PLC0415  slow; a help text tells no rule

        first = rules[0]
        known = shape_of(Breach(rule=first), names)
        if not known:
            return self("reason-unknown", constraint=first.constraint, subject=", ".join(first.subject))
        message, shape = known
        values: dict[str, list[str]] = {}
        for rule in rules:
            for name, kind, value in parts(Breach(rule=rule), shape, names):
                some = values.setdefault(name, [])
                if (text := value if kind == "date" else self._part(kind, value)) not in some:
                    some.append(text)
        filled = {name: self._when(some) if name == "date" else ", ".join(some) for name, some in values.items()} | {
            name: self._part(name, str(value)) for name, value in numbers.items()
        }
        name = message.removeprefix("rule-")
        sentence = self._filled(f"remedy-{name}" if lifted else f"reason-{name}", filled, numbers.get("count"))
        sentence = sentence.replace("..", ".")  # where a short date, `déc.`, ends it
        return sentence if lifted else self._from(first.origin, sentence)

    def _from(self, origin: Origin | None, sentence: str) -> str:
        """Say where a rule comes from, unless the sentence has told it."""
        if not origin or (origin.typed and origin.typed in sentence):
            return sentence
        return self._filled("see-origin", {"origin": self.origin(origin), "sentence": sentence})

    def _when(self, dates: Sequence[str]) -> str:
        """`le mardi 1er décembre`, `les mar. 1er et mer. 2 déc.`, `entre le 1er et le 31 décembre (22 jours)`.

        Of one or two weekdays, `les samedis et dimanches entre le 5 et le 27 décembre (8 jours)`.
        """
        days = [Date.fromisoformat(date) for date in sorted(dates)]
        if len(days) == 1:
            return self("reason-on-date", date=days[0])
        if len(days) <= _FEW:
            return self._filled("reason-on-dates", {"dates": self.listed([self.date(day, short=True) for day in days])})
        told = {"first": self.date(days[0]), "last": self.date(days[-1]), "days": self.number(len(days))}
        weekdays = sorted({day.isoweekday() for day in days})
        if len(weekdays) > _FEW_WEEKDAYS:
            return self._filled("reason-between-dates", told)
        names = self.listed([f"{self.weekday(number)}s" for number in weekdays])
        return self._filled("reason-on-weekdays", {**told, "weekdays": names})

    def origin(self, origin: Origin) -> str:
        """Where something was typed: `sites.csv, ligne 12`."""
        if origin.cell:
            return self("origin-cell", file=origin.file, cell=origin.cell)
        return self("origin-line", file=origin.file, line=str(origin.line)) if origin.line else origin.file

    def date(self, day: Date, *, year: bool = False, short: bool = False) -> str:
        """`mardi 1er décembre`, with its year when asked; `mar. 1er déc.` when short."""
        pattern = "EEE d MMM" if short else "EEEE d MMMM"
        return self._dated(day, pattern + " y" * year)

    def days(self, dates: Sequence[Date]) -> str:
        """`1er, 8 et 15 décembre`, for dates of one month."""
        first = "1er" if self.language == FRENCH else "1"
        numbers = [first if day.day == 1 else str(day.day) for day in dates]
        return f"{self.listed(numbers)} {self._dated(dates[-1], 'MMMM')}" if dates else ""

    def weekday(self, number: int) -> str:
        """`lundi` for 1, `dimanche` for 7."""
        return self._dated(Date(2024, 1, number), "EEEE")  # 1 January 2024 is a Monday

    def month(self, month: str) -> str:
        """`décembre 2026` for `2026-12`."""
        return self._dated(Date.fromisoformat(f"{month}-01"), "MMMM y")

    def time(self, hour: Time) -> str:
        """`9 h`, `13 h 30`; in English `09:00`, `13:30`."""
        if self.language != FRENCH:
            return f"{hour:%H:%M}"
        return f"{hour.hour}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{hour.minute:02}" if hour.minute else "")

    def hours(self, start: Time, end: Time) -> str:
        """`9 h – 12 h`."""
        return f"{self.time(start)} – {self.time(end)}"

    def duration(self, length: timedelta) -> str:
        """`45 min`, `7 h`, `7 h 20`, rounded to the minute."""
        hours, minutes = divmod(round(length.total_seconds() / 60), 60)
        if not hours:
            return f"{minutes}\N{NO-BREAK SPACE}min"
        return f"{hours}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{minutes:02}" if minutes else "")

    def distance(self, metres: int) -> str:
        """`850 m`, `1,2 km`, `6 013 km`."""
        if metres < _KILOMETRE:
            return f"{metres}\N{NO-BREAK SPACE}m"
        return f"{self.number(metres / _KILOMETRE, decimals=metres < 10 * _KILOMETRE)}\N{NO-BREAK SPACE}km"

    def number(self, value: float, decimals: int = 0) -> str:
        """`12 500`, `3,5`."""
        from babel.numbers import format_decimal  # noqa: PLC0415  slow; a help text shows no number

        return str(format_decimal(round(value, decimals), "#,##0." + "#" * decimals, self._cldr))

    def listed(self, texts: Sequence[str]) -> str:
        """Join texts as `a, b et c`, each cleaned: a list, however long, is told whole."""
        *others, last = [text if isinstance(text, _Listed) else self._clean(text) for text in texts or ("",)]
        return _Listed(self._filled("list-and", {"others": ", ".join(others), "last": last}) if others else last)

    def _filled(self, message: str, told: dict[str, str], n: int | None = None) -> str:
        if n == 0 and (nothing := f"none-{message}") in self:
            message = nothing
        sentence = message if n is None else self._catalogue.ngettext(message, message, n)
        if sentence == message:
            sentence = self._catalogue.gettext(message)
        return sentence.format_map(_Arguments(told))

    def _part(self, kind: str, value: str) -> str:
        try:
            match kind:
                case "weekday":
                    return self.weekday(int(value))
                case "minutes":
                    return self.duration(timedelta(minutes=int(value)))
                case "count":
                    return self.number(int(value))
                case "objective":
                    return self(f"objective-{value}")
        except ValueError:
            pass
        return self._told(kind, value)

    def _dated(self, day: Date, pattern: str) -> str:
        from babel.dates import format_date  # noqa: PLC0415  slow; a help text shows no date

        text = format_date(day, pattern, self._cldr)
        return text.replace(" 1 ", " 1er ") if self.language == FRENCH else text

    def _told(self, name: str, value: object) -> str:  # noqa: PLR0911  one per kind of value
        match value:
            case _Listed():
                return (self._iso(value) if name != "value" else "") or value
            case str() if name != "value":
                return self._iso(value) or self._clean(value)
            case Date():
                return self.date(value, year=True)
            case Time():
                return self.time(value)
            case timedelta():
                return self.duration(value)
            case int() if name == "metres":
                return self.distance(value)
            case float():
                return self.number(value, decimals=1)
            case _:
                return self._clean(str(value))

    def _iso(self, text: str) -> str:
        try:
            if _DATE.fullmatch(text):
                return self.date(Date.fromisoformat(text), year=True)
            if _MONTH.fullmatch(text):
                return self.month(text)
            if _TIME.fullmatch(text):
                return self.time(Time.fromisoformat(text))
        except ValueError:
            pass
        return ""


class _Listed(str):
    """Texts joined, each of them clean: it is not a name, which has a greatest length."""

    __slots__ = ()


class _Arguments(dict[str, str]):
    """Arguments of a sentence; one that is missing shows its name rather than stop a planner's work."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
