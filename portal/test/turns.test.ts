import assert from "node:assert/strict";
import { test } from "node:test";
import { inTurns } from "../src/features/runs/actions/inTurns";
import { partsOf } from "../src/features/runs/filter/parts";

test("what fails is told and the others are done", async () => {
  const counts: number[] = [];
  const { done, failed } = await inTurns(
    ["a", "b", "c"],
    (id) => (id === "b" ? Promise.reject(new Error("no")) : Promise.resolve()),
    { onProgress: (now) => counts.push(now.done.length + now.failed.length) },
  );
  assert.deepEqual([done, failed.map((one) => one.id), counts], [["a", "c"], ["b"], [1, 2, 3]]);
});

test("no more than a few at once, and none once it is stopped", async () => {
  const control = new AbortController();
  let [now, most] = [0, 0];
  const ids = Array.from({ length: 20 }, (_, at) => String(at));
  const work = async (id: string) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    now -= 1;
    if (id === "7") control.abort();
  };
  const { done } = await inTurns(ids, work, { atOnce: 3, signal: control.signal });
  assert.equal(most, 3);
  assert.ok(done.includes("7") && done.length < 12);
});

test("places are counted in characters, of which some are two for the browser", () => {
  assert.deepEqual(partsOf("p = '😀' > 1", { position: 9, length: 1 }), ["p = '😀' ", ">", " 1"]);
  assert.deepEqual(partsOf("p =", { position: 4, length: 0 }), ["p =", "", ""]);
});
