/** Which experiments are listed, as the address says. */

export interface ExperimentsView {
  name?: string;
  view_type?: "DELETED_ONLY";
}

export function parseExperimentsView(raw: Record<string, unknown>): ExperimentsView {
  const { name, view_type: viewType } = raw;
  return {
    ...(typeof name === "string" && name && { name }),
    ...(viewType === "DELETED_ONLY" && { view_type: viewType }),
  };
}
