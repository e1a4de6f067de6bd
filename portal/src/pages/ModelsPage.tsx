import { Button } from "@fluentui/react-components";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ModelTable } from "../features/models/ModelTable";
import { useModels } from "../features/models/queries";
import { registerCode } from "../features/models/code";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Code } from "../ui/Code";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";
import { SearchInput } from "../ui/SearchInput";
import { useDelayed } from "../ui/useDelayed";

export function ModelsPage() {
  const shown = useSearch({ from: pages.models }).filter ?? "";
  const navigate = useNavigate();
  const [text, setText] = useState(shown);
  const wanted = useDelayed(text);
  useEffect(() => {
    if (wanted !== shown) void navigate({ to: pages.models, search: wanted ? { filter: wanted } : {}, replace: true });
  }, [wanted, shown, navigate]);
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useModels(shown);
  const found = data?.pages.flatMap((page) => page.registered_models ?? []) ?? [];
  return (
    <Page
      wide
      title={texts.models.title}
      aside={<SearchInput label={texts.models.search} value={text} onValue={setText} />}
    >
      <Failure error={error} again={() => void refetch()} />
      {isPending && !error && <Loading />}
      {found.length > 0 && <ModelTable models={found} />}
      {data && found.length === 0 && shown && <p className="soft">{texts.models.noneMatch}</p>}
      {data && found.length === 0 && !shown && <Code label={texts.models.none} text={registerCode} />}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </Page>
  );
}
