import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { PurgeMany } from "../../features/settings/PurgeButton";
import { useDeletedExperiments, useDeletedRuns } from "../../features/settings/queries";
import { TrashTable } from "../../features/settings/TrashTable";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { More } from "../../ui/More";
import { Part } from "../../ui/Part";
import { SearchInput } from "../../ui/SearchInput";
import { useDelayed } from "../../ui/useDelayed";

/** What is deleted: to be brought back, or removed for good. */
export function TrashPage() {
  const { name = "" } = useSearch({ from: pages.trash });
  const navigate = useNavigate();
  const [done, setDone] = useState("");
  const wanted = useDelayed(name);
  const search = (to: string) =>
    void navigate({ to: pages.trash, search: to ? { name: to } : {}, replace: true, resetScroll: false });
  return (
    <>
      <p className="soft">{texts.settings.trashHow}</p>
      <SearchInput label={texts.searchExperiments} value={name} onValue={search} />
      <div role="status" className="done">
        {done}
      </div>
      <Experiments name={wanted} onDone={setDone} />
      <Runs name={wanted} onDone={setDone} />
    </>
  );
}

interface TrashProps {
  name: string;
  onDone: (told: string) => void;
}

function Experiments({ name, onDone }: TrashProps) {
  const found = useDeletedExperiments(name);
  const deleted = found.data?.pages
    .flatMap((page) => page.experiments ?? [])
    .map((one) => ({
      id: one.experiment_id,
      name: one.name,
      more: String(one.runs),
      deletedAt: one.deleted_at,
    }));
  const many = deleted && deleted.length > 0 && !name && <PurgeMany what="experiments" onPurged={onDone} />;
  return (
    <Part title={texts.settings.deletedExperiments} aside={many} bare>
      <Failure error={found.error} again={() => void found.refetch()} />
      {!deleted && !found.error && <Loading />}
      {deleted && deleted.length > 0 && <TrashTable what="experiments" deleted={deleted} onDone={onDone} />}
      {deleted?.length === 0 && <p className="soft">{texts.settings.noTrash}</p>}
      <More of={found} />
    </Part>
  );
}

function Runs({ name, onDone }: TrashProps) {
  const found = useDeletedRuns(name);
  const deleted = found.data?.pages
    .flatMap((page) => page.runs ?? [])
    .map((one) => ({
      id: one.run_id,
      name: one.name,
      more: one.experiment,
      deletedAt: one.deleted_at,
    }));
  const many = deleted && deleted.length > 0 && !name && <PurgeMany what="runs" onPurged={onDone} />;
  return (
    <Part title={texts.settings.deletedRuns} aside={many} bare>
      <Failure error={found.error} again={() => void found.refetch()} />
      {!deleted && !found.error && <Loading />}
      {deleted && deleted.length > 0 && <TrashTable what="runs" deleted={deleted} onDone={onDone} />}
      {deleted?.length === 0 && <p className="soft">{texts.settings.noTrash}</p>}
      <More of={found} />
    </Part>
  );
}
