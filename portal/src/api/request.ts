/** The one function that talks to the server. */

import { outside } from "../lib/urls";
import { answered, unanswered } from "../live/connection";
import { ApiError, Unreachable } from "./errors";

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** What the server tells of a failure. */
interface Told {
  error_code?: string;
  message?: string;
  position?: number;
  length?: number;
}

/** Gateways say this in the place of a server that is away. */
const GATEWAY = new Set([502, 504]);

export async function request(url: string, ask: Ask = {}): Promise<Response> {
  const response = await send(url, ask);
  if (GATEWAY.has(response.status)) throw away();
  answered();
  if (response.ok) return response;
  if (response.status === 401) location.assign(outside.login(location.pathname + location.search));
  throw await problem(response);
}

export async function requestJson<Answer>(url: string, ask: Ask = {}): Promise<Answer> {
  return (await (await request(url, ask)).json()) as Answer;
}

async function send(url: string, { method = "GET", body, headers, signal }: Ask): Promise<Response> {
  const given = new Headers(headers);
  if (body !== undefined) given.set("content-type", "application/json");
  given.set("x-csrf-token", csrfToken());
  try {
    const content = body === undefined ? undefined : JSON.stringify(body);
    return await fetch(url, { method, headers: given, body: content, signal, credentials: "same-origin" });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw away();
  }
}

function away(): Unreachable {
  unanswered();
  return new Unreachable("The server does not answer.");
}

async function problem(response: Response): Promise<ApiError> {
  try {
    const told = (await response.json()) as Told;
    const place = told.position === undefined ? undefined : { position: told.position, length: told.length ?? 0 };
    return new ApiError(response.status, told.error_code ?? "", told.message ?? response.statusText, place);
  } catch {
    return new ApiError(response.status, "", `HTTP ${response.status} ${response.statusText}`);
  }
}

/**
 * What must stand beside a browser's session where something may change. With any request it tells the server
 * that a page of its own asks, so that an ended session does not have the browser ask for a password by itself.
 */
function csrfToken(): string {
  const name = location.protocol === "https:" ? "__Host-lazward_csrf" : "lazward_csrf";
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? "";
}
