"""The table for people and the document for programs."""

from dataclasses import asdict
from typing import Any

from suite.figure import Summary
from suite.goal_rows import ROWS
from suite.goals import Line
from suite.results import Results

HEAD = ("measure", "unit", "Lazward", "beside", "", "times", "goal", "")


def lines(results: Results) -> list[Line]:
    """What could be compared, or held against a bound."""
    every = [line for row in ROWS for line in row.lines(results)]
    return [line for line in every if line.ours and (line.theirs or not line.beside)]


def table(results: Results) -> str:
    """The goals beside what was reached."""
    found = lines(results)
    rows = [HEAD, tuple("---" for _ in HEAD), *(_cells(line) for line in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    shown = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    judged = [line.met for line in found if line.met is not None]
    return "\n".join([*shown, "", f"{sum(judged)} of {len(judged)} goals met.", *_errors(results)])


def document(results: Results, about: dict[str, Any]) -> dict[str, Any]:
    """Everything, for JSON."""
    figures = {
        workload: {
            server: {name: asdict(each) for name, each in of.items()} for server, of in servers.items()
        }
        for workload, servers in results.figures.items()
    }
    goals = [asdict(line) for line in lines(results)]
    return {**about, "figures": figures, "goals": goals, "errors": results.errors}


def _cells(line: Line) -> tuple[str, ...]:
    unit = line.ours.unit if line.ours else ""
    times = "" if line.reached is None else f"{line.reached:.2f}"
    verdict = {True: "met", False: "MISSED", None: ""}[line.met]
    return (line.title, unit, _range(line.ours), line.beside, _range(line.theirs), times, line.goal, verdict)


def _range(summary: Summary | None) -> str:
    """The median and, in brackets, the lowest and the highest."""
    if summary is None:
        return ""
    return f"{_number(summary.median)} ({_number(summary.low)}..{_number(summary.high)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _errors(results: Results) -> list[str]:
    return ["", "Errors:", *results.errors] if results.errors else []
