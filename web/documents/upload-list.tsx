import { toPath } from "../app/router.ts";
import { Badge } from "../components/badge.tsx";
import { formatBytes } from "../format/numbers.ts";
import { describeInvalidated, describeReport } from "./describe-report.ts";
import { clearEnded, isInProgress, uploads, type Upload } from "./uploads.ts";

/** Uploads and their results. */
export function UploadList() {
  const shown = uploads.value;
  if (shown.length === 0) return null;
  return (
    <section class="uploads" aria-label="Uploads">
      <ul>
        {shown.map((upload) => (
          <li key={upload.key}>
            <UploadView upload={upload} />
          </li>
        ))}
      </ul>
      {shown.some((upload) => !isInProgress(upload)) && (
        <button type="button" class="link" onClick={clearEnded}>
          Clear the list
        </button>
      )}
    </section>
  );
}

function UploadView({ upload }: { readonly upload: Upload }) {
  const { name, bytes, sent, report, problem } = upload;
  if (problem !== undefined) {
    return (
      <>
        <Badge tone="bad">refused</Badge>
        <p>
          {name}: {problem}
        </p>
      </>
    );
  }
  if (report === undefined) {
    return (
      <>
        <progress value={sent} aria-label={`Sending ${name}`} />
        <p>
          {name}{" "}
          <span class="soft">
            {formatBytes(bytes)}, {sent < 1 ? "uploading" : "reading and embedding"}
          </span>
        </p>
      </>
    );
  }
  return (
    <>
      <Badge tone="good">stored</Badge>
      <p>
        <a href={toPath("documents", report.id)}>{name}</a>: {describeReport(report)};{" "}
        {describeInvalidated(report.invalidated_answers)}.
      </p>
    </>
  );
}
