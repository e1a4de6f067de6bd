import { useState } from "react";
import { assignRole } from "../../api/administration";
import { texts } from "../../lib/texts";
import { workspaceName } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";
import { ChoiceField, TextField } from "../../ui/fields";
import { useMay } from "../workspaces/rights";
import { MEMBER_CHANGES } from "./MemberTable";
import { useUsers } from "./queries";
import { roleChoices } from "./roles";

const EMPTY = { name: "", role: "data-scientist" };

/** Gives somebody a role in the workspace. Owners name them exactly; administrators see whom there is. */
export function AddMember() {
  const [said, setSaid] = useState(EMPTY);
  const users = useUsers(useMay("server:user-read")).data;
  if (!useMay("member:write")) return null;
  return (
    <ActButton
      label={texts.settings.addMember}
      verb={texts.settings.add}
      title={texts.settings.addMemberTo(workspaceName)}
      appearance="primary"
      act={() => assignRole(workspaceName, said.name.trim(), said.role)}
      changes={MEMBER_CHANGES}
      unready={said.name.trim() === ""}
      onOpen={() => setSaid(EMPTY)}
    >
      <TextField
        label={texts.settings.userName}
        hint={texts.settings.userExactly}
        required
        value={said.name}
        onValue={(name) => setSaid({ ...said, name })}
        choices={users?.map((one) => one.name)}
      />
      <ChoiceField
        label={texts.role}
        value={said.role}
        onValue={(role) => setSaid({ ...said, role })}
        choices={roleChoices}
      />
    </ActButton>
  );
}
