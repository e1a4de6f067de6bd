import { useNavigate, useSearch } from "@tanstack/react-router";
import { AuditFilters } from "../../features/settings/AuditFilters";
import { AuditTable } from "../../features/settings/AuditTable";
import { Needs } from "../../features/settings/Needs";
import { useAudit } from "../../features/settings/queries";
import type { AuditView } from "../../features/settings/views";
import { useMay } from "../../features/workspaces/rights";
import { texts } from "../../lib/texts";
import { pages, workspaceName } from "../../lib/urls";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { More } from "../../ui/More";
import { Part } from "../../ui/Part";

export function AuditPage() {
  return (
    <Needs any={["audit:read", "server:audit-read"]}>
      <Log />
    </Needs>
  );
}

/** The log of the whole server for its administrators, of the workspace for its owners. */
function Log() {
  const view = useSearch({ from: pages.audit });
  const navigate = useNavigate();
  const everywhere = useMay("server:audit-read");
  const found = useAudit(searchOf(view), everywhere);
  const entries = found.data?.pages.flatMap((page) => page.entries);
  const known = (key: "user" | "action" | "workspace") => [
    ...new Set(entries?.map((entry) => entry[key]).filter((one): one is string => Boolean(one))),
  ];
  const change = (to: AuditView) => void navigate({ to: pages.audit, search: to, replace: true });
  return (
    <Part title={everywhere ? texts.settings.audit : texts.settings.auditOf(workspaceName)} bare>
      <AuditFilters
        view={view}
        onView={change}
        known={{ user: known("user"), action: known("action"), workspace: known("workspace") }}
        everywhere={everywhere}
      />
      <Failure error={found.error} again={() => void found.refetch()} />
      {!entries && !found.error && <Loading />}
      {entries && entries.length > 0 && <AuditTable entries={entries} />}
      {entries?.length === 0 && <p className="soft">{texts.settings.noEntries}</p>}
      <More of={found} />
    </Part>
  );
}

function searchOf({ since, until, ...rest }: AuditView) {
  return { ...rest, ...(since && { since: Date.parse(since) }), ...(until && { until: Date.parse(until) }) };
}
