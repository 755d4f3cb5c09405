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

/** Shows what going back would change, and goes back. */
export function RollbackDialog({ version, inForce, onClose, onDone }: Props) {
  const { data, error, reload } = useResource<PolicyDiff>(
    withQuery("/v1/cache/policy/diff", { from: inForce, to: version.version }),
  );
  return (
    <PolicyDialog
      title={`Go back to version ${version.version}?`}
      deed="Go back"
      isReasonOptional
      onClose={onClose}
      onConfirm={async (reason) => {
        const json = { version: version.version, ...(reason !== "" && { reason }) };
        await fetchJson<Policy>("/v1/cache/policy/rollback", { method: "POST", json });
        showToast(`What version ${version.version} had is in force again, as a new version.`);
        onDone();
      }}
    >
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {data !== undefined && (
        <>
          <p>
            {data.changes.length === 0
              ? "Nothing would change: it had the same."
              : "It would change:"}
          </p>
          <Changes changes={data.changes} />
        </>
      )}
    </PolicyDialog>
  );
}
