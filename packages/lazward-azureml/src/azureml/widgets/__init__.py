"""A view of a run that follows it while it goes on."""

import importlib
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azureml.core import Run

__all__ = ["RunDetails"]

_EVERY = 2.0
_ENDS = ("Completed", "Failed", "Canceled")


class RunDetails:
    """Shows how a run stands.

    Args:
        run_instance: The run.
    """

    def __init__(self, run_instance: "Run") -> None:
        self._run = run_instance
        self._thread: threading.Thread | None = None

    def show(self, render_lib: Any = None, widget_settings: Any = None) -> None:
        """Show it: in a notebook a table that follows the run, elsewhere a few lines of text.

        Args:
            render_lib: Accepted for the original's sake.
            widget_settings: The same.
        """
        if not _in_notebook():
            sys.stdout.write(self._text())
            return
        display: Any = importlib.import_module("IPython.display")
        shown: Any = display.display(display.HTML(self._page()), display_id=True)
        if shown is not None and self._run.get_status() not in _ENDS:
            self._thread = threading.Thread(
                target=self._follow, args=(shown, display.HTML), name="lazward-widget", daemon=True
            )
            self._thread.start()

    def get_widget_data(self, widget_settings: Any = None) -> dict[str, Any]:
        """What it shows."""
        return {"status": self._run.get_status(), "run_id": self._run.id, "url": self._run.get_portal_url()}

    def _follow(self, shown: Any, html: Any) -> None:
        while self._run.get_status() not in _ENDS:
            time.sleep(_EVERY)
            shown.update(html(self._page()))

    def _page(self) -> str:
        return self._run._repr_html_()  # pyright: ignore[reportPrivateUsage] - one of our own

    def _text(self) -> str:
        run = self._run
        return f"RunId: {run.id}\nStatus: {run.get_status()}\nWeb View: {run.get_portal_url()}\n"


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None  # a terminal has a shell too, and shows no tables
