import { Button } from "@fluentui/react-components";
import { texts } from "../../lib/texts";
import { api } from "../../lib/urls";
import { NEWEST_FIRST, orderBy, type RunsView } from "./view";

interface ExportLinkProps {
  experimentId: string;
  view: RunsView;
  columns: string[];
}

/** All runs that match as CSV. The server sends them as it reads them, and the browser tells how far it is. */
export function ExportLink({ experimentId, view, columns }: ExportLinkProps) {
  const query = new URLSearchParams({ bom: "true" });
  if (view.filter) query.set("filter", view.filter);
  if (view.run_view_type) query.set("run_view_type", view.run_view_type);
  query.set("order_by", orderBy(view.order ?? NEWEST_FIRST) ?? "");
  for (const column of ["run_id", ...columns.filter((one) => one !== "run_id")]) query.append("columns", column);
  return (
    <Button as="a" href={api.runsCsv(experimentId, query)} download title={texts.table.exportWhy}>
      {texts.table.exportCsv}
    </Button>
  );
}
