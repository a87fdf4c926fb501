"""What a profile writes, as days, ends and employment."""

import pytest

from monitor.intake.profiles import stands_for_none
from monitor.intake.profiles.side_roles import side_role_patterns, side_roles


@pytest.mark.parametrize(
    ("written", "earliest", "latest"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2021-02", "2021-02-01", "2021-02-28"),
        ("2020-12", "2020-12-01", "2020-12-31"),
        ("2020-02-29", "2020-02-29", "2020-02-29"),
        ("2021-02-29", None, None),
        ("2020-13", None, None),
        ("1900", "1900-01-01", "1900-12-31"),
        ("1900-01", "1900-01-01", "1900-01-31"),
        ("1900-01-01", None, None),
        ("1900-01-02", "1900-01-02", "1900-01-02"),
        ("1970-01-01", None, None),
        ("1970-01-02", "1970-01-02", "1970-01-02"),
        ("1970", "1970-01-01", "1970-12-31"),
        ("1899", None, None),
        ("2200", "2200-01-01", "2200-12-31"),
        ("2201", None, None),
        ("2199-12-31", "2199-12-31", "2199-12-31"),
        ("20201", None, None),
        ("soon", None, None),
    ],
)
def test_a_partial_date_is_its_first_to_its_last_day(sql, written, earliest, latest):
    """A year from 1900 to 2200, a month of it or a day of it; all else is an unknown date."""
    assert sql.value(f"earliest_day('{written}')") == earliest
    assert sql.value(f"latest_day('{written}')") == latest


@pytest.mark.parametrize(
    ("written", "states"),
    [
        ("2020", True),
        ("0000-00-00", False),
        ("present", False),
        ("1", True),
        ("2 years ago", True),
        ("9999-12-31", False),
        ("9999-99-99", False),
        ("2999-12", False),
        ("9999", False),
        ("2201", False),
        ("2210", False),
        ("2300-01-01", False),
        ("2200-12-31", True),
        ("2199", True),
        ("99990", True),
        ("1900-01-01", False),
        ("1900-01-02", True),
        ("1970-01-01", False),
        ("1970-01-02", True),
        ("1899-12-30", False),
        ("1753-01-01", False),
        ("0001-01-01", False),
    ],
)
def test_an_end_of_zeros_words_or_days_that_stand_for_none_states_none(sql, written, states):
    """A digit other than zero does; systems fill a date that they do not have with a far one."""
    assert sql.value(f"states_an_end('{written}')") is states
    assert stands_for_none(written) is (
        not states and written[-1:].isdecimal() and "0000" not in written
    )
    assert sql.value("states_an_end(NULL)") is False


@pytest.mark.parametrize(
    ("these", "those", "shares"),
    [
        ("'a' || chr(31) || 'b'", "'b'", True),
        ("'a'", "'b'", False),
        ("'ab'", "'b'", False),
        ("NULL", "'b'", False),
        ("'a'", "NULL", False),
        ("NULL", "NULL", False),
    ],
)
def test_one_id_in_common_is_enough(sql, these, those, shares):
    """A source without ids has none in common."""
    assert sql.value(f"share_an_id({these}, {those})") is shares


@pytest.mark.parametrize(
    ("position", "same"),
    [
        ("'t', 'x', 't', 'x'", True),
        ("'t', NULL, 't', NULL", True),
        ("NULL, 'x', NULL, 'x'", True),
        ("NULL, NULL, NULL, NULL", False),
        ("'t', 'x', 'u', 'x'", False),
        ("'t', 'x', 't', 'y'", False),
        ("'t', NULL, 't', 'y'", False),
    ],
)
def test_title_and_team_as_far_as_there_are_any_stay(sql, position, same):
    """A position without either tells nothing."""
    assert sql.value(f"same_position({position})") is same


@pytest.mark.parametrize(
    ("kind", "title", "employment"),
    [
        (" Employment", "Board member", True),
        ("board", "Engineer", False),
        (None, None, True),
        (None, "Engineer", True),
        (None, "Strategic Advisor", False),
        (None, "Advisory board", False),
        (None, "PhD student", False),
        (None, "Security advisor engineer", True),
        ("unheard", "Trustee", False),
        ("unheard", "Engineer", True),
    ],
)
def test_the_kind_or_failing_that_the_title_tells_employment(sql, kind, title, employment):
    """A kind that nobody knows leaves it to the title."""
    texts = ["NULL" if one is None else f"'{one}'" for one in (kind, title)]
    roles = side_role_patterns()
    assert sql.value(f"is_employment({texts[0]}, title_words({texts[1]}), {roles})") is employment


NO_JOBS = """
Beirat|Beirat der Acme GmbH (extern)
Mitglied des Aufsichtsrats|AUFSICHTSRÄTIN|Conseillère
Conseiller stratégique
Membre du Conseil d’administration
Consejero independiente|Consejera|Consigliere
Conselheiro consultivo|Lid Raad van Toezicht
Styrelseledamot, Acme|Bestyrelsesmedlem|Styreleder
Hallituksen jäsen|Członek Rady Nadzorczej
Czlonek rady nadzorczej|Член совета директоров
DANIŞMA KURULU ÜYESİ|社外取締役|顧問|顾问|独立董事|고문|사외이사
Advisor to the CEO|Senior  advisor
Non-executive chair of Acme|CHAIR OF THE BOARD
Board of Directors|Event helper (volunteer)
"""
"""Titles of roles beside a job, some in each language."""
A_JOB = """
Kundenberater|Unternehmensberater|Berater|Vorstand
Assistenz Aufsichtsrat|Geschäftsführer und Beirat
Conseiller clientèle|Conseiller de vente
Administrateur systèmes|Consejero delegado
Asesor comercial|Consigliere delegato|Consulente
Adviseur|Doradca klienta|Członek zarządu|Danışman
Советник|住宅アドバイザー|销售顾问|法律顾问|董事长|영업고문실장
CEO & Board Member|Co-founder and board member
Executive Board Member|Volunteer Coordinator
Financial advisor|Beiratung|Advisory
"""
"""Titles that have a word of those, or part of one, and are somebody's job."""


def test_titles_of_many_languages_tell_what_is_no_job(sql):
    """Case, accents and punctuation make no difference; part of a word is not the word."""
    words = [word for place in ("alone", "first", "anywhere") for word in side_roles()[place]]
    none = [*words, *map(str.upper, words), *map(str.lower, words)]
    none += [title for line in NO_JOBS.strip().splitlines() for title in line.split("|")]
    jobs = [title for line in A_JOB.strip().splitlines() for title in line.split("|")]
    sql.run("rule_tables")
    rows = sql.run("title_traits", titles=[*none, *jobs], side_roles=side_role_patterns())
    told_by_sql = {title: job for title, job, _ in rows}
    assert [title for title in none if told_by_sql[title]] == []
    assert [title for title in jobs if not told_by_sql[title]] == []


def test_each_exception_makes_a_job_of_a_title_and_no_word_stands_twice(sql):
    """Whoever leads a company may sit on its board as well."""
    titles = [f"{word}, board member" for word in side_roles()["jobs"]]
    sql.run("rule_tables")
    rows = sql.run("title_traits", titles=titles, side_roles=side_role_patterns())
    assert [title for title, job, _ in rows if not job] == []
    for placed in side_roles().values():
        assert len({word.casefold() for word in placed}) == len(placed)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("10667", "10667"),
        ("10667.0", "10667"),
        ("10667.00", "10667"),
        ("10667.01", "10667.01"),
        ("0010667", "10667"),
        ("000", "0"),
        ("x7.0", "x7.0"),
        (" U:X7\u00a0", "u:x7"),
        ("http://www.Example.org/company/7/", "example.org/company/7"),
        ("https://example.org/company/7", "example.org/company/7"),
        ("https://example.org/company/8", "example.org/company/8"),
        ("example.org/Z%C3%BCrich", "example.org/zürich"),
    ],
)
def test_an_id_of_an_organisation_has_one_key_however_it_is_written(sql, written, key):
    """As ids of profiles do; and a column of numbers adds ".0" and takes zeros away."""
    assert sql.value(f"organization_key_of('{written}')") == key
