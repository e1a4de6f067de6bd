import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";

export function VersionLink({ name, version, children }: { name: string; version: string; children?: ReactNode }) {
  return (
    <Link className="link" to={pages.version} params={{ name, version }}>
      {children ?? texts.models.versionOf(version)}
    </Link>
  );
}

/** A run of which no more than the id is known. */
export function RunIdLink({ runId }: { runId: string | undefined }) {
  if (!runId) return texts.nothing;
  return (
    <Link className="link" to={pages.runById} params={{ runId }}>
      <code>{runId.slice(0, 8)}</code>
    </Link>
  );
}
