import { Select } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { assignRole, type Member, removeMember } from "../../api/administration";
import { texts } from "../../lib/texts";
import { workspaceName } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";
import { Failure } from "../../ui/Failure";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { useMay } from "../workspaces/rights";
import { ROLES, roleName } from "./roles";

const heads = [texts.name, texts.role] as const;
export const MEMBER_CHANGES = [["members"], ["me"]] as const;

/** Who is what in the workspace; owners change that here. */
export function MemberTable({ members }: { members: Member[] }) {
  const mayWrite = useMay("member:write");
  return (
    <Scroll label={texts.settings.members}>
      <table className="table">
        <TableHead heads={heads} unnamed={mayWrite} />
        <tbody>
          {members.map((member) => (
            <tr key={member.user}>
              <th scope="row" className="name">
                {member.user}
              </th>
              <td>{mayWrite ? <RoleSelect member={member} /> : roleName(member.role)}</td>
              {mayWrite && (
                <td>
                  <div className="acts">
                    <RemoveMember member={member} />
                  </div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function RoleSelect({ member }: { member: Member }) {
  const client = useQueryClient();
  const assign = useMutation({
    mutationFn: (role: string) => assignRole(workspaceName, member.user, role),
    onSettled: () => Promise.all(MEMBER_CHANGES.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <>
      <Select
        size="small"
        className="role"
        aria-label={texts.settings.roleOf(member.user)}
        value={assign.isPending ? assign.variables : member.role}
        disabled={assign.isPending}
        onChange={(_, { value }) => assign.mutate(value)}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {roleName(role)}
          </option>
        ))}
      </Select>
      <Failure error={assign.error} />
    </>
  );
}

function RemoveMember({ member }: { member: Member }) {
  return (
    <ActButton
      label={texts.settings.remove}
      of={member.user}
      title={texts.settings.removeMember(member.user, workspaceName)}
      act={() => removeMember(workspaceName, member.user)}
      changes={MEMBER_CHANGES}
    >
      <p>{texts.settings.removeMemberWhat}</p>
    </ActButton>
  );
}
