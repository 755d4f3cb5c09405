import { useState } from "preact/hooks";
import type { IngestReport, KnowledgeDocument } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { navigate } from "../app/router.ts";
import { Loading } from "../components/loading.tsx";
import { Moment } from "../components/moment.tsx";
import { PageBody } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { Stat, Stats } from "../components/stat.tsx";
import { formatCount } from "../format/numbers.ts";
import { DeleteDocument } from "./delete-document.tsx";
import { describeInvalidated, describeReport } from "./describe-report.ts";
import { DocumentPassageList } from "./document-passage-list.tsx";
import { DocumentVersionList } from "./document-version-list.tsx";
import { WriteDialog } from "./write-dialog.tsx";

/** One document: passages, versions, and the result of the last edit. */
export function DocumentView({ id }: { readonly id: string }) {
  const path = `/v1/documents/${encodeURIComponent(id)}`;
  const { data, error, reload } = useResource<KnowledgeDocument>(path);
  const [dialog, setDialog] = useState<"edit" | "delete">();
  const [report, setReport] = useState<IngestReport>();
  const close = () => setDialog(undefined);

  if (data === undefined) {
    return (
      <PageBody title="Document" lead={<a href="/documents">All documents</a>}>
        {error === undefined ? (
          <Loading label="The document" />
        ) : (
          <Problem error={error} onRetry={reload} />
        )}
      </PageBody>
    );
  }
  return (
    <PageBody
      title={data.title}
      lead={<a href="/documents">All documents</a>}
      actions={<Actions onChoose={setDialog} />}
    >
      {report !== undefined && <Changed report={report} />}
      <Facts document={data} />
      <DocumentPassageList path={path} version={data.version} />
      <DocumentVersionList path={path} version={data.version} />
      {dialog === "edit" && (
        <WriteDialog
          document={data}
          onSaved={(saved) => {
            setReport(saved);
            close();
            reload();
          }}
          onClose={close}
        />
      )}
      {dialog === "delete" && (
        <DeleteDocument document={data} onDone={() => navigate("/documents")} onClose={close} />
      )}
    </PageBody>
  );
}

function Actions({ onChoose }: { readonly onChoose: (dialog: "edit" | "delete") => void }) {
  return (
    <>
      <button type="button" onClick={() => onChoose("edit")}>
        Edit
      </button>
      <button type="button" onClick={() => onChoose("delete")}>
        Delete
      </button>
    </>
  );
}

function Facts({ document }: { readonly document: KnowledgeDocument }) {
  return (
    <Stats>
      <Stat label="Version">{document.version}</Stat>
      <Stat label="Passages">{formatCount(document.passages)}</Stat>
      <Stat label="Characters">{formatCount(document.text.length)}</Stat>
      <Stat label="Changed" note={document.source ?? "written here"}>
        <Moment at={document.updated_at} />
      </Stat>
    </Stats>
  );
}

/** The changes of the last edit, and the cached answers it removed. */
function Changed({ report }: { readonly report: IngestReport }) {
  return (
    <p class="changed" role="status">
      Stored: {describeReport(report)}; {describeInvalidated(report.invalidated_answers)}.
    </p>
  );
}
