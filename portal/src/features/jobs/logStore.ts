/**
 * A piece of a log, which moves along it.
 *
 * Of a log of whatever size a few megabytes are held: those at its end at first, which grow as the log does;
 * what lies before or behind is read where somebody goes there.
 */

import { ApiError } from "../../api/errors";
import { NoStream, readEvents } from "../../api/events";
import { readLog } from "../../api/lazward";
import { api } from "../../lib/urls";
import { lineAt, lineStarts, lineText } from "./lines";

const PIECE = 256 * 1024;
/** Bytes that are held while somebody reads along, and while somebody stays where they are. */
const MOST = 4 * 1024 * 1024;
const MOST_STAYING = 4 * MOST;
const WAIT = 1000;
const LONGEST_WAIT = 10_000;
/** Streams that broke at once, after which is asked again and again instead. */
const PATIENCE = 3;
const NEWLINE = 10;

export interface LogPiece {
  bytes: Uint8Array;
  /** Where in the log they begin. */
  start: number;
  starts: number[];
  /** Bytes of the log, as far as is known. */
  size: number;
  loaded: boolean;
  /** Whether the log is complete and there is nothing behind these bytes. */
  ended: boolean;
  /** Lines that came in front with the last change. */
  added: number;
  error: unknown;
}

const NOTHING: LogPiece = {
  bytes: new Uint8Array(),
  start: 0,
  starts: [],
  size: 0,
  loaded: false,
  ended: false,
  added: 0,
  error: null,
};

export class LogStore {
  piece = NOTHING;
  /** Whether somebody reads along, so that what is far behind may go. */
  along = true;
  private readonly listeners = new Set<() => void>();
  private stop = new AbortController();
  private busy = false;
  private readonly encoder = new TextEncoder();

  constructor(
    private readonly runId: string,
    private readonly name: string,
  ) {}

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  current = (): LogPiece => this.piece;

  get end(): number {
    return this.piece.start + this.piece.bytes.length;
  }

  get atEnd(): boolean {
    return this.end >= this.piece.size;
  }

  line(index: number): string {
    const { bytes, starts } = this.piece;
    return lineText(bytes.subarray(starts[index], starts[index + 1] ?? bytes.length));
  }

  /** The line with a byte of the log; null where it is not held. */
  lineOf(offset: number): number | null {
    const { start, starts } = this.piece;
    return offset >= start && offset < this.end ? lineAt(starts, offset - start) : null;
  }

  close(): void {
    this.stop.abort();
  }

  /** Read what stands at the end, and follow the log from there. */
  async toEnd(): Promise<void> {
    await this.move(async (signal) => {
      const { size } = await readLog(this.runId, this.name, 0, 0, signal);
      await this.replace(Math.max(0, size - PIECE), PIECE, signal);
    });
  }

  /** Read what stands around a byte. */
  async jump(offset: number): Promise<void> {
    await this.move((signal) => this.replace(Math.max(0, offset - PIECE / 2), PIECE, signal));
  }

  async earlier(): Promise<void> {
    if (this.piece.start === 0 || !this.piece.loaded) return;
    await this.once(async () => {
      const { start } = this.piece;
      const from = Math.max(0, start - PIECE);
      const { bytes } = await readLog(this.runId, this.name, from, start - from, this.stop.signal);
      if (this.piece.start !== start) return;
      const cut = from > 0 ? bytes.indexOf(NEWLINE) + 1 : 0;
      this.prepend(bytes.subarray(cut));
    });
  }

  async later(): Promise<void> {
    if (this.atEnd || !this.piece.loaded) return;
    await this.once(async () => {
      const { end } = this;
      const { bytes, size } = await readLog(this.runId, this.name, end, PIECE, this.stop.signal);
      if (this.end !== end) return;
      this.append(bytes, size);
      if (this.atEnd) this.restart();
    });
  }

  private async move(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.stop.abort();
    this.stop = new AbortController();
    const { signal } = this.stop;
    try {
      await act(signal);
    } catch (error) {
      if (!signal.aborted) this.set({ error, loaded: true });
    }
    if (!signal.aborted && this.atEnd) void this.follow(signal);
  }

  private async once(act: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const { signal } = this.stop;
    try {
      await act();
    } catch (error) {
      if (!signal.aborted) this.set({ error });
    } finally {
      this.busy = false;
    }
  }

  private restart(): void {
    this.stop.abort();
    this.stop = new AbortController();
    void this.follow(this.stop.signal);
  }

  private async replace(from: number, length: number, signal: AbortSignal): Promise<void> {
    const { bytes, size } = await readLog(this.runId, this.name, from, length, signal);
    const cut = from > 0 ? bytes.indexOf(NEWLINE) + 1 : 0;
    const held = bytes.slice(cut);
    this.set({
      bytes: held,
      start: from + cut,
      starts: lineStarts(held),
      size,
      loaded: true,
      ended: false,
      error: null,
    });
  }

  private prepend(more: Uint8Array): void {
    const { bytes, start, starts } = this.piece;
    const all = joined(more, bytes);
    const held = all.length > MOST_STAYING ? all.slice(0, MOST_STAYING - PIECE) : all;
    if (held.length < all.length) this.restartless();
    const begins = lineStarts(held);
    const added = lineStarts(more).length;
    const first = bytes.length > 0 && starts.length > 0 ? added : 0;
    this.set({ bytes: held, start: start - more.length, starts: begins, added: first });
  }

  /** No following from here on: the end is not held any more. */
  private restartless(): void {
    this.stop.abort();
    this.stop = new AbortController();
  }

  private append(more: Uint8Array, size: number): void {
    const { bytes, start } = this.piece;
    let all = joined(bytes, more);
    let begin = start;
    if (all.length > (this.along ? MOST : MOST_STAYING)) {
      const cut = all.indexOf(NEWLINE, all.length - MOST + PIECE) + 1 || all.length - MOST;
      all = all.slice(cut);
      begin += cut;
    }
    this.set({
      bytes: all,
      start: begin,
      starts: lineStarts(all),
      size: Math.max(size, begin + all.length),
      error: null,
    });
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let [broken, wait] = [0, WAIT];
    while (!signal.aborted && !this.piece.ended) {
      const before = this.end;
      try {
        if (broken < PATIENCE) await this.stream(signal);
        else await this.poll(signal);
        wait = WAIT;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError) this.set({ error });
        if (error instanceof NoStream) broken = PATIENCE;
        wait = Math.min(wait * 1.5, LONGEST_WAIT);
      }
      broken = this.end > before || broken >= PATIENCE ? broken : broken + 1;
      if (this.end > before && broken < PATIENCE) broken = 0;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  private async stream(signal: AbortSignal): Promise<void> {
    const told = ({ event, id, data }: { event?: string; id?: string; data: string }) => {
      if (signal.aborted) return;
      if (event === "end") this.set({ ended: true });
      else if (id) this.append(this.encoder.encode((JSON.parse(data) as { text: string }).text), Number(id));
    };
    await readEvents(api.log(this.runId, this.name), String(this.end), told, signal);
  }

  private async poll(signal: AbortSignal): Promise<void> {
    const { bytes, size } = await readLog(this.runId, this.name, this.end, PIECE, signal);
    if (bytes.length > 0 && !signal.aborted) this.append(bytes, size);
  }

  private set(change: Partial<LogPiece>): void {
    this.piece = { ...this.piece, added: 0, ...change };
    for (const changed of this.listeners) changed();
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
