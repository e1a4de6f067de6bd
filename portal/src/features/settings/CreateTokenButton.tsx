import { useState } from "react";
import { createToken } from "../../api/administration";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { ChoiceField, TextField } from "../../ui/fields";
import { useWorkspaces } from "../workspaces/queries";
import { useMay } from "../workspaces/rights";
import { roleChoices } from "./roles";

const DAY = 86_400;
const EMPTY = { name: "", days: "30", workspace: "", role: "" };
const lives = [
  ["1", texts.settings.days(1)],
  ["7", texts.settings.days(7)],
  ["30", texts.settings.days(30)],
  ["90", texts.settings.days(90)],
  ["365", texts.settings.days(365)],
  ["", texts.settings.untilRevoked],
] as const;

interface CreateTokenProps {
  /** Whose it is to be, if not one's own. */
  user?: string;
  /** Is handed the token itself, which nobody gets to see again. */
  onToken: (token: string) => void;
}

/** Makes a token for oneself or somebody else; not there for who may not. */
export function CreateTokenButton({ user, onToken }: CreateTokenProps) {
  const [said, setSaid] = useState(EMPTY);
  const workspaces = useWorkspaces().data ?? [];
  const may = useMay(user === undefined ? "own-credential" : "server:user-write");
  if (!may) return null;
  const { name, days, workspace, role } = said;
  const body = {
    name: name.trim(),
    expires_in: days ? Number(days) * DAY : null,
    workspace: workspace || null,
    role: role || null,
  };
  return (
    <ActButton
      label={texts.settings.createToken}
      verb={texts.settings.create}
      title={user === undefined ? texts.settings.createToken : texts.settings.tokenFor(user)}
      appearance="primary"
      act={() => createToken(body, user).then((made) => onToken(made.token))}
      changes={[["tokens"]]}
      unready={name.trim() === ""}
      onOpen={() => setSaid(EMPTY)}
    >
      <TextField
        label={texts.name}
        hint={texts.settings.tokenNameHint}
        required
        value={name}
        onValue={(to) => setSaid({ ...said, name: to })}
      />
      <ChoiceField
        label={texts.settings.lives}
        value={days}
        onValue={(to) => setSaid({ ...said, days: to })}
        choices={lives}
      />
      <ChoiceField
        label={texts.workspace}
        value={workspace}
        onValue={(to) => setSaid({ ...said, workspace: to })}
        choices={[["", texts.settings.allWorkspaces], ...workspaces.map((one) => [one.name, one.name] as const)]}
      />
      <ChoiceField
        label={texts.settings.atMost}
        hint={texts.settings.atMostHint}
        value={role}
        onValue={(to) => setSaid({ ...said, role: to })}
        choices={[["", texts.settings.allRights], ...roleChoices]}
      />
    </ActButton>
  );
}
