import { Button } from "@fluentui/react-components";
import { JobTable } from "../features/jobs/JobTable";
import { useJobs } from "../features/jobs/queries";
import { texts } from "../lib/texts";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

export function JobsPage() {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useJobs();
  const jobs = data?.pages.flat() ?? [];
  return (
    <Page title={texts.jobs}>
      <Failure error={error} again={() => void refetch()} />
      {isPending && !error && <Loading />}
      {jobs.length > 0 && <JobTable jobs={jobs} />}
      {data && jobs.length === 0 && <p className="soft">{texts.noJobs}</p>}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </Page>
  );
}
