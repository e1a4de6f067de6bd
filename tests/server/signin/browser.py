"""A browser as far as forms, links and cookies go."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """What a page holds."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._text: list[str] = []
        self.feed(response.text)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.url.path

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._text).split())

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "a" and known.get("href"):
            self.links.append(known["href"] or "")
        elif tag == "form":
            self.forms.append(Form(known.get("action") or "", (known.get("method") or "get").lower()))
        elif tag == "input" and self.forms and known.get("name"):
            self.forms[-1].fields[known["name"] or ""] = known.get("value") or ""
        elif tag == "button" and self.forms and known.get("name"):
            self.forms[-1].buttons.append((known["name"] or "", known.get("value") or ""))


class Browser:
    """Follows links, fills in forms and keeps cookies."""

    def __init__(self, url: str, **options: object) -> None:
        self.client = httpx.Client(base_url=url, follow_redirects=True, timeout=30, **options)

    def open(self, path: str, **options: object) -> Page:
        return Page(self.client.get(path, **options))

    def submit(self, page: Page, **fields: str) -> Page:
        """Send the page's last form with these fields filled in, as a browser does."""
        form = page.forms[-1]
        url = urljoin(str(page.response.url), form.action)
        filled = form.fields | fields
        if form.method == "get":
            return Page(self.client.get(url, params=filled))
        parts = httpx.URL(url)
        origin = f"{parts.scheme}://{parts.netloc.decode()}"
        return Page(self.client.post(url, data=filled, headers={"Origin": origin, "Referer": url}))

    @property
    def session(self) -> str | None:
        return self.client.cookies.get("lazward_session")
