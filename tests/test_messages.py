"""The sentences people read: complete in both languages, compiled, and none left over."""

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from pathlib import Path
from string import Formatter

import pytest
import typer.core
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import picup_planner
from picup_planner import messages
from picup_planner.errors import Mistake, Origin
from picup_planner.evaluation import SHAPES, objective_values
from picup_planner.messages import LANGUAGES, Words, names_of
from picup_planner.messages.subjects import placeholders
from picup_planner.plan import Breach
from picup_planner.problem import Rule
from picup_planner.problem.references import REFERENCES, WITH_IDS
from picup_planner.publish.text import plain
from problems import hand_plan, tiny_problem

SOURCE = Path(picup_planner.__file__).parent
LOCALE = Path(messages.__file__).parent / "locale"
TYPER = {"Arguments", "Options", "Commands", "required", "default: {default}"} | {
    *("Missing command.", "No such command {name!r}."),
}
"""Words of typer itself, which it asks of gettext."""


def catalogue(language: str) -> Catalog:
    """Give the catalogue as it is written."""
    with (LOCALE / language / "LC_MESSAGES" / "picup.po").open("rb") as file:
        return read_po(file)


def forms_of(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    """Every form of every sentence of a catalogue, by id."""
    found = {}
    for message in catalogue:
        name = message.id if isinstance(message.id, str) else message.id[0]
        if name:
            found[name] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return found


def sentences(language: str) -> dict[str, tuple[str, ...]]:
    """Every form of every sentence of a language, by id."""
    return forms_of(catalogue(language))


def holes(sentence: str) -> set[str]:
    """Names to be filled in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_the_written_one(language: str) -> None:
    """Nobody forgot to compile: each .mo holds the sentences and the plural rule of its .po, no more and no less."""
    with (LOCALE / language / "LC_MESSAGES" / "picup.mo").open("rb") as file:
        compiled = read_mo(file)
    written = catalogue(language)
    assert compiled.plural_forms == written.plural_forms
    assert forms_of(compiled) == forms_of(written)


def test_languages_say_the_same_things() -> None:
    """Both languages have the same ids, and the same placeholders in each, `n` in any plural form or none."""
    french, english = (sentences(language) for language in LANGUAGES)
    assert french.keys() == english.keys()
    for name in french:
        in_french, in_english = (set().union(*map(holes, forms[name])) for forms in (french, english))
        assert in_french == in_english, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_filled(language: str) -> None:
    """No sentence is empty, doubtful or repeated, and a placeholder is a bare name."""
    everything = catalogue(language)
    assert not any(message.fuzzy for message in everything if message.id)
    for name, forms in sentences(language).items():
        for sentence in forms:
            assert sentence.strip(), name
            assert all(found.isidentifier() for found in holes(sentence)), name


def test_every_message_asked_for_exists() -> None:
    """Each id the program asks for has a sentence."""
    known = sentences("fr").keys()
    missing = [
        (path.name, pattern) for path, pattern in asked() if not any(re.fullmatch(pattern, name) for name in known)
    ]
    assert missing == []


def test_every_sentence_is_asked_for() -> None:
    """No sentence is left over from something that is gone."""
    patterns = {pattern for path in sources() for pattern in texts(ast.parse(path.read_text(encoding="utf-8")))}
    whole = re.compile("|".join(sorted(patterns | {re.escape(word) for word in TYPER})))
    assert [name for name in sentences("fr") if not whole.fullmatch(name)] == []


def test_typer_still_says_what_is_translated() -> None:
    """The few words of typer that are translated are still asked of gettext."""
    source = Path(typer.core.__file__).read_text(encoding="utf-8")
    assert [word for word in TYPER if f'_("{word}")' not in source] == []
    assert sentences("fr").keys() >= TYPER


def test_every_reference_has_its_sentences() -> None:
    """Each kind of noun has a sentence for a duplicate and for an id that does not exist."""
    wanted = {f"data-duplicate-{kind}" for kind in WITH_IDS} | {f"data-unknown-{kind}" for _, _, kind in REFERENCES}
    assert wanted <= sentences("fr").keys()


def test_every_breach_has_a_sentence() -> None:
    """A sentence about a broken rule tells parts of its subject and of what was found, and nothing else."""
    for name, shape in SHAPES.items():
        known = set(placeholders(shape))
        for form in sentences("fr")[name]:
            assert holes(form) <= known, name


def test_every_objective_has_a_name() -> None:
    """Each objective that is counted can be told."""
    problem = tiny_problem()
    counted = objective_values(problem, hand_plan(problem))
    assert {f"objective-{name}" for name in counted} <= sentences("fr").keys()


def sources() -> Iterator[Path]:
    """Every module of the program."""
    yield from sorted(SOURCE.rglob("*.py"))


ANY = r"[a-z0-9_-]+"


def pattern_of(node: ast.AST) -> str | None:
    """Regular expression of a text or of a formatted text, or nothing when it is neither."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_-]+" for part in node.values
        ]
        return "".join(parts)
    return None


def texts(tree: ast.AST) -> Iterator[str]:
    """Pattern of each text that could be a message id."""
    for node in ast.walk(tree):
        pattern = pattern_of(node)
        if pattern and re.match(r"[a-z]+\\-", pattern):
            yield pattern


def asked() -> Iterator[tuple[Path, str]]:
    """Pattern of each id given to `Mistake` or to words, with the file that does."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and re.search(r"(?i)mistake$|words$", ast.unparse(node.func)):
                for part in branches(node.args[0]):
                    if pattern := pattern_of(part):
                        yield path, pattern


def branches(node: ast.expr) -> Iterator[ast.expr]:
    """Every text an expression may become when it chooses between some."""
    if isinstance(node, ast.IfExp):
        yield from branches(node.body)
        yield from branches(node.orelse)
    else:
        yield node


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "fixed.csv, ligne 3 : lieu inconnu « 2026-12-01 ». Reprenez un identifiant ou un nom de sites.csv."),
        ("en", "fixed.csv, line 3: unknown site “2026-12-01”. Use an id or a name from sites.csv."),
    ],
)
def test_a_mistake_says_where(language: str, expected: str) -> None:
    """A mistake starts with its file and line, and shows what was typed as it was typed."""
    mistake = Mistake("data-unknown-sites", {"value": "2026-12-01"}, Origin("fixed.csv", 3))
    assert Words(language).mistake(mistake).replace("\xa0", " ") == expected


def test_a_mistake_says_what_was_meant() -> None:
    """The nearest name is suggested when there is one, and only then."""
    words = Words("fr")
    meant = Mistake("data-unknown-sites", {"value": "ven-1", "nearest": "ven-01"})
    assert words.mistake(meant).endswith(" Vouliez-vous dire «\xa0ven-01\xa0»\xa0?")
    assert "Vouliez-vous" not in words.mistake(Mistake("data-unknown-sites", {"value": "ven-1", "nearest": ""}))


def test_a_sentence_without_a_place_begins_with_a_capital() -> None:
    """A mistake of no file reads as a sentence; a cell of a workbook is a place like another."""
    words = Words("fr")
    assert words.mistake(Mistake("data-no-driver")).startswith("Personne ne conduit")
    assert words.mistake(Mistake("data-no-driver", {}, Origin("mois.xlsx", cell="Équipe!C4"))).startswith(
        "mois.xlsx, Équipe!C4\xa0: personne ne conduit"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_begins_with_an_id_keeps_it(language: str) -> None:
    """Ids and paths are shown as they are, wherever they stand."""
    words = Words(language)
    for message in ("edit-same", "edit-fixed", "cancel-nobody"):
        assert words.mistake(Mistake(message, {"permanence": "corbas-202612-3"})).startswith("corbas-202612-3 ")
    assert words.mistake(Mistake("edit-check-first", {"file": "planning/plan.json"})).startswith("planning/plan.json ")


def test_an_unknown_message_stops_nobody() -> None:
    """An id without a sentence, or an argument too few, still gives something to read."""
    words = Words("fr")
    assert words("nothing-of-the-kind") == "nothing-of-the-kind"
    assert "{value}" in words("data-unknown-sites")


def test_every_argument_is_cleaned() -> None:
    """What a sentence is given goes through the reader's own door, origins and names included."""
    words = Words("en", clean=str.upper)
    assert words("data-unknown-sites", value="abc").startswith("unknown site “ABC”")
    breach = Breach(rule=Rule(constraint="frequency", subject=("amont",)), found=("4", "3"))
    assert words.breach(breach, names_of(tiny_problem())).startswith("AMONT: 4 permanences")


def test_a_list_is_told_whole_and_each_of_its_names_cleaned() -> None:
    """Only a name has a greatest length; one in a list is as hostile as one alone."""
    words = Words("en", clean=plain)
    names = [f"Place {n}\x1b[31m\nof the village" for n in range(30)]
    told = words("report-missing", months=words.listed(names))
    assert "Place 0 of the village, Place 1 of the village, " in told
    assert "Place 28 of the village and Place 29 of the village" in told
    assert words("report-missing", months=words.listed(["x" * 300])).count("x") < 200


@pytest.mark.parametrize(
    ("constraint", "subject", "found", "expected"),
    [
        ("frequency", "amont", "4 3", "Amont : 4 permanences dans le mois, le maximum est 3."),
        (
            "openings",
            "amont-1 market 3 07:00",
            "2026-12-09 matin 13:30",
            (
                "Place d’Amont : le marché du mercredi occupe le lieu à partir de 7 h, nettoyage compris "
                "jusqu’à 13 h 30 ; la permanence du mercredi 9 décembre 2026 (Matin) le rencontre."
            ),
        ),
        (
            "one_place",
            "as-1 2026-12-07",
            "amont-1 12:00 aval-1 13:30 95",
            (
                "Ada, lundi 7 décembre 2026 : de Place d’Amont (fin à 12 h) à Place d’Aval (début à 13 h 30), "
                "il manque 1 h 35."
            ),
        ),
        (
            "one_place",
            "van-1 2026-12-07",
            "2",
            "Fourgon 1, lundi 7 décembre 2026 : le véhicule est prévu à 2 endroits ou tournées à la fois.",
        ),
        (
            "crew",
            "amont 2026-12-07 matin as",
            "2",
            "Amont, lundi 7 décembre 2026 (Matin) : 2 personne(s) au poste « Travailleur social », il en faut une.",
        ),
        (
            "plan",
            "objective travel",
            "12 14",
            "Objectif « Conduite des véhicules (minutes) » : la valeur écrite est 12, le calcul donne 14.",
        ),
        (
            "spacing",
            "amont",
            "2026-12-07 2026-12-08 1 2",
            "Amont : 1 jour seulement entre le lundi 7 décembre 2026 et le mardi 8 décembre 2026, il en faut 2.",
        ),
        (
            "spacing",
            "amont",
            "2026-12-07 2026-12-07 0 2",
            "Amont : deux permanences le même jour, le lundi 7 décembre 2026. Jours d’écart à laisser entre deux : 2.",
        ),
        ("quota", "ville minimum", "0 1", "Ville : 0 permanence tenue dans le mois, le minimum est 1."),
        ("lunch", "as-1", "", "Règle « lunch » non respectée : as-1."),
    ],
)
def test_a_breach_names_what_it_is_about(constraint: str, subject: str, found: str, expected: str) -> None:
    """A breach tells names, dates, hours and lengths, never an id or a bare figure; one nobody knows is told too."""
    breach = Breach(rule=Rule(constraint=constraint, subject=tuple(subject.split())), found=tuple(found.split()))
    assert Words("fr").breach(breach, names_of(tiny_problem())).replace("\xa0", " ") == expected


def test_a_breach_says_where_its_rule_was_typed() -> None:
    """The file and line of the rule follow the sentence."""
    rule = Rule(constraint="pins", subject=("noel",), origin=Origin("pins.csv", 4))
    told = Words("fr").breach(Breach(rule=rule), names_of(tiny_problem()))
    assert told == "La consigne «\xa0noel\xa0» n’est pas respectée. Voir pins.csv, ligne 4."


def test_a_pin_nobody_named_is_told_as_it_was_typed() -> None:
    """A pin of the command line is its option and text, once; neither the id it was given nor a file is told."""
    rule = Rule(constraint="pins", subject=("forbidden-2",), origin=Origin("--forbid", cell="ven-01:2026-12-15"))
    words, names = Words("fr"), names_of(tiny_problem())
    told = [words.breach(Breach(rule=rule), names), words.rule([rule], names), words.rule([rule], names, lifted=True)]
    assert [sentence.replace("\xa0", " ") for sentence in told] == [
        "La consigne « --forbid ven-01:2026-12-15 » n’est pas respectée.",
        "La consigne « --forbid ven-01:2026-12-15 » doit être suivie.",
        "Sans la consigne « --forbid ven-01:2026-12-15 »",
    ]


FRENCH_DATES = ("mardi 1er décembre", "vendredi 11 décembre 2026", "mar. 1er déc.", "décembre 2026")
ENGLISH_DATES = ("Tuesday 1 December", "Friday 11 December 2026", "Tue 1 Dec", "December 2026")


def closed(days: Iterable[int]) -> str:
    """Tell that the service is closed on some days of December 2026."""
    rules = [Rule(constraint="closures", subject=(f"2026-12-{day:02}",)) for day in days]
    return Words("fr").rule(rules, names_of(tiny_problem()))


def test_many_dates_of_a_rule_are_told_in_few_words() -> None:
    """Weekends are not told as a month of closure; a few dates are told one by one."""
    weekends = [5, 6, 12, 13, 19, 20, 26, 27]
    assert closed([8]) == "Le service est fermé le mardi 8 décembre 2026."
    assert closed([5, 6, 12]) == "Le service est fermé les sam. 5 déc., dim. 6 déc. et sam. 12 déc."
    assert closed(weekends) == (
        "Le service est fermé les samedis et dimanches entre le samedi 5 décembre et le dimanche 27 décembre (8 jours)."
    )
    assert closed([6, 13, 20, 27, 30]) == (
        "Le service est fermé les mercredis et dimanches entre le dimanche 6 décembre et le mercredi 30 décembre"
        " (5 jours)."
    )
    assert (
        closed(range(7, 12)) == "Le service est fermé entre le lundi 7 décembre et le vendredi 11 décembre (5 jours)."
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", (*FRENCH_DATES, "9\xa0h", "13\xa0h\xa030", "1\u202f250,5", "3")),
        ("en", (*ENGLISH_DATES, "09:00", "13:30", "1,250.5", "3")),
    ],
)
def test_dates_and_numbers_are_those_of_the_language(language: str, told: tuple[str, ...]) -> None:
    """Dates, hours and numbers are written as each language writes them."""
    words = Words(language)
    assert told == (
        words.date(date(2026, 12, 1)),
        words.date(date(2026, 12, 11), year=True),
        words.date(date(2026, 12, 1), short=True),
        words.month("2026-12"),
        words.time(time(9)),
        words.time(time(13, 30)),
        words.number(1250.5, decimals=1),
        words.number(3),
    )


def test_arguments_are_told_as_the_language_tells_them() -> None:
    """Dates, hours, months, lengths and numbers may be given as they are or in ISO form."""
    words = Words("fr")
    given = [
        date(2026, 12, 1),
        "2026-12-01",
        "2026-12",
        time(9),
        "09:00:00",
        timedelta(hours=7),
        2.5,
        "2026-13",
        "99:99",
    ]
    assert [words("at-origin", origin="", sentence=each) for each in given] == [
        f"\xa0: {each}"
        for each in (
            *("mardi 1er décembre 2026", "mardi 1er décembre 2026", "décembre 2026"),
            *("9\xa0h", "9\xa0h", "7\xa0h", "2,5", "2026-13", "99:99"),
        )
    ]


def test_plurals() -> None:
    """A sentence that counts agrees with its number."""
    words = Words("fr")
    assert words("check-broken", n=1) == "Une règle n’est pas respectée."
    assert words("check-broken", n=3) == "3 manquements aux règles."


@pytest.mark.parametrize(("n", "told"), [(0, "il n’y en a aucune."), (1, "il n’y en a qu’une."), (2, "il y en a 2.")])
def test_zero_is_not_told_as_one(n: int, told: str) -> None:
    """French takes zero for a singular: where that would be wrong, it has a sentence of its own."""
    assert told in Words("fr")("edit-no-such-offer", choice=3, n=n)


def test_lengths_are_rounded_to_the_minute() -> None:
    """A length reads as minutes below an hour, then as hours and minutes."""
    words = Words("fr")
    lengths = [timedelta(minutes=45), timedelta(hours=7), timedelta(hours=7, minutes=19, seconds=40)]
    assert [words.duration(length) for length in lengths] == ["45\xa0min", "7\xa0h", "7\xa0h\xa020"]


def test_distances_are_told_in_a_unit_one_can_picture() -> None:
    """Metres below a kilometre, then kilometres, with one decimal below ten and thousands apart."""
    words = Words("fr")
    told = [words.distance(metres) for metres in (200, 1240, 12_400, 6_013_000)]
    assert told == ["200\xa0m", "1,2\xa0km", "12\xa0km", "6\u202f013\xa0km"]
    far = Mistake("roads-far", {"name": "A", "metres": 1240})
    assert "est à 1,2\xa0km de" in words.mistake(far)


def test_weekdays_and_lists() -> None:
    """Weekdays have names, and the last of a list is joined to the others by a word."""
    words = Words("fr")
    assert (words.weekday(1), words.weekday(7)) == ("lundi", "dimanche")
    assert [words.listed(some) for some in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a et b", "a, b et c"]
