/** What is said of a target in words. */

import type { ComputeTarget, Size } from "../../api/lazward";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";

const kinds: Record<string, string> = texts.steering.kinds;
const states: Record<string, string> = texts.steering.nodeStates;

export function kindName(kind: string): string {
  return kinds[kind] ?? kind;
}

export function stateName(state: string): string {
  return states[state] ?? state;
}

export function sizeText(size: Size): string {
  return texts.sizeOf(size.cpus, formatBytes(size.memory_bytes), size.gpus ?? 0);
}

export function nodesText(target: ComputeTarget): string {
  return texts.nodesOf(nodeCount(target), target.min_nodes, target.max_nodes);
}

/** How many nodes there are in each state, as far as there are any. */
export function statesText({ nodes }: ComputeTarget): string {
  const there = Object.entries(nodes).filter(([, count]) => count > 0);
  return there.map(([state, count]) => texts.steering.nodesIn(count, stateName(state))).join(", ");
}

/** Nodes that have a job. */
export function busyCount(target: ComputeTarget): number {
  return nodeCount(target) - (target.nodes["idle"] ?? 0);
}

export function isLeaving(target: ComputeTarget): boolean {
  return target.state === "Deleting";
}

function nodeCount({ nodes }: ComputeTarget): number {
  return Object.values(nodes).reduce((sum, count) => sum + count, 0);
}
