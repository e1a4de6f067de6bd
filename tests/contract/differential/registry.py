"""Random sequences of operations on the model registry."""

import values
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule
from pair import Pair
from values import some

STAGES = st.sampled_from(["None", "Staging", "Production", "Archived", "production", "STAGING"])
VERSIONS = st.sampled_from(["1", "2", "3", "4"])
ALIASES = st.sampled_from(["champion", "Champion", "a-1"])
SOURCES = st.sampled_from(["s3://bucket/model", "gs://bucket/Model"])
NUMBERS = st.integers(1, 3)
_MODEL_ORDERS = ["name", "name DESC", "last_updated_timestamp", "creation_timestamp DESC", "timestamp desc"]
_VERSION_ORDERS = [
    "version_number",
    "version_number DESC",
    "last_updated_timestamp",
    "name",
    "creation_timestamp",
]
_SEARCH_MODELS = ["", " AND tags.`a` = '1'", " AND tags.b != '2'", " AND tag.a LIKE '%'", " AND name != 'z'"]
_SEARCH_VERSIONS = [
    "", " AND version_number > 1", " AND tags.`a` = '1'", " AND source_path = 's3://bucket/model'",
    " AND source_path LIKE 's3%'", " AND version_number != 2", " AND run_id = ''", " AND name ILIKE 'M%'",
]  # fmt: skip


class Registry(RuleBasedStateMachine):
    """One example: a few models with versions, changed and looked at in random order."""

    names = Bundle("names")
    pair: Pair

    def __init__(self) -> None:
        super().__init__()
        self.word = self.pair.unique("m")

    @initialize(target=names)
    def begin(self):
        return self.create(1, {})

    @rule(target=names, number=NUMBERS, more=some(tags=values.distinct(values.tag), description=values.text))
    def create(self, number, more):
        self.pair.api("POST", "registered-models/create", {"name": self._name(number)} | more)
        return self._name(number)

    @rule(name=names)
    def get(self, name):
        self.pair.api("GET", "registered-models/get", query={"name": name})

    @rule(name=names, number=NUMBERS)
    def rename(self, name, number):
        body = {"name": name, "new_name": self._name(number)}
        self.pair.api("POST", "registered-models/rename", body)

    @rule(name=names, description=values.text)
    def update(self, name, description):
        self.pair.api("PATCH", "registered-models/update", {"name": name, "description": description})

    @rule(name=names, certain=st.integers(0, 3))
    def delete(self, name, certain):
        if not certain:
            self.pair.api("DELETE", "registered-models/delete", {"name": name})

    @rule(name=names, tag=values.tag)
    def set_tag(self, name, tag):
        self.pair.api("POST", "registered-models/set-tag", {"name": name} | tag)

    @rule(name=names, key=values.key)
    def delete_tag(self, name, key):
        self.pair.api("DELETE", "registered-models/delete-tag", {"name": name, "key": key})

    @rule(name=names, alias=ALIASES, version=VERSIONS)
    def set_alias(self, name, alias, version):
        body = {"name": name, "alias": alias, "version": version}
        self.pair.api("POST", "registered-models/alias", body)

    @rule(name=names, alias=ALIASES | st.just("latest"))
    def get_by_alias(self, name, alias):
        self.pair.api("GET", "registered-models/alias", query={"name": name, "alias": alias})

    @rule(name=names, alias=ALIASES)
    def delete_alias(self, name, alias):
        self.pair.api("DELETE", "registered-models/alias", {"name": name, "alias": alias})

    @rule(name=names, stages=st.lists(STAGES, max_size=2), method=st.sampled_from(["GET", "POST"]))
    def latest(self, name, stages, method):
        fields = {"name": name, "stages": stages}
        given = {"query": fields} if method == "GET" else {"body": fields}
        self.pair.api(method, "registered-models/get-latest-versions", **given)

    # Versions

    @rule(
        name=names,
        source=SOURCES,
        more=some(tags=values.distinct(values.tag), description=values.text, run_link=st.just("https://r")),
    )
    def create_version(self, name, source, more):
        self.pair.api("POST", "model-versions/create", {"name": name, "source": source} | more)

    @rule(name=names, version=VERSIONS)
    def get_version(self, name, version):
        self.pair.api("GET", "model-versions/get", query={"name": name, "version": version})

    @rule(name=names, version=VERSIONS)
    def download_uri(self, name, version):
        self.pair.api("GET", "model-versions/get-download-uri", query={"name": name, "version": version})

    @rule(name=names, version=VERSIONS, description=values.text)
    def update_version(self, name, version, description):
        body = {"name": name, "version": version, "description": description}
        self.pair.api("PATCH", "model-versions/update", body)

    @rule(name=names, version=VERSIONS)
    def delete_version(self, name, version):
        self.pair.api("DELETE", "model-versions/delete", {"name": name, "version": version})

    @rule(name=names, version=VERSIONS, stage=STAGES, archive=some(archive_existing_versions=st.booleans()))
    def transition(self, name, version, stage, archive):
        body = {"name": name, "version": version, "stage": stage} | archive
        self.pair.api("POST", "model-versions/transition-stage", body)

    @rule(name=names, version=VERSIONS, tag=values.tag)
    def set_version_tag(self, name, version, tag):
        self.pair.api("POST", "model-versions/set-tag", {"name": name, "version": version} | tag)

    @rule(name=names, version=VERSIONS, key=values.key)
    def delete_version_tag(self, name, version, key):
        body = {"name": name, "version": version, "key": key}
        self.pair.api("DELETE", "model-versions/delete-tag", body)

    # Search

    @rule(
        more=st.sampled_from(_SEARCH_MODELS),
        page=some(max_results=NUMBERS, order_by=st.lists(st.sampled_from(_MODEL_ORDERS), max_size=1)),
    )
    def search(self, more, page):
        query = {"filter": f"name LIKE '{self.word}-%'{more}"} | page
        self._pages("registered-models/search", query)

    @rule(
        more=st.sampled_from(_SEARCH_VERSIONS),
        page=some(max_results=NUMBERS, order_by=st.lists(st.sampled_from(_VERSION_ORDERS), max_size=1)),
        one=st.none() | NUMBERS,
    )
    def search_versions(self, more, page, one):
        where = f"name = '{self._name(one)}'" if one else f"name LIKE '{self.word}-%'"
        self._pages("model-versions/search", {"filter": where + more} | page)

    def teardown(self):
        for number in (1, 2, 3):
            self.pair.api("GET", "registered-models/get", query={"name": self._name(number)})
        self._pages("model-versions/search", {"filter": f"name LIKE '{self.word}-%'", "order_by": ["name"]})

    def _name(self, number: int) -> str:
        return f"{self.word}-{number}"

    def _pages(self, path: str, query: dict) -> None:
        for _ in range(20):
            got = self.pair.api("GET", path, query=query)
            if not got.ok or not got.ours.body.get("next_page_token"):
                return
            query = query | {"page_token": self.pair.learn("token", got, "next_page_token")}
