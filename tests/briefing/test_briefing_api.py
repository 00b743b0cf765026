"""Briefings over HTTP: 202 and poll, whole files with telling names, an archive to search, every fault said plainly."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from dashboard.briefings.maker import Maker, bindery_of
from dashboard.create import create_app
from dashboard.settings import Settings
from tests.briefing.office import STREET, Clock
from tests.test_api import faults

ARCHIVE = "/api/v1/briefings"
ASKED = {"subject": "grid_management", "kind": "daily", "area": STREET, "form": "xlsx", "lang": "zh"}


class Office:
    """The application over a demo district, its clock, and a worker that works when it is told."""

    def __init__(self, folder: Path, file: Path) -> None:
        settings = Settings(database_url=f"sqlite:///{file}", briefings=str(folder / "filed"))
        self.clock, self.folder = Clock(), folder / "filed"
        self.app = create_app(settings, self.clock)
        self.client: FlaskClient = self.app.server.test_client()
        bindery = bindery_of(self.app.live.engine, self.app.live.locality, settings, self.clock)
        self.maker = Maker(bindery, 0)

    def made(self, **changes: object) -> dict[str, Any]:
        """A briefing that is filed by now."""
        job = self.client.post(ARCHIVE, json={**ASKED, **changes}).get_json()
        while self.maker.look() == 0:
            continue
        done = self.client.get(job["url"]).get_json()
        assert done["state"] == "done", done
        return self.client.get(done["briefing"]).get_json()


@pytest.fixture(scope="module")
def office(demo_copy: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    office = Office(folder, demo_copy(folder))
    yield office
    office.app.close()


@pytest.fixture(scope="module")
def described(office: Office) -> dict[str, Any]:
    return office.client.get("/api/v1/openapi.json").get_json()


def taken(office: Office, address: str) -> TestResponse:
    """The file of an address, read to its end."""
    with office.client.get(address) as answer:
        assert answer.status_code == 200
        assert answer.data
    return answer


def shape(described: dict[str, Any], name: str) -> dict[str, Any]:
    return described["components"]["schemas"][name]


def test_asked_polled_and_taken_away(office: Office, described: dict[str, Any]) -> None:
    answer = office.client.post(ARCHIVE, json=ASKED)
    assert answer.status_code == 202
    job = answer.get_json()
    assert answer.headers["Location"] == job["url"]
    assert (job["state"], job["progress"], job["briefing"], job["period"]) == ("waiting", 0, None, "2026-06-17")
    assert faults(job, shape(described, "Job"), described) == []
    office.maker.look()
    done = office.client.get(job["url"], query_string={"lang": "en"}).get_json()
    assert (done["state"], done["progress"], done["message"]) == ("done", 100, "Filed")
    assert faults(done, shape(described, "Job"), described) == []
    filed = office.client.get(done["briefing"]).get_json()
    assert faults(filed, shape(described, "BriefingWithDigests"), described) == []
    file = taken(office, done["file"])
    assert len(file.data) == filed["size"]
    assert load_workbook(io.BytesIO(file.data)).sheetnames
    assert file.headers["Content-Disposition"] == "attachment; filename=grid_management_440512001_daily_2026-06-17_zh_DEMO.xlsx"
    assert file.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    with office.client.get(done["file"], headers={"If-None-Match": file.headers["ETag"]}) as known:
        assert known.status_code == 304
    assert office.client.post(ARCHIVE, json=ASKED).get_json()["state"] == "done"


def test_api_wall_and_file_carry_one_digest(office: Office) -> None:
    filed = office.made()
    asof = filed["as_of"]
    told = office.client.get("/api/v1/modules/grid_management/snapshot", query_string={"area": STREET, "asof": asof}).get_json()
    assert told["digest"] == filed["digest"] == filed["digests"]["grid_management"]
    assert set(filed["digests"]) == {"overview", *(module["key"] for module in office.client.get("/api/v1/modules").get_json())}
    notes = load_workbook(io.BytesIO(taken(office, filed["file"]).data)).worksheets[-1]
    assert filed["digest"] in {cell.value for row in notes.iter_rows() for cell in row}


def test_what_is_asked_by_default(office: Office) -> None:
    job = office.client.post(ARCHIVE, json={}).get_json()
    assert [job[name] for name in ("subject", "kind", "period", "area", "lang", "appendix", "form")] == [
        "district", "monthly", "2026-05", "440512", "zh", True, "pdf",
    ]  # fmt: skip
    assert office.client.delete(job["url"]).get_json()["state"] == "cancelled"
    assert office.client.get(job["url"]).get_json()["message"] == "已取消"


def test_printed_again(office: Office) -> None:
    filed = office.made()
    path = next(office.folder.glob(f"*{filed['id'][:8]}.xlsx"))
    before = path.read_bytes()
    path.unlink()
    gone = office.client.get(filed["file"], headers={"Accept-Language": "en"})
    assert (gone.status_code, "printed again" in gone.text) == (404, True)
    job = office.client.post(f"{ARCHIVE}/{filed['id']}", json={})
    assert job.status_code == 202
    office.maker.look()
    assert office.client.get(job.get_json()["url"]).get_json()["briefing"] == f"{ARCHIVE}/{filed['id']}"
    assert path.read_bytes() == before


def test_the_archive_is_searched_and_paged(office: Office, described: dict[str, Any]) -> None:
    made = [office.made(), office.made(lang="en"), office.made(kind="weekly", appendix=False)]
    page = office.client.get(ARCHIVE).get_json()
    assert faults(page, shape(described, "BriefingList"), described) == []
    ids = {row["id"] for row in page["briefings"]}
    assert {row["id"] for row in made} <= ids

    def found(**query: str) -> list[str]:
        return [row["id"] for row in office.client.get(ARCHIVE, query_string=query).get_json()["briefings"]]

    assert found(kind="weekly") == [made[2]["id"]]
    assert found(lang="en", form="xlsx", area=STREET, subject="grid_management") == [made[1]["id"]]
    assert found(q="周报") == [made[2]["id"]]
    assert found(**{"from": "2026-06-18"}) == []
    assert made[2]["id"] in found(to="2026-06-14")
    seen, address = [], f"{ARCHIVE}?limit=1"
    while address:
        page = office.client.get(address).get_json()
        seen += [row["id"] for row in page["briefings"]]
        address = page["next"]
    assert len(seen) == len(ids)
    assert set(seen) == ids


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"subject": "weather"}, 400), ({"kind": "hourly"}, 400), ({"period": "soon"}, 400), ({"period": "2031-01"}, 400),
        ({"period": "1999-01"}, 400), ({"lang": "fr"}, 400), ({"form": "exe"}, 400), ({"appendix": "yes"}, 400), ({"colour": "red"}, 400),
        ({"area": "999"}, 404), ({"area": "\x00"}, 404), ({"period": "2026-05\x00"}, 400), ({"area": 3}, 400), ([], 400), ("district", 400),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_asked_is_said_in_the_readers_language(office: Office, described: dict[str, Any], body: object, status: int) -> None:
    titles = set()
    for lang in ("zh", "en"):
        answer = office.client.post(ARCHIVE, json=body, headers={"Accept-Language": lang})
        assert answer.status_code == status, answer.text
        assert answer.content_type == "application/problem+json"
        assert faults(answer.get_json(), shape(described, "Problem"), described) == []
        titles.add(answer.get_json()["title"])
    assert len(titles) == 2
    assert not office.client.get(ARCHIVE, query_string={"q": "nothing is called so"}).get_json()["briefings"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ARCHIVE}?kind=x", 400), (f"{ARCHIVE}?lang=fr", 400), (f"{ARCHIVE}?form=exe", 400), (f"{ARCHIVE}?subject=x", 400),
        (f"{ARCHIVE}?from=soon", 400), (f"{ARCHIVE}?limit=0", 400), (f"{ARCHIVE}?cursor=x", 400), (f"{ARCHIVE}?colour=red", 400),
        (f"{ARCHIVE}?q=%00", 400), (f"{ARCHIVE}?area=%00", 400), (f"{ARCHIVE}/nothing", 404), (f"{ARCHIVE}/{'0' * 24}", 404),
        (f"{ARCHIVE}/jobs/{'0' * 32}", 404), (f"{ARCHIVE}/jobs/x%00", 404), (f"/briefings/{'0' * 24}.pdf", 404),
        ("/briefings/../wall.db.pdf", 404), ("/briefings/x.exe", 404), ("/briefings/%00.pdf", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(office: Office, path: str, status: int) -> None:
    answer = office.client.get(path)
    assert answer.status_code == status, answer.text[:200]
    assert "Traceback" not in answer.text


def test_a_file_is_given_in_its_own_form_only(office: Office) -> None:
    filed = office.made()
    assert office.client.get(filed["file"].replace(".xlsx", ".pdf")).status_code == 404


@pytest.mark.parametrize("path", [ARCHIVE, f"{ARCHIVE}/{'0' * 24}"])
def test_no_page_elsewhere_can_ask(office: Office, path: str) -> None:
    assert office.client.post(path, json={}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert office.client.post(path, data="{}", content_type="text/plain").status_code == 400
    assert office.client.post(path, data={"kind": "daily"}).status_code == 400
    assert office.client.post(path, data="[" * 100_000, content_type="application/json").status_code == 400
    assert office.client.delete(f"{ARCHIVE}/jobs/{'0' * 32}", headers={"Sec-Fetch-Site": "same-site"}).status_code == 403


def test_too_many_are_told_to_come_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.briefings.jobs.MOST_WAITING", 1)
    first = office.client.post(ARCHIVE, json={"kind": "special"}).get_json()
    answer = office.client.post(ARCHIVE, json={"kind": "special", "lang": "en"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    office.client.delete(first["url"])


def test_a_job_that_failed_says_why(office: Office) -> None:
    office.folder.rename(office.folder.with_name("aside"))
    office.folder.write_text("in the way")
    job = office.client.post(ARCHIVE, json={**ASKED, "kind": "special"}).get_json()
    office.maker.look()
    for lang, said in (("zh", "归档目录写不进去"), ("en", "The archive's folder cannot be written")):
        failed = office.client.get(f"{job['url']}?lang={lang}").get_json()
        assert (failed["state"], failed["file"]) == ("failed", None)
        assert failed["message"].startswith(said)
    office.folder.unlink()
    office.folder.with_name("aside").rename(office.folder)
