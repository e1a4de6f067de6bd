/** Roles in words. */

import { texts } from "../../lib/texts";

export const ROLES = ["reader", "data-scientist", "contributor", "owner"] as const;

const names: Record<string, string> = texts.settings.roles;

export const roleChoices = ROLES.map((role) => [role, texts.settings.rolesLong[role]] as const);

export function roleName(role: string): string {
  return names[role] ?? role;
}
