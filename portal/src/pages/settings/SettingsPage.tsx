import { Link, Outlet } from "@tanstack/react-router";
import { useMay } from "../../features/workspaces/rights";
import { texts } from "../../lib/texts";
import { outside, pages, workspaceName } from "../../lib/urls";
import { Page } from "../../ui/Page";

/** What all pages of settings have around them: the way to the others. */
export function SettingsPage() {
  return (
    <Page wide title={texts.settings.settings}>
      <div className="settings">
        <nav aria-label={texts.settings.settings} className="sections">
          <Sections />
        </nav>
        <div className="settings-part">
          <Outlet />
        </div>
      </div>
    </Page>
  );
}

function Sections() {
  const members = useMay("member:read");
  const audit = useMay("audit:read");
  const users = useMay("server:user-read");
  return (
    <>
      <h2 className="cut" title={workspaceName}>
        {workspaceName}
      </h2>
      <Section to={pages.settings} name={texts.settings.general} />
      {members && <Section to={pages.members} name={texts.settings.members} />}
      <Section to={pages.trash} name={texts.settings.trash} />
      <h2>{texts.settings.server}</h2>
      <Section to={pages.workspaces} name={texts.workspaces} />
      {users && <Section to={pages.people} name={texts.settings.people} />}
      <Section to={pages.tokens} name={texts.settings.tokens} />
      {audit && <Section to={pages.audit} name={texts.settings.audit} />}
      <a className="section" href={outside.account}>
        {texts.account}
      </a>
    </>
  );
}

type Target =
  | typeof pages.settings
  | typeof pages.members
  | typeof pages.trash
  | typeof pages.workspaces
  | typeof pages.people
  | typeof pages.tokens
  | typeof pages.audit;

function Section({ to, name }: { to: Target; name: string }) {
  return (
    <Link
      to={to}
      className="section"
      activeOptions={{ exact: true, includeSearch: false }}
      activeProps={{ "aria-current": "page" }}
    >
      {name}
    </Link>
  );
}
