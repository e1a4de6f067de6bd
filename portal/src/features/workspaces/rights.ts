/** What the visitor may do, as the server says it. */

import { useMe } from "./queries";

export type Permission =
  | "model:write"
  | "run:purge"
  | "run:write"
  | "experiment:write"
  | "compute:write"
  | "job:write"
  | "workspace:write"
  | "workspace:delete"
  | "member:read"
  | "member:write"
  | "audit:read"
  | "own-credential"
  | "server:read"
  | "server:workspace-create"
  | "server:limit-write"
  | "server:group-write"
  | "server:user-read"
  | "server:user-write"
  | "server:audit-read";

/** Whether the visitor may do this in the workspace that is shown, or on the server; not before that is known. */
export function useMay(permission: Permission): boolean {
  return useMe().data?.permissions?.includes(permission) ?? false;
}
