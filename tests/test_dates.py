"""Dates of tables in the forms of strptime, read as they are meant or not at all."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from story import World, job
from tempo import first_slow
from test_exports import begun, first_profile
from test_init import talentwatch

from monitor.base.errors import FileRefused
from monitor.base.settings import Layout
from monitor.intake.sources.dates import partial_date
from monitor.intake.sources.day_columns import DayColumns
from monitor.intake.sources.months import month_number
from monitor.scaffold.guessing.columns import understood


@pytest.mark.parametrize(
    ("text", "form", "read"),
    [
        ("10/24/1979 12:00:00 AM", "%m/%d/%Y %I:%M:%S %p", "1979-10-24"),
        ("10/24/1979 1:05:00 p.m.", "%m/%d/%Y %I:%M:%S %p", "1979-10-24"),
        ("24-OCT-79", "%d-%b-%y", "1979-10-24"),
        ("24.10.68", "%d.%m.%y", "2068-10-24"),
        ("24.10.69", "%d.%m.%y", "1969-10-24"),
        ("20190315", "%Y%m%d", "2019-03-15"),
        ("201903", "%Y%m", "2019-03"),
        ("2019074", "%Y%j", "2019-03-15"),
        ("2020366", "%Y%j", "2020-12-31"),
        ("Mon, 3 Jun 2019", "%a, %d %b %Y", "2019-06-03"),
        ("5.3.2020", "%d.%m.%Y", "2020-03-05"),
        ("  5.3.2020\xa0", "%d.%m.%Y", "2020-03-05"),
        ("31.12.2999", "%d.%m.%Y", "2999-12-31"),
        ("2019-03-15T10:00:00.5Z", "%Y-%m-%dT%H:%M:%S.%f%z", "2019-03-15"),
        ("2019", "%Y", "2019"),
        ("3/2019", "%m/%Y", "2019-03"),
    ],
)
def test_a_date_is_read_by_the_form_it_is_written_in(text, form, read):
    """The time of the day and its zone are passed over; two digits of a year are those of POSIX."""
    assert partial_date(text, (form,)) == read


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("202112", "%Y%m%d"),
        ("2021123", "%Y%m%d"),
        ("202152", "%Y%m"),
        ("20211", "%Y%m"),
        ("2019366", "%Y%j"),
        ("2019000", "%Y%j"),
        ("30.02.2020", "%d.%m.%Y"),
        ("13/2019", "%m/%Y"),
        ("10/24/1979 13:00 AM", "%m/%d/%Y %I:%M %p"),
        ("5 Foo 2020", "%d %b %Y"),
        ("5.3.2020 and more", "%d.%m.%Y"),
        ("5.3.20", "%d.%m.%Y"),
        ("", "%Y"),
    ],
)
def test_what_does_not_fit_as_a_whole_is_left_as_it_is(text, form):
    """202112 is no 2 January 2021."""
    assert partial_date(text, (form,)) == text


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(["%Y%m%d", "%d.%m.%Y"]))
def test_every_day_is_read_back(day, form):
    """As strftime writes it."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert partial_date(moment.strftime(form), (form,)) == day.isoformat()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("Jan", 1), ("September", 9), ("Sept.", 9), ("MAY", 5)),
        *(("März", 3), ("Mrz", 3), ("Okt.", 10), ("Jänner", 1)),
        *(("août", 8), ("aout", 8), ("févr.", 2), ("enero", 1), ("dicembre", 12)),
        *(("września", 9), ("wrzesień", 9), ("joulukuu", 12), ("мая", 5), ("Ιουνίου", 6)),
        *(("mei", 5), ("juillet", 7), ("Foo", None), ("", None)),
    ],
)
def test_months_are_read_in_the_languages_of_exports(name, number):
    """In any case, with or without accents and dots."""
    assert month_number(name) == number


def test_a_month_in_words_of_another_language_is_read_from_a_table(tmp_path):
    """`init` finds the form."""
    text = "id,company,start\np1,Acme,15 août 2019\np2,Acme,3 mars 2020\n"
    config, _ = begun(tmp_path, "export.csv", text.encode())
    assert first_profile(config)["positions"][0]["start"] == "2019-08-15"


@pytest.mark.parametrize(
    ("values", "forms"),
    [
        (["201903", "202112"], ("%Y%m",)),
        (["20190301", "202112"], ("%Y%m%d", "%Y%m")),
        (["202112", "202152"], ()),
        (["210512", "210531"], ()),
        (["210512", "211231"], ()),
        (["24-OCT-79"], ("%d-%b-%y",)),
        (["10/24/1979 12:00:00 AM"], ("%m/%d/%Y %I:%M:%S %p",)),
        (["31.12.2999", "01.03.2020"], ("%d.%m.%Y",)),
        (["9999-12-31"], ()),
    ],
)
def test_init_takes_only_forms_that_mean_a_day_of_our_time(values, forms):
    """Six digits are months only if all of them are; 2105 is no year of an export."""
    rows = [[str(place), value] for place, value in enumerate(values)]
    assert understood(["id", "start"], rows, Layout()).layout.dates == forms


def test_init_refuses_a_form_that_the_configuration_refuses(tmp_path):
    """It says what a form is made of, and writes nothing."""
    export = tmp_path / "2024-05-01.csv"
    export.write_text("id,company,start\np1,Acme,2019\n")
    done = talentwatch("init", tmp_path / "w", "--from", export, "--dates", "%d %q", code=2)
    assert "%Y or %y" in str(done.exception)
    assert not (tmp_path / "w").exists()


def test_an_end_that_means_none_is_said_once_by_init(tmp_path):
    """The positions go on."""
    text = "id,company,start,end\np1,Acme,2019,9999-12-31\np2,Acme,2019,9999-12-31\n"
    _, said = begun(tmp_path, "export.csv", text.encode())
    assert "2 ends such as '9999-12-31' mean that there is none: these positions go on." in said
    assert "cannot be read" not in said


@pytest.mark.slow
@pytest.mark.parametrize("end", first_slow(["9999-12-31", "2999-12-31", "9999", "1900-01-01"]))
def test_who_is_there_until_the_end_of_all_days_is_there_until_seen_elsewhere(tmp_path, end):
    """One move from the one to the other, dated by the looks."""
    world = World(tmp_path)
    rest = {f"p{number}": [job("Acme", end=end)] for number in range(9)}
    world.on("2024-01-01", ada=[job("Acme", end=end)], **rest)
    world.on("2024-07-01", ada=[job("Beta", end=end)], **rest)
    world.run()
    assert [move for move in world.moves() if move.startswith("ada:")] == [
        "ada: acme -> beta left 2024-01-02..2024-07-01 joined 2024-01-02..2024-07-01"
    ]


@pytest.mark.parametrize(
    ("forms", "written", "is_refused"),
    [
        (("%d/%m/%Y",), ["01/13/2019", "02/14/2019", "03/04/2020"], True),
        (("%m/%d/%Y",), ["13/01/2019", "14/02/2019", "03/04/2020"], True),
        (("%d/%m/%Y",), ["01/13/2019", "03/04/2020", "05/06/2020"], False),
        (("%d/%m/%Y",), ["01/13/2019", "02/14/2019", "13/01/2019", "14/02/2019"], False),
        (("%d/%m/%Y",), ["01/13/2019", "02/14/2019", "13/01/2019"], True),
        (("%d/%m/%Y", "%m/%d/%Y"), ["01/13/2019", "02/14/2019"], False),
        (("%d/%m/%Y",), ["soon", "99/99/2019", "2019-01-13"], False),
        (("%Y-%m",), ["2019-13", "2019-14"], False),
    ],
)
def test_a_file_whose_days_and_months_change_places_is_refused(forms, written, is_refused):
    """At least two dates that only the other order has, and more than have only the usual one."""
    order = DayColumns(forms, None, name="x.csv")
    for text in [*written, None]:
        order.see({"start": text})
    if not is_refused:
        order.check()
        return
    with pytest.raises(FileRefused, match=r"x\.csv: its dates, such as .* are written"):
        order.check()


@pytest.mark.slow
def test_an_export_under_other_settings_dates_nothing(tmp_path):
    """It is refused whole, and the next one goes on."""
    head = "id,name,organization,start\n"
    usual = "".join(f"e{day},Ex,Acme,{day}/03/2019\n" for day in range(10, 25))
    config, _ = begun(tmp_path, "2025-01-01.csv", (head + usual).encode())
    inbox = config.parent / "inbox" / "people"
    other = "".join(f"e{day},Ex,Acme,03/{day}/2019\n" for day in range(10, 25))
    (inbox / "2025-02-01.csv").write_text(head + other)
    done = talentwatch("run", "--config", config, "--now", "2025-02-02", code=1)
    assert "15 profiles, baseline" in done.output
    assert "0 new moves" in done.output or "histories" in done.output
