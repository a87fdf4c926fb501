"""Headings of staff lists as public bodies and personnel systems publish them."""

import re

import pytest
from headings import PAGE, halves, in_page, table, wrong
from test_exports import begun, first_profile
from test_init import talentwatch

from monitor.base.settings import Layout
from monitor.scaffold.guessing.columns import understood
from monitor.scaffold.guessing.starts import column_of_hire

HEADINGS = {
    "Name,Job Titles,Department,Full or Part-Time,Salary or Hourly,Annual Salary": (
        *(["Name"], "Department", None, "Job Titles", None),
    ),
    "Name,JobTitle,AgencyID,Agency,HireDate,AnnualSalary,GrossPay": (
        *(["Name"], "Agency", None, "JobTitle", "HireDate"),
    ),
    "id,Employer,Last Name,First Name,Title,Department,Base Salary,Date Started,Data Year": (
        *("id", "Employer", "Department", "Title", "Date Started"),
    ),
    "year,employee_id,name_last,name_first,department,position_title,position_type": (
        *("employee_id", "department", None, "position_title", None),
    ),
    "STAFF ID,USER ID,EMPLOYEE NAME,HIRE DATE,DESIGNATION,SUB ORGANIZATION,CATEGORY,GRADE": (
        *("STAFF ID", "SUB ORGANIZATION", None, "DESIGNATION", "HIRE DATE"),
    ),
    "Employee ID,Name,Department,Location,Level,Manager,Hire Date,Termination Date": (
        *("Employee ID", "Department", None, None, "Hire Date"),
    ),
    "Employee Code,Employee Name,Department,Section,Job Tittle,Email": (
        *("Employee Code", "Department", "Section", "Job Tittle", None),
    ),
    "Employee.Identifier,Full.Name,Institution,Working.Title,HIRE_DT": (
        *("Employee.Identifier", "Institution", None, "Working.Title", "HIRE_DT"),
    ),
    "EMPLID,NAME,DESCR,JOBTITLE,HIRE_DT": ("EMPLID", "DESCR", None, "JOBTITLE", "HIRE_DT"),
    "Agency Name,Last Name,First Name,Work Location Borough,Title Description,Agency Start Date": (
        *(["First Name", "Last Name"], "Agency Name", None, "Title Description"),
        "Agency Start Date",
    ),
}
"""By heading, the columns of the id, the organisation, the team, the title and the start."""
MISSED = ["a bank's staff: team is None, not AREA"]
"""Of the half that was looked at: an area may as well be a place."""


@pytest.mark.slow
def test_the_figures_of_public_headings_are_in_step():
    """`make formats` would write what the page has."""
    assert in_page(PAGE.read_text("utf-8")) == table()
    assert sum(map(len, halves().values())) >= 40


def test_what_is_known_of_public_headings_stays_known():
    """The half that the vocabulary was made with is found but for what is in doubt."""
    looked_at, *_ = halves().values()
    assert wrong(looked_at) == MISSED


@pytest.mark.parametrize(
    ("heading", "organization", "team"),
    [
        ("Section,Department,Bureau", "Bureau", "Department"),
        ("Section,Department", "Department", "Section"),
        ("Division,Sub Organization", "Division", None),
        ("Department,Agency", "Agency", "Department"),
        ("Dept,Department Name", "Department Name", None),
    ],
)
def test_the_broadest_part_stands_for_the_organization(heading, organization, team):
    """The next one is the team; two of the same breadth are one and its code."""
    columns = understood(["Name", *heading.split(",")], [], Layout()).layout.columns
    assert columns["organization"] == organization
    assert (columns.get("team") or None) == team


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_published_heading_is_understood(heading):
    """Departments stand for organisations where nothing else does, and names for ids."""
    names = heading.split(",")
    row = ["2020-01-01" if "ate" in name or "DT" in name else f"{name} 1" for name in names]
    columns = understood(names, [row], Layout()).layout.columns
    found = [
        columns.get(field, field) for field in ("id", "organization", "team", "title", "start")
    ]
    there = [
        observation
        if observation and (isinstance(observation, list) or observation in names)
        else None
        for observation in found
    ]
    assert there == list(HEADINGS[heading])


def test_a_part_that_all_rows_share_is_no_organization():
    """Nobody could move out of it; where there is no other, it is one."""
    names = ["Employee #", "Division", "Department"]
    rows = [[f"{n}", "North", f"D{n % 5}"] for n in range(20)]
    columns = understood(names, rows, Layout()).layout.columns
    assert (columns["organization"], columns["team"]) == ("Department", False)
    alone = understood(names[:2], [row[:2] for row in rows], Layout()).layout.columns
    assert alone["organization"] == "Division"


@pytest.mark.parametrize(
    ("colleges", "organization"), [(1, "Department"), (3, "Division"), (8, "Department")]
)
def test_the_broader_of_two_parts_is_that_of_which_there_are_fewer(colleges, organization):
    """A university's divisions have departments, a county's departments have divisions."""
    rows = [[f"P{n}", f"College {n % colleges}", f"Subject {n % 8}"] for n in range(40)]
    columns = understood(["Name", "Division", "Department"], rows, Layout()).layout.columns
    assert columns["organization"] == organization


def test_the_column_that_is_filled_is_taken_and_the_other_is_named(tmp_path):
    """A tool for browsers leaves `name` empty and fills `fullName`."""
    text = "profileUrl,name,fullName,companyName\n"
    text += "".join(f"x.org/in/p{n},,Pers {n},Acme\n" for n in range(5))
    config, said = begun(tmp_path, "export.csv", text.encode())
    assert first_profile(config)["name"] == "Pers 0"
    assert "hardly anything is in 'name', so 'fullName' is taken for the name" in said
    assert "hardly anything is in 'companyName'" not in said


@pytest.mark.parametrize(
    ("filled", "taken"), [(5, "name"), (4, "fullName"), (0, "fullName"), (10, "name")]
)
def test_the_surer_column_is_taken_if_it_has_half_as_much(filled, taken):
    """Its name says more than its gaps."""
    rows = [[str(n), f"A{n}" if n < filled else " ", f"B{n}"] for n in range(10)]
    columns = understood(["id", "name", "fullName"], rows, Layout()).layout.columns
    assert columns.get("name", "name") == taken


def test_a_column_that_is_given_for_one_field_is_not_guessed_for_another(tmp_path):
    """A team that bears the name of its club is no team of it."""
    text = "playerID,Team\np0,Club 0\np1,Club 1\n"
    options = ["--column", "id=playerID", "--column", "organization=Team"]
    config, said = begun(tmp_path, "export.csv", text.encode(), *options)
    assert first_profile(config)["positions"] == [{"organization": "Club 0"}]
    assert "organization, team" not in said


def test_a_list_that_names_only_departments_says_how_it_is_taken(tmp_path):
    """Transfers are seen; a constant makes them teams."""
    text = "Name,Department,Job Titles\nAda Ex,Parks,Clerk\n"
    config, said = begun(tmp_path, "a/2025-01-01.csv", text.encode())
    assert first_profile(config)["positions"][0]["organization"] == "Parks"
    assert "'Department' is taken for the organisation" in said
    options = ["--constant", "organization=City"]
    config, said = begun(tmp_path / "b", "2025-01-01.csv", text.encode(), *options)
    position = first_profile(config)["positions"][0]
    assert (position["organization"], position["team"]) == ("City", "Parks")
    assert "is taken for the organisation" not in said


@pytest.mark.parametrize(("empty", "warned"), [(1, False), (2, True)])
def test_init_says_that_the_first_run_will_find_an_export_suspect(tmp_path, empty, warned):
    """Rows without anybody's name are over a twentieth; and what it says to write is enough."""
    rows = [f"P{n} Ex,Post,Dept {n % 3}" for n in range(20 - empty)]
    rows += [f",Post,Dept {n}" for n in range(empty)]
    text = "\n".join(["Name,Job Title,Organization", *rows, ""])
    config, said = begun(tmp_path, "2024-05-01.csv", text.encode())
    assert ("The first run will find this export suspect: 2 of 20 records" in said) is warned
    if warned:
        line = re.search(r"`(quality = .*?)`", said.replace("\n", " "))
        assert line is not None
        mended = config.read_text().replace('kind = "files"', f'kind = "files"\n{line[1]}')
        config.write_text(mended)
    run = talentwatch("run", "--config", config, "--now", "2024-05-02")
    assert ", baseline" in run.stdout


@pytest.mark.parametrize(("shared", "said"), [(1, False), (2, True)])
def test_init_says_that_an_id_stands_beside_several_names(tmp_path, shared, said):
    """A code of a unit is no id; one other name is a slip, or a marriage."""
    rows = [f"{n},P{n} Ex,Org {n}" for n in range(20)]
    rows += [f"{n},Other{n} Ex,Org 1" for n in range(shared)] + ['9,"Ex, P9, PhD",Org 9']
    _, text = begun(tmp_path, "2025-01-01.csv", "\n".join(["Id,Name,Employer", *rows, ""]).encode())
    assert (f"{shared} of 20 values of 'Id' stand beside several names" in text) is said


@pytest.mark.parametrize(("without", "said"), [(3, False), (4, True)])
def test_init_says_that_many_people_name_no_organisation(tmp_path, without, said):
    """From a fifth of the profiles on."""
    rows = [f"{n},P{n} Ex,{'Org 1' if n >= without else ''}" for n in range(20)]
    _, text = begun(tmp_path, "2025-01-01.csv", "\n".join(["Id,Name,Employer", *rows, ""]).encode())
    assert (f"{without} of 20 profiles name no organisation" in text) is said


@pytest.mark.parametrize(
    "heading",
    [
        "Date Joined",
        "Joined On",
        "Date Employed",
        "Seniority Date",
        "Date d'entrée",
        "Fecha de alta",
        "Hired",
    ],
)
def test_a_column_of_hires_is_known_by_words_in_its_name(heading):
    """Whatever stands around them."""
    layout = Layout(columns={"id": "Id", "organization": "Agency", "start": heading})
    rows = [["1", "Fire", "2010-01-01"], ["2", "Police", "2011-01-01"]]
    assert column_of_hire(layout, ["Id", "Agency", heading], rows) == heading
    assert column_of_hire(layout, ["Id", "Agency", "Start"], rows) == heading


def test_a_start_of_a_position_is_none_of_a_hire():
    """Its name says nothing of it."""
    for heading in ("Start Date", "From", "Position Start", "Since", "Appointment Date"):
        layout = Layout(columns={"id": "Id", "organization": "Agency", "start": heading})
        assert column_of_hire(layout, ["Id", "Agency", heading], [["1", "Fire", "2010"]]) is None


@pytest.mark.parametrize(
    ("heading", "row", "encoding"),
    [
        ("Табельный номер;ФИО;Подразделение;Должность;Дата приема", "01.02.2020", "utf-8"),
        ("Numer pracownika;Pracownik;Dział;Stanowisko;Data zatrudnienia", "01.02.2020", "utf-8"),
        ("Matrícula;Nome;Setor;Cargo;Data de admissão", "01.02.2020", "utf-8"),
        ("Matricola dipendente;Nome;Reparto;Mansione;Data assunzione", "01.02.2020", "utf-8"),
        ("社員番号;氏名;部署;役職;入社日", "2020年2月1日", "utf-8-sig"),
        ("工号;姓名;部门;职位;入职日期", "2020年2月1日", "utf-16"),
        ("Αριθμός Μητρώου;Ονοματεπώνυμο;Τμήμα;Θέση;Ημερομηνία Πρόσληψης", "01.02.2020", "utf-16"),
        ("Sicil No;Ad Soyad;Bölüm;Unvan;İşe Giriş Tarihi", "01.02.2020", "utf-8"),
        ("Osobní číslo;Jméno;Oddělení;Pozice;Datum nástupu", "01.02.2020", "utf-8"),
        ("Törzsszám;Teljes név;Osztály;Beosztás;Belépés dátuma", "01.02.2020", "utf-8"),
    ],
)
def test_a_staff_list_in_another_language_is_understood(tmp_path, heading, row, encoding):
    """Departments are organisations, and a hire date is of the employer, so transfers are seen."""
    text = heading + "".join(f"\nE{n};Ada Ex{n};Org {n % 3};Clerk;{row}" for n in range(9)) + "\n"
    config, said = begun(tmp_path, "2025-06-14.csv", text.encode(encoding))
    assert first_profile(config) == {
        "id": "E0",
        "name": "Ada Ex0",
        "positions": [{"organization": "Org 0", "title": "Clerk"}],
    }
    assert "start_of" in config.read_text("utf-8")
    assert "set aside" in said


@pytest.mark.parametrize(
    "names",
    [
        *(["Nome", "Cognome"], ["Nombre", "Apellidos"], ["Имя", "Фамилия"]),
        ["Jméno", "Příjmení"],
    ],
)
def test_a_first_name_is_no_whole_one_beside_the_last(names):
    """The same word is the name where it stands alone."""
    assert understood(["id", *names], [], Layout()).layout.columns["name"] == names
    assert understood(["id", names[0]], [], Layout()).layout.columns["name"] == names[0]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (
            "Person Id,Prior Company,Previous company end date,Current Company,Current Title",
            {"id": "Person Id", "organization": "Current Company", "title": "Current Title"},
        ),
        (
            "Kandidaten-ID,Vorheriger Arbeitgeber,Aktueller Arbeitgeber,Aktuelle Position",
            {
                "id": "Kandidaten-ID",
                "organization": "Aktueller Arbeitgeber",
                "title": "Aktuelle Position",
            },
        ),
        ("id,Empresa anterior,Empresa actual", {"organization": "Empresa actual"}),
        ("id,上一家公司,当前公司", {"organization": "当前公司"}),
        ("id,前公司,目前公司", {"organization": "目前公司"}),
        ("id,Former employer,Previous hire date", {}),
    ],
)
def test_what_was_before_is_not_taken_for_what_is(heading, expected):
    """Whichever stands first, and where nothing says what is now."""
    names = heading.split(",")
    rows = [[f"{name} {n}" for name in names] for n in range(3)]
    assert understood(names, rows, Layout()).layout.columns == expected
