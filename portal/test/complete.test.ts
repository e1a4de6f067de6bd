import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, complete, type Known } from "../src/features/runs/filter/complete";

const known: Known = {
  keys: { metrics: ["loss", "val loss", "train/loss"], params: ["lr", "model"], tags: ["team"] },
  values: (kind, key) => (kind === "params" && key === "model" ? ["cnn", "it's"] : []),
};

/** What is suggested where the bar stands, and what the text is once the first of it is taken. */
function at(marked: string) {
  const caret = marked.indexOf("|");
  const text = marked.replace("|", "");
  const found = complete(text, caret, known);
  const [first] = found.suggestions;
  const taken = first && accept(text, found, first);
  return {
    labels: found.suggestions.map((one) => one.label),
    taken: taken && `${taken.text.slice(0, taken.caret)}|${taken.text.slice(taken.caret)}`,
  };
}

test("nothing typed: names of all runs, and what else there is", () => {
  const { labels } = at("|");
  for (const one of ["status", "run_name", "metrics.", "params.", "tags.", "NOT"]) assert.ok(labels.includes(one), one);
});

test("a prefix leads to the keys, and what is taken is followed by a space", () => {
  assert.deepEqual(at("params.|"), { labels: ["params.lr", "params.model"], taken: "params.lr |" });
  assert.deepEqual(at("metrics.lo|").labels[0], "metrics.loss");
});

test("a part of a key finds it, keys that begin with it first", () => {
  assert.deepEqual(at("los|").labels, ["metrics.loss", "metrics.`val loss`", "metrics.`train/loss`"]);
});

test("odd keys are quoted, and found without their quotes", () => {
  assert.equal(at("metrics.val|").taken, "metrics.`val loss` |");
  assert.equal(at("metrics.`val|").taken, "metrics.`val loss` |");
});

test("operators fit what is compared", () => {
  assert.deepEqual(at("metrics.loss |").labels, ["<", "<=", ">", ">=", "=", "!="]);
  assert.ok(at("params.lr |").labels.includes("IS NOT NULL"));
  assert.ok(!at("params.lr |").labels.includes("<"));
  assert.ok(at("run_id |").labels.includes("NOT IN"));
  assert.deepEqual(at("attributes.start_time |").labels[0], "<");
  assert.deepEqual(at("params.model LI|").labels, ["LIKE", "ILIKE"]);
});

test("values are those of the loaded runs, quoted", () => {
  assert.deepEqual(at("params.model = |").labels, ["cnn", "it's"]);
  assert.equal(at("params.model = 'it|").taken, "params.model = 'it''s' |");
  assert.equal(at("status != |").labels.length, 5);
  assert.deepEqual(at("metrics.loss < |").labels, []);
});

test("a finished value is followed by a word that joins", () => {
  assert.deepEqual(at("params.model = 'cnn'|").labels, []);
  assert.deepEqual(at("params.model = 'cnn' |").labels, ["AND", "OR"]);
  assert.deepEqual(at("params.model IS NOT NULL |").labels, ["AND", "OR"]);
  assert.deepEqual(at("metrics.loss < 0.5 a|").taken, "metrics.loss < 0.5 AND |");
});

test("parentheses, NOT and what was joined begin anew", () => {
  for (const text of ["(|", "NOT |", "params.lr = '1' AND |", "(params.lr = '1' or |"])
    assert.ok(at(text).labels.includes("status"), text);
});

test("in the middle the rest of the word is replaced, and the rest of the filter stays", () => {
  assert.equal(at("params.mo|del = 'cnn' and status = 'FAILED'").taken, "params.model |= 'cnn' and status = 'FAILED'");
  assert.equal(at("params.m| = 'cnn'").taken, "params.model |= 'cnn'");
  assert.equal(at("status = 'FAI|' AND params.lr = '1'").taken, "status = 'FAILED' |AND params.lr = '1'");
});

test("a name that is complete is left alone", () => {
  assert.deepEqual(at("params.model|").labels, []);
});

test("text that is no filter suggests something or nothing, and ends", () => {
  for (const text of ["'''", "metrics.`", "= = =", "((((", ") and", "😀 = 1", "a.b.c.d", "IS NULL", ",,,"])
    for (let caret = 0; caret <= text.length; caret++) complete(text, caret, known);
});
