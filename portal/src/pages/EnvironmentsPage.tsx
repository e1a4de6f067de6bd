import { useNavigate, useSearch } from "@tanstack/react-router";
import { EnvironmentTable } from "../features/environments/EnvironmentTable";
import { useEnvironments } from "../features/environments/queries";
import { texts } from "../lib/texts";
import { pages, workspaceName } from "../lib/urls";
import { Code } from "../ui/Code";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";
import { SearchInput } from "../ui/SearchInput";

const command = `lazward environment create --name my-env --file environment.yml --server ${location.origin} --workspace '${workspaceName}'`;

export function EnvironmentsPage() {
  const { filter = "" } = useSearch({ from: pages.environments });
  const navigate = useNavigate();
  const { data, error, isPending, refetch } = useEnvironments();
  const wanted = filter.toLowerCase();
  const found = data?.filter((one) => one.name.toLowerCase().includes(wanted)) ?? [];
  const search = (to: string) =>
    void navigate({ to: pages.environments, search: to ? { filter: to } : {}, replace: true });
  return (
    <Page
      title={texts.environments.title}
      aside={<SearchInput label={texts.environments.search} value={filter} onValue={search} />}
    >
      <Failure error={error} again={() => void refetch()} />
      {isPending && !error && <Loading />}
      {data?.every((one) => one.curated) && <Code label={texts.environments.noOwn} text={command} />}
      {found.length > 0 && <EnvironmentTable environments={found} />}
      {data && found.length === 0 && <p className="soft">{texts.environments.noneMatch}</p>}
    </Page>
  );
}
