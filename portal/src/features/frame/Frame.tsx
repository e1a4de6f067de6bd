import { Link, Outlet } from "@tanstack/react-router";
import { texts } from "../../lib/texts";
import { outside, pages } from "../../lib/urls";
import { useMe } from "../workspaces/queries";
import { WorkspaceSwitcher } from "../workspaces/WorkspaceSwitcher";
import { AwayBar } from "./AwayBar";
import { LanguageSwitch } from "./LanguageSwitch";
import { ThemeSwitch } from "./ThemeSwitch";

const sections = [
  [pages.experiments, texts.experiments],
  [pages.models, texts.models.title],
  [pages.jobs, texts.jobs],
  [pages.environments, texts.environments.title],
  [pages.compute, texts.compute],
  [pages.settings, texts.settings.settings],
] as const;

/** What is around every page. */
export function Frame() {
  return (
    <>
      <a className="skip" href="#main">
        {texts.skip}
      </a>
      <header className="bar">
        <Link to={pages.home} className="brand" aria-label={`${texts.product}: ${texts.home}`}>
          <span className="stone" aria-hidden="true" />
          {texts.product}
        </Link>
        <WorkspaceSwitcher />
        <nav aria-label={texts.navigation}>
          {sections.map(([to, name]) => (
            <Link key={to} to={to} className="section" activeProps={{ "aria-current": "page" }}>
              {name}
            </Link>
          ))}
        </nav>
        <div className="bar-end">
          <LanguageSwitch />
          <ThemeSwitch />
          <Account />
        </div>
      </header>
      <AwayBar />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function Account() {
  const { data } = useMe();
  return (
    <a className="section account" href={outside.account}>
      {data?.name ?? texts.account}
    </a>
  );
}
