"""Artifacts: up, down and listed."""

import pathlib

import mlflow
from lab import feature

BIG = bytes(range(256)) * 40_000


@feature("artifacts")
def artifacts(lab):
    run_id = lab.run()
    lab.client.log_artifact(run_id, lab.file("plain.txt", b"one"))
    lab.client.log_artifact(run_id, lab.file("naïve name №1.bin", BIG), "deep/down")
    lab.client.log_artifact(run_id, lab.file("empty", b""), "deep")
    assert _listed(lab, run_id) == [("deep", True, None), ("plain.txt", False, 3)]
    assert _listed(lab, run_id, "deep") == [("deep/down", True, None), ("deep/empty", False, 0)]
    assert _listed(lab, run_id, "deep/down") == [("deep/down/naïve name №1.bin", False, len(BIG))]
    assert _listed(lab, run_id, "nowhere") == []
    assert _content(lab.client.download_artifacts(run_id, "plain.txt")) == b"one"
    assert _content(lab.client.download_artifacts(run_id, "deep/empty")) == b""
    folder = lab.client.download_artifacts(run_id, "deep")
    assert _content(folder, "down", "naïve name №1.bin") == BIG


@feature("artifact folders and overwriting")
def folders(lab):
    run_id = lab.run()
    folder = pathlib.Path(lab.file("a.txt", b"first")).parent
    (folder / "sub").mkdir()
    (folder / "sub" / "b.txt").write_text("b")
    lab.client.log_artifacts(run_id, str(folder), "out")
    lab.client.log_artifact(run_id, lab.file("a.txt", b"second, longer"), "out")
    assert _listed(lab, run_id, "out") == [("out/a.txt", False, 14), ("out/sub", True, None)]
    everything = lab.client.download_artifacts(run_id, "")
    assert _content(everything, "out", "a.txt") == b"second, longer"
    assert _content(everything, "out", "sub", "b.txt") == b"b"


@feature("fluent artifacts")
def fluent(lab):
    with mlflow.start_run(experiment_id=lab.experiment()) as run:
        mlflow.log_artifact(lab.file("fluent.csv", b"a,b\n1,2\n"), "data")
        assert mlflow.get_artifact_uri("data").endswith("/artifacts/data")
    assert _listed(lab, run.info.run_id, "data") == [("data/fluent.csv", False, 8)]


@feature("text, dictionaries and figures", "mlflow.log_text")
def text(lab):
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    with mlflow.start_run(experiment_id=lab.experiment()) as run:
        mlflow.log_text("line ✓", "note.txt")
        mlflow.log_dict({"a": [1, 2]}, "d/data.json")
        figure, axes = plt.subplots()
        axes.plot([1, 2], [3, 4])
        mlflow.log_figure(figure, "plots/line.png")
    base = f"runs:/{run.info.run_id}/"
    assert mlflow.artifacts.load_text(base + "note.txt") == "line ✓"
    assert mlflow.artifacts.load_dict(base + "d/data.json") == {"a": [1, 2]}
    picture = mlflow.artifacts.download_artifacts(base + "plots/line.png")
    assert _content(picture).startswith(b"\x89PNG")


@feature("artifacts by URI", "mlflow.artifacts.download_artifacts", "mlflow>=2.0")
def by_uri(lab):
    with mlflow.start_run(experiment_id=lab.experiment()) as run:
        mlflow.log_text("here", "a b/c.txt")
        uri = mlflow.get_artifact_uri("a b/c.txt")
    assert _content(mlflow.artifacts.download_artifacts(uri)) == b"here"
    target = str(pathlib.Path(lab.folder, "target", run.info.run_id))
    got = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="a b", dst_path=target)
    assert _content(got, "c.txt") == b"here"


def _listed(lab, run_id, path=None):
    files = lab.client.list_artifacts(run_id, path)
    return [(f.path, f.is_dir, f.file_size or (None if f.is_dir else 0)) for f in files]


def _content(*path):
    return pathlib.Path(*path).read_bytes()
