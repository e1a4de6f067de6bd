import { ComputeTable } from "../features/compute/ComputeTable";
import { CreateTarget } from "../features/compute/CreateTarget";
import { useCompute } from "../features/compute/queries";
import { texts } from "../lib/texts";
import { workspaceName } from "../lib/urls";
import { Code } from "../ui/Code";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

const command = `lazward compute create cpu-cluster --max-nodes 2 --server ${location.origin} --workspace '${workspaceName}'`;

export function ComputePage() {
  const { data, error, isPending, refetch } = useCompute();
  return (
    <Page wide title={texts.compute} aside={<CreateTarget />}>
      <Failure error={error} again={() => void refetch()} />
      {isPending && !error && <Loading />}
      {data && data.length > 0 && <ComputeTable targets={data} />}
      {data?.length === 0 && <Code label={texts.noCompute} text={command} />}
    </Page>
  );
}
