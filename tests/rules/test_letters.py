"""Letters from a cluster of cases: complete, honest about law, and no more telling than the digest."""

import ast
import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.petitions.taxonomy import DEMANDS, SUGGESTED
from bot.reports import letters
from bot.reports.letters import EXTRA_QUESTIONS, TITLES, Cluster, Letter, draft_petition, file_name, write
from bot.reports.taxonomy import CATEGORIES
from bot.texts import translate

LONGEST_LETTER = 6000
OFFICIAL = {"eur-lex.europa.eu", "www.nlrb.gov", "dol.ny.gov"}
SINCE = [None, "2026-03"]

t = translate("en")
every_letter = pytest.mark.parametrize("letter", Letter)
every_category = pytest.mark.parametrize("category", CATEGORIES)
every_since = pytest.mark.parametrize("since", SINCE)


def petition(cluster: Cluster) -> str:
    return draft_petition(cluster, [DEMANDS[demand] for demand in SUGGESTED[cluster.category]], t)


def sent(letter: str) -> str:
    """Return what the employer reads: what stands below the line."""
    return letter.partition("\n\n---\n\n")[2]


@every_since
@every_category
@every_letter
def test_a_letter_is_whole_and_fits_on_two_pages(letter: Letter, category: str, since: str | None) -> None:
    text = write(letter, Cluster(category, 15, since), t)
    assert text.startswith(f"# {TITLES[letter]}\n")
    assert len(text) <= LONGEST_LETTER
    assert not set("{}") & set(text)
    assert "not legal advice" in text
    assert "[employer]" in sent(text)
    assert "[date]" in sent(text)
    assert CATEGORIES[category] in text
    assert since is None or f"Since {since}, " in text


@every_since
@every_category
@every_letter
def test_a_letter_counts_reports_and_only_as_at_least(letter: Letter, category: str, since: str | None) -> None:
    text = write(letter, Cluster(category, 4735, since), t)
    assert text.lower().count("at least 4735 reports from workers (counted as reports, not people)") == 1
    assert text.count("4735") == 1


@every_category
@every_letter
def test_two_letters_about_the_same_differ_in_the_number_of_reports_alone(letter: Letter, category: str) -> None:
    many, few = (write(letter, Cluster(category, count), t) for count in (4735, 5))
    assert many.replace("least 4735 reports", "least 5 reports") == few


def test_a_letter_is_told_nothing_of_cases_but_what_a_digest_shows() -> None:
    assert [field.name for field in fields(Cluster)] == ["category", "at_least", "since"]


@every_category
def test_a_worker_who_asks_for_their_own_data_does_not_speak_of_reports(category: str) -> None:
    asked = sent(write(Letter.DATA_ACCESS, Cluster(category, 4735, "2026-03"), t))
    for word in ("4735", "report", "union", "2026-03", "Steward"):
        assert word not in asked
    assert "within one month of receipt" in asked


@every_category
@every_letter
def test_a_letter_asks_what_it_is_for_and_what_this_category_calls_for(letter: Letter, category: str) -> None:
    numbers = re.findall(r"^(\d+)\. \S", sent(write(letter, Cluster(category, 15), t)), re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert 5 <= len(numbers) <= 8


def test_every_category_has_questions_of_its_own() -> None:
    assert list(EXTRA_QUESTIONS) == list(CATEGORIES)
    assert all(2 <= len(set(questions)) <= 4 for questions in EXTRA_QUESTIONS.values())
    asked = [questions for category, questions in EXTRA_QUESTIONS.items() if category != "OTHER"]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize(
    ("letter", "articles"),
    [
        (Letter.INFORMATION, ["sections 8(a)(5) and 8(d)", "Section 7", "CWA"]),
        (Letter.AI_ACT, ["2024/1689", "Article 26(7)", "Article 26(11)", "GDPR", "has been moved", "current text"]),
        (Letter.DATA_ACCESS, ["2016/679", "Article 15", "Article 22", "Article 12(3)", "Article 15(1)(h)", "UK GDPR"]),
        (Letter.WARN, ["New York", "technological innovation or automation", "voluntary"]),
    ],
    ids=lambda value: value if isinstance(value, Letter) else "",
)
def test_a_letter_names_the_law_it_rests_on_and_its_limits(letter: Letter, articles: list[str]) -> None:
    text = write(letter, Cluster("MON", 15), t)
    assert [article for article in articles if article not in text] == []


@every_letter
def test_a_letter_links_to_official_texts_only(letter: Letter) -> None:
    links = re.findall(r"<(\S+)>", write(letter, Cluster("MON", 15), t))
    assert links
    assert {urlsplit(link).scheme for link in links} == {"https"}
    assert {urlsplit(link).netloc for link in links} <= OFFICIAL


@every_letter
def test_what_to_check_before_sending_stands_above_the_line(letter: Letter) -> None:
    notes = write(letter, Cluster("MON", 15), t).partition("\n\n---\n\n")[0]
    assert notes.count("- [ ] ") == 4
    assert "no reporter's words" in notes
    assert "only a few people share" in notes


@every_category
@every_letter
def test_a_letter_can_be_saved_on_any_machine(letter: Letter, category: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*-[A-Z]+(-[A-Z]+)*\.md", file_name(letter, Cluster(category, 15)))
    assert file_name(Letter.INFORMATION, Cluster("MON", 15)) == "information-request-MON.md"


@pytest.mark.parametrize(
    ("category", "at_least"), [("../MON", 15), ("", 15), ("mon", 15), ("MON", 0), ("MON", -5)], ids=str
)
def test_no_letter_is_written_about_nothing(category: str, at_least: int) -> None:
    with pytest.raises(ValueError, match="nothing to write about"):
        Cluster(category, at_least)


@every_since
@every_category
def test_a_petition_offers_demands_with_their_origins_and_says_why(category: str, since: str | None) -> None:
    text = petition(Cluster(category, 4735, since))
    assert len(text) <= LONGEST_LETTER
    assert not set("{}") & set(text)
    assert text.lower().count("at least 4735 reports from workers (counted as reports, not people)") == 1
    assert 3 <= sent(text).count("- [ ] ") <= 5
    for demand in SUGGESTED[category]:
        assert DEMANDS[demand].text in text
        assert DEMANDS[demand].origin in text


@every_letter
def test_a_letter_is_written_in_the_language_of_its_reader(letter: Letter) -> None:
    """Every sentence goes through the catalogue: marked as translated, none is left unmarked."""
    text = write(letter, Cluster("MON", 15, "2026-03"), lambda sentence: f"¿{sentence}?")
    unmarked = [line for line in text.splitlines() if line and "¿" not in line and not line.startswith("---")]
    assert unmarked == []


def test_there_are_few_enough_sentences_to_translate() -> None:
    calls = ast.walk(ast.parse(Path(letters.__file__).read_bytes()))
    marked = [call for call in calls if isinstance(call, ast.Call) and ast.unparse(call.func) == "N_"]
    assert len(marked) < 95
