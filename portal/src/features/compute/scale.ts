/** What is written into the fields about a target's nodes. */

import { texts } from "../../lib/texts";

export interface Scale {
  least: string;
  most: string;
  /** Minutes. */
  idle: string;
}

export interface Nodes {
  min_nodes: number;
  max_nodes: number;
  idle_seconds: number;
}

export const USUAL: Scale = { least: "0", most: "1", idle: "30" };
const MOST_NODES = 1000;
const MOST_IDLE_SECONDS = 10_000_000;

export function scaleOf(nodes: Nodes): Scale {
  return {
    least: String(nodes.min_nodes),
    most: String(nodes.max_nodes),
    idle: String(nodes.idle_seconds / 60),
  };
}

export function nodesOf(scale: Scale): Nodes {
  return {
    min_nodes: Number(scale.least),
    max_nodes: Number(scale.most),
    idle_seconds: Math.round(Number(scale.idle) * 60),
  };
}

/** What is wrong with it; undefined for nothing. */
export function problemOf(scale: Scale): string | undefined {
  if (Object.values(scale).some((text) => text.trim() === "")) return texts.steering.fillIn;
  const { min_nodes, max_nodes, idle_seconds } = nodesOf(scale);
  const counts = [min_nodes, max_nodes];
  if (!counts.every((one) => Number.isInteger(one) && one >= 0 && one <= MOST_NODES) || max_nodes < 1)
    return texts.steering.nodeBounds(MOST_NODES);
  if (min_nodes > max_nodes) return texts.steering.leastAboveMost;
  return idle_seconds >= 0 && idle_seconds <= MOST_IDLE_SECONDS ? undefined : texts.steering.idleBounds;
}
