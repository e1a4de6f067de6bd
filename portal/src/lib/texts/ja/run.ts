/** What the page of a run says, in Japanese. */

import type { run as en } from "../en/run";

export const run: typeof en = {
  pinned: "ピン留め",
  system: "システムメトリクス",
  pin: (key) => `${key} を先頭にピン留め`,
  unpin: (key) => `${key} のピン留めを外す`,
  enlarge: (key) => `${key} を拡大表示`,
  close: "閉じる",
  moreOf: (key) => `${key} のその他の操作`,
  asPng: "PNG でダウンロード",
  asCsv: "すべての点を CSV でダウンロード",
  charts: (count) => `${count} 件のグラフ`,
  zoom: "ズーム",
  zoomIn: "拡大",
  zoomOut: "縮小",
  earlier: "左側を表示",
  later: "右側を表示",
  reset: "全体を表示",
  zoomHint: "グラフ上をドラッグするとすべてのグラフが拡大されます。ダブルクリックで全体に戻ります。",
  odd: (word, count, steps) => (count === 1 ? `${word}: ステップ ${steps}` : `${word}: ${count} 点、ステップ ${steps}`),
  oddRest: "…",
  notLogged: "この範囲に数値の記録はありません。",
  wrap: "折り返す",
  follow: "追従",
  logEnded: "ログは完了しています。",
  earlierLines: "前の行を読み込む",
  searchLog: "ログを検索",
  previous: "前の一致",
  next: "次の一致",
  found: (at, count, more) =>
    count === 0 ? (more ? "検索中" : "一致なし") : `${at > 0 ? at : "–"} / ${count}${more ? "+" : ""} 件`,
};
