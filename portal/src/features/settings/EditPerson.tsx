import { useState } from "react";
import { updateUser, type User } from "../../api/administration";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { TextField, YesNoField } from "../../ui/fields";
import { USER_CHANGES } from "./CreatePerson";

/** Changes what somebody may do on the server, and how they are reached. */
export function EditPerson({ user }: { user: User }) {
  const [said, setSaid] = useState(() => saidOf(user));
  return (
    <ActButton
      label={texts.settings.edit}
      of={user.name}
      verb={texts.settings.save}
      title={texts.settings.editWhat(user.name)}
      act={() => updateUser(user.name, said)}
      changes={USER_CHANGES}
      onOpen={() => setSaid(saidOf(user))}
    >
      <TextField
        label={texts.settings.email}
        type="email"
        value={said.email}
        onValue={(email) => setSaid({ ...said, email })}
      />
      <YesNoField
        label={texts.settings.isAdministrator}
        value={said.administrator}
        onValue={(administrator) => setSaid({ ...said, administrator })}
      />
      <YesNoField
        label={texts.settings.isDisabled}
        value={said.disabled}
        onValue={(disabled) => setSaid({ ...said, disabled })}
      />
    </ActButton>
  );
}

function saidOf({ email, administrator, disabled_at }: User) {
  return { email: email ?? "", administrator, disabled: Boolean(disabled_at) };
}
