"""The flow under a real Prefect server: a work pool, a worker, a deployment, named shards, artifacts."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from flows.pipeline import STAGES
from tests.flows.small_jobs import write_small_jobs

ROOT = Path(__file__).parents[2]
PREFECT = Path(sys.executable).with_name("prefect")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A Prefect server on loopback with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.environment = {
            **os.environ,
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
            "PREFECT_LOGGING_LEVEL": "WARNING",
            "DO_NOT_TRACK": "1",
        }

    def call(self, *arguments: str) -> str:
        done = subprocess.run(
            [PREFECT, *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=180
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def process(self, *arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [PREFECT, *arguments], env=self.environment, cwd=ROOT, stdout=stream, stderr=stream
            )
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(20)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = Request(
            f"{self.url}/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert process.poll() is None, "the server has ended"
            try:
                self.ask("health")
            except OSError:
                time.sleep(0.5)
            else:
                return
        raise AssertionError("the server does not answer")

    def start_run(self, name: str) -> None:
        """As `prefect deployment run` does, without the seconds of its start."""
        deployment = self.ask("deployments/name/bunraku/batch")
        body = {"name": name, "state": {"type": "SCHEDULED"}}
        self.ask(f"deployments/{deployment['id']}/create_flow_run", body)

    def finished_run(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + 400
        while time.monotonic() < deadline:
            (run,) = self.ask("flow_runs/filter", {"flow_runs": {"name": {"any_": [name]}}})
            if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
                found: dict[str, Any] = run
                return found
            time.sleep(1)
        raise AssertionError(f"the flow run is still {run['state_name']}")

    def tasks_of(self, run: dict[str, Any]) -> dict[str, str]:
        body = {"flow_runs": {"id": {"any_": [run["id"]]}}, "limit": 200}
        return {task["name"]: task["state_name"] for task in self.ask("task_runs/filter", body)}


def deployment_file(folder: Path, parameters: dict[str, Any]) -> Path:
    """The project's own prefect.yaml, with other parameters."""
    settings = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    batch = next(entry for entry in settings["deployments"] if entry["name"] == "batch")
    batch["parameters"] = {"request": parameters}
    settings["deployments"] = [batch]
    settings.pop("definitions")
    path = folder / "prefect.yaml"
    path.write_text(yaml.safe_dump(settings))
    return path


def test_the_projects_deployments_name_a_flow_a_pool_and_a_schedule() -> None:
    settings = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    assert {entry["entrypoint"] for entry in settings["deployments"]} == {"flows/deployment.py:bunraku"}
    assert {entry["work_pool"]["name"] for entry in settings["deployments"]} == {"bunraku"}
    assert any(entry.get("schedules") for entry in settings["deployments"])


@pytest.mark.slow
def test_a_worker_carries_out_a_deployment(tmp_path: Path) -> None:
    table, out = write_small_jobs(tmp_path, "girl_waves"), tmp_path / "out"
    parameters = {"profile": "embedded", "jobs": str(table), "out": str(out), "workers": 1}
    server = Server(tmp_path / "prefect")
    with server.process(
        "server", "start", "--host", "127.0.0.1", "--port", str(server.port), log=tmp_path / "server.log"
    ) as process:
        server.wait_until_it_answers(process)
        server.ask("work_pools/", {"name": "bunraku", "type": "process"})
        server.call(
            "--no-prompt", "deploy", "--all", "--prefect-file", str(deployment_file(tmp_path, parameters))
        )
        with server.process("worker", "start", "--pool", "bunraku", log=tmp_path / "worker.log"):
            server.start_run("first")
            first = server.finished_run("first")
            shutil.rmtree(out / "store" / "refine")
            server.start_run("second")
            second = server.finished_run("second")
        artifacts = server.ask("artifacts/filter", {"limit": 50})
        made, found = server.tasks_of(first), server.tasks_of(second)

    assert (first["state_type"], first["state_name"]) == ("COMPLETED", "Completed"), first
    assert {artifact["type"] for artifact in artifacts} >= {"progress", "table"}
    assert (out / "videos" / "girl_waves.mp4").is_file()
    assert second["state_name"] == "Completed"
    stages = {stage.name for stage in STAGES} - {"erase_figure", "join_figures"}  # of other kinds of jobs
    assert {name.split()[0] for name in made} == stages
    assert set(made.values()) == {"Completed"}
    not_cached = {name.split()[0] for name, state in found.items() if state != "Cached"}
    assert not_cached == {"refine"}, "equal bytes came out again, so nothing after it had to run"
