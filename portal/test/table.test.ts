import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf, summaryOf } from "../src/features/runs/table/groups";
import {
  moved,
  neighbour,
  place,
  resized,
  SELECT,
  shownColumns,
  USUAL,
  widthsOf,
} from "../src/features/runs/table/layout";
import { groupedLines, type Line, type Lines, nestedLines } from "../src/features/runs/table/lines";
import { flat, merge, overlaps } from "../src/features/runs/merge";
import { kept, keysIn } from "../src/features/runs/table/row";
import { isShown, savedViews, tagOf } from "../src/features/runs/views/saved";
import { keyColumn, orderBy, parseRunsView } from "../src/features/runs/view";
import { row } from "./runs";

const by = (id: string) => keyColumn(id) as NonNullable<ReturnType<typeof keyColumn>>;

function written(lines: Lines): string[] {
  return Array.from({ length: lines.length }, (_, at) => say(lines.at(at) as Line));
}

function say(line: Line): string {
  if (line.kind === "run") return `${"-".repeat(line.depth)}${line.row.id}${line.open ? "*" : ""}`;
  return line.kind === "group" ? `[${line.group.value} ${line.group.rows.length}]` : `${line.parent}: ${line.state}`;
}

test("columns of old addresses stand behind those of all runs, those of new ones where they say", () => {
  assert.deepEqual(shownColumns(undefined, ["metrics.a"]), [...USUAL, "metrics.a"]);
  assert.deepEqual(shownColumns(["metrics.b"], ["metrics.a"]), [...USUAL, "metrics.b"]);
  assert.deepEqual(shownColumns(["metrics.b", "run_name", "metrics.b"], []), ["metrics.b", "run_name"]);
  assert.deepEqual(shownColumns(["status"], []), ["run_name", "status"]);
});

test("pinned columns come first and columns lie side by side", () => {
  const placed = place(["run_name", "status", "metrics.a"], { pins: ["metrics.a"], widths: ["metrics.a:200"] });
  assert.deepEqual(
    placed.map((one) => [one.id, one.pinned]),
    [
      [SELECT, true],
      ["metrics.a", true],
      ["run_name", false],
      ["status", false],
    ],
  );
  assert.deepEqual(
    placed.map((one) => one.left),
    [0, 48, 248, 508],
  );
});

test("a column is dropped onto another one's place", () => {
  const ids = ["a", "b", "c", "d"];
  assert.deepEqual(moved(ids, "a", "c"), ["b", "c", "a", "d"]);
  assert.deepEqual(moved(ids, "d", "b"), ["a", "d", "b", "c"]);
  assert.deepEqual(moved(ids, "x", "b"), ids);
  assert.equal(neighbour(ids, ["a", "c"], "a", 1), "c");
  assert.equal(neighbour(ids, ["a", "c"], "b", -1), undefined);
});

test("widths stay within bounds, and the usual one is not told", () => {
  assert.deepEqual(resized(undefined, "metrics.a:b", 333), ["metrics.a:b:333"]);
  assert.deepEqual(
    [...widthsOf(["metrics.a:b:333", "nonsense", "x:9999"])],
    [
      ["metrics.a:b", 333],
      ["x", 1200],
    ],
  );
  assert.equal(resized(["status:300"], "status", 120), undefined);
  assert.deepEqual(resized(undefined, "status", -5), ["status:60"]);
});

const three = [
  row("one", { params: { model: "cnn" }, metrics: { loss: 1 } }),
  row("two", { metrics: { loss: 5 } }),
  row("three", { params: { model: "" }, metrics: { loss: "NaN" } }),
  row("four", { params: { model: "cnn" }, metrics: { loss: 4 } }),
];

test("groups follow the order of their first runs, those without a value come last", () => {
  const model = by("params.model");
  assert.deepEqual(written(groupedLines(three, model, new Set())), [
    "[cnn 2]",
    "one",
    "four",
    "[ 1]",
    "three",
    "[null 1]",
    "two",
  ]);
  assert.deepEqual(written(groupedLines(three, model, new Set(["=cnn", ""]))), [
    "[cnn 2]",
    "[ 1]",
    "three",
    "[null 1]",
  ]);
});

test("groups are summed up over what is finite", () => {
  const [cnn, empty] = groupsOf(three, by("params.model"));
  assert.deepEqual(summaryOf(cnn?.rows ?? [], "loss"), { low: 1, mean: 2.5, high: 4 });
  assert.equal(summaryOf(empty?.rows ?? [], "loss"), null);
  assert.equal(summaryOf(three, "none"), null);
});

test("child runs stand below parents that are opened, and no circle is followed", () => {
  const [one, two] = [row("one"), row("two")];
  const tree = {
    counts: new Map([
      ["one", 1],
      ["child", 1],
      ["two", 3],
    ]),
    opened: new Set(["one", "child", "two"]),
    children: new Map([
      ["one", { rows: [row("child")], state: "all" as const }],
      ["child", { rows: [row("one")], state: "all" as const }],
    ]),
  };
  assert.deepEqual(written(nestedLines([one, two], tree)), ["one*", "-child*", "--one", "two*", "two: loading"]);
});

test("the newest runs are laid over what was loaded, and what is gone from among them goes", () => {
  const loaded = [5, 4, 3, 2, 1].map((start) => row(`r${start}`, { start }));
  const head = { rows: [row("r6", { start: 6 }), row("r4", { start: 4 })], next: "more" };
  assert.deepEqual(
    merge(loaded, head, true).map((one) => one.id),
    ["r6", "r4", "r3", "r2", "r1"],
  );
  assert.deepEqual(
    merge(loaded, head, false).map((one) => one.id),
    ["r6", "r4", "r5", "r3", "r2", "r1"],
  );
  assert.deepEqual(merge(loaded, { ...head, next: "" }, true).length, 2);
  assert.ok(overlaps(loaded, head));
  assert.ok(!overlaps(loaded, { rows: [row("r9", { start: 9 })], next: "more" }));
  assert.equal(
    flat([
      { rows: loaded, next: "" },
      { rows: loaded, next: "" },
    ]).length,
    5,
  );
});

test("rows that say the same are the same", () => {
  const before = [row("one", { metrics: { loss: 1, odd: "NaN" } }), row("two")];
  assert.equal(kept(before, [row("one", { metrics: { loss: 1, odd: "NaN" } }), row("two")]), before);
  const after = kept(before, [row("one", { metrics: { loss: 2, odd: "NaN" } }), row("two")]);
  assert.ok(after !== before && after[0] !== before[0] && after[1] === before[1]);
  assert.equal(row("a", { params: { x: "1" } }).params.keys, row("b", { params: { x: "2" } }).params.keys);
  assert.deepEqual([...keysIn(three, "params")], ["model"]);
});

test("addresses are read for what they are", () => {
  assert.deepEqual(parseRunsView({ filter: "", order: "nothing", columns: ["x", "status", 5], group: "metrics.a" }), {
    columns: ["status"],
  });
  assert.deepEqual(parseRunsView({ run_view_type: "DELETED_ONLY", nesting: "flat", folded: [""] }), {
    nesting: "flat",
    run_view_type: "DELETED_ONLY",
    folded: [""],
  });
  assert.equal(orderBy("-end_time"), "attributes.end_time DESC");
  assert.equal(orderBy("duration"), null);
  assert.equal(orderBy("toString"), null);
});

test("views are kept in tags and survive what others put there", () => {
  const view = { filter: "a = 'b'", order: "-metrics.x", opened: ["r"], run_view_type: "DELETED_ONLY" as const };
  const tag = tagOf("mine 😀", view, []);
  const odd = [
    { key: "lazward.view.1", value: "no JSON" },
    { key: "lazward.view.2", value: '{"name":5}' },
    { key: "lazward.view.3", value: "null" },
    { key: "other", value: tag.value },
  ];
  const [saved, ...more] = savedViews([...odd, tag]);
  assert.deepEqual(saved, { key: tag.key, name: "mine 😀", view: { filter: "a = 'b'", order: "-metrics.x" } });
  assert.deepEqual(more, []);
  assert.ok(saved && isShown(saved.view, view));
  assert.equal(tagOf("mine 😀", {}, [saved as never]).key, tag.key);
});
