"""The pages that pictures are taken of: a page is a row."""

import json
from dataclasses import dataclass
from urllib.parse import quote

from pictures.workspace import Made


@dataclass(frozen=True)
class Shot:
    """A page.

    Attributes:
        name: Of its pictures.
        path: Where it is, with the names of what was made in braces.
        shows: What is there once it is ready, as a selector.
        click: What is pressed then, as a selector; "" for nothing.
    """

    name: str
    path: str
    shows: str
    click: str = ""

    def address(self, made: Made) -> str:
        """Its path in this workspace."""
        return self.path.format(
            compared=quote(json.dumps(made.compared)), columns=quote(json.dumps(_COLUMNS)), **made.names
        )


_COLUMNS = ["metrics.val/accuracy", "metrics.val/loss", "params.lr", "params.dropout", "params.optimizer"]
_COMPARE = "/experiments/{sweep}/compare?runs={compared}"
_RUN = "/experiments/{sweep}/runs/{run}"

SHOTS = (
    Shot("home", "/", "text=resnet18-27"),
    Shot("experiments", "/experiments", "text=bert-finetune"),
    Shot("runs", "/experiments/{sweep}?columns={columns}", "text=resnet18-27"),
    Shot("runs-nested", "/experiments/{nested}", "text=cross-validation-2"),
    Shot("compare", _COMPARE, "figure canvas"),
    Shot("compare-differences", _COMPARE + "&tab=differences", "[role=rowheader] >> nth=3"),
    Shot(
        "compare-scatter", _COMPARE + "&tab=scatter&x=params.lr&y=metrics.val%2Faccuracy", "circle >> nth=3"
    ),
    Shot(
        "compare-contour",
        _COMPARE + "&tab=contour&x=params.dropout&y=params.lr&z=metrics.val%2Faccuracy",
        ".bands path >> nth=3",
    ),
    Shot("compare-parallel", _COMPARE + "&tab=parallel", ".run-line >> nth=3"),
    Shot("compare-artifacts", _COMPARE + "&tab=artifacts&path=plots%2Fconfusion.png", "img >> nth=2"),
    Shot("run", _RUN, "text=val/accuracy"),
    Shot("run-charts", _RUN + "?tab=charts", "figure canvas"),
    Shot("run-artifacts", _RUN + "?tab=artifacts&path=plots%2Fconfusion.png", "img"),
    Shot("run-logs", "/experiments/{job_experiment}/runs/{job}?tab=logs", "text=epoch"),
    Shot("jobs", "/jobs", "text=nightly-0414"),
    Shot("compute", "/compute", "text=cpu-cluster"),
    Shot("target", "/compute/cpu-cluster", "text=cpu-cluster"),
    Shot("models", "/models", "text=diabetes-ridge"),
    Shot("model", "/models/diabetes-ridge", "text=champion"),
    Shot("model-version", "/models/diabetes-ridge/versions/2", "text=champion"),
    Shot("logged-models", "/experiments/{models}/models", "text=Ready"),
    Shot("logged-model", "/experiments/{models}/models/{logged_model}", "h1"),
    Shot("environments", "/environments", "text=torch-cpu"),
    Shot("environment", "/environments/torch-cpu", "text=torch"),
    Shot("settings", "/settings", "text=Storage and limits"),
    Shot("settings-members", "/settings/members", "text=carla.rossi"),
    Shot("settings-trash", "/settings/trash", "text=old-prototype"),
    Shot("settings-workspaces", "/settings/workspaces", "text=vision"),
    Shot("settings-people", "/settings/people", "text=dmitri.volkov"),
    Shot("settings-tokens", "/settings/tokens", "text=laptop"),
    Shot("settings-audit", "/settings/audit", "table, [role=table]"),
)
