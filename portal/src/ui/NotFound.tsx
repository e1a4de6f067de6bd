import { texts } from "../lib/texts";
import { Page } from "./Page";

export function NotFound() {
  return (
    <Page title={texts.notFound}>
      <a className="link" href="/">
        {texts.home}
      </a>
    </Page>
  );
}
