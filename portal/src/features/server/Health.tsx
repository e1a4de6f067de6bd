import { useQuery } from "@tanstack/react-query";
import { getServer, type ServerStatus } from "../../api/lazward";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { polling } from "../../live/polling";
import { Facts } from "../../ui/Facts";
import { Failure } from "../../ui/Failure";
import { useMay } from "../workspaces/rights";

/** A disk with less than this part of it free is told of. */
const LITTLE = 0.05;

/** How the server stands; for its administrators. */
export function Health() {
  return useMay("server:read") ? <Standing /> : null;
}

function Standing() {
  const { data, error } = useQuery({
    queryKey: ["server"],
    queryFn: ({ signal }) => getServer(signal),
    refetchInterval: polling(30_000, 120_000),
  });
  return (
    <section aria-labelledby="health">
      <h2 id="health">{texts.steering.health}</h2>
      <Failure error={error} />
      {data && <Told status={data} />}
    </section>
  );
}

function Told({ status }: { status: ServerStatus }) {
  const { disk_free_bytes: free, disk_total_bytes: total } = status;
  return (
    <>
      {free < total * LITTLE && (
        <p className="note" role="status">
          {texts.steering.diskFull}
        </p>
      )}
      <div className="job">
        <Facts
          facts={[
            [texts.steering.version, `Lazward ${status.version}`],
            [texts.steering.protocol, `MLflow ${status.protocol}`],
            [texts.steering.database, texts.steering.databases[status.database] ?? status.database],
            [texts.steering.artifactStore, texts.steering.stores[status.artifacts] ?? status.artifacts],
            [texts.steering.disk, texts.steering.free(formatBytes(free), formatBytes(total))],
          ]}
        />
      </div>
    </>
  );
}
