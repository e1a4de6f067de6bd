"""Where each of the two shows what is measured, and what is to be seen there."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from suite.portal.loading import Made

LIVE = "live"


@dataclass(frozen=True)
class Site:
    """A server's pages.

    Attributes:
        name: Its name in tables.
        port: Where it answers, on this machine.
        made: What was loaded into it, by the experiments' names.
        runs: The path of an experiment's runs.
        charts: The path of a run's charts.
        compare: The path of the comparison of an experiment's runs.
        chart: A box that holds a chart, and what is in it once it is drawn, as selectors;
        compared: and the same of a comparison.
        told: Where the latest value of a metric stands.
    """

    name: str
    port: int
    made: Mapping[str, Made]
    runs: Callable[[Made], str]
    charts: Callable[[Made], str]
    compare: Callable[[Made], str]
    chart: tuple[str, str]
    compared: tuple[str, str]
    told: str

    def url(self, page: Callable[[Made], str], experiment: str) -> str:
        """The address of a page about an experiment."""
        return f"http://127.0.0.1:{self.port}{page(self.made[experiment])}"

    def newest(self, experiment: str) -> str:
        """The link to the run that stands first, as a selector."""
        return f'a[href*="/runs/{self.made[experiment].runs[-1]}"]'


def ours(port: int, made: Mapping[str, Made]) -> Site:
    """The portal."""
    chart = ("figure.chart", "canvas")
    return Site(
        name="ours",
        port=port,
        made=made,
        runs=lambda of: f"/experiments/{of.experiment}",
        charts=lambda of: f"/experiments/{of.experiment}/runs/{of.runs[0]}?tab=charts",
        compare=lambda of: f"/experiments/{of.experiment}/compare?runs={_list(of.runs)}",
        chart=chart,
        compared=chart,
        told="figure.chart figcaption",
    )


def mlflow(port: int, made: Mapping[str, Made]) -> Site:
    """MLflow's own pages."""
    return Site(
        name="mlflow",
        port=port,
        made=made,
        runs=lambda of: f"/#/experiments/{of.experiment}/runs",
        charts=lambda of: f"/#/experiments/{of.experiment}/runs/{of.runs[0]}/model-metrics",
        compare=lambda of: f"/#/compare-runs?runs={_list(of.runs)}&experiments={_list([of.experiment])}",
        chart=(".js-plotly-plot", ".scatterlayer path"),
        compared=(".js-plotly-plot", "canvas"),
        told="",
    )


def _list(ids: list[str]) -> str:
    return quote(json.dumps(ids))
