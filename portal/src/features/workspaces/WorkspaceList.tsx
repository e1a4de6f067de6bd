import { texts } from "../../lib/texts";
import { outside, workspaceName } from "../../lib/urls";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { useWorkspaces } from "./queries";
import { UsageLine } from "./UsageLine";

/** The workspaces that the visitor may see. */
export function WorkspaceList() {
  const { data, error, isPending } = useWorkspaces();
  if (isPending && !error) return <Loading />;
  return (
    <>
      <Failure error={error} />
      <ul className="cards">
        {data?.map((one) => (
          <li key={one.name}>
            <a
              className="card"
              href={outside.workspace(one.name)}
              aria-current={one.name === workspaceName ? "true" : undefined}
            >
              <strong className="cut">{one.friendly_name || one.name}</strong>
              <span className="soft cut">
                {one.group} · {one.role ?? texts.administrator}
              </span>
              {one.description && <span className="cut">{one.description}</span>}
              <UsageLine workspace={one.name} />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
