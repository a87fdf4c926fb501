"""The formats that talentwatch reads, each with a small invented file, and the table of them.

.venv/bin/python tests/formats.py

writes into docs/sources.md what `init --from` makes of each file in tests/files/formats, and what
is then in it.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import headings
from typer.testing import CliRunner

from monitor.base.settings import Layout, load_settings
from monitor.cli.entry import app
from monitor.intake.preview import FilePreview, opened_preview
from monitor.intake.sources.files import Files

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / "tests" / "files" / "formats"
PAGE = ROOT / "docs" / "sources.md"
DAY = date(2025, 6, 14)
"""The day of every file whose rows do not say theirs."""
BEGIN, END = "<!-- formats: `make formats` writes this -->\n", "<!-- end of formats -->\n"
HEAD = (
    "| format | file | `init --from` writes | profiles | positions | set aside | notes |\n"
    "|---|---|---|--:|--:|--:|---|\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format, by the file that stands for it."""

    title: str
    page: str
    """Its page in docs/sources; empty if it has none."""
    file: str
    note: str
    options: tuple[str, ...] = ()
    """What `init` has to be told."""

    @property
    def path(self) -> Path:
        """Where its file is."""
        return FILES / self.file


def _formats(page: str, *rows: tuple[str, str, str]) -> list[Format]:
    return [Format(page=page, title=title, file=file, note=note) for title, file, note in rows]


_OPTION = ("--constant", "organization=Example Corp", "--field", "positions=[@]")
FORMATS = (
    *_formats(
        "people-data-labs",
        (
            "People Data Labs, records",
            "peopledatalabs-records-2025-06-14.jsonl",
            "an open job that is not the primary one is over; `true` says nothing",
        ),
        (
            "the same, search answer",
            "peopledatalabs-search-2025-06-14.json",
            "over many lines, under `data`",
        ),
        (
            "the same, bulk answer",
            "peopledatalabs-bulk-2025-06-14.json",
            "a list of answers, one of which found nobody",
        ),
    ),
    *_formats(
        "coresignal",
        (
            "Coresignal, multi-source",
            "coresignal-multi-source-2025-06-14.jsonl",
            "the deleted profile says nothing",
        ),
        (
            "Coresignal, clean",
            "coresignal-clean-2025-06-14.json",
            "one of the two has no experience",
        ),
        ("Coresignal, base", "coresignal-base-2025-06-14.jsonl", "the deleted job is left out"),
    ),
    *_formats(
        "crustdata",
        (
            "Crustdata, enrichment",
            "crustdata-enrich-2025-06-14.json",
            "one address matched nobody; a past job without an end is over",
        ),
        ("Crustdata, search", "crustdata-search-2025-06-14.json", "under `profiles`"),
        ("Crustdata, screener", "crustdata-screener-2025-06-14.json", "the older interface"),
    ),
    *_formats(
        "profile-services",
        (
            "Bright Data",
            "brightdata-2025-06-14.json",
            "jobs inside of a job; without a history, the company of today; one page was missing",
        ),
        ("Proxycurl, Enrich Layer", "proxycurl-2025-06-14.json", "one address has no profile"),
        ("Apollo", "apollo-2025-06-14.json", "a school is none; without a history, the present"),
        ("Apify", "apify-2025-06-14.json", "jobs inside of a job; both days in one text"),
    ),
    *_formats(
        "resumes",
        (
            "JSON Resume",
            "jsonresume-2025-06-14.json",
            "volunteer work and education are no jobs; `Present` is no end",
        ),
        (
            "schema.org Person",
            "schemaorg-2025-06-14.json",
            "roles and references are followed; a school is education",
        ),
    ),
    *_formats(
        "orcid",
        ("ORCID, records", "orcid-records-2025-06-14.jsonl", "of one job from two sources, one"),
        ("ORCID, employments", "orcid-employments-2025-06-14.json", "of one person, by the path"),
        ("ORCID, turned from XML", "orcid-xml-2025-06-14.jsonl", "records of the public data file"),
    ),
    *_formats(
        "github",
        (
            "GitHub, users",
            "github-users-2025-06-14.json",
            "`@one @other` are two, `ex-one` is one of the past, an organisation is nobody",
        ),
    ),
    Format(
        page="github",
        title="GitHub, members",
        file="github-members-2025-06-14.json",
        note=f"with `{_OPTION[0]} '{_OPTION[1]}' {_OPTION[2]} '{_OPTION[3]}'`",
        options=_OPTION,
    ),
    *_formats(
        "public-office",
        ("Popolo", "popolo-2025-06-14.json", "one member is no person of the file, and has an id"),
        ("congress-legislators", "congress-2025-06-14.json", "an end in the future is a plan"),
    ),
    *_formats(
        "linkedin",
        (
            "LinkedIn, your own data",
            "linkedin-2025-06-14.zip",
            "the connections in it; whoever left LinkedIn is an empty row and no record",
        ),
        ("LinkedIn, connections", "linkedin-connections-2025-06-14.csv", "notes above the table"),
        ("LinkedIn, positions", "linkedin-positions-2025-06-14.csv", "your own jobs"),
    ),
    *_formats(
        "staff-lists",
        ("CSV", "staff-comma-2025-06-14.csv", "9999-12-31 is no end"),
        ("tabs", "staff-tabs-2025-06-14.tsv", ""),
        ("semicolons, in German", "german-2025-06-14.csv", "dates such as 01.04.2024"),
        ("a status, and notes below", "status-2025-06-14.csv", "Terminated is over, also undated"),
        ("UTF-16", "staff-utf-16-2025-06-14.csv", "told by its mark"),
        ("windows-1252", "staff-windows-1252-2025-06-14.csv", "told by its letters"),
        ("Excel", "staff-2025-06-14.xlsx", "a title above the table"),
        ("Excel, another sheet", "second-sheet-2025-06-14.xlsx", "one cell is #N/A"),
        ("a page of HTML called .xls", "page-2025-06-14.xls", ""),
        ("days of a spreadsheet", "excel-days-2025-06-14.csv", "such as 43525"),
        ("LibreOffice", "staff-2025-06-14.ods", "a title above the table"),
        (
            "other delimiters",
            "staff-bars-2025-06-14.txt",
            "bars; also `^`, `~` and marks of databases",
        ),
        (
            "packed with gzip",
            "staff-packed-2025-06-14.csv.gz",
            "all but Parquet and .zip may be packed",
        ),
        ("packed with bzip2", "staff-packed-2025-06-14.csv.bz2", ""),
        ("packed with xz", "staff-packed-2025-06-14.csv.xz", ""),
        ("packed with zstandard", "staff-packed-2025-06-14.csv.zst", ""),
        ("an archive", "staff-2025-06-14.zip", "the one table in it"),
        ("an archive, tar", "staff-2025-06-14.tar.gz", "the one table in it"),
        ("an archive of two files", "two-files-2025-06-14.zip", "told by the headings"),
        ("Parquet", "staff-2025-06-14.parquet", "typed columns"),
        ("many days, each complete", "days-complete.csv", "three days"),
        ("many days, rows that carry on", "days-carry.csv", "four days"),
        ("a column with the year", "years-complete.csv", "two years, and a vacant post"),
    ),
    *_formats(
        "",
        ("JSON Lines", "profiles-lines-2025-06-14.jsonl", "our own form"),
        ("JSON, a list", "profiles-list-2025-06-14.json", "our own form"),
        ("JSON over many lines", "profiles-answer-2025-06-14.json", "our own form, in `results`"),
        ("Parquet, nested", "profiles-nested-2025-06-14.parquet", "our own form, a profile a row"),
        ("YAML", "profiles-2025-06-14.yaml", "our own form"),
        ("JSON of a data portal", "portal-2025-06-14.json", "headings in `meta`, rows in `data`"),
        ("JSON, a list a column", "columns-2025-06-14.json", "a table"),
        ("JSON, a list a row", "rows-2025-06-14.json", "a table under a row of headings"),
        ("JSON of an unknown vendor", "unknown-2025-06-14.json", "guessed by its keys"),
    ),
)


def layout_of(form: Format, folder: Path) -> Layout:
    """The layout that `init --from` writes for the file of a format, into an empty folder."""
    command = ["init", str(folder), "--from", str(form.path), *form.options]
    done = CliRunner().invoke(app, [*command, "--observed-on", str(DAY)])
    if done.exit_code:
        sys.exit(f"{form.file}: {done.output}{done.exception}")
    return load_settings(folder / "config.toml").sources["people"]


def written(layout: Layout) -> Iterator[str]:
    """Each setting of a source that has such a layout, as a few words."""
    usual = Layout()
    forms = "form of dates" if len(layout.dates) == 1 else "forms of dates"
    counts = {"columns": layout.columns, "fields": layout.fields, forms: layout.dates}
    words = {
        "layout": layout.layout,
        "sheet": layout.sheet,
        "member": layout.member,
        "encoding": layout.encoding if layout.encoding != usual.encoding else None,
        "observed_on": layout.observed_on[0] if layout.observed_on else None,
        "days": layout.days,
        "start_of": layout.start_of if layout.start_of != usual.start_of else None,
        **{f"constant {name}": value for name, value in layout.constants.items()},
    }
    yield from (f"{len(some)} {what}" for what, some in counts.items() if some)
    yield from (f'{what} = "{value}"' for what, value in words.items() if value is not None)


def previewed(path: Path, layout: Layout) -> FilePreview:
    """What a file gives that is read so; its rows are gone."""
    files = Files(source="people", paths=[path], observed_on=DAY, layout=layout)
    with opened_preview(files.observations()) as preview:
        return preview


def row(form: Format) -> str:
    """One line of the table."""
    with TemporaryDirectory(prefix="talentwatch-formats-") as folder:
        layout = layout_of(form, Path(folder) / "watch")
    preview = previewed(form.path, layout)
    found = preview.manifest
    reasons = [f"{reason.path.removeprefix('$.')} {reason.reason}" for reason in preview.reasons]
    cells = (
        f"[{form.title}](sources/{form.page}.md)" if form.page else form.title,
        f"[{form.path.suffix}](../tests/files/formats/{form.file})",
        "; ".join(written(layout)) or "nothing: it is our own form",
        f"{found.profiles:,}",
        f"{found.positions:,}",
        f"{found.rejected:,}",
        "; ".join(filter(None, [form.note, *reasons])),
    )
    return f"| {' | '.join(cells)} |\n"


def table() -> str:
    """The whole table."""
    return HEAD + "".join(map(row, FORMATS))


def in_page(text: str) -> str:
    """The table that a page has between the two marks."""
    found = re.search(f"{re.escape(BEGIN)}(.*?){re.escape(END)}", text, re.DOTALL)
    if found is None:
        sys.exit(f"there is no place for the table: {BEGIN.strip()}")
    return found[1]


def write(page: Path, begin: str, end: str, text: str) -> None:
    """Put a table into a page, between its marks."""
    before, _, after = page.read_text(encoding="utf-8").partition(begin)
    rest = after.partition(end)[2]
    page.write_text(f"{before}{begin}{text}{end}{rest}", encoding="utf-8")


if __name__ == "__main__":
    write(PAGE, BEGIN, END, table())
    write(headings.PAGE, headings.BEGIN, headings.END, headings.table())
