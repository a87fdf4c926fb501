"""Texts are read in the encoding they are in, or refused; no name is garbled."""

import codecs
import gzip
from io import BufferedReader, BytesIO

import pytest
from formats import previewed
from hypothesis import given
from hypothesis import strategies as st
from test_exports import begun, first_profile
from test_init import talentwatch
from test_sources import observed, read

from monitor.base.errors import FileRefused, SourceError
from monitor.base.settings import Layout
from monitor.intake.sources.content import encoding_of
from monitor.intake.sources.encodings import guessed, letters

NAMES = ["Société Générale", "Nestlé", "Universität Zürich", "Crédit Agricole", "Ørsted"]


def stream(content: bytes) -> BufferedReader:
    return BufferedReader(BytesIO(content))


def staff(*organizations: str) -> str:
    rows = [f"p{place},Zoë {place},{name}" for place, name in enumerate(organizations)]
    return "\n".join(["id,name,organization", *rows, ""])


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("configured", ["utf-8", "windows-1252", "utf-16"])
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".txt"])
def test_a_mark_says_how_a_table_is_written(tmp_path, codec, configured, suffix):
    """Whatever is configured, and UTF-8 needs none."""
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(codec, b"")
    content = mark + staff(*NAMES).encode(codec)
    path = tmp_path / f"2025-01-01{suffix}"
    if suffix.endswith(".gz"):
        content = gzip.compress(content)
    path.write_bytes(content)
    found = [
        profile["positions"][0]["organization"] for _, profile in read(path, encoding=configured)
    ]
    assert found == NAMES


def test_json_lines_in_utf_16_are_read(tmp_path):
    """As some shells write them."""
    path = tmp_path / "2025-01-01.jsonl"
    path.write_text('{"id": "p", "positions": [{"organization": "Büro"}]}\n', encoding="utf-16")
    [(_, profile)] = read(path)
    assert profile["positions"] == [{"organization": "Büro"}]


def test_half_a_character_at_the_end_refuses_the_file(tmp_path):
    """It was cut."""
    path = tmp_path / "2025-01-01.csv"
    path.write_bytes(staff("A").encode("utf-16") + b"x")
    with pytest.raises(SourceError, match="not written in utf-16"), observed(path).open() as it:
        it.read()


@pytest.mark.slow
def test_an_export_in_utf_8_is_read_as_that_though_another_encoding_is_configured(tmp_path):
    """A spreadsheet saves one month in one and the next in the other: nobody moved."""
    rows = [*NAMES, *(f"Org {number}" for number in range(20))]
    config, _ = begun(tmp_path, "2024-05-01.csv", staff(*rows).encode("cp1252"))
    assert 'encoding = "windows-1252"' in config.read_text()
    for day, codec in (
        ("2024-06-01", "utf-8"),
        ("2024-07-01", "cp1252"),
        ("2024-08-01", "utf-8-sig"),
    ):
        (config.parent / f"inbox/people/{day}.csv").write_bytes(staff(*rows).encode(codec))
    done = talentwatch("run", "--config", config, "--now", "2024-08-02")
    assert done.stdout.count("accepted") == 3
    assert (
        talentwatch("moves", "--config", config, "--since", "2024-05-02").stdout.count("counted")
        == 0
    )


def test_a_table_that_is_no_utf_8_is_refused_with_what_it_looks_like(tmp_path):
    """Not read into rows without their letters."""
    path = tmp_path / "2025-01-01.csv"
    path.write_bytes(staff(*NAMES * 3).encode("cp1252"))
    with pytest.raises(SourceError, match=r"looks like windows-1252 \(.*set encoding ="):
        read(path)


def test_a_few_broken_letters_cost_their_own_rows(tmp_path):
    """Up to ten bytes, or as many as there are good letters."""
    for broken, refused in ((10, False), (11, True)):
        path = tmp_path / "2025-01-01.csv"
        path.write_bytes(b"id,organization\n" + b"".join(b"p%d,A\xff\n" % n for n in range(broken)))
        if refused:
            with pytest.raises(SourceError, match="not written in UTF-8"):
                observed(path).open().__enter__().read()
        else:
            with observed(path).open() as it:
                assert len(it.read().splitlines()) == broken + 1


def test_a_replacement_character_is_a_letter_as_any(tmp_path):
    """It was there before: the file is UTF-8."""
    path = tmp_path / "2025-01-01.csv"
    path.write_text(staff(*["A\ufffd"] * 30), encoding="utf-8")
    assert {profile["positions"][0]["organization"] for _, profile in read(path)} == {"A\ufffd"}
    config, said = begun(tmp_path, "export.csv", staff(*["A\ufffd"] * 30).encode())
    assert "UTF-8" not in said
    assert "encoding" not in config.read_text()


POLISH = "id;name;organization\n1;Łukasz Żółw;Święty Łuk\n2;Paweł Gąska;Żabka\n"


def test_init_says_its_doubt_of_an_encoding_and_takes_another(tmp_path):
    """The letters of the language decide; --encoding goes before them."""
    config, said = begun(tmp_path, "e.csv", POLISH.encode("cp1250"))
    assert "it is read as windows-1250 (" in said
    assert "which it may not be: --encoding NAME says another." in said
    assert first_profile(config)["name"] == "Łukasz Żółw"
    other, said = begun(
        tmp_path / "b", "e.csv", POLISH.encode("cp1250"), "--encoding", "iso-8859-2"
    )
    assert "It is read as iso-8859-2." in said
    assert 'encoding = "iso-8859-2"' in other.read_text()
    done = talentwatch(
        "init", tmp_path / "c", "--from", tmp_path / "e.csv", "--encoding", "x", code=2
    )
    assert "encoding" in str(done.exception)


def test_init_refuses_an_encoding_that_letters_do_not_tell(tmp_path):
    """Names in the letters of another language would be garbled for good; the option says it."""
    text = "ID,Name,Agency\n" + "".join(f"E{n},陈高{n},李林\n" for n in range(30))
    export = tmp_path / "2025-01-01.csv"
    export.write_bytes(text.encode("gb18030"))
    done = talentwatch("init", tmp_path / "w", "--from", export, code=2)
    assert "(perhaps gb18030 or cp949): --encoding NAME says it" in str(done.exception)
    assert not (tmp_path / "w").exists()
    with pytest.raises(FileRefused, match="do not tell how, perhaps in gb18030 or cp949: set"):
        encoding_of(export, Layout())
    config, _ = begun(tmp_path, "e.csv", text.encode("gb18030"), "--encoding", "gb18030")
    assert first_profile(config)["name"] == "陈高0"


@pytest.mark.parametrize(
    ("codec", "row"),
    [
        ("gb18030", "王伟;北京市公安局;工程师"),
        ("gb18030", "欧阳娜娜;百度在线网络技术;产品经理"),
        ("big5", "陳大文;臺北市警察局;工程師"),
        ("cp932", "佐藤花子;大阪市役所;エンジニア"),
        ("cp949", "김민준;서울특별시;과장"),
    ],
)
def test_letters_of_two_bytes_tell_an_encoding_by_those_in_everyday_use(codec, row):
    """Read in the wrong one, a text is made of rare letters; it is told, and surely."""
    found = guessed(stream(f"{row}\n".encode(codec)))
    assert found.encoding == codec
    assert found.confidence > 0.8
    assert found.rival is None


@pytest.mark.parametrize("text", ["петров пётр;министерство", "Müll;Füll;Süll"])
def test_letters_of_one_byte_are_no_letters_of_two(text):
    """Pairs of them look like everyday letters of Chinese: nothing is sure then."""
    codec = "koi8_r" if text[0] == "п" else "cp1252"
    found = guessed(stream(f"{text}\n".encode(codec) * 30))
    assert found.encoding != "gb18030"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("Jürgen Müller;Universität Zürich;Grün", "cp1252", "windows-1252"),
        ("François Élodie;Société Générale;Crédit", "cp1252", "windows-1252"),
        ("Zoë;Café", "cp1252", "windows-1252"),
        ("Jiří Šťastný;České dráhy;Žaneta Říhová;Škoda", "cp1250", "windows-1250"),
        ("Иван Петров;Газпром;Мария Иванова;Сбербанк", "cp1251", "windows-1251"),
        ("Ayşe Yıldız;Türkiye İş Bankası;Çağlar Güneş", "cp1254", "windows-1254"),
        ("山田太郎;株式会社トヨタ;佐藤花子;日立製作所", "cp932", "cp932"),
    ],
)
def test_letters_tell_an_encoding(text, codec, name):
    """By the languages that are written with them; without a clear sign it is the usual one."""
    found = guessed(stream(text.encode(codec)))
    assert found.encoding == name
    assert 0 <= found.confidence <= 1


@given(st.binary(max_size=200))
def test_letters_of_any_bytes_are_counted(content):
    """Those of UTF-8 that is whole are all good."""
    found = letters(stream(content))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        assert found.bad > 0
    else:
        assert (found.bad, found.good) == (0, sum(not letter.isascii() for letter in text))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_empty_bytes(tmp_path, codec):
    """Some tools leave the mark out."""
    path = tmp_path / "2025-01-01.csv"
    path.write_bytes(staff("Nestlé").encode(codec))
    assert previewed(path, Layout()).samples["organization"] == ["Nestlé"]


@pytest.mark.parametrize(("broken", "is_utf8"), [(2, True), (3, False)])
def test_a_broken_letter_does_not_garble_the_others_as_configured(tmp_path, broken, is_utf8):
    """What has as many letters of UTF-8 as broken ones is that, whatever is configured."""
    path = tmp_path / "2025-01-01.csv"
    rows = b"".join(b"%d,x,Acme\xff\n" % number for number in range(broken))
    path.write_bytes(staff("Nestlé").encode() + rows)
    seen = previewed(path, Layout(encoding="windows-1252"))
    assert ("Nestlé" in seen.samples["organization"]) is is_utf8
    assert seen.manifest.rejected == (broken if is_utf8 else 0)
