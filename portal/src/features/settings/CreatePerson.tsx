import { useState } from "react";
import { createUser } from "../../api/administration";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { ChoiceField, TextField, YesNoField } from "../../ui/fields";
import { useMay } from "../workspaces/rights";
import { PasswordField } from "./PasswordField";
import { SHORTEST } from "./password";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/;
const EMPTY = { name: "", kind: "person", email: "", password: "", administrator: false };
const kinds = [
  ["person", texts.settings.person],
  ["service", texts.settings.service],
] as const;
export const USER_CHANGES = [["users"], ["members"], ["me"]] as const;

/** Makes a person or a service account; not there for who may not. */
export function CreatePerson() {
  const [said, setSaid] = useState(EMPTY);
  if (!useMay("server:user-write")) return null;
  const { name, kind, email, password, administrator } = said;
  const isPerson = kind === "person";
  const given = isPerson && password !== "" ? password : null;
  return (
    <ActButton
      label={texts.settings.createUser}
      verb={texts.settings.create}
      title={texts.settings.createUser}
      appearance="primary"
      act={() => createUser({ name, kind, email: email || null, password: given, administrator })}
      changes={USER_CHANGES}
      unready={!NAME.test(name) || (given !== null && given.length < SHORTEST)}
      onOpen={() => setSaid(EMPTY)}
    >
      <ChoiceField label={texts.kind} value={kind} onValue={(to) => setSaid({ ...said, kind: to })} choices={kinds} />
      <TextField
        label={texts.name}
        required
        hint={texts.settings.nameHint}
        value={name}
        onValue={(to) => setSaid({ ...said, name: to })}
        problem={name === "" || NAME.test(name) ? undefined : texts.settings.nameWrong}
      />
      <TextField
        label={texts.settings.email}
        type="email"
        value={email}
        onValue={(to) => setSaid({ ...said, email: to })}
      />
      {isPerson && (
        <PasswordField
          value={password}
          onValue={(to) => setSaid({ ...said, password: to })}
          hint={texts.settings.passwordMayBeEmpty}
        />
      )}
      <YesNoField
        label={texts.settings.isAdministrator}
        value={administrator}
        onValue={(to) => setSaid({ ...said, administrator: to })}
      />
    </ActButton>
  );
}
