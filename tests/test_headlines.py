"""One column for a title and its organisation, and two for one name."""

import json
from pathlib import Path

import pytest
from test_init import talentwatch

from monitor.base.records import Observation
from monitor.base.settings import Layout
from monitor.intake.sources.files import Files
from monitor.intake.sources.headlines import way_on
from monitor.scaffold.guessing.columns import understood


def test_a_headline_is_read_where_both_fields_name_its_column(tmp_path: Path) -> None:
    """One that names no organisation is set aside: nobody has left by another headline."""
    path = tmp_path / "2025-06-30.csv"
    path.write_text(
        "Name,Headline\nAda Aal,Head of R&D at Acme | Speaker\nBob Baum,Aide bei Beta\n"
        "Cy Cole,Open to work\n",
        encoding="utf-8",
    )
    columns = {"id": "Name", "title": "Headline", "organization": "Headline"}
    (one,) = Files(source="s", paths=[path], layout=Layout(columns=columns)).observations()
    assert isinstance(one, Observation), one
    with one.open() as stream:
        ada, bob, cy = (json.loads(line)["positions"] for line in stream if line.strip())
    assert ada == [{"title": "Head of R&D", "organization": "Acme"}]
    assert bob == [{"title": "Aide", "organization": "Beta"}]
    assert "line 4 has 'Open to work', which says no title at an organisation" in cy


def test_init_says_how_a_headline_is_read(tmp_path: Path) -> None:
    """It does not guess: a title may have such a word in it."""
    path = tmp_path / "2025-06-30.csv"
    path.write_text(
        "Name,Headline\nAda Aal,Aide at Acme\nBob Baum,Head at Beta\n", encoding="utf-8"
    )
    done = talentwatch("init", tmp_path / "watch", "--from", path, code=2)
    assert "--column 'title=Headline' --column 'organization=Headline'" in str(done.exception)


@pytest.mark.parametrize("mark", [" | ", " - ", ", "])
def test_what_tells_no_title_from_an_organisation_is_not_parted(mark: str) -> None:
    """'Acme | Engineer' may be read either way."""
    said = way_on(["Name", "Role"], [["Ada", f"Acme{mark}Aide"], ["Bob", f"Beta{mark}Head"]])
    assert said is not None
    assert "make two columns of it" in said
    assert way_on(["Name", "Role"], [["Ada", "Aide"], ["Bob", "Head"]]) is None
    assert way_on(["Name", "Email"], [["Ada", "ada@acme.example"], ["Bob", "b@b.example"]]) is None


@pytest.mark.parametrize(
    ("names", "cells", "name"),
    [
        (["Nachname", "Vorname"], ["Aal", "Ada"], ["Vorname", "Nachname"]),
        (["Name", "Vorname"], ["Aal", "Ada"], ["Vorname", "Name"]),
        (["Nom", "Prénom"], ["Aal", "Ada"], ["Prénom", "Nom"]),
        (["Apellidos", "Nombre"], ["Aal Baum", "Ada"], ["Nombre", "Apellidos"]),
        (["Cognome", "Nome"], ["Aal", "Ada"], ["Nome", "Cognome"]),
        (["Naam", "Voornaam"], ["Aal", "Ada"], ["Voornaam", "Naam"]),
        (["Nume", "Prenume"], ["Aal", "Ada"], ["Prenume", "Nume"]),
        (["Фамилия", "Имя"], ["Аал", "Ада"], ["Имя", "Фамилия"]),
        (["姓", "名"], ["山田", "花子"], ["名", "姓"]),
        (["성", "이름"], ["김", "하나"], ["이름", "성"]),
        (["Soyadı", "Adı"], ["Aal", "Ada"], ["Adı", "Soyadı"]),
        (["Name", "First Name"], ["Ada Aal", "Ada"], "Name"),
    ],
)
def test_two_columns_make_a_full_name_in_every_language(
    names: list[str], cells: list[str], name: object
) -> None:
    """Unless one of them has all of it: without ids half a name would be half of the people."""
    columns = understood([*names, "Company"], [[*cells, "Acme"]], Layout()).layout.columns
    assert columns["name"] == name
