/** Server-sent events over `fetch`, which unlike `EventSource` shows the page's own headers and tells errors. */

import { createParser } from "eventsource-parser";
import { request } from "./request";

export interface ServerEvent {
  event?: string;
  id?: string;
  data: string;
}

/** No stream came: a proxy or an older server answered in another way. */
export class NoStream extends Error {}

/** Hands over events until the connection ends. */
export async function readEvents(
  url: string,
  lastId: string,
  onEvent: (event: ServerEvent) => void,
  signal: AbortSignal,
) {
  const headers = { accept: "text/event-stream", "last-event-id": lastId };
  const response = await request(url, { headers, signal });
  const type = response.headers.get("content-type") ?? "";
  if (!response.body || !type.startsWith("text/event-stream")) throw new NoStream("The server sent no events.");
  const parser = createParser({ onEvent });
  const reader = response.body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(value);
  }
}
