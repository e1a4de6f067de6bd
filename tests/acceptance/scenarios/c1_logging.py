"""C1: all that a run can log from this machine."""

# %%
import math
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from azureml.core import Experiment, Workspace
from azureml.core.run import Run

ws = Workspace.from_config()
experiment = Experiment(workspace=ws, name="logging-api")
print("Workspace name:", ws.name, "Azure region:", ws.location)

# %%
run = experiment.start_logging(outputs=None, snapshot_directory=None)
run

# %%
run.log(name="Category", value="Red", description="a colour")

# %%
scale_factor = 2
run.log("scale factor", scale_factor)
run.log(name="Magic Number", value=42 * scale_factor)

# %%
fibonacci = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]
run.log_list("Fibonacci", (i * scale_factor for i in fibonacci))

# %%
for i in np.arange(-10, 10):
    run.log(name="Sigmoid", value=1 / (1 + np.exp(-i)))

# %%
for angle in np.arange(-10, 10):
    run.log_row(name="Cosine Wave", angle=angle, cos=np.cos(angle))

# %%
angles = [float(angle) for angle in np.arange(-10, 10)]
run.log_table(name="Sine Wave", value={"angle": angles, "sine": [math.sin(angle) for angle in angles]})

# %%
plt.plot(angles, np.tanh(angles))
run.log_image(name="Hyperbolic Tangent", plot=plt)

# %%
Path("myfile.txt").write_text("This is an output file")
run.upload_file(name="logging-api/myfile.txt", path_or_stream="myfile.txt")

# %%
run.complete()
fetched_run = Run(experiment=experiment, run_id=run.id)
metrics = fetched_run.get_metrics()

# %%
one = fetched_run.get_metrics(name="scale factor")

# %%
files = fetched_run.get_file_names()

# %%
Path("files").mkdir()
for name in files:
    fetched_run.download_file(name, output_file_path="files/" + name.rsplit("/", 1)[-1])

# %%
fetched_run.tag("My Favorite Run")
fetched_run.tag("Competition Rank", 1)
tags = fetched_run.get_tags()

# %%
facts = {
    "run": run.id,
    "metrics": metrics,
    "one": one,
    "files": files,
    "tags": tags,
    "status": fetched_run.get_status(),
    "page": fetched_run._repr_html_(),
}
