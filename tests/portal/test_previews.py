"""Files of a run as the portal shows them: of every kind, of any size, and from whoever wrote them."""

import io
import json
import os
import struct
import uuid
import wave
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow

RAN = "document.title = 'ran'; parent.document.title = 'ran'; top.document.title = 'ran'"
SVG = f"""<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30' onload="{RAN}">
<script>{RAN}</script><rect width='40' height='30' fill='red'/>
<image href='http://elsewhere.invalid/svg.png'/></svg>"""
PAGE = f"""<!doctype html><title>x</title><p id=said>still</p>
<script>{RAN}</script><img src=x onerror="{RAN}"><img src='http://elsewhere.invalid/page.png'>
<link rel=stylesheet href='http://elsewhere.invalid/page.css'>
<form action='/api/v1/tokens'><button>go</button></form>
<meta http-equiv=refresh content='1;url=http://elsewhere.invalid/away'>"""
SCRIPTED = """<!doctype html><p id=said>still</p><script>
const told = [];
const attempt = async (name, act) => { try { await act(); told.push(name) } catch (error) {} };
(async () => {
  await attempt('parent', () => parent.document.title = 'ran');
  await attempt('cookie', () => document.cookie);
  await attempt('storage', () => localStorage.length);
  await attempt('fetch', () => fetch('/api/v1/me'));
  await attempt('elsewhere', () => fetch('http://elsewhere.invalid/fetched'));
  await attempt('top', () => { top.location = 'http://elsewhere.invalid/top' });
  await attempt('popup', () => { if (!open('http://elsewhere.invalid/popup')) throw 0 });
  document.querySelector('#said').textContent = 'scripts ran and reached: ' + told.join(' ');
  new Image().src = 'http://elsewhere.invalid/pixel';
})();
</script>"""


class Shelf:
    """A run with files, and the page that shows them."""

    def __init__(self, server, run, visit):
        self.server, self.run, self.visit = server, run, visit
        self.portal = None

    def put(self, path, content):
        data = content.encode() if isinstance(content, str) else content
        root = self.run.info.artifact_uri.partition(":/")[2].lstrip("/")
        with self.server.client() as client:
            client.put(f"/api/2.0/mlflow-artifacts/artifacts/{root}/{path}", content=data).raise_for_status()

    def open(self, path, **options):
        info = self.run.info
        self.portal = self.visit(self.server, **options)
        self.asked = []
        self.portal.page.on("requestfinished", lambda one: self.asked.append((one.url, "")))
        self.portal.page.on("requestfailed", lambda one: self.asked.append((one.url, one.failure)))
        address = f"/experiments/{info.experiment_id}/runs/{info.run_id}?tab=artifacts"
        self.portal.open(f"{address}&path={path}" if path else address)
        return self.portal

    def is_unharmed(self):
        """Nothing ran in our page, and nobody elsewhere heard of it."""
        self.portal.page.wait_for_timeout(1500)
        assert self.portal.page.title() != "ran"
        assert self.portal.page.url.startswith(self.server.url)
        outside = {end for url, end in self.asked if "elsewhere" in url}
        assert outside <= {"csp"}, self.asked  # the browser asked nobody


@pytest.fixture
def shelf(portal_server, tracking, visit):
    experiment = tracking.create_experiment(f"previews {uuid.uuid4().hex[:8]}")
    return Shelf(portal_server, tracking.create_run(experiment), visit)


class TestHostile:
    def test_a_page_is_still_and_alone(self, shelf):
        shelf.put("page.html", PAGE)
        portal = shelf.open("page.html", quiet=False)
        portal.page.frame_locator("iframe").get_by_text("still").wait_for()
        shelf.is_unharmed()
        assert portal.page.locator("iframe").get_attribute("sandbox") == ""
        portal.page.get_by_role("tab", name="Source").click()
        portal.sees("<script>")

    def test_scripts_that_are_let_run_reach_nothing(self, shelf):
        shelf.put("page.html", SCRIPTED)
        portal = shelf.open("page.html", quiet=False)
        frame = portal.page.frame_locator("iframe")
        frame.get_by_text("still", exact=True).wait_for()
        portal.page.get_by_label("Run its scripts").check()
        frame.get_by_text("scripts ran").wait_for()
        assert frame.locator("#said").inner_text() == "scripts ran and reached:"
        shelf.is_unharmed()

    def test_the_address_of_a_page_opened_by_itself_is_a_download(self, shelf):
        shelf.put("page.html", SCRIPTED)
        portal = shelf.open("")
        address = f"/view-artifact?run_id={shelf.run.info.run_id}&path=page.html&scripts=true"
        with portal.page.expect_download() as started:
            portal.page.evaluate("address => { location = address }", address)
        assert started.value.suggested_filename == "page.html"

    def test_a_drawing_is_only_a_picture(self, shelf):
        shelf.put("drawing.svg", SVG)
        portal = shelf.open("drawing.svg", quiet=False)
        image = portal.page.get_by_role("img", name="drawing.svg")
        image.wait_for()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
        assert portal.page.locator("main svg rect").count() == 0
        shelf.is_unharmed()

    def test_a_notebook_shows_what_it_did_and_does_nothing(self, shelf):
        html = f'<b id=table>a table</b><script>{RAN}</script><img src=x onerror="{RAN}">'
        image = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )
        outputs = [
            {"output_type": "stream", "text": ["plain \x1b[31mred\x1b[0m <b>text</b>"]},
            {"output_type": "display_data", "data": {"text/html": [html], "text/plain": "a table"}},
            {"output_type": "display_data", "data": {"image/png": image}},
            {"output_type": "display_data", "data": {"image/svg+xml": SVG}},
            {"output_type": "display_data", "data": {"application/javascript": RAN}},
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a trace"]},
        ]
        cells = [
            {
                "cell_type": "markdown",
                "source": f"# A title\n<script>{RAN}</script> [go](javascript:alert(1))",
            },
            {"cell_type": "code", "execution_count": 7, "source": ["print(1)"], "outputs": outputs},
        ]
        shelf.put("book.ipynb", json.dumps({"cells": cells, "nbformat": 4}))
        portal = shelf.open("book.ipynb", quiet=False)
        portal.page.get_by_role("heading", name="A title").wait_for()
        portal.sees("print(1)")
        portal.sees("<b>text</b>")
        portal.sees("a trace")
        portal.page.frame_locator("iframe").get_by_text("a table").wait_for()
        assert portal.page.locator("iframe").get_attribute("sandbox") == ""
        assert portal.page.locator(".notebook img").count() == 2
        assert portal.page.locator("a[href^=javascript]").count() == 0
        shelf.is_unharmed()

    def test_markdown_is_text_with_looks(self, shelf):
        shelf.put("folder/dot.png", b"\x89PNG broken")
        text = f"""# Title

| a | b |
|---|---|
| 1 | <img src=x onerror="{RAN}"> |

<script>{RAN}</script>

[bad](javascript:{RAN.replace(" ", "")}) [good](https://example.org/x)
![near](dot.png) ![far](http://elsewhere.invalid/far.png) ![up](../../secret.png)
"""
        shelf.put("folder/read.md", text)
        portal = shelf.open("folder/read.md", quiet=False)
        portal.page.get_by_role("heading", name="Title").wait_for()
        portal.page.get_by_role("img", name="folder/dot.png").wait_for(state="attached")
        assert (
            portal.page.get_by_role("link", name="good").get_attribute("rel")
            == "noopener noreferrer nofollow"
        )
        assert portal.page.locator(".prose img").count() == 1
        assert portal.page.locator("a[href^=javascript]").count() == 0
        shelf.is_unharmed()


class TestKinds:
    @pytest.mark.parametrize(("name", "separator"), [("t.csv", ","), ("t.tsv", "\t")])
    def test_values_are_a_table(self, shelf, name, separator):
        rows = [separator.join(("key", "a text"))]
        rows += [separator.join((str(number), f'"row {number}{separator} <b>"')) for number in range(5000)]
        shelf.put(name, "\n".join(rows))
        portal = shelf.open(name)
        portal.sees("5000 rows, 2 columns.")
        portal.page.get_by_role("columnheader", name="a text").wait_for()
        table = portal.page.get_by_role("table")
        assert table.get_attribute("aria-rowcount") == "5001"
        portal.page.get_by_role("cell", name=f"row 0{separator} <b>".replace("\t", " ")).wait_for()
        assert portal.page.get_by_role("row").count() < 100
        portal.page.locator(".data-grid").evaluate("box => box.scrollTop = box.scrollHeight")
        portal.page.get_by_role("cell", name="4999", exact=True).wait_for()

    @pytest.mark.parametrize("compression", ["snappy", "zstd", "gzip", "none", "brotli", "lz4"])
    def test_parquet_is_read_in_parts(self, shelf, compression):
        count = 200_000
        table = pa.table(
            {
                "number": list(range(count)),
                "word": [f"word {number}" for number in range(count)],
                "list": [[number, None] for number in range(count)],
            }
        )
        written = io.BytesIO()
        pq.write_table(table, written, compression=compression, row_group_size=10_000)
        size = len(written.getvalue())
        shelf.put("t.parquet", written.getvalue())
        portal = shelf.open("t.parquet")
        read = []
        portal.page.on(
            "response",
            lambda one: "get-artifact" in one.url and read.append(int(one.headers["content-length"])),
        )
        portal.sees(f"{count} rows, 3 columns.")
        portal.page.get_by_role("cell", name="word 3", exact=True).wait_for()
        portal.page.get_by_role("cell", name="[3,null]", exact=True).wait_for()
        portal.page.locator(".data-grid").evaluate("box => box.scrollTop = box.scrollHeight")
        portal.page.get_by_role("cell", name=f"word {count - 1}", exact=True).wait_for()
        assert sum(read) < size / 2 + 700_000

    def test_json_is_a_tree(self, shelf):
        shelf.put("v.json", json.dumps({"a": {"deep": [1, None, "<b>x</b>"]}, "many": list(range(1000))}))
        portal = shelf.open("v.json")
        portal.page.get_by_text("a: {1}").click()
        portal.page.get_by_text("deep: [3]").click()
        portal.sees('"<b>x</b>"')
        portal.page.get_by_text("many: [1000]").click()
        assert portal.page.locator(".json-leaf").count() < 200
        portal.page.get_by_role("button", name="Show more").click()
        portal.sees("999")

    def test_what_is_no_json_is_shown_as_it_is(self, shelf):
        shelf.put("v.json", "{not json <b>")
        shelf.open("v.json").sees("{not json <b>")

    def test_pictures_grow(self, shelf):
        shelf.put("drawing.svg", SVG)
        portal = shelf.open("drawing.svg", quiet=False)
        image = portal.page.get_by_role("img", name="drawing.svg")
        image.wait_for()
        portal.page.get_by_role("button", name="Original size").click()
        portal.page.get_by_role("button", name="Zoom in").click()
        portal.sees("150 %")
        assert image.evaluate("image => image.clientWidth") == 60
        portal.page.get_by_role("button", name="Fit").click()

    def test_sound_is_played_in_parts(self, shelf):
        written = io.BytesIO()
        with wave.open(written, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(struct.pack("<8000h", *[0] * 8000))
        shelf.put("s.wav", written.getvalue())
        portal = shelf.open("s.wav")
        sound = portal.page.locator("audio")
        sound.wait_for()
        for _ in range(100):
            if sound.evaluate("one => one.duration > 0.9"):
                break
            portal.page.wait_for_timeout(50)
        assert sound.evaluate("one => one.duration") == pytest.approx(1.0)

    def test_a_document_has_a_frame(self, shelf):
        pages = b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>"
        shelf.put("d.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + pages)
        portal = shelf.open("d.pdf", quiet=False)
        frame = portal.page.locator("iframe[title='d.pdf']")
        frame.wait_for()
        assert "/view-artifact?" in frame.get_attribute("src")

    def test_of_two_gigabytes_the_beginning_is_shown(self, shelf):
        shelf.put("huge.log", "the beginning\n")
        (file,) = shelf.server.home.rglob(f"{shelf.run.info.run_id}/artifacts/huge.log")
        os.truncate(file, 2 * 2**30)
        portal = shelf.open("huge.log")
        portal.sees("the beginning")
        portal.sees("The first 262.1 kB of 2.1 GB are shown.")


class TestFolders:
    def test_they_are_downloaded_whole(self, shelf):
        for path in ("a.txt", "model/MLmodel", "model/data/x.bin"):
            shelf.put(path, path)
        portal = shelf.open("")
        portal.page.get_by_text("model/").click()
        for link, names in (
            ("Download folder", ["MLmodel", "data/x.bin"]),
            ("Download all", ["a.txt", "model/MLmodel", "model/data/x.bin"]),
        ):
            with portal.page.expect_download() as started:
                portal.page.get_by_role("link", name=link).first.click()
            with zipfile.ZipFile(started.value.path()) as opened:
                assert opened.namelist() == names

    def test_a_file_is_deleted_once_it_is_sure(self, shelf):
        shelf.put("go.txt", "go")
        shelf.put("stay.txt", "stay")
        portal = shelf.open("go.txt")
        delete = portal.page.get_by_role("button", name="Delete", exact=True)
        delete.click()
        dialog = portal.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Keep it").click()
        delete.click()
        dialog.get_by_role("button", name="Delete").click()
        portal.sees("There is no such file.")
        portal.page.get_by_role("button", name="stay.txt").wait_for()


def test_everybody_can_use_them(shelf, look):
    shelf.put("t.csv", "a,b\n1,2\n")
    shelf.put("v.json", '{"a": {"b": [1, true, null, "x"]}}')
    shelf.put("page.html", "<h1>A page</h1>")
    shelf.put("r.md", "# Title\n\n* point\n\n`code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    cell = {"cell_type": "code", "source": "1", "outputs": [{"output_type": "stream", "text": "out"}]}
    shelf.put("n.ipynb", json.dumps({"cells": [cell]}))
    portal = shelf.open("", **look)
    for name, seen in (
        ("t.csv", "1 row, 2 columns."),
        ("v.json", "a: {1}"),
        ("page.html", "Shown in a sandbox"),
    ):
        portal.page.get_by_role("button", name=name).click()
        portal.sees(seen)
        assert portal.barriers() == []
    for name, seen in (("r.md", "point"), ("n.ipynb", "out")):
        portal.page.get_by_role("button", name=name).click()
        portal.sees(seen)
        assert portal.barriers() == []
