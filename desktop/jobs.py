"""Everything that runs beside the event loop: jobs in worker processes, short reads in threads, and the stall meter.

The only file that starts threads or processes. A job is a module-level function with plain keyword arguments; it also
receives `progress(fraction | None, sentence)` and `should_stop()`. It ends in exactly one way: a value, a known failure
told in its own sentence, a fault of ours with its traceback, or cancelled, after which nothing is ever delivered.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Literal, get_args

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.job import Job, JobHandle, JobState
from desktop.stall import StallMeter
from desktop.worker import Call, Failed, Flag, Outcome, Said, Succeeded, outcome_of, serve

__all__ = ["Job", "JobHandle", "JobRunner", "JobState", "StallMeter"]

GRACE_MS = 4000
READ_THREADS = 2
JOIN_S = 2.0
# A thread that reads hands the interpreter to the window so soon after it is asked. Qt asks anew for each call that it
# makes to Python, some hundred in a repaint: Python's usual 5 ms, waited for at each, add up to a window that stands.
SWITCH_S = 0.0005
# A start of a spawned process does not wait for what it loads; one by a fork server may, and the window with it.
_PROCESSES: Any = multiprocessing.get_context("spawn")
Lane = Literal["write", "compute", "answer", "draw"]


class _Worker(QObject):
    """A worker process, and the thread that reads its pipe. It runs one call at a time."""

    heard = Signal(object)  # Said or an outcome; None when the process is gone

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        ours, theirs = _PROCESSES.Pipe()
        self.connection: Connection = ours
        self.stop: Flag = _PROCESSES.RawValue("b", 0)
        self.process: BaseProcess = _PROCESSES.Process(
            target=serve, args=(theirs, self.stop, dict(os.environ)), name="opsmap-worker", daemon=True
        )
        self.process.start()
        theirs.close()  # else the end of the process would not end the pipe
        self._thread = threading.Thread(target=self._listen, name="opsmap-worker-pipe", daemon=True)
        self._thread.start()

    def send(self, message: Call | tuple[str, ...] | None) -> bool:
        """Hand a message over; False when the process is gone."""
        try:
            self.connection.send(message)
        except OSError:
            return False
        return True

    def end(self, *, at_once: bool = False) -> None:
        """Let the process leave, or end it."""
        if at_once or not self.send(None):
            self.process.kill()

    def join(self, timeout_s: float) -> None:
        """Wait for the process, end it when it does not leave, and free what it held."""
        self.process.join(timeout_s)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self._thread.join()
        self.connection.close()

    def _listen(self) -> None:
        """Runs in the thread: signals of a QObject of the GUI thread arrive there in order."""
        while True:
            try:
                message = self.connection.recv()
            except (EOFError, OSError):
                break
            self.heard.emit(message)
        self.process.join()
        self.heard.emit(None)


class _Lane(QObject):
    """A queue of jobs and the one process they run in, kept warm."""

    finished_after_cancel = Signal(object, object)  # job, value
    stopped = Signal(object)  # a cancelled job of which nothing comes any more

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[JobHandle] = deque()
        self._running: JobHandle | None = None
        self._worker: _Worker | None = None
        self._old: list[_Worker] = []
        self._busy = False
        self._abandoned: Job | None = None
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.setInterval(GRACE_MS)
        self._grace.timeout.connect(self._lose_patience)

    def add(self, handle: JobHandle) -> None:
        """Run a job when those before it are done."""
        self._waiting.append(handle)
        handle.cancelled.connect(self._cancelled)
        self._next()

    def warm(self, modules: Sequence[str]) -> None:
        """Start the process before it is needed."""
        if not self._busy:
            self._ready_worker().send(tuple(modules))

    def shut(self) -> list[_Worker]:
        """Stop everything and return the processes to wait for."""
        self._grace.stop()
        idle = not self._busy
        for handle in (*self._waiting, *([self._running] if self._running else [])):
            handle.cancel()
        self._waiting.clear()
        workers = [*self._old, *([self._worker] if self._worker else [])]
        for worker in workers:
            worker.heard.disconnect(self._heard)
            worker.stop.value = 1
            worker.end(at_once=idle)  # it may still be loading what no job will need
        self._worker, self._old = None, []
        return workers

    def _ready_worker(self) -> _Worker:
        if self._worker is None or not self._worker.process.is_alive():
            self._drop_worker()
            self._worker = _Worker(self)
            self._worker.heard.connect(self._heard)
        return self._worker

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        handle = self._waiting.popleft()
        assert handle.job is not None
        worker = self._ready_worker()
        worker.stop.value = 0
        self._running, self._busy = handle, True
        handle.state = JobState.RUNNING
        if not worker.send(handle.job.call()):
            self._gone()

    def _heard(self, message: Said | Outcome | None) -> None:
        worker = self.sender()
        if message is None:
            if worker is self._worker:
                self._gone()
            self._forget(worker)
        elif worker is not self._worker:
            return  # said by a process that was given up
        elif isinstance(message, Said):
            if self._running is not None:
                self._running.report(message)
        else:
            self._done(message)

    def _done(self, outcome: Outcome) -> None:
        handle, job = self._running, self._abandoned
        self._running, self._abandoned, self._busy = None, None, False
        self._grace.stop()
        if handle is not None:
            handle.deliver(outcome)
        elif job is not None and isinstance(outcome, Succeeded):
            self.finished_after_cancel.emit(job, outcome.value)
        elif job is not None:
            self.stopped.emit(job)
        self._next()

    def _gone(self) -> None:
        """The process ended by itself or was ended from outside."""
        worker, was_busy = self._worker, self._busy
        code = worker.process.exitcode if worker is not None else None
        self._drop_worker()
        if was_busy:
            title = self._running.title if self._running is not None else ""
            self._done(Failed("WorkerEnded", _worker_ended(title, code)))

    def _cancelled(self) -> None:
        handle = self.sender()
        assert isinstance(handle, JobHandle)
        if handle in self._waiting:
            self._waiting.remove(handle)
            self.stopped.emit(handle.job)
        elif handle is self._running and self._worker is not None:
            self._running, self._abandoned = None, handle.job  # disconnected: no outcome can reach it
            self._worker.stop.value = 1
            self._grace.start()

    def _lose_patience(self) -> None:
        """The function did not stop when asked: its process ends, and the next job gets a new one."""
        worker = self._worker
        self._drop_worker()
        if worker is not None:
            worker.end(at_once=True)
        job, self._abandoned, self._busy = self._abandoned, None, False
        if job is not None:
            self.stopped.emit(job)
        self._next()

    def _drop_worker(self) -> None:
        if self._worker is not None:
            self._old.append(self._worker)
            self._worker = None

    def _forget(self, worker: object) -> None:
        """An earlier process has left for good."""
        if isinstance(worker, _Worker) and worker in self._old:
            self._old.remove(worker)
            worker.join(0)
            worker.deleteLater()


def _worker_ended(title: str, code: int | None) -> str:
    why = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
    return f"“{title}” ended before it was done ({why}). What was saved before is safe; start it again."


class JobRunner(QObject):
    """Runs jobs, writes one at a time, and short reads. `job_ended` follows every job that is not quiet."""

    job_started = Signal(object)  # JobHandle
    job_ended = Signal(object)  # JobHandle
    stopped = Signal(object, bool)  # a cancelled job that is over now, and whether it was done before it could stop
    wrote = Signal(object, object)  # value and initiator of a write that succeeded, even one cancelled too late
    read_failed = Signal(str)  # the sentence of a read whose caller left failures to the window
    broke = Signal(str)  # the traceback of a job or a read that broke
    _read_done = Signal(object)  # Future, from a thread of the pool

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(SWITCH_S)
        self._lanes: dict[Lane, _Lane] = {lane: _Lane(self) for lane in get_args(Lane)}
        for lane in self._lanes.values():
            lane.finished_after_cancel.connect(self._too_late)
        for name in ("write", "compute", "answer"):
            self._lanes[name].stopped.connect(self._stopped)
        self._jobs: list[JobHandle] = []
        self._pool: ThreadPoolExecutor | None = None
        self._reads: dict[Future[Outcome], JobHandle] = {}
        self.shut = False  # nothing starts any more
        # Queued always: a read that is done before `run_read` returns would be delivered before anybody is connected.
        self._read_done.connect(self._deliver_read, Qt.ConnectionType.QueuedConnection)

    def start(self, job: Job) -> JobHandle:
        """Run a job in its worker process; it may wait for those before it."""
        handle = JobHandle(job.title, job, self)
        if self.shut:
            handle.cancel()
            return handle
        handle.broke.connect(self.broke)
        handle.ended.connect(self._ended)
        if not job.quiet:
            self._jobs.append(handle)
        self._lanes["write" if job.writes else "answer" if job.answers else "compute"].add(handle)
        if not job.quiet:
            self.job_started.emit(handle)
        return handle

    def draw(self, job: Job) -> JobHandle:
        """Run a short job that no list shows, in a process that does nothing else: what the base map is drawn by."""
        handle = JobHandle(job.title, job, self)
        if self.shut:
            handle.cancel()
            return handle
        handle.broke.connect(self.broke)
        self._lanes["draw"].add(handle)
        return handle

    def run_read(
        self,
        function: Callable[..., Any],
        *args: Any,
        on_result: Callable[[Any], None] | None = None,
        **kwargs: Any,
    ) -> JobHandle:
        """Run a quick read in a thread. It must not hold the interpreter for long, and not touch widgets.

        With `on_result` the value goes there, on the GUI thread, and a known failure to `read_failed`; without it the
        caller connects to the handle.
        """
        handle = JobHandle(getattr(function, "__name__", "read"), None, self)
        if self.shut:
            handle.cancel()
            return handle
        handle.state = JobState.RUNNING
        handle.broke.connect(self.broke)
        handle.cancelled.connect(self._drop_read)
        if on_result is not None:
            handle.succeeded.connect(on_result)
            handle.failed.connect(self.read_failed)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="opsmap-read")
        future = self._pool.submit(outcome_of, function, args, kwargs)
        self._reads[future] = handle
        future.add_done_callback(self._read_done.emit)
        return handle

    def jobs(self) -> list[JobHandle]:
        """The jobs that wait or run, in order."""
        return list(self._jobs)

    def busy(self) -> bool:
        """Whether anything is under way, reads included."""
        return bool(self._jobs or self._reads)

    def warm_up(self, modules: Sequence[str] = (), *, lanes: Sequence[Lane] = ("write", "compute")) -> None:
        """Start the worker processes, and let them import what the first job will need."""
        for lane in lanes:
            self._lanes[lane].warm(modules)

    def shut_down(self, timeout_s: float = JOIN_S) -> None:
        """Cancel everything and wait for processes and threads. Nothing is delivered after this."""
        if self.shut:
            return
        self.shut = True
        for handle in list(self._reads.values()):
            handle.cancel()
        workers = [worker for lane in self._lanes.values() for worker in lane.shut()]
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        until_s = time.monotonic() + timeout_s
        for worker in workers:
            worker.join(max(0.0, until_s - time.monotonic()))

    def _ended(self, handle: JobHandle) -> None:
        shown = handle in self._jobs
        if shown:
            self._jobs.remove(handle)
        if handle.state is JobState.SUCCEEDED and handle.job is not None and handle.job.writes:
            self.wrote.emit(handle.value, handle.job.initiator)
        if shown:
            self.job_ended.emit(handle)

    def _deliver_read(self, future: Future[Outcome]) -> None:
        handle = self._reads.pop(future, None)
        if handle is not None and not future.cancelled():
            handle.deliver(future.result())

    def _drop_read(self) -> None:
        for future, handle in list(self._reads.items()):
            if handle is self.sender():
                del self._reads[future]
                future.cancel()

    def _too_late(self, job: Job, value: Any) -> None:
        """A cancelled write was done already: its job stays silent, but the store did change."""
        if job.writes:
            self.wrote.emit(value, job.initiator)
            self.stopped.emit(job, True)

    def _stopped(self, job: Job) -> None:
        if not self.shut:
            self.stopped.emit(job, False)
