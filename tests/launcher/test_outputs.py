"""What a script leaves in its watched folders becomes artifacts."""

import json
import threading
import time
import types

import pytest

from lazward.launcher.outputs import Outputs


def test_files_are_there_while_the_script_runs_and_change_with_it(jobs, eventually, tmp_path):
    run_id = jobs.submit(
        """
        import os, sys, time
        open("outputs/first.txt", "w").write("early")
        open("outputs/grows.txt", "w").write("1")
        print("written", flush=True)
        for _ in range(19):
            time.sleep(0.1)
            open("outputs/grows.txt", "a").write("1")
        while not os.path.exists(sys.argv[1]):
            time.sleep(0.1)
        open("outputs/grows.txt", "a").write(" at last")
        open("logs/last.txt", "w").write("late")
        """,
        tmp_path / "go",
    )
    eventually(lambda: "outputs/grows.txt" in jobs.artifacts(run_id), 30)
    assert jobs.get(run_id).state == "Running"
    assert jobs.artifact(run_id, "outputs/first.txt") == b"early"
    eventually(lambda: jobs.artifact(run_id, "outputs/grows.txt") == b"1" * 20)
    (tmp_path / "go").touch()
    assert jobs.wait(run_id).state == "Completed"
    assert jobs.artifact(run_id, "outputs/grows.txt") == b"1" * 20 + b" at last"
    assert jobs.artifact(run_id, "logs/last.txt") == b"late"


NAMES = [
    "with space.txt",
    "emoji 🦊.txt",
    "100%.txt",
    "a&b=c.txt",
    "ümläut/日本/deep.txt",
    "+plus;semi.txt",
    "'quote\".txt",
    "[brackets].txt",
    ".hidden",
    "empty",
]


def test_names_stay_as_they_are(jobs):
    job = jobs.run(
        """
        import json, pathlib, sys
        for name in json.loads(sys.argv[1]):
            file = pathlib.Path("outputs", name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("" if name == "empty" else name)
    """,
        json.dumps(NAMES),
    )
    assert (job.state, job.warnings) == ("Completed", [])
    assert {name for name in jobs.artifacts(job.run_id) if name.startswith("outputs/")} == {
        f"outputs/{name}" for name in NAMES
    }
    for name in NAMES:
        assert jobs.artifact(job.run_id, f"outputs/{name}").decode() == ("" if name == "empty" else name)


def test_names_that_no_server_can_keep_are_warned_of_and_harm_nothing(jobs):
    job = jobs.run(r"""
        import os
        for name in (b"not \xff text", b"line\nbreak", b"back\\slash", b"a#b", b"why?"):
            open(b"outputs/" + name, "w").close()
        open("outputs/z good", "w").write("kept")
    """)
    assert job.state == "Completed"
    assert jobs.artifact(job.run_id, "outputs/z good") == b"kept"
    assert len(job.warnings) == 5, job.warnings
    told = "\n".join(job.warnings)
    for part in ("outputs/a#b was not kept", "'?'", "'#'", "give it another one", "udcff"):
        assert part in told


def test_links_do_not_lead_out_of_the_folder(jobs, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("nobody's business")
    job = jobs.run(
        """
        import os, pathlib, sys
        secret = sys.argv[1]
        pathlib.Path("outputs/real").mkdir()
        pathlib.Path("outputs/real/best").write_text("best")
        pathlib.Path("below").write_text("own")
        os.symlink("real/best", "outputs/inner")
        os.symlink("../below", "outputs/below")
        os.symlink(secret + "/key", "outputs/key")
        os.symlink(secret, "outputs/folder")
        os.symlink("real", "outputs/again")
        os.symlink(".", "outputs/real/circle")
        os.symlink("self", "outputs/self")
        os.symlink("nowhere", "outputs/dangling")
        os.mkfifo("outputs/pipe")
        os.rmdir("logs")
        os.symlink(secret, "logs")
    """,
        secret,
    )
    assert job.state == "Completed"
    assert sorted(name for name in jobs.artifacts(job.run_id) if not name.startswith("user_logs")) == [
        "outputs/below",
        "outputs/inner",
        "outputs/real/best",
    ]
    assert jobs.artifact(job.run_id, "outputs/inner") == b"best"
    told = "\n".join(job.warnings)
    for name in ("outputs/key", "outputs/folder", "outputs/again", "logs"):
        assert name in told, told


def test_a_file_where_a_watched_folder_should_be_is_no_harm(jobs):
    job = jobs.run("print(open('logs').read())", files={"logs": "a file of mine"})
    assert (job.state, job.error) == ("Completed", None)
    assert jobs.log(job.run_id) == b"a file of mine\n"


@pytest.mark.slow
def test_folders_that_come_and_go_are_no_harm(jobs):
    job = jobs.run("""
        import pathlib, shutil, time
        end = time.time() + 7
        while time.time() < end:
            for number in range(50):
                folder = pathlib.Path("outputs", str(number), "deep")
                folder.mkdir(parents=True)
                (folder / "file").write_text("x")
            for number in range(50):
                shutil.rmtree(f"outputs/{number}")
        pathlib.Path("outputs/stays").write_text("y")
    """)
    assert (job.state, job.error) == ("Completed", None)
    assert jobs.artifact(job.run_id, "outputs/stays") == b"y"


def test_many_small_files_arrive(jobs):
    job = jobs.run("""
        import pathlib
        for number in range(1500):
            pathlib.Path("outputs", f"{number % 10}").mkdir(exist_ok=True)
            pathlib.Path("outputs", f"{number % 10}", f"{number}.txt").write_text(str(number))
    """)
    assert (job.state, job.warnings) == ("Completed", [])
    names = [name for name in jobs.artifacts(job.run_id) if name.startswith("outputs/")]
    assert len(names) == 1500
    for number in (0, 777, 1499):
        assert jobs.artifact(job.run_id, f"outputs/{number % 10}/{number}.txt") == str(number).encode()


def test_a_large_file_arrives_whole(jobs):
    job = jobs.run("""
        import hashlib, os
        content = os.urandom(2**20) * 60
        open("outputs/large", "wb").write(content)
        print(hashlib.sha256(content).hexdigest())
    """)
    import hashlib

    found = hashlib.sha256(jobs.artifact(job.run_id, "outputs/large")).hexdigest()
    assert found == jobs.log(job.run_id).decode().strip()


def test_other_folders_can_be_watched(jobs):
    job = jobs.run(
        "open('results/deep/x', 'w').write('1')\nimport os\nos.makedirs('outputs')\nopen('outputs/y', 'w')",
        watched=["results/deep"],
    )
    assert (job.state, job.error) == ("Completed", None)
    assert jobs.artifacts(job.run_id)[0] == "results/deep/x"
    assert "outputs/y" not in jobs.artifacts(job.run_id)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ten_thousand_files_arrive_in_bounded_time(jobs):
    began = time.monotonic()
    run_id = jobs.submit("""
        import pathlib
        for number in range(10_000):
            pathlib.Path("outputs", f"{number}.txt").write_text(str(number))
    """)
    job = jobs.wait(run_id, seconds=300)
    assert (job.state, job.warnings) == ("Completed", [])
    assert time.monotonic() - began < 240
    assert len([name for name in jobs.artifacts(run_id) if name.startswith("outputs/")]) == 10_000


def test_each_file_is_found_once(tmp_path):
    folder = tmp_path / "code"
    desk = types.SimpleNamespace(closed=threading.Event(), insist=lambda ask: ask(), at=Recorder())
    watched = ["outputs", "outputs/model", "outputs/", "outputs/model"]
    with Outputs(desk, "mlflow-artifacts:/1/r/artifacts", folder, watched) as outputs:
        for name in ("a", "model/m.bin"):
            (folder / "outputs" / name).write_text("x")
        outputs.finish()
    assert sorted(desk.at.sent) == ["outputs/a", "outputs/model/m.bin"]
    assert outputs.warnings == []


class Recorder:
    """A connection that keeps the names of what it is to send."""

    def __init__(self):
        self.sent = []

    def send(self, _verb, path, content):
        assert content.is_file()
        self.sent.append(path.partition("/artifacts/1/r/artifacts/")[2])


def test_links_in_a_circle_are_no_harm(jobs):
    job = jobs.run("""
        import os
        os.rmdir("outputs")
        os.symlink("outputs", "outputs")
        open("logs/kept", "w").write("x")
    """)
    assert (job.state, job.error) == ("Completed", None)
    assert "logs/kept" in jobs.artifacts(job.run_id)
    assert job.warnings == ["outputs was not kept: it is a link in a circle."]


def test_a_file_above_a_watched_folder_is_no_harm(jobs):
    job = jobs.run("print(open('logs').read())", files={"logs": "mine"}, watched=["logs/deep"])
    assert (job.state, job.error) == ("Completed", None)


def test_no_watched_folder_is_made_through_a_link(tmp_path):
    folder, other = tmp_path / "code", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    (folder / "logs").symlink_to(other)
    (folder / "outputs").symlink_to("outputs")
    desk = types.SimpleNamespace(closed=threading.Event(), insist=lambda ask: ask(), at=Recorder())
    with Outputs(desk, "mlflow-artifacts:/1/r/artifacts", folder, ["logs/deep", "outputs/deep"]) as outputs:
        outputs.finish()
    assert list(other.iterdir()) == []
    assert outputs.warnings == [
        "logs/deep was not kept: it is a link out of the job's folder.",
        "outputs/deep was not kept: it is a link in a circle.",
    ]


def test_a_file_alone_can_be_watched(jobs):
    job = jobs.run(
        "open('results/m.bin', 'w').write('m')\nopen('results/other', 'w')\nopen('top', 'w').write('t')",
        watched_files=["results/m.bin", "top", "outputs/never", "t.py"],
    )
    assert (job.state, job.warnings) == ("Completed", [])
    assert jobs.artifact(job.run_id, "results/m.bin") == b"m"
    assert {name for name in jobs.artifacts(job.run_id) if "logs" not in name} == {
        "results/m.bin",
        "top",
        "t.py",
    }


def test_a_watched_file_that_leads_elsewhere_is_not_kept(jobs, tmp_path):
    (tmp_path / "key").write_text("nobody's business")
    job = jobs.run(
        "import os, sys\nos.symlink(sys.argv[1], 'm.bin')\nos.makedirs('folder')",
        tmp_path / "key",
        watched_files=["m.bin", "folder"],
    )
    assert (job.state, len(job.warnings)) == ("Completed", 1)
    assert [name for name in jobs.artifacts(job.run_id) if "logs" not in name] == []
