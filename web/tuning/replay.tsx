import { useState } from "preact/hooks";
import type { ServerError } from "../api/server-error.ts";
import type { Policy, Replay as ReplayReply } from "../api/types.ts";
import { usePosted } from "../api/use-posted.ts";
import { Loading } from "../components/loading.tsx";
import { Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { ReplayFigures } from "./replay-figures.tsx";
import { ReplayForm, type Setting } from "./replay-form.tsx";
import type { Tried } from "./zones.ts";

interface Props {
  readonly policy: Policy | undefined;
  /** What the slider stands at. */
  readonly tried: Tried;
}

/** Asks the logged questions again under another setting; nothing is asked until the button is pressed. */
export function Replay({ policy, tried }: Props) {
  const [asked, setAsked] = useState<Setting>();
  const { data, error, isLoading, reload } = usePosted<ReplayReply>("/v1/cache/replay", asked);
  return (
    <Section title="Replay">
      <p class="soft">
        The logged questions, asked again in their order without a model, beginning with an empty
        cache.
      </p>
      {policy !== undefined && (
        <ReplayForm
          key={policy.version}
          usual={{
            ...usualOf(policy),
            ...(tried.value !== undefined && { [tried.zone]: tried.value }),
          }}
          isBusy={isLoading}
          onAsk={(setting) => {
            setAsked(setting);
            reload();
          }}
        />
      )}
      {isLoading && <Loading label="The replay" />}
      {error !== undefined && <NoReplay error={error} onRetry={reload} />}
      {data !== undefined && <ReplayFigures replay={data} />}
    </Section>
  );
}

function usualOf({ threshold, grey_threshold }: Policy): Setting {
  return { threshold, grey_threshold };
}

interface NoReplayProps {
  readonly error: ServerError;
  readonly onRetry: () => void;
}

/** Hashes stay hashes: asking again is of no use until questions have been logged with their words. */
function NoReplay({ error, onRetry }: NoReplayProps) {
  if (error.status !== 409) return <Problem error={error} onRetry={onRetry} />;
  const message = `${error.message} Start with LOOKUP_LOG_TEXT=full, and replay the questions that come from then on.`;
  return <Problem error={{ message }} />;
}
