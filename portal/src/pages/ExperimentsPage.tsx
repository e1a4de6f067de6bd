import { Button, Switch } from "@fluentui/react-components";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { CreateButton } from "../features/experiments/ExperimentDialogs";
import { ExperimentTable } from "../features/experiments/ExperimentTable";
import { useExperiments } from "../features/experiments/queries";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";
import { useDelayed } from "../ui/useDelayed";
import { SearchInput } from "../ui/SearchInput";

export function ExperimentsPage() {
  const { name: shown = "", view_type: viewType } = useSearch({ from: pages.experiments });
  const navigate = useNavigate();
  const [name, setName] = useState(shown);
  const wanted = useDelayed(name);
  useEffect(() => {
    if (wanted === shown) return;
    const search = { ...(wanted && { name: wanted }), ...(viewType && { view_type: viewType }) };
    void navigate({ to: pages.experiments, search, replace: true });
  }, [wanted, shown, viewType, navigate]);
  const showDeleted = (on: boolean) => {
    const search = { ...(shown && { name: shown }), ...(on && { view_type: "DELETED_ONLY" as const }) };
    void navigate({ to: pages.experiments, search, replace: true });
  };
  const created = (id: string) => void navigate({ to: pages.runs, params: { experimentId: id } });
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useExperiments(
    shown,
    viewType,
  );
  const found = data?.pages.flatMap((page) => page.experiments ?? []) ?? [];
  const none = viewType && !shown ? texts.table.noDeletedExperiments : texts.noExperiments;
  return (
    <Page
      title={texts.experiments}
      aside={
        <>
          <CreateButton onCreated={created} />
          <Switch
            label={texts.table.deletedExperiments}
            checked={viewType !== undefined}
            onChange={(_, { checked }) => showDeleted(checked)}
          />
          <SearchInput label={texts.searchExperiments} value={name} onValue={setName} />
        </>
      }
    >
      <Failure error={error} again={() => void refetch()} />
      {isPending && !error && <Loading />}
      {found.length > 0 && <ExperimentTable experiments={found} />}
      {data && found.length === 0 && <p className="soft">{none}</p>}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </Page>
  );
}
