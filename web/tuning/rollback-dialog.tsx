import { fetchJson, withQuery } from "../api/client.ts";
import type { Policy, PolicyDiff, PolicyVersion } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { Problem } from "../components/problem.tsx";
import { showToast } from "../components/toast.tsx";
import { Changes } from "./changes.tsx";
import { PolicyDialog } from "./policy-dialog.tsx";

interface Props {
  readonly version: PolicyVersion;
  readonly inForce: number;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Shows what restoring a version would change, and restores it. */
export function RollbackDialog({ version, inForce, onClose, onDone }: Props) {
  const { data, error, reload } = useResource<PolicyDiff>(
    withQuery("/v1/cache/policy/diff", { from: inForce, to: version.version }),
  );
  return (
    <PolicyDialog
      title={`Restore version ${version.version}?`}
      action="Restore"
      isReasonOptional
      onClose={onClose}
      onConfirm={async (reason) => {
        const json = { version: version.version, ...(reason !== "" && { reason }) };
        await fetchJson<Policy>("/v1/cache/policy/rollback", { method: "POST", json });
        showToast(`The policy of version ${version.version} is in force again, as a new version.`);
        onDone();
      }}
    >
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {data !== undefined && (
        <>
          <p>
            {data.changes.length === 0
              ? "Nothing would change: both policies are the same."
              : "It would change:"}
          </p>
          <Changes changes={data.changes} />
        </>
      )}
    </PolicyDialog>
  );
}
