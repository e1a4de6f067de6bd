"""Lists of jobs: in pages that miss none, at a cost that does not grow with each job."""

import pytest
import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.errors import NotFound
from lazward.wire.compute import CreateCompute
from lazward.wire.jobs import SearchJobs
from lazward_server.compute import targets
from lazward_server.db.schema import jobs
from lazward_server.jobs import load


def search(shop, **message):
    return shop.read(load.search, WORKSPACE, SearchJobs(**message))


def test_pages_miss_none_of_those_that_came_at_once(shop):
    run_ids = [shop.submit() for _ in range(5)]
    shop.write(lambda tx: tx.execute(sa.update(jobs).values(created_at=7)))
    found, before = [], None
    while page := search(shop, max_results=2, before=before):
        found += [job.run_id for job in page]
        before = found[-1]
    assert found == run_ids[::-1]


def test_a_page_begins_at_a_job_of_the_workspace(shop):
    with pytest.raises(NotFound, match="no job with the run id nonsense"):
        search(shop, before="nonsense")


def test_those_of_an_environment_are_found_by_its_name(shop):
    first = shop.submit(environment_name="näme_a:1")
    second = shop.submit(environment_name="näme_a:2")
    shop.submit(environment_name="nämeXa:1")
    shop.submit(environment_name="NÄME_A:1")
    shop.submit(environment_name="näme_a.more:1")
    shop.submit(variables={"environment_name": "näme_a:1"})
    shop.submit()
    named = [job.run_id for job in search(shop, environment="näme_a")]
    assert named == [second, first]
    assert [job.run_id for job in search(shop, environment="näme_a:1")] == [first]
    assert search(shop, environment="näme_a:3") == []


def test_many_jobs_take_as_many_statements_as_few(shop):
    def statements():
        count = []

        def note(*_):
            count.append(1)

        sa.event.listen(shop.db.engine, "before_cursor_execute", note)
        search(shop)
        sa.event.remove(shop.db.engine, "before_cursor_execute", note)
        return len(count)

    shop.submit(properties={"a": "b"})
    few = statements()
    for _ in range(10):
        shop.submit(properties={"a": "b"})
    assert statements() == few


def test_each_has_its_own_properties_and_place_in_its_own_queue(shop):
    shop.write(targets.create, WORKSPACE, CreateCompute(name="other", max_nodes=1))
    for _ in range(2):
        shop.submit()
    shop.submit("other")
    shop.round()
    first, second, elsewhere, local = (
        shop.submit(properties={"n": "1"}),
        shop.submit(properties={"n": "2", "m": "3"}, priority=1),
        shop.submit("other"),
        shop.submit("local"),
    )
    found = {job.run_id: job for job in search(shop, states=["Queued"])}
    assert (found[first].properties, found[second].properties) == ({"n": "1"}, {"n": "2", "m": "3"})
    assert found[elsewhere].properties == {}
    assert "All 2 node(s) of 'cluster' are busy; 1 job(s) are ahead" in found[first].reason
    assert "0 job(s) are ahead" in found[second].reason
    assert "All 1 node(s) of 'other' are busy; 0 job(s) are ahead" in found[elsewhere].reason
    assert "the machine that submitted it" in found[local].reason
    assert [found[one].position for one in (first, second, elsewhere, local)] == [2, 1, 1, None]
