/** What the page of a run says. */

export const run = {
  pinned: "Pinned",
  system: "System metrics",
  pin: (key: string) => `Pin ${key} to the top`,
  unpin: (key: string) => `Unpin ${key}`,
  enlarge: (key: string) => `Enlarge ${key}`,
  close: "Close",
  moreOf: (key: string) => `More for ${key}`,
  asPng: "Download as PNG",
  asCsv: "Download all points as CSV",
  charts: (count: number) => `${count} ${count === 1 ? "chart" : "charts"}`,
  zoom: "Zoom",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  earlier: "Show what is to the left",
  later: "Show what is to the right",
  reset: "Show all",
  zoomHint: "Drag over a chart to zoom into all of them; double click to see all again.",
  odd: (word: string, count: number, steps: string) =>
    count === 1 ? `${word} at step ${steps}` : `${word}: ${count} points, at steps ${steps}`,
  oddRest: "…",
  notLogged: "No number was logged in this range.",
  wrap: "Wrap lines",
  follow: "Follow",
  logEnded: "The log is complete.",
  earlierLines: "Load earlier lines",
  searchLog: "Search the log",
  previous: "Previous match",
  next: "Next match",
  found: (at: number, count: number, more: boolean) =>
    count === 0 ? (more ? "Searching" : "No match") : `${at > 0 ? at : "–"} of ${count}${more ? "+" : ""}`,
};
