/** Which page an address shows. Pages are loaded when they are first shown. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  stringifySearchWith,
} from "@tanstack/react-router";
import { askForCompared } from "../features/compare/queries";
import { parseCompareView } from "../features/compare/view";
import { parseExperimentsView } from "../features/experiments/view";
import { parseJobsView } from "../features/jobs/search";
import { askForRun } from "../features/runs/queries";
import { parseEnvironmentView } from "../features/environments/view";
import { parseModelView } from "../features/models/view";
import { parseRunsView } from "../features/runs/view";
import { parseAudit, parseName, parseTokens } from "../features/settings/views";
import { Frame } from "../features/frame/Frame";
import { pages, workspacePrefix } from "../lib/urls";
import { NotFound } from "../ui/NotFound";
import { parseSearch } from "./search";
import { parseFilter, parseTab } from "./tab";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: pages.home,
  component: lazyRouteComponent(() => import("../pages/HomePage"), "HomePage"),
});

const experiments = createRoute({
  getParentRoute: () => root,
  path: pages.experiments,
  validateSearch: parseExperimentsView,
  component: lazyRouteComponent(() => import("../pages/ExperimentsPage"), "ExperimentsPage"),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: pages.runs,
  validateSearch: parseRunsView,
  component: lazyRouteComponent(() => import("../pages/RunsPage"), "RunsPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: pages.compare,
  validateSearch: parseCompareView,
  loaderDeps: ({ search: { runs } }) => ({ runs }),
  loader: ({ params, deps }) => askForCompared(params.experimentId, deps.runs),
  component: lazyRouteComponent(() => import("../pages/ComparePage"), "ComparePage"),
});

const run = createRoute({
  getParentRoute: () => root,
  path: pages.run,
  validateSearch: parseTab,
  loader: ({ params }) => askForRun(params.runId),
  component: lazyRouteComponent(() => import("../pages/RunPage"), "RunPage"),
});

const jobs = createRoute({
  getParentRoute: () => root,
  path: pages.jobs,
  validateSearch: parseJobsView,
  component: lazyRouteComponent(() => import("../pages/JobsPage"), "JobsPage"),
});

const compute = createRoute({
  getParentRoute: () => root,
  path: pages.compute,
  component: lazyRouteComponent(() => import("../pages/ComputePage"), "ComputePage"),
});

const target = createRoute({
  getParentRoute: () => root,
  path: pages.target,
  component: lazyRouteComponent(() => import("../pages/TargetPage"), "TargetPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: pages.settings,
  component: lazyRouteComponent(() => import("../pages/settings/SettingsPage"), "SettingsPage"),
});

const general = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("../pages/settings/GeneralPage"), "GeneralPage"),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: "members",
  component: lazyRouteComponent(() => import("../pages/settings/MembersPage"), "MembersPage"),
});

const trash = createRoute({
  getParentRoute: () => settings,
  path: "trash",
  validateSearch: parseName,
  component: lazyRouteComponent(() => import("../pages/settings/TrashPage"), "TrashPage"),
});

const workspaces = createRoute({
  getParentRoute: () => settings,
  path: "workspaces",
  component: lazyRouteComponent(() => import("../pages/settings/WorkspacesPage"), "WorkspacesPage"),
});

const people = createRoute({
  getParentRoute: () => settings,
  path: "people",
  validateSearch: parseName,
  component: lazyRouteComponent(() => import("../pages/settings/PeoplePage"), "PeoplePage"),
});

const tokens = createRoute({
  getParentRoute: () => settings,
  path: "tokens",
  validateSearch: parseTokens,
  component: lazyRouteComponent(() => import("../pages/settings/TokensPage"), "TokensPage"),
});

const audit = createRoute({
  getParentRoute: () => settings,
  path: "audit",
  validateSearch: parseAudit,
  component: lazyRouteComponent(() => import("../pages/settings/AuditPage"), "AuditPage"),
});

const settingsPages = settings.addChildren([general, members, trash, workspaces, people, tokens, audit]);

const runById = createRoute({
  getParentRoute: () => root,
  path: pages.runById,
  component: lazyRouteComponent(() => import("../pages/RunByIdPage"), "RunByIdPage"),
});

const loggedModels = createRoute({
  getParentRoute: () => root,
  path: pages.loggedModels,
  validateSearch: parseFilter,
  component: lazyRouteComponent(() => import("../pages/LoggedModelsPage"), "LoggedModelsPage"),
});

const loggedModel = createRoute({
  getParentRoute: () => root,
  path: pages.loggedModel,
  validateSearch: parseModelView,
  component: lazyRouteComponent(() => import("../pages/LoggedModelPage"), "LoggedModelPage"),
});

const models = createRoute({
  getParentRoute: () => root,
  path: pages.models,
  validateSearch: parseFilter,
  component: lazyRouteComponent(() => import("../pages/ModelsPage"), "ModelsPage"),
});

const model = createRoute({
  getParentRoute: () => root,
  path: pages.model,
  component: lazyRouteComponent(() => import("../pages/ModelPage"), "ModelPage"),
});

const version = createRoute({
  getParentRoute: () => root,
  path: pages.version,
  validateSearch: parseModelView,
  component: lazyRouteComponent(() => import("../pages/VersionPage"), "VersionPage"),
});

const environments = createRoute({
  getParentRoute: () => root,
  path: pages.environments,
  validateSearch: parseFilter,
  component: lazyRouteComponent(() => import("../pages/EnvironmentsPage"), "EnvironmentsPage"),
});

const environment = createRoute({
  getParentRoute: () => root,
  path: pages.environment,
  validateSearch: parseEnvironmentView,
  component: lazyRouteComponent(() => import("../pages/EnvironmentPage"), "EnvironmentPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    experiments,
    runs,
    compare,
    run,
    runById,
    loggedModels,
    loggedModel,
    models,
    model,
    version,
    environments,
    environment,
    jobs,
    compute,
    target,
    settingsPages,
  ]),
  basepath: workspacePrefix || "/",
  parseSearch,
  stringifySearch: stringifySearchWith(JSON.stringify),
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
