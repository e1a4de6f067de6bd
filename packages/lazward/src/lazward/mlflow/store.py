"""The tracking store that spools: what logs returns at once, what reads has everything sent first."""
# MLflow's stores carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

from mlflow.entities import Metric, Param, Run, RunStatus, RunTag
from mlflow.exceptions import RestException
from mlflow.protos.service_pb2 import Run as ProtoRun
from mlflow.store.tracking.rest_store import RestStore

from lazward.client.uri import WorkspaceUri
from lazward.mlflow import entries
from lazward.mlflow.hosts import host_creds, resolved
from lazward.mlflow.quick import remember_missing_spark
from lazward.spool import process
from lazward.spool.notice import count, say
from lazward.spool.record import Kind
from lazward.spool.spool import Spool
from lazward.wire.base import encode

_FLUSHED = frozenset(
    """
    GetRun SearchRuns UpdateRun DeleteRun RestoreRun DeleteTag LogInputs LogOutputs LogModel
    GetMetricHistory GetMetricHistoryBulk GetMetricHistoryBulkInterval
    DeleteExperiment RestoreExperiment
    GetLoggedModel SearchLoggedModels FinalizeLoggedModel DeleteLoggedModel
    """.split()
)
"""Requests before which everything must have arrived: they show it, or it would not be taken after them."""

_MOST_REMEMBERED = 1000


class SpooledStore(RestStore):
    """The runs, metrics, params and tags of one workspace.

    Args:
        where: The workspace.
    """

    def __init__(self, where: WorkspaceUri) -> None:
        super().__init__(partial(host_creds, where.http))
        remember_missing_spark()
        self._where = where
        self._opened: Spool | None = None
        self._unspooled = False
        self._runs: dict[str, Run] = {}
        self._thread = threading.local()

    # ------------------------------------------------------------ what logs

    def log_metric(self, run_id: str, metric: Metric) -> None:
        """Log one point."""
        if (spool := self._spool()) is None:
            super().log_metric(run_id, metric)
        else:
            spool.append(Kind.POINT, run_id, 1, entries.metric(metric))

    def log_param(self, run_id: str, param: Param) -> None:
        """Log one param."""
        if (spool := self._spool()) is None:
            super().log_param(run_id, param)
        else:
            spool.append(Kind.PARAM, run_id, 1, entries.key_value(param))

    def set_tag(self, run_id: str, tag: RunTag) -> None:
        """Set one tag."""
        if (spool := self._spool()) is None:
            super().set_tag(run_id, tag)
        else:
            spool.append(Kind.TAG, run_id, 1, entries.key_value(tag))

    def log_batch(
        self, run_id: str, metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[RunTag]
    ) -> None:
        """Log several of each, all of them or nothing."""
        items = len(metrics) + len(params) + len(tags)
        if not items or (spool := self._spool()) is None:
            super().log_batch(run_id, metrics, params, tags)
        else:
            spool.append(Kind.BATCH, run_id, items, entries.batch(metrics, params, tags))

    def log_batch_async(
        self, run_id: str, metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[RunTag]
    ) -> Any:
        """The same; whoever waits for what is returned waits for the server's answer."""
        from mlflow.utils.async_logging.run_operations import RunOperations

        if self._spool() is None:
            return super().log_batch_async(run_id, metrics, params, tags)
        self.log_batch(run_id, metrics, params, tags)
        return RunOperations([_Flushed(self)])

    def flush_async_logging(self) -> None:
        """Wait until the server has answered everything."""
        super().flush_async_logging()
        self.flush()

    # ------------------------------------------------------------ a run's life

    def create_run(self, *args: Any, **named: Any) -> Run:
        """Make a run; the server's answer is waited for."""
        return self._remember(super().create_run(*args, **named))

    def get_run(self, run_id: str) -> Run:
        """A run with all that was logged.

        At the end of a run MLflow asks for it once more, only to print its address; that must not fail
        the training when the server is away.
        """
        ending, self._thread.ending = getattr(self._thread, "ending", False), False
        if ending and self._flushed():
            return self._runs.get(run_id) or _unseen(run_id)
        self._thread.silent = ending
        try:
            return self._remember(super().get_run(run_id))
        finally:
            self._thread.silent = False

    def shut_down_async_logging(self) -> None:
        """What MLflow calls first when a run ends."""
        super().shut_down_async_logging()
        self._thread.ending = True

    def update_run_info(
        self, run_id: str, run_status: int | None, end_time: int | None, run_name: str | None
    ) -> Any:
        """Change a run's status, end time or name; the end of a run is spooled too."""
        if run_status is None or not RunStatus.is_terminated(run_status) or (spool := self._spool()) is None:
            return super().update_run_info(run_id, run_status, end_time, run_name)
        change = {"status": RunStatus.to_string(run_status), "end_time": end_time, "run_name": run_name}
        content = encode({name: value for name, value in change.items() if value is not None})
        spool.append(Kind.UPDATE, run_id, 1, content)
        left = self._flushed()
        if process.ending():
            spool.close()
        if left:
            say(spool.statement)
            return self._ended(run_id, run_status, end_time, run_name)
        self._raise_refused()
        return self._ended(run_id, run_status, end_time, run_name) or super().get_run(run_id).info

    def _remember(self, run: Run) -> Run:
        while len(self._runs) >= _MOST_REMEMBERED:
            self._runs.pop(next(iter(self._runs)), None)
        self._runs[run.info.run_id] = run
        return run

    def _ended(self, run_id: str, status: Any, end_time: int | None, name: str | None) -> Any:
        """What is known of a run after its end; nothing if this process never saw it."""
        if run_id not in self._runs:
            return None
        sent = self._runs[run_id].info.to_proto()
        sent.status = status
        sent.end_time = end_time or sent.end_time
        sent.run_name = name or sent.run_name
        return self._runs[run_id].info.from_proto(sent)

    # ------------------------------------------------------------ flushing

    def flush(self) -> None:
        """Have everything sent, as far as the server answers in time.

        Raises:
            RestException: The server refused something that was logged before.
        """
        if left := self._flushed():
            say(f"what is read now lacks {count(left)}, which {self._where.server.url} did not take in time.")
        self._raise_refused()

    def _call_endpoint(self, api: Any, *args: Any, **named: Any) -> Any:
        if api.__name__ in _FLUSHED and not getattr(self._thread, "silent", False):
            self.flush()
        return super()._call_endpoint(api, *args, **named)

    def _flushed(self) -> int:
        spool = process.existing(self._workspace())
        return spool.flush() if spool else 0

    def _raise_refused(self) -> None:
        spool = process.existing(self._workspace())
        refusals = spool.take_refusals() if spool else []
        if not spool or not refusals:
            return
        more = f" ({len(refusals)} calls were refused, see {spool.refused_file})" if refusals[1:] else ""
        raise RestException({"error_code": refusals[0].error_code, "message": f"{refusals[0]}{more}"})

    def _spool(self) -> Spool | None:
        """The spool; None where there can be none, and each call waits for its answer."""
        spool = self._opened
        if spool is not None and not spool.closed and self._where.workspace is not None:
            return spool
        if self._unspooled:
            return None
        try:
            self._opened = process.spool(self._workspace())
        except OSError as error:
            self._unspooled = True
            say(f"WARNING: no spool can be kept ({error}), so each call waits for the server.")
            return None
        return self._opened

    def _workspace(self) -> WorkspaceUri:
        return resolved(self._where)


class _Flushed:
    """Stands for calls that are sent; ``result`` waits for the server's answer."""

    def __init__(self, store: SpooledStore) -> None:
        self._store = store

    def result(self, timeout: float | None = None) -> None:  # noqa: ARG002 - as a future has it
        self._store.flush()

    def done(self) -> bool:
        return True


def _unseen(run_id: str) -> Run:
    """A run of which nothing but its id is known."""
    sent = ProtoRun()
    sent.info.run_id = sent.info.run_uuid = sent.info.run_name = run_id
    sent.info.experiment_id = "-"
    return Run.from_proto(sent)
