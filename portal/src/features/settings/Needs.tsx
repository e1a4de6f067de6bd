import { texts } from "../../lib/texts";
import { useMe } from "../workspaces/queries";
import { type Permission, useMay } from "../workspaces/rights";

interface NeedsProps {
  /** Any of these will do. */
  any: readonly [Permission, ...Permission[]];
  children: React.ReactNode;
}

/** Shows a part to who may use it, and others why it is not there. */
export function Needs({ any, children }: NeedsProps) {
  const me = useMe().data;
  const [first, second] = any;
  const mayFirst = useMay(first);
  const maySecond = useMay(second ?? first);
  if (!me) return null;
  if (mayFirst || maySecond) return children;
  return <p className="soft">{first.startsWith("server:") ? texts.settings.onlyAdmins : texts.settings.notYours}</p>;
}
