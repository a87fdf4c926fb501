"""Names of persons, and which may be one person's."""

import pytest

from monitor.identity.people.names import groups_of_one_person, may_be_one_person, parsed

ONE = [
    ("Greg Sample", "Gregory Sample"),
    ("Greg Sample", "Gregory B. Sample 0001"),
    ("G. Sample", "Gregory Sample"),
    ("Y. Sample", "Yusuf Sample"),
    ("E. da Silva", "Elif Silva"),
    ("Sample, Greg", "Greg Sample"),
    ("van der Berg, Jan", "Jan van der Berg"),
    ("Jan Berg", "Jan van der Berg"),
    ("Bob Sample", "Robert Sample"),
    ("Bill Sample", "Will Sample"),
    ("Mike Sample", "Michael Sample"),
    ("José Álvarez", "Jose Alvarez"),
    ("Conan O\u2019Brien", "Conan O'Brien"),
    ("Conan O'Brien", "Conan O Brien"),
    ("John Sample Jr.", "John Sample"),
    ("John Sample, PhD", "Dr. John Sample"),
    ("John Sample, Ph.D.", "John Sample"),
    ("Sample, John, Jr.", "John Sample Jr"),
    ("Jean-Luc Sample", "J.-L. Sample"),
    ("Jean Luc Sample", "Jean Sample"),
    ("Gregory (Greg) Sample", "Gregory Sample"),
    ("GREG SAMPLE", "greg sample"),
    ("Юрий Петров", "Юрий Петров"),
    ("Иван Сергеевич Петров", "И. Петров"),
    ("Hans Müller", "Mueller, H."),
    ("Søren Sørensen", "S. Soerensen"),
    ("Ana García López", "Ana García"),
    ("Ana García López", "A. García"),
    ("García López, Ana", "Ana García López"),
    ("García López, Ana", "Ana García"),
    ("Nagy Péter", "Péter Nagy"),
    ("山田 太郎", "山田太郎"),
    ("Carlos Ruiz Gil", "Ruiz Gil Carlos"),
    ("Carlos Ruiz Gil", "Gil Ruiz Carlos"),
    ("Tran Minh Duc", "Duc Minh Tran"),
]
SEVERAL = [
    ("Greg Sample", "Anna Sample"),
    ("Greg Sample", "Greg Simple"),
    ("Gr Sample", "Gregory Sample"),
    ("Anna Sample", "Hanna Sample"),
    ("John A. Sample", "John B. Sample"),
    ("John Sample Jr.", "John Sample Sr."),
    ("John Sample II", "John Sample III"),
    ("Wei Wang 0001", "Wei Wang 0002"),
    ("Marie Sample", "Mario Sample"),
    ("Ana García López", "Eva García"),
    ("Ana García López", "Ana Pérez García"),
    ("山田太郎", "山田花子"),
    ("Paul Sample", "Paula Sample"),
    ("Carlos Ruiz Gil", "Carlos Gil Ruiz"),
    ("Gil Ruiz, Carlos", "Carlos Ruiz Gil"),
    ("Anna Bauer", "Anna Baur"),
    ("Sample", "Greg Sample"),
    ("greg", "greg"),
    ("", "Greg Sample"),
    ("Dr. Sample", "Greg Sample"),
    ("42", "42"),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_names_that_agree_may_be_one_person(one, other):
    """Given names are equal, shortened or initials; titles, particles and numbers tell nothing."""
    assert may_be_one_person(one, other)
    assert may_be_one_person(other, one)


@pytest.mark.parametrize(("one", "other"), SEVERAL)
def test_names_that_do_not_agree_are_several_people(one, other):
    """Brothers and sisters, father and son, and people whom a register numbers."""
    assert not may_be_one_person(one, other)
    assert not may_be_one_person(other, one)


def test_a_name_has_given_names_and_a_surname():
    """In whatever order they are written, and a single word is no name of a person."""
    name = parsed("Dr. Ana María de la Cruz Jr. 0003")
    assert name is not None
    assert (name.given, name.surname) == (("ana", "maria"), "cruz")
    assert (name.generation, name.number) == ("jr", "0003")
    assert parsed("Cher") is None


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (["Greg Sample", "Gregory Sample", "Gregory B. Sample 0001"], [["0", "1", "2"]]),
        (["Greg Sample", "Gregory Sample", "Anna Sample"], [["0", "1"]]),
        (["Greg Sample", "Gina Sample", "G. Sample"], []),
        (["Greg Sample", "Gregory Sample", "Gina Sample", "G. Sample"], [["0", "1"]]),
        (["Greg Sample", "Gregory Sample", "Ann Other", "Annie Other"], [["0", "1"], ["2", "3"]]),
        (["Greg Sample"], []),
    ],
)
def test_a_group_holds_names_that_all_agree(names, groups):
    """An initial that may be that of two people is nobody's."""
    assert groups_of_one_person({str(n): name for n, name in enumerate(names)}) == groups
