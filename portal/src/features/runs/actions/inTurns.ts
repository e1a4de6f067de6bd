/** Doing the same to many things: a few at once, with what failed told apart from what is done. */

export interface Failed {
  id: string;
  error: unknown;
}

export interface Outcome {
  done: string[];
  failed: Failed[];
}

interface Turns {
  atOnce?: number;
  /** Begins nothing more once it is aborted; what has begun is brought to its end. */
  signal?: AbortSignal;
  onProgress?: (outcome: Outcome) => void;
}

const AT_ONCE = 4;

export async function inTurns(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
  { atOnce = AT_ONCE, signal, onProgress }: Turns = {},
): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [] };
  const rest = [...ids];
  const turns = async () => {
    while (rest.length > 0 && !signal?.aborted) {
      const id = rest.shift() as string;
      try {
        await work(id);
        outcome.done.push(id);
      } catch (error) {
        outcome.failed.push({ id, error });
      }
      onProgress?.({ done: [...outcome.done], failed: [...outcome.failed] });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, turns));
  return outcome;
}
