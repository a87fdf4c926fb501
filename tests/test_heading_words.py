"""Headings in words that no list has, in several languages; and start and end in one column."""

import json
from time import process_time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import run_here
from formats import previewed
from test_mutated_files import people

from monitor.base.settings import Layout
from monitor.intake.sources.cells import of_employer
from monitor.intake.sources.nested import RecordMapping
from monitor.intake.sources.periods import start_and_end
from monitor.scaffold.guessing.columns import understood
from monitor.scaffold.json_records import json_export

HEADINGS = {
    "Personal-ID;Vorname;Nachname;Position;Abteilung;Einstellungsdatum;Enddatum;Gesellschaft": (
        *("Personal-ID", ["Vorname", "Nachname"], "Gesellschaft", "Abteilung", "Position"),
        *("Einstellungsdatum", "Enddatum"),
    ),
    "Nº Empleado;Apellidos y Nombres;Cargo;Empresa contratante;Unidad de destino;Fecha Ingreso": (
        *("Nº Empleado", "Apellidos y Nombres", "Empresa contratante", "Unidad de destino"),
        *("Cargo", "Fecha Ingreso", None),
    ),
    "Matrícula;Nome do Servidor;Cargo Efetivo;Órgão de Lotação;Unidade de Exercício": (
        *("Matrícula", "Nome do Servidor", "Órgão de Lotação", "Unidade de Exercício"),
        *("Cargo Efetivo", None, None),
    ),
    "Nr ewid.;Nazwisko i imię;Stanowisko służbowe;Komórka organizacyjna;Zakład pracy": (
        *("Nr ewid.", "Nazwisko i imię", "Zakład pracy", "Komórka organizacyjna"),
        *("Stanowisko służbowe", None, None),
    ),
    "Таб. №;ФИО;Должность;Подразделение;Организация": (
        *("Таб. №", "ФИО", "Организация", "Подразделение", "Должность", None, None),
    ),
    "社員番号;氏名;会社名;部署名;役職名;入社年月日;退職年月日": (
        *("社員番号", "氏名", "会社名", "部署名", "役職名", "入社年月日", "退職年月日"),
    ),
    "工号;姓名;所属公司;所在部门;岗位名称;入职日期;离职日期": (
        *("工号", "姓名", "所属公司", "所在部门", "岗位名称", "入职日期", "离职日期"),
    ),
    "Contact Id;Contact Full Name;Contact Job Title;Contact Department;Company Name;Company Id": (
        *("Contact Id", "Contact Full Name", "Company Name", "Contact Department"),
        *("Contact Job Title", None, None),
    ),
    "uuid;name;person_uuid;person_name;org_name;started_on;ended_on;title": (
        *("person_uuid", "person_name", "org_name", None, "title", "started_on", "ended_on"),
    ),
    "Personeelsnr.;Achternaam;Tussenvoegsel;Voorletters;Functienaam;Werkgever;Datum uit dienst": (
        *("Personeelsnr.", ["Voorletters", "Tussenvoegsel", "Achternaam"], "Werkgever", None),
        *("Functienaam", None, "Datum uit dienst"),
    ),
    "Full Name;Full Name URL;Primary Organization;Primary Organization URL;Role (current)": (
        *("Full Name URL", "Full Name", "Primary Organization", None, "Role (current)", None, None),
    ),
    "Manager Employee ID;Employee Number;Worker;Legal Entity;Hire Date;Position Entry Date": (
        *("Employee Number", "Worker", "Legal Entity", None, None, "Position Entry Date", None),
    ),
    "사번;성명;회사;부서;직위;입사일;퇴사일": (
        "사번",
        "성명",
        "회사",
        "부서",
        "직위",
        "입사일",
        "퇴사일",
    ),
    "Worker;Employee ID;Position;Business Title;Company;Company Linkedin Url": (
        *("Employee ID", "Worker", "Company", None, "Business Title", None, None),
    ),
    "uuid;name;featured_job_organization_uuid;featured_job_organization_name;featured_job_title": (
        *("uuid", "name", "featured_job_organization_name", None, "featured_job_title", None, None),
    ),
    "Associate ID;Payroll Name;Company;Job Title Description;Termination Date": (
        *("Associate ID", "Payroll Name", "Company", None, "Job Title Description", None),
        "Termination Date",
    ),
}
"""By heading, the columns of the id, the name, the organisation, the team, the title, the dates."""
FIELDS = ("id", "name", "organization", "team", "title", "start", "end")


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_of_words_that_no_list_has_is_understood(heading):
    """By the word that tells, wherever it stands, without those that say whose a value is."""
    names = heading.split(";")
    columns = understood(names, [], Layout()).layout.columns
    there = [columns.get(field, field if field in names else None) or None for field in FIELDS]
    assert there == list(HEADINGS[heading])


@pytest.mark.parametrize(
    ("column", "field"),
    [
        *(("Company LinkedIn URL", "id"), ("Company Contact Id", "id"), ("Codigo Cargo", "title")),
        *(("Previous Cargo", "title"), ("Organisationseinheit", "organization")),
        *(("Contact Number", "id"), ("Employee Mobile Number", "id"), ("Contact Owner ID", "id")),
    ],
)
def test_a_column_about_something_else_is_left(column, field):
    """An address of the company is no person, a code is no title, a unit no employer."""
    names = ["Name", "Employer", column]
    if field == "organization":
        names = ["Name", "Employer", "Role", column]
    assert understood(names, [], Layout()).layout.columns.get(field) != column


@pytest.mark.parametrize(("of_two", "column"), [(1, "Staff Group Code"), (2, "Name")])
def test_a_code_of_groups_is_no_id(of_two, column):
    """Where words in its name alone tell of ids, two that have several names are too many."""
    rows = [[f"G{n}", f"P{n} Ex", "Acme"] for n in range(10)]
    rows += [[f"G{n}", f"Other{n} Ex", "Acme"] for n in range(of_two)]
    guess = understood(["Staff Group Code", "Name", "Employer"], rows, Layout())
    assert [guess.layout.columns["id"]] in ([column], [[column]])


def test_a_column_of_numbers_is_no_title():
    """A rank in a list is none, one of an officer is."""
    names = ["Person Id", "Company", "rank", "featured_job_title"]
    rows = [[f"p{n}", "Acme", str(n), "Head"] for n in range(3)]
    assert understood(names, rows, Layout()).layout.columns["title"] == "featured_job_title"
    rows = [[f"p{n}", "Acme", f"Captain {n}", "Head"] for n in range(3)]
    assert understood(names, rows, Layout()).layout.columns["title"] == "rank"


def test_the_name_of_an_agent_is_one():
    """Beside the agent's code."""
    columns = understood(["Agent Code", "Agent Name", "Company"], [], Layout()).layout.columns
    assert (columns["id"], columns["name"]) == ("Agent Code", "Agent Name")


@pytest.mark.parametrize("role", ["Member", "Employee"])
def test_a_first_and_a_last_name_are_surer_than_a_role(role):
    """A column of that name may say yes or no, or have a number."""
    names = ["First Name", "Last Name", role, "Company"]
    columns = understood(names, [], Layout()).layout.columns
    assert columns["name"] == ["First Name", "Last Name"]
    assert understood([role, "Company"], [], Layout()).layout.columns["name"] == role


def test_start_and_end_in_one_column_are_read(tmp_path):
    """As a page shows them, with how long it was; the kind of employment is no part of a name."""
    path = tmp_path / "2025-06-14.csv"
    path.write_text(
        "id,Company,Position,Duration\n"
        "a,Acme · Full-time,Head,Mar 2021 – Present · 4 yrs 8 mos\n"
        "a,Globex · Part-time,Analyst,Jan 2018 – Feb 2021 · 3 yrs 2 mos\n"
        "b,Acme,Clerk,2019 – Present · 6 yrs\n",
        encoding="utf-8",
    )
    read = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    layout = understood(read[0], read[1:], Layout()).layout
    assert (layout.columns["start"], layout.columns["end"]) == ("Duration", "Duration")
    positions, errors = people(path, layout)
    assert not errors
    assert positions == {
        ("2025-06-14", "a"): {
            ("Acme", None, "2021-03", None),
            ("Globex", None, "2018-01", "2021-02"),
        },
        ("2025-06-14", "b"): {("Acme", None, "2019", None)},
    }
    assert previewed(path, layout).manifest.positions == 3


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("05/2019-06/2020", ("05/2019", "06/2020")),
        ("01.02.2019-31.12.2020", ("01.02.2019", "31.12.2020")),
        ("Jan 2020-Mar 2021", ("Jan 2020", "Mar 2021")),
        ("2020-01/2021-02", ("2020-01", "2021-02")),
        ("2020-01-15", ("2020-01-15", "2020-01-15")),
        ("until 2020", ("", "2020")),
        ("bis 03/2020", ("", "03/2020")),
        ("jusqu'en 2020", ("", "2020")),
        ("bis heute", ("", "")),
        ("seit 2019", ("2019", "")),
        ("du 01/2019 au 03/2020", ("01/2019", "03/2020")),
        ("de 2019 a 2021", ("2019", "2021")),
        ("od 2019 do 2021", ("2019", "2021")),
        ("van 2019 tot 2021", ("2019", "2021")),
        ("dal 2019 al", ("2019", "")),
        ("2019 à", ("2019", "")),
        ("od 2019 do", ("2019", "")),
        ("au 31/12/2020", ("", "31/12/2020")),
        ("do 2020", ("", "2020")),
        ("13 de mayo de 2019 a 14 de junio de 2020", ("13 de mayo de 2019", "14 de junio de 2020")),
    ],
)
def test_a_period_is_taken_apart(text, dates):
    """Between its two dates, whatever joins the parts of each; a word may say that one is open."""
    assert start_and_end(text) == dates


@pytest.mark.parametrize(
    ("other", "column"),
    [("Start", "Period"), ("End Date", "Period"), ("Start;End", None), ("Status", "Period")],
)
def test_a_column_of_periods_is_looked_for_unless_both_dates_have_their_own(other, column):
    """One that says both is surer than one that says half of it."""
    names = ["id", "Company", *other.split(";"), "Period"]
    rows = [[f"p{n}", "Acme", *["2019"] * (len(names) - 3), "2019 - 2021"] for n in range(3)]
    columns = understood(names, rows, Layout()).layout.columns
    assert ((columns.get("start"), columns.get("end")) == (column, column)) == (column is not None)


@pytest.mark.parametrize("name", ["Pay Period", "Fiscal Years", "School Years", "Contract"])
def test_a_column_of_other_periods_is_none(name):
    """Nobody began on the first day of a fiscal year because it is one."""
    rows = [[f"p{n}", "Acme", "2019 - 2021"] for n in range(3)]
    columns = understood(["id", "Company", name], rows, Layout()).layout.columns
    assert not columns.get("start")


@pytest.mark.parametrize(
    "text",
    [
        f"2020{' ' * 50_000}x",
        f"2020{'-' * 50_000}x",
        f"a{' ' * 50_000}(http·x",
        "(http://·" * 9_000,
    ],
)
def test_a_cell_of_a_stranger_takes_no_quadratic_time(text):
    """Over each kind of many blanks, dashes and brackets."""
    began = process_time()
    start_and_end(text)
    of_employer({"organization": text})
    assert process_time() - began < 1


def test_start_and_end_of_a_record_may_be_one_text():
    """Where both fields have one expression."""
    fields = {"id": "id", "organization": "at", "start": "when", "end": "when"}
    record = {"id": "a", "at": "Acme · Contract", "when": "Jun 2020 - Aug 2022"}
    assert RecordMapping(fields).profile(record)["positions"] == [
        {"organization": "Acme", "kind": "contract", "start": "2020-06", "end": "2022-08"}
    ]


@pytest.mark.parametrize(
    ("record", "id_at"),
    [
        ('{"attributes": {"id": {"value": 7}, "department": {"value": {"id": 1}}%s}}', "7"),
        ('{"id": 7, "company": {"id": 1}%s}', "7"),
        ('{"person": {"id": 7}, "company": {"id": 1}%s}', "7"),
    ],
)
def test_the_id_of_something_else_is_nobodys(tmp_path, record, id_at):
    """Of a department or an employer, which many people share."""
    path = tmp_path / "2025-06-14.json"
    path.write_text(record % ', "employer": "Acme", "name": "Ann Lee"', encoding="utf-8")
    assert json_export(path, Layout()).examples["id"] == id_at


def test_records_of_one_organisation_need_no_positions(tmp_path):
    """A list of members says nothing of where they are; who has it does."""
    members = [{"login": "jo", "id": 7, "node_id": "x", "html_url": "https://github.com/jo"}]
    path = tmp_path / "2025-06-14.json"
    path.write_text(json.dumps(members), encoding="utf-8")
    refused = run_here("init", str(tmp_path / "a"), "--from", str(path))
    assert "--constant organization=NAME says it" in refused.stderr
    begun = ("init", str(tmp_path / "b"), "--from", str(path), "--constant", "organization=Acme")
    assert run_here(*begun).returncode == 0
    positions, _ = people(path, Layout(layout="github", constants={"organization": "Acme"}))
    assert positions == {("2025-06-14", "7"): {("Acme", None, None, None)}}


def test_a_typed_table_with_lists_of_another_form_names_the_way_on(tmp_path):
    """No option of columns could say where the positions are."""
    path = tmp_path / "2025-06-14.parquet"
    pq.write_table(pa.Table.from_pylist([{"person_id": 1, "jobs": [{"at": "Acme"}]}]), path)
    refused = run_here("init", str(tmp_path / "a"), "--from", str(path))
    assert "the cells of 'jobs' hold lists or records" in refused.stderr
    assert "write the table as JSON Lines (DuckDB: COPY" in refused.stderr
