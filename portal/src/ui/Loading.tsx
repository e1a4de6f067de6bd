import { Spinner } from "@fluentui/react-components";
import { texts } from "../lib/texts";

export function Loading() {
  return <Spinner className="loading" size="small" label={texts.loading} />;
}
