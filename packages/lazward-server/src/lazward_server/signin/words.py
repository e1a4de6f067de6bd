"""What the pages for signing in say, in the language that the browser prefers.

The English text is the key, as in gettext: pages stay readable, and what has no translation is said in
English. Messages that an error brings along are looked up as well.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from starlette.requests import Request

from lazward_server.signin.html import Html, together


class Words(NamedTuple):
    """A language, called to say something in it.

    Attributes:
        language: Its tag.
        table: Its texts by the English ones.
    """

    language: str
    table: Mapping[str, str]

    def __call__(self, text: str, **parts: str) -> Html:
        """The text, each ``{name}`` of it replaced by the part of that name; what is no markup is escaped."""
        said = self.table.get(text, text)
        if not parts:
            return together(said)
        pieces = re.split(r"\{(\w+)\}", said)
        return together(*(parts[piece] if n % 2 else piece for n, piece in enumerate(pieces)))


_JAPANESE = {
    "Sign in": "サインイン",
    "Sign out": "サインアウト",
    "Sign in as {user}": "{user} としてサインイン",
    "Sign in with {provider}": "{provider} でサインイン",
    "or": "または",
    "Name": "名前",
    "Password": "パスワード",
    "The name or the password is wrong.": "名前またはパスワードが違います。",
    "This link works once. Whoever follows it in this browser is {user}.": (
        "このリンクは 1 回だけ使えます。このブラウザーでは {user} としてサインインします。"
    ),
    "This link was used already, or is older than ten minutes. `lazward open` makes another one.": (
        "このリンクは使用済みか、作成から 10 分以上経過しています。"
        "`lazward open` で新しいリンクを作成できます。"
    ),
    "Nobody has a password here yet. On the server's machine, or wherever a token is kept, run": (
        "パスワードが設定されたユーザーはまだいません。サーバーのマシン、またはトークンがある場所で次を実行し、"
    ),
    "and follow the link it shows.": "表示されるリンクを開いてください。",
    "Account": "アカウント",
    "To the portal": "ポータルへ",
    "This server asks nobody who they are.": "このサーバーではサインインは不要です。",
    "You are not signed in.": "サインインしていません。",
    "You are signed in as {user}.": "{user} としてサインインしています。",
    "You are signed in as {user}, an administrator of this server.": (
        "{user} としてサインインしています (このサーバーの管理者)。"
    ),
    "Your roles on workspaces:": "ワークスペースでのロール:",
    "That did not work": "処理できませんでした",
    "Try again": "もう一度試す",
    "The page was too old, or this browser keeps no cookies. Go back and reload it.": (
        "ページが古くなったか、ブラウザーが Cookie を保存していません。戻って再読み込みしてください。"
    ),
    "Let a machine in": "マシンの接続を許可",
    "The code that the machine shows": "マシンに表示されているコード",
    "Next": "次へ",
    "No machine waits with this code. Compare it with the one in your terminal;"
    " after ten minutes, start again.": (
        "このコードで待機しているマシンはありません。端末に表示されたコードと比べてください。"
        "10 分以上経過した場合は最初からやり直してください。"
    ),
    "A machine asks to act as {user}. Does it show this very code?": (
        "あるマシンが {user} としての接続を求めています。そのマシンにこのコードが表示されていますか?"
    ),
    "Machine": "マシン",
    "Address": "アドレス",
    "unknown": "不明",
    "Asked at": "要求時刻",
    "Refuse if you did not start this yourself, just now: whoever did would get in as you.": (
        "今、ご自身で始めたものでなければ拒否してください。許可すると、その相手があなたとして接続します。"
    ),
    "Let it in": "許可",
    "Refuse": "拒否",
    "Done": "完了",
    "Refused": "拒否しました",
    "{machine} is signed in as {user} in a few seconds. You can close this page.": (
        "{machine} は数秒後に {user} としてサインインします。このページは閉じてかまいません。"
    ),
    "{machine} was not let in. You can close this page.": (
        "{machine} の接続を拒否しました。このページは閉じてかまいません。"
    ),
    "You are not signed in any more.": "サインインの期限が切れました。",
    "No machine waits with this code any more.": "このコードで待機しているマシンはもうありません。",
    "The provider sent no code. Begin again.": (
        "プロバイダーからコードが返されませんでした。最初からやり直してください。"
    ),
    "This answer is from another provider. Begin again.": (
        "別のプロバイダーからの応答です。最初からやり直してください。"
    ),
}

ENGLISH = Words("en", {})
JAPANESE = Words("ja", _JAPANESE)


def words(request: Request) -> Words:
    """The language that the browser would rather have (RFC 9110, 12.5.4); English where it names neither."""
    asked = request.headers.get("accept-language", "").lower()
    offers = [_weighed(offer) for offer in asked.split(",")]
    for _, name in sorted(offers, key=lambda offer: -offer[0]):
        for language in (ENGLISH, JAPANESE):
            if name == language.language:
                return language
    return ENGLISH


def _weighed(offer: str) -> tuple[float, str]:
    """How much a language is wanted, and its name without its country."""
    tag, _, weight = offer.partition(";")
    found = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight)
    return float(found[1]) if found else 1.0, tag.strip().partition("-")[0]
