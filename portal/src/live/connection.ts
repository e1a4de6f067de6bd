/** Whether the server answers, and looking out for it while it does not. */

import { useSyncExternalStore } from "react";
import { outside } from "../lib/urls";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;

const listeners = new Set<() => void>();
let away = false;

export function isAway(): boolean {
  return away;
}

export function answered(): void {
  set(false);
}

export function unanswered(): void {
  if (away) return;
  set(true);
  void lookOut(FIRST_WAIT);
}

/** Calls `changed` whenever the server goes or comes; returns how to stop that. */
export function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

export function useAway(): boolean {
  return useSyncExternalStore(subscribe, isAway);
}

function set(now: boolean): void {
  if (away === now) return;
  away = now;
  for (const changed of listeners) changed();
}

async function lookOut(wait: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, wait));
  if (!away) return;
  try {
    const health = await fetch(outside.health, { cache: "no-store" });
    if (health.ok) return answered();
  } catch {
    // still away
  }
  await lookOut(Math.min(wait * 1.6, LONGEST_WAIT));
}
