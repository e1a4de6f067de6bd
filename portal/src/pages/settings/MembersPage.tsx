import { AddMember } from "../../features/settings/AddMember";
import { MemberTable } from "../../features/settings/MemberTable";
import { Needs } from "../../features/settings/Needs";
import { useMembers } from "../../features/settings/queries";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { Part } from "../../ui/Part";

export function MembersPage() {
  return (
    <Needs any={["member:read"]}>
      <Members />
    </Needs>
  );
}

function Members() {
  const { data, error, refetch } = useMembers();
  return (
    <Part title={texts.settings.members} aside={<AddMember />} bare>
      <Failure error={error} again={() => void refetch()} />
      {!data && !error && <Loading />}
      {data && data.length > 0 && <MemberTable members={data} />}
      {data?.length === 0 && <p className="soft">{texts.settings.noMembers}</p>}
    </Part>
  );
}
