"""What a person types for a month or a date, and the plans and problems they may have edited by hand."""

import json
import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from picup_planner.calendars import next_month
from picup_planner.cli.endings import tell
from picup_planner.cli.usage import WrongUsage
from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.messages import Words
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.territory import embedded, read
from picup_planner.territory.records import RECORDS

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PLANNING = Path("planning")
"""Where plans are written, one folder a month, in the folder a command is typed in."""

PUBLICATION = Path("publication")
"""Where months are published unless another folder is typed, in the folder a command is typed in."""

LARGEST = 50_000_000
"""Bytes of a file beyond which it is no plan and no problem of ours."""

_MONTH = r"2\d{3}-(0[1-9]|1[0-2])"
_OF_MONTH = r"(2\d{3})-?(0[1-9]|1[0-2])"
"""As ids and dates have it: `ven-202612-3`, `2026-12-08`."""
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_SHOWN = 20
_LONGEST = 60
_KINDS = {"missing": "json-missing", "extra_forbidden": "json-unknown-field", "json_invalid": "json-beyond"}
_OF_ONE = Plan.model_fields.keys() ^ Problem.model_fields.keys()
"""Fields that tell a plan from a problem."""

N = TypeVar("N", bound=BaseModel)


def month_of(text: str | None) -> str:
    """Month typed as `2026-12`; the month after today's when none was typed, the only reading of the clock.

    Raises
    ------
    WrongUsage
        When the text is not a month.
    """
    if text is None:
        return next_month(date.today())  # noqa: DTZ011  the planner's own day
    if not re.fullmatch(_MONTH, text, re.ASCII):
        raise WrongUsage(Mistake("usage-month", {"value": text}))
    return text


def period_of(text: str | None) -> tuple[str, ...]:
    """Months typed as `2026-10..2026-12`, or as a month alone; the month after today's when nothing was typed.

    Raises
    ------
    WrongUsage
        When the text is neither, or ends before it begins.
    """
    if text is None or ".." not in text:
        return (month_of(text),)
    first, last = text.split("..", 1)
    if not (first and last) or month_of(last) < month_of(first):
        raise WrongUsage(Mistake("usage-period", {"value": text}))
    months = [first]
    while months[-1] < last:
        months.append(next_month(date.fromisoformat(f"{months[-1]}-01")))
    return tuple(months)


def workbook_of(text: str | None) -> Path | None:
    """Path of a workbook typed in the place of a month, or ``None``."""
    path = Path(text or "")
    return path if path.suffix.casefold() in _WORKBOOKS else None


def day_of(text: str | None) -> date | None:
    """Date typed as `2026-11-16`, or ``None``.

    Raises
    ------
    WrongUsage
        When the text is not a date.
    """
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(Mistake("usage-date", {"value": text or ""})) from error


def within(value: int, least: int, most: int, option: str) -> int:
    """Give back the value of an option.

    Raises
    ------
    WrongUsage
        When it is out of bounds.
    """
    if not least <= value <= most:
        raise WrongUsage(Mistake("usage-out-of-bounds", {"option": option, "least": least, "most": most}))
    return value


def as_typed(path: Path) -> str:
    """Path as it is typed in a command: between quotes where there are spaces."""
    return f'"{path}"' if re.search(r"\s", str(path)) else str(path)


def plan_and_problem(plan: Path | None, problem: Path | None, words: Words) -> tuple[Plan, Problem]:
    """Read a plan, that of the latest month when none is given, and its problem, beside it when none is given.

    A problem that is not the one the plan was made from is refused beside the plan; given, it only earns a warning,
    since the planner then knows best.

    Raises
    ------
    DataError
        When there is no plan, or when a file is not what it should be.
    """
    path = plan or latest_plan()
    problem_path = problem or _problem_of(path)
    made, source = read_plan(path), read_problem(problem_path)
    if source.hash != made.provenance.problem_hash:
        other = Mistake("check-other-problem", {"file": problem_path.name, "plan": path.name})
        if problem is None:
            raise DataError(other)
        tell(words.mistake(other))
    return made, source


def _problem_of(plan: Path) -> Path:
    """Where the problem of a plan is unless told otherwise: `problem-1.json` beside `plan-1.json`, where it is kept."""
    kept = plan.with_stem(plan.stem.replace("plan", "problem"))
    return kept if re.fullmatch(r"plan-\d+", plan.stem, re.ASCII) and kept.is_file() else plan.with_name("problem.json")


def folder_of(territory: Path | None, problem: Problem) -> Path:
    """Folder of the territory of a plan: the one typed, otherwise the one the program comes with, if that is it.

    Raises
    ------
    DataError
        When it is another: only its own folder has its roads and its tables.
    """
    if territory is None and read(embedded()).id != problem.territory.id:
        raise DataError(Mistake("change-which-territory", {"territory": problem.territory.name}))
    return territory or embedded()


def folder_of_months(territory: Path | None) -> Path:
    """Folder of the territory whose months are kept here: the one typed, else that of the program, if they are its own.

    Raises
    ------
    WrongUsage
        When a month is of another: what it keeps of people, and how long, is for its own tables to say.
    """
    if territory is not None:
        return territory
    ours, plans = read(embedded()).id, list[Plan]()
    for path in sorted(PLANNING.glob("*/plan.json")):
        with suppress(DataError):  # one that cannot be read is of no territory
            plans.append(read_plan(path))
    for plan in plans:
        if plan.territory != ours:
            told = {"month": plan.month, "territory": plan.territory_name}
            raise WrongUsage(Mistake("months-of-another-territory", told))
    return embedded()


def refuse_ours(out: Path) -> None:
    """Refuse to write a table over a file that plans, problems and records are read from.

    Raises
    ------
    WrongUsage
        When its name is one of theirs.
    """
    if out.suffix.casefold() == ".json" or out.name.casefold() == RECORDS:
        raise WrongUsage(Mistake("table-over-ours", {"value": str(out)}))


def latest_plan() -> Path:
    """Give the plan of the latest month planned here.

    Raises
    ------
    DataError
        When no month is.
    """
    planned = [path for path in PLANNING.glob("*/plan.json") if re.fullmatch(_MONTH, path.parent.name, re.ASCII)]
    if not planned:
        raise DataError(Mistake("no-plan-yet", {"value": str(PLANNING)}))
    return max(planned, key=lambda path: path.parent.name)


def plan_with(*texts: str) -> Path:
    """Plan of the month that an id or a date typed belongs to, the first that tells one month, and one planned here.

    The latest plan when none does; its errors are those of :func:`latest_plan`.
    """
    for text in texts:
        months = {f"{year}-{month}" for year, month in re.findall(_OF_MONTH, text, re.ASCII)}
        path = PLANNING / months.pop() / "plan.json" if len(months) == 1 else PLANNING
        if path.is_file():
            return path
    return latest_plan()


def refuse_changed(path: Path, plan: Plan) -> None:
    """Refuse to go on from a plan that is no longer what was read.

    Raises
    ------
    DataError
        When another command has changed it.
    """
    if read_plan(path) != plan:
        raise DataError(Mistake("plan-changed-meanwhile", {"file": str(path)}))


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises
    ------
    DataError
        With everything wrong in the file, each with the field it is in.
    """
    return _read(path, Plan)


def read_problem(path: Path) -> Problem:
    """Read a problem; its errors are those of :func:`read_plan`."""
    return _read(path, Problem)


def _read(path: Path, noun: type[N]) -> N:
    origin = Origin(path.name)
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(Mistake("json-too-large", {"megabytes": LARGEST // 1_000_000}, origin))
        content = path.read_text(encoding="utf-8-sig")
        data = json.loads(content, parse_int=float)  # whose digits may be without number
        if not isinstance(data, dict) or not data.keys() & noun.model_fields.keys() & _OF_ONE:
            raise DataError(Mistake(f"json-not-{noun.__name__.lower()}", {}, origin))
        return noun.model_validate_json(content)
    except OSError as error:
        raise DataError(Mistake("json-unreadable", {"file": str(path)})) from error
    except json.JSONDecodeError as error:
        raise DataError(Mistake("json-syntax", {"column": error.colno}, Origin(path.name, error.lineno))) from error
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False)
        mistakes = [_mistake(each, origin) for each in wrong[:_SHOWN]]
        if len(wrong) > _SHOWN:
            mistakes.append(Mistake("json-others", {"n": len(wrong) - _SHOWN}, origin))
        raise DataError(*mistakes) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise DataError(Mistake("json-not-text", {}, origin)) from error


def _mistake(wrong: "ErrorDetails", origin: Origin) -> Mistake:
    """Tell one thing wrong; a value as the file has it, but neither a table nor a list: they are long."""
    value = wrong["input"]
    message = "json-wrong-field" if isinstance(value, dict | list) else "json-wrong-value"
    told = {"field": _field(wrong["loc"]), "value": json.dumps(value, ensure_ascii=False)[:_LONGEST]}
    return Mistake(_KINDS.get(wrong["type"], message), told, origin)


def _field(place: tuple[int | str, ...]) -> str:
    """`permanences 3 > date`, counted from 1 as a person does."""
    text = ""
    for step in place:
        text += f" {step + 1}" if isinstance(step, int) else f" > {step}" if text else step
    return text
