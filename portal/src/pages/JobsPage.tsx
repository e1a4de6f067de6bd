import { Button } from "@fluentui/react-components";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { JobFilters } from "../features/jobs/JobFilters";
import { JobTable } from "../features/jobs/JobTable";
import { useJobs } from "../features/jobs/queries";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

export function JobsPage() {
  const view = useSearch({ from: pages.jobs });
  const navigate = useNavigate();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useJobs(view);
  const jobs = data?.pages.flat() ?? [];
  const filtered = Object.keys(view).length > 0;
  return (
    <Page wide title={texts.jobs}>
      <JobFilters view={view} onView={(search) => void navigate({ to: pages.jobs, search, replace: true })} />
      <Failure error={error} again={() => void refetch()} />
      {isPending && !error && <Loading />}
      {jobs.length > 0 && <JobTable jobs={jobs} />}
      {data && jobs.length === 0 && <p className="soft">{filtered ? texts.steering.noJobsMatch : texts.noJobs}</p>}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </Page>
  );
}
