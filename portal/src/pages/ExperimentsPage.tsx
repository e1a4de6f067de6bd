import { Button } from "@fluentui/react-components";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
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
  const shown = useSearch({ from: pages.experiments }).name ?? "";
  const navigate = useNavigate();
  const [name, setName] = useState(shown);
  const wanted = useDelayed(name);
  useEffect(() => {
    if (wanted !== shown)
      void navigate({ to: pages.experiments, search: wanted ? { name: wanted } : {}, replace: true });
  }, [wanted, shown, navigate]);
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useExperiments(shown);
  const found = data?.pages.flatMap((page) => page.experiments ?? []) ?? [];
  return (
    <Page
      title={texts.experiments}
      aside={<SearchInput label={texts.searchExperiments} value={name} onValue={setName} />}
    >
      <Failure error={error} again={() => void refetch()} />
      {isPending && !error && <Loading />}
      {found.length > 0 && <ExperimentTable experiments={found} />}
      {data && found.length === 0 && <p className="soft">{texts.noExperiments}</p>}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </Page>
  );
}
