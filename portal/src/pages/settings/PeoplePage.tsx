import { useNavigate, useSearch } from "@tanstack/react-router";
import { CreatePerson } from "../../features/settings/CreatePerson";
import { Needs } from "../../features/settings/Needs";
import { PeopleTable } from "../../features/settings/PeopleTable";
import { useUsers } from "../../features/settings/queries";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { Part } from "../../ui/Part";
import { SearchInput } from "../../ui/SearchInput";

export function PeoplePage() {
  return (
    <Needs any={["server:user-read"]}>
      <People />
    </Needs>
  );
}

function People() {
  const { name = "" } = useSearch({ from: pages.people });
  const navigate = useNavigate();
  const { data, error, refetch } = useUsers();
  const wanted = name.toLowerCase();
  const found = data?.filter((user) => `${user.name} ${user.email ?? ""}`.toLowerCase().includes(wanted));
  const search = (to: string) =>
    void navigate({ to: pages.people, search: to ? { name: to } : {}, replace: true, resetScroll: false });
  return (
    <Part title={texts.settings.people} aside={<CreatePerson />} bare>
      <SearchInput label={texts.searchExperiments} value={name} onValue={search} />
      <Failure error={error} again={() => void refetch()} />
      {!data && !error && <Loading />}
      {found && found.length > 0 && <PeopleTable users={found} />}
      {found?.length === 0 && <p className="soft">{texts.settings.nobodyFound}</p>}
    </Part>
  );
}
