"""How a server stands, told to its administrators."""

import shutil

from lazward import __version__


def test_administrators_see_how_full_the_disk_is(each_server):
    with each_server.client() as client:
        told = client.get("/api/v1/server").json()
    disk = shutil.disk_usage(each_server.home)
    assert told["version"] == __version__
    assert told["database"] == ("postgresql" if each_server.on_postgresql else "sqlite")
    assert told["artifacts"] == "file"
    assert told["disk_total_bytes"] == disk.total
    assert 0 < told["disk_free_bytes"] < disk.total


def test_owners_of_workspaces_do_not(each_server):
    with each_server.client() as client:
        client.post("/api/v1/users", json={"name": "owner.of.default", "kind": "service"})
        client.put("/api/v1/workspaces/default/members/owner.of.default", json={"role": "owner"})
        made = client.post("/api/v1/users/owner.of.default/tokens", json={"name": "t"}).json()
        bearer = {"Authorization": f"Bearer {made['token']}"}
        refused = client.get("/api/v1/server", headers=bearer)
    assert refused.status_code == 403
    assert "server:read" in refused.json()["message"]
