"""Compute targets through the names that scripts have for them, on a real server."""

import json
import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.sshd import Sshd, needs_sshd

import azureml.core
from azureml.core import ComputeTarget, RunConfiguration, Workspace
from azureml.core.compute import (
    AdlaCompute,
    AksCompute,
    AmlCompute,
    BatchAiCompute,
    BatchCompute,
    ComputeInstance,
    DatabricksCompute,
    DataFactoryCompute,
    DsvmCompute,
    HDInsightCompute,
    KubernetesCompute,
    RemoteCompute,
    SynapseCompute,
    amlcompute,
)
from azureml.core.compute.amlcompute import AmlComputeStatus
from azureml.core.compute_target import ComputeTargetException, LocalTarget
from azureml.exceptions import UnsupportedFeatureException, UserErrorException
from lazward.client import jobs
from lazward.snapshot import snapshot
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import ENDS, CreateJob, JobSpec

LATER = [
    AdlaCompute, AksCompute, BatchAiCompute, BatchCompute, ComputeInstance, DatabricksCompute,
    DataFactoryCompute, DsvmCompute, HDInsightCompute, KubernetesCompute, SynapseCompute,
]  # fmt: skip
STATUS = {
    "currentNodeCount", "targetNodeCount", "nodeStateCounts", "allocationState", "errors", "creationTime",
    "allocationStateTransitionTime", "modifiedTime", "provisioningState", "scaleSettings", "vmPriority",
    "provisioningStateTransitionTime", "vmSize",
}  # fmt: skip
COUNTS = {
    f"{state}NodeCount" for state in ("preparing", "running", "idle", "unusable", "leaving", "preempted")
}


@pytest.fixture
def name():
    """A name that no target of the shared server has."""
    return f"c-{secrets.token_hex(5)}"


@pytest.fixture
def make(ws, name):
    """Makes the target of this name."""

    def run(**options):
        return ComputeTarget.create(ws, name, AmlCompute.provisioning_configuration(**options))

    return run


@pytest.fixture
def submit(ws, surroundings):
    """Queues a script on a target, run by the interpreter that is there; the run's id."""

    def run(target, script):
        folder = surroundings / f"code-{secrets.token_hex(4)}"
        folder.mkdir()
        (folder / "train.py").write_text(script)
        spec = JobSpec(
            script="train.py",
            snapshot_id=snapshot.take(ws.connection, folder),
            environment=EnvironmentSpec(python=PythonSpec(user_managed=True)),
        )
        message = CreateJob(experiment="compute", compute=target.name, spec=spec)
        return jobs.create(ws.connection, message).job.run_id

    return run


def until(fact, what, seconds=60):
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def ended(ws, run_id):
    return jobs.get(ws.connection, run_id).state in [state.value for state in ENDS]


# ---------------------------------------------------------------- found and made


@pytest.mark.parametrize("kind", [ComputeTarget, AmlCompute])
def test_one_that_is_not_there(ws, name, kind):
    with pytest.raises(ComputeTargetException, match=f"^ComputeTargetNotFound: .*{name}") as caught:
        kind(workspace=ws, name=name)
    assert caught.value.message.startswith("ComputeTargetNotFound")


@pytest.mark.parametrize("wrong", ["", None, 3, "<b>", "x" * 300, "a b", "ü"])
def test_names_that_no_target_has(ws, wrong):
    with pytest.raises(ComputeTargetException):
        ComputeTarget(ws, wrong)


def test_a_workspace_that_is_none(name):
    for call in (lambda: ComputeTarget("default", name), lambda: ComputeTarget.list(None)):
        with pytest.raises(UserErrorException, match="workspace is a Workspace"):
            call()


def test_the_idiom_of_the_notebooks(ws, name, capsys):
    """The cell that a hundred notebooks have, run twice."""
    for turn in range(2):
        try:
            cpu_cluster = ComputeTarget(workspace=ws, name=name)
            print("Found existing cluster, use it.")
        except ComputeTargetException:
            compute_config = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
            cpu_cluster = ComputeTarget.create(ws, name, compute_config)
        cpu_cluster.wait_for_completion(show_output=True)
        shown = capsys.readouterr().out.splitlines()
        assert shown[0] == ("Found existing cluster, use it." if turn else "Creating")
        assert shown[1] == "Succeeded"
        assert shown[2].startswith("AmlCompute wait for completion finished")
        assert len(shown) == 3
    assert type(cpu_cluster) is AmlCompute
    assert cpu_cluster.get_status().serialize()["scaleSettings"]["maxNodeCount"] == 4


def test_all_that_it_tells(ws, make, name):
    made = make(
        vm_size="Standard_D3_v2", vm_priority="lowpriority", min_nodes="1", max_nodes="3",
        idle_seconds_before_scaledown="300", tags={"team": 1}, description="for a test",
    )  # fmt: skip
    found = ComputeTarget(ws, name)
    for one in (made, found):
        assert (one.name, one.type, one.location, one.workspace) == (name, "AmlCompute", ws.location, ws)
        assert one.id == f"{ws.get_details()['id']}/computes/{name}"
        assert (one.tags, one.description, one.is_attached) == ({"team": "1"}, "for a test", False)
        assert (one.provisioning_state, one.provisioning_errors) == ("Succeeded", None)
        assert (one.cluster_location, one.cluster_resource_id) == (ws.location, None)
        assert abs((datetime.now(UTC) - one.created_on).total_seconds()) < 60
        assert one.modified_on == one.created_on
        assert (one.vm_size, one.vm_priority, one.admin_username) == ("STANDARD_D3_V2", "Dedicated", None)
        settings = one.scale_settings
        assert (settings.minimum_node_count, settings.maximum_node_count) == (1, 3)
        assert settings.idle_seconds_before_scaledown == 300
        assert name in repr(one)
    content = json.loads(json.dumps(found.serialize()))
    assert (content["name"], content["properties"]["provisioningState"]) == (name, "Succeeded")
    assert content["properties"]["properties"]["vmSize"] == "STANDARD_D3_V2"
    assert set(content["properties"]["properties"]["status"]) == STATUS


def test_status(make):
    made = make(min_nodes=2, max_nodes=2)
    status = made.get_status()
    assert isinstance(status, AmlComputeStatus)
    content = json.loads(json.dumps(status.serialize()))
    assert set(content) == STATUS
    assert content["nodeStateCounts"] == dict.fromkeys(COUNTS, 0) | {"idleNodeCount": 2}
    assert content["scaleSettings"] == {
        "minNodeCount": 2, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT1800S",
    }  # fmt: skip
    assert (status.current_node_count, status.target_node_count, status.allocation_state) == (2, 2, "Steady")
    assert status.node_state_counts.idle_node_count == 2
    assert datetime.fromisoformat(content["creationTime"]) == made.created_on == status.creation_time
    assert made.status.serialize() == content


def test_a_name_in_other_letters_is_the_same(ws, make, name):
    make()
    assert ComputeTarget(ws, name.upper()).name == name
    assert name.upper() in ws.compute_targets


def test_list_and_the_view_of_the_workspace(ws, make, name):
    view = ws.compute_targets
    assert name not in view
    with pytest.raises(KeyError, match=name):
        view[name]
    assert view.get(name) is None
    make()
    assert type(view[name]) is AmlCompute
    assert name in [one.name for one in ComputeTarget.list(ws)]
    assert name in [one.name for one in AmlCompute.list(ws)]
    assert dict(view).keys() == set(view) == dict(view.items()).keys()
    assert [one.name for one in view.values()] == list(view)
    assert len(view) == len(list(view))
    assert name in repr(view)


def test_each_workspace_has_its_own(make, name):
    other = Workspace.create(f"compute-{name}")
    make()
    assert list(other.compute_targets) == []
    with pytest.raises(ComputeTargetException, match="NotFound"):
        ComputeTarget(other, name)


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize("reserved", ["local", "LOCAL"])
def test_local_is_reserved(ws, reserved):
    with pytest.raises(UserErrorException, match="without a target"):
        ComputeTarget.create(ws, reserved, AmlCompute.provisioning_configuration())


@pytest.mark.parametrize(
    "wrong", ["", "x", "1cpu", "-cpu", "a b", "a_b", "<i>", "cpu\n", "ü1", "a" * 25, None, 7]
)
def test_names_that_are_not_possible(ws, wrong):
    with pytest.raises(ComputeTargetException):
        ComputeTarget.create(ws, wrong, AmlCompute.provisioning_configuration())


@pytest.mark.parametrize("wrong", [None, "STANDARD_D2_V2", {}, AmlCompute])
def test_what_is_no_configuration(ws, name, wrong):
    with pytest.raises(ComputeTargetException, match="provisioning_configuration"):
        ComputeTarget.create(ws, name, wrong)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"min_nodes": -1}, "min_nodes"),
        ({"min_nodes": "two"}, "min_nodes .*'two'"),
        ({"max_nodes": 1.5}, "max_nodes"),
        ({"max_nodes": True}, "max_nodes"),
        ({"max_nodes": float("nan")}, "max_nodes"),
        ({"max_nodes": float("inf")}, "max_nodes"),
        ({"min_nodes": 3, "max_nodes": 2}, "min_nodes is 3, more than max_nodes"),
        ({"idle_seconds_before_scaledown": "soon"}, "idle_seconds_before_scaledown"),
        ({"idle_seconds_before_scaledown": []}, "idle_seconds_before_scaledown"),
        ({"vm_priority": "high"}, "vm_priority is one of dedicated, lowpriority"),
        ({"vm_size": 2}, "vm_size"),
        ({"tags": ["a"]}, "tags"),
        ({"vnet_name": "n"}, "subnet_name"),
        ({"admin_username": "me"}, "admin_user_password"),
        ({"remote_login_port_public_access": "yes"}, "NotSpecified"),
    ],
)
def test_configurations_that_make_no_sense(options, told):
    with pytest.raises(ComputeTargetException, match=told):
        AmlCompute.provisioning_configuration(**options)


def test_a_configuration_is_looked_at_again_when_it_is_used(ws, name):
    config = AmlCompute.provisioning_configuration(max_nodes=2)
    config.min_nodes = 3
    with pytest.raises(ComputeTargetException, match="min_nodes is 3"):
        ComputeTarget.create(ws, name, config)


@pytest.mark.parametrize(
    "options", [{"max_nodes": 0}, {"max_nodes": 10**9}, {"idle_seconds_before_scaledown": 10**12}]
)
def test_numbers_that_the_server_refuses(ws, make, name, options):
    with pytest.raises(ComputeTargetException, match=r"max_nodes|idle_seconds"):
        make(**options)
    assert name not in ws.compute_targets


def test_what_only_azure_has_is_left_aside_with_a_warning(make):
    with pytest.warns(UserWarning, match="identity_type"):
        assert make(identity_type="SystemAssigned").provisioning_state == "Succeeded"


def test_the_same_again_is_taken_and_anything_else_refused(ws, make, name):
    made = make(max_nodes=2)
    assert make(max_nodes=2).created_on == made.created_on
    with pytest.raises(ComputeTargetException, match="max_nodes=2 in place of 3"):
        make(max_nodes=3)
    with pytest.raises(ComputeTargetException, match="vm_size='STANDARD_D2_V2' in place of 'STANDARD_D3_V2'"):
        make(max_nodes=2, vm_size="Standard_D3_V2")
    with ThreadPoolExecutor(4) as pool:
        config = AmlCompute.provisioning_configuration(max_nodes=1)
        found = list(pool.map(lambda _: ComputeTarget.create(ws, f"{name}-x", config).id, range(8)))
    assert len(set(found)) == 1


def test_a_size_that_is_not_known_is_told_once(ws, make, name, capsys, monkeypatch):
    monkeypatch.setattr(amlcompute, "_told", set())
    made = make(vm_size="Standard_NC6s_v9")
    assert "Standard_NC6s_v9 is not known here" in capsys.readouterr().out
    config = AmlCompute.provisioning_configuration(vm_size="STANDARD_NC6S_V9")
    ComputeTarget.create(ws, f"{name}-2", config)
    assert capsys.readouterr().out == ""
    assert made.vm_size == "Standard_NC6s_v9"


@pytest.mark.parametrize("kind", LATER)
def test_kinds_that_do_not_work_yet_say_what_comes_closest(ws, name, kind):
    calls = [
        lambda: kind(ws, name),
        lambda: kind(workspace=ws, name=name),
        kind.provisioning_configuration,
        lambda: kind.attach_configuration(username="u", address="a"),
        lambda: kind.create(ws, name, None),
        lambda: kind.attach(ws, name, None),
    ]
    for call in calls:
        with pytest.raises(UnsupportedFeatureException, match=f"{kind.__name__}.*AmlCompute"):
            call()


def test_what_a_target_cannot_do(ws, make, name):
    made = make()
    for call in (lambda: made.add_identity("SystemAssigned"), made.remove_identity):
        with pytest.raises(UnsupportedFeatureException, match="identity"):
            call()
    with pytest.raises(ComputeTargetException, match="RemoteCompute"):
        ComputeTarget.attach(ws, name, None)
    with pytest.raises(ComputeTargetException, match="delete"):
        made.detach()
    assert name in ws.compute_targets


# ---------------------------------------------------------------- machines reached over SSH


@pytest.fixture
def host(tmp_path):
    made = Sshd(tmp_path / "sshd")
    yield made
    made.stop()


def reached(host, **more):
    fields = {"username": host.settings()["user"], "address": "127.0.0.1", "ssh_port": str(host.port)}
    fields |= {"private_key_file": str(host.folder / "client")}
    return RemoteCompute.attach_configuration(**(fields | more))


@needs_sshd
def test_a_machine_is_attached_used_and_detached(ws, name, host, capsys):
    made = ComputeTarget.attach(ws, name, reached(host))
    fingerprint = re.search(r"SHA256:\S+", capsys.readouterr().out)[0]
    assert fingerprint
    made.wait_for_completion(show_output=True)
    assert (type(made), made.type, made.is_attached) == (RemoteCompute, "VirtualMachine", True)
    assert (made.address, made.ssh_port, made.provisioning_state) == ("127.0.0.1", host.port, "Succeeded")
    assert ComputeTarget.attach(ws, name, reached(host)).name == name
    assert isinstance(ws.compute_targets[name], RemoteCompute)
    made.detach()
    made.wait_for_completion(is_delete_operation=True)
    assert name not in ws.compute_targets


@needs_sshd
def test_what_cannot_be_attached_says_why(ws, name, host):
    host.refuse_key()
    with pytest.raises(ComputeTargetException, match="refuses the user"):
        ComputeTarget.attach(ws, name, reached(host))
    with pytest.raises(ComputeTargetException, match="cannot be read"):
        ComputeTarget.attach(ws, name, reached(host, private_key_file="/no/such"))
    with pytest.raises(ComputeTargetException, match="private_key_file or password"):
        reached(host, private_key_file="")
    with pytest.raises(ComputeTargetException, match="username and address"):
        reached(host, address="")
    with pytest.raises(UnsupportedFeatureException, match="address="):
        reached(host, resource_id="/subscriptions/x")
    host.stop()
    with pytest.raises(ComputeTargetException, match="shows no key"):
        ComputeTarget.attach(ws, name, reached(host))
    host.start()


# ---------------------------------------------------------------- names elsewhere


def test_the_same_class_under_every_name():
    from azureml.core import compute, compute_target

    assert azureml.core.ComputeTarget is compute.ComputeTarget is compute_target.ComputeTarget
    assert compute.amlcompute.AmlCompute is AmlCompute


def test_targets_can_be_given_to_run_configurations(make, name):
    config = RunConfiguration()
    config.target = make()
    assert config.target == name
    config.target = LocalTarget()
    assert config.target == "local"


def test_default_targets(ws, name):
    for wrong in ("cpu", "", None):
        with pytest.raises(ValueError, match="'CPU' or 'GPU'"):
            ws.get_default_compute_target(wrong)
    cluster = Workspace.DEFAULT_CPU_CLUSTER_CONFIGURATION
    other = Workspace.create(f"compute-{name}", default_cpu_compute_target=cluster)
    assert other.get_default_compute_target("CPU").vm_size == "STANDARD_DS2_V2"
    assert other.get_default_compute_target("CPU").scale_settings.maximum_node_count == 2
    with pytest.raises(ComputeTargetException, match="gpu-cluster"):
        other.get_default_compute_target(type="GPU")


def test_environments_of_a_workspace(ws, name):
    from azureml.core import Environment

    assert name not in ws.environments
    with pytest.raises(KeyError):
        ws.environments[name]
    Environment(name).register(ws)
    made = ws.environments[name]
    assert (type(made), made.name, made.version) == (Environment, name, "1")
    assert {name, "AzureML-Minimal"} <= set(ws.environments)
    assert dict(ws.environments.items())[name].version == "1"


def test_sizes_usages_and_quotas(ws, make, name):
    sizes = AmlCompute.supported_vmsizes(workspace=ws)
    assert isinstance(sizes, list)
    (found,) = [size for size in sizes if size["name"] == "STANDARD_D2_V2"]
    assert (found["vCPUs"], found["memoryGB"], found["gpus"]) == (2, 7.0, 0)
    make(min_nodes=1, max_nodes=3)
    (usage,) = [one for one in AmlCompute.list_usages(ws) if one["name"]["value"] == name]
    assert (usage["currentValue"], usage["limit"], usage["unit"]) == (1, 3, "Count")
    (quota,) = [one for one in AmlCompute.list_quotas(ws) if one["name"]["value"] == name]
    assert quota["limit"] == 3


# ---------------------------------------------------------------- changed


def test_update_persists(ws, make, name):
    made = make(max_nodes=4)
    made.update(idle_seconds_before_scaledown="500")
    made.update(min_nodes=1, max_nodes="5")
    for one in (made, ComputeTarget(ws, name)):
        settings = one.get_status().scale_settings
        assert settings.serialize() == {
            "minNodeCount": 1, "maxNodeCount": 5, "nodeIdleTimeBeforeScaleDown": "PT500S",
        }  # fmt: skip
    assert made.get_status().current_node_count == 1
    assert made.list_nodes() == [
        {"nodeId": "node-0", "nodeState": "idle", "runId": None, "ipAddress": None, "port": None}
        | dict.fromkeys(("publicIpAddress", "privateIpAddress"))
    ]


@pytest.mark.parametrize(
    "wrong", [{"min_nodes": 9}, {"max_nodes": 0}, {"min_nodes": "x"}, {"max_nodes": 10**9}]
)
def test_updates_that_make_no_sense(make, wrong):
    made = make(max_nodes=4)
    with pytest.raises(ComputeTargetException, match=r"(?i)nodes"):
        made.update(**wrong)
    assert made.get_status().scale_settings.maximum_node_count == 4


def test_nodes_that_will_not_come_are_not_waited_for(make, capsys):
    made = make(max_nodes=4)
    began = time.monotonic()
    made.wait_for_completion(show_output=True, min_node_count=2, timeout_in_minutes=1)
    assert time.monotonic() - began < 10
    assert "0 node(s) of 2; more come when runs wait" in capsys.readouterr().out
    made.wait_for_completion(min_node_count=0, timeout_in_minutes=0)
    for wrong in ({"min_node_count": -1}, {"timeout_in_minutes": "long"}, {"timeout_in_minutes": -1}):
        with pytest.raises(ComputeTargetException, match=next(iter(wrong))):
            made.wait_for_completion(**wrong)


def test_deleted(ws, make, name, capsys):
    made, other = make(), ComputeTarget(ws, name)
    with pytest.raises(ComputeTargetException, match="Nobody deletes"):
        other.wait_for_completion(is_delete_operation=True)
    made.delete()
    made.wait_for_completion(show_output=True, is_delete_operation=True)
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == ["Deleting", "Deleted"]
    assert "gone" in shown[2]
    assert name not in ws.compute_targets
    for call in (other.refresh_state, other.get_status, other.delete, other.list_nodes, other.update):
        with pytest.raises(ComputeTargetException, match=r"^ComputeTargetNotFound"):
            call()
    with pytest.raises(ComputeTargetException, match=r"^ComputeTargetNotFound"):
        other.wait_for_completion()
    assert make(max_nodes=2).created_on > made.created_on


# ---------------------------------------------------------------- with runs


def test_nodes_come_for_a_run_and_go_when_idle(ws, make, submit):
    target = make(max_nodes=2, idle_seconds_before_scaledown=1)
    assert target.get_status().current_node_count == 0
    run_id = submit(target, "import time; time.sleep(2)")
    until(lambda: target.get_status().node_state_counts.running_node_count == 1, "no node runs it")
    (node,) = target.list_nodes()
    assert (node["nodeId"], node["nodeState"], node["runId"]) == ("node-0", "running", run_id)
    until(lambda: ended(ws, run_id), "it does not end")
    assert jobs.get(ws.connection, run_id).state == "Completed"
    until(lambda: target.get_status().current_node_count == 0, "its node stays", 30)
    assert target.list_nodes() == []


def test_active_runs(ws, make, submit, monkeypatch):
    monkeypatch.setitem(vars(ws), "get_run", lambda run_id: run_id)
    target = make()
    assert list(target.get_active_runs()) == []
    first, second = (submit(target, "import time; time.sleep(120)") for _ in range(2))
    try:
        until(lambda: jobs.get(ws.connection, first).state == "Running", "it does not start")
        assert list(target.get_active_runs()) == [second, first]
        assert list(target.get_active_runs(type="azureml.scriptrun")) == [second, first]
        assert list(target.get_active_runs(status="Queued")) == [second]
        assert list(target.get_active_runs(type="automl")) == []
        assert list(target.get_active_runs(properties="no such")) == []
        assert target.get_status().allocation_state == "Steady"
    finally:
        for run_id in (first, second):
            jobs.cancel(ws.connection, run_id)
    until(lambda: ended(ws, first), "it is not cancelled")
    assert list(target.get_active_runs()) == []


@pytest.mark.slow
def test_deleted_while_a_run_is_on_it(ws, make, submit, tmp_path):
    """The run goes on to its end, nothing new is taken, and then the name is free."""
    target, flag = make(), tmp_path / "go on"
    waiting = f"import pathlib, time\nwhile not pathlib.Path({str(flag)!r}).exists(): time.sleep(0.05)\n"
    run_id = submit(target, waiting)
    until(lambda: jobs.get(ws.connection, run_id).state == "Running", "it does not start")
    target.delete()
    target.wait_for_completion(is_delete_operation=True, timeout_in_minutes=0.01)
    assert target.get_status().provisioning_state == "Deleting"
    with pytest.raises(Exception, match="being deleted"):
        submit(target, "")
    for call in (lambda: target.update(max_nodes=2), make):
        with pytest.raises(ComputeTargetException, match="being deleted"):
            call()
    Path(flag).touch()
    target.wait_for_completion(is_delete_operation=True, timeout_in_minutes=1)
    assert target.provisioning_state == "Deleted"
    assert jobs.get(ws.connection, run_id).state == "Completed"
    assert make().get_status().provisioning_state == "Succeeded"
