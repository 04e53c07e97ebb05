from datetime import date

from pages import public_month
from picup_planner.publish.audience import PublicMonth, announced
from picup_planner.publish.changes import LONGEST_TEXT, changed, email, texts
from problems import hand_plan, tiny_problem

MONTH = public_month()[0]


def with_first(**changes: object) -> PublicMonth:
    """Give the tiny month with its first stop otherwise."""
    first, *others = MONTH.stops
    return MONTH.model_copy(update={"stops": (first.model_copy(update=changes), *others)})


def body(published: PublicMonth, month: PublicMonth) -> str:
    """Give the message with plain spaces."""
    return email(published, month).replace("\xa0", " ")


def test_a_move_tells_both_dates() -> None:
    """A stop moved is told as people knew it, then as it becomes."""
    text = body(MONTH, with_first(date=date(2026, 12, 8)))
    assert text.split("\n")[0] == "Service d’essai : un changement en décembre 2026"
    before, after = (f"{day} déc., 9 h – 12 h, Place d’Amont (Amont)" for day in ("lun. 7", "mar. 8"))
    assert f"DÉPLACÉ\n- {before}\n  devient : {after}\n" in text


def test_a_cancellation_and_a_new_stop_are_told_apart() -> None:
    """What is cancelled and what is new stand under their own headings."""
    gone = with_first(cancelled=True)
    assert "ANNULÉ\n- lun. 7 déc., 9 h – 12 h, Place d’Amont (Amont)\n" in body(MONTH, gone)
    assert "NOUVEAU\n- lun. 7 déc., 9 h – 12 h, Place d’Amont (Amont)\n" in body(gone, MONTH)


def test_what_residents_do_not_see_is_no_change() -> None:
    """Another van, partner or landmark moves nobody: nothing changes, and the message says so."""
    assert changed(MONTH, with_first(van_name="Fourgon 2", landmark="Mairie", partners=("Asso",))) == ()
    assert "Rien ne change pour les habitants." in body(MONTH, MONTH)
    assert texts(MONTH, MONTH) == ""


def test_a_fixed_permanence_nobody_can_hold_any_more_is_a_cancellation() -> None:
    """When a social centre's permanence loses its crew, residents are told that it is not held."""
    problem = tiny_problem()
    crew = {"as": "as-2", "casp": "casp-2"}
    held, lost = (announced(problem, hand_plan(problem, fixed={"fixe-1": each})) for each in (crew, {}))
    assert [(one.before is None, one.after is None) for one in changed(held, lost)] == [(False, True)]


def test_a_message_names_nobody_and_fits_a_page() -> None:
    """However much changes, no person, van or depot is named; a move of every stop takes under sixty lines."""
    moved = tuple(stop.model_copy(update={"date": date(2026, 12, 11)}) for stop in MONTH.stops)
    text = body(MONTH, MONTH.model_copy(update={"stops": moved}))
    assert not any(name in text for name in ("Ada", "Bruno", "Chloé", "Driss", "Fourgon", "Dépôt"))
    assert text.count("\n") < 60


def test_the_address_and_the_phone_are_told_when_known() -> None:
    """A reader is sent to the page, and to the telephone, where there are any."""
    service = MONTH.service.model_copy(update={"phone": "04 72 00 00 00", "page": "https://a.example/"})
    told = body(MONTH, with_first(cancelled=True).model_copy(update={"service": service}))
    assert "Les dates à jour : https://a.example/\nTéléphone : 04 72 00 00 00\n" in told
    assert "Téléphone" not in body(MONTH, with_first(cancelled=True))


def test_each_text_message_is_short() -> None:
    """A line for each change, in 160 characters, long names cut rather than dates."""
    long = with_first(place="Place " + "très " * 36, commune_name="Saint-" * 20)
    lines = texts(long, with_first(date=date(2026, 12, 8), place="Rue " + "longue " * 25)).splitlines()
    assert len(lines) == 1
    assert len(lines[0]) <= LONGEST_TEXT
    assert "lun. 7 déc., 9 h - 12 h" in lines[0]
    assert "mar. 8 déc., 9 h - 12 h" in lines[0]


def test_a_text_message_has_no_dear_letter() -> None:
    """Letters that would halve what a message may hold are written without their accents, the others as they are."""
    gone = with_first(place="Hôtel de l’Œuvre, forêt", commune_name="L’Haÿ-lès-Prés « bas »")
    (line,) = texts(gone, gone.model_copy(update={"stops": gone.stops[1:]})).splitlines()
    assert line.endswith("""Hotel de l'OEuvre, foret (L'Hay-lès-Prés " bas ")""")
    long = with_first(place="Place " + "très " * 36)
    assert "…" not in texts(long, long.model_copy(update={"stops": long.stops[1:]}))


def test_what_is_over_is_not_told() -> None:
    """Once its date is past, that a stop was cancelled is no news: no one can come to it; on the day itself it is."""
    gone = with_first(cancelled=True)
    assert changed(MONTH, gone.model_copy(update={"updated_on": date(2026, 12, 8)})) == ()
    assert len(changed(MONTH, gone.model_copy(update={"updated_on": date(2026, 12, 7)}))) == 1


def test_in_english_nothing_is_french() -> None:
    """The English message has English words and hours."""
    text = email(MONTH, with_first(cancelled=True), "en")
    assert "CANCELLED\n- Mon 7 Dec, 09:00 – 12:00, Place d’Amont (Amont)" in text
