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
  /** The value of the slider. */
  readonly tried: Tried;
}

/** Replays the logged questions with other settings, when the button is pressed. */
export function Replay({ policy, tried }: Props) {
  const [asked, setAsked] = useState<Setting>();
  const { data, error, isLoading, reload } = usePosted<ReplayReply>("/v1/cache/replay", asked);
  return (
    <Section title="Replay">
      <p class="soft">
        Replays the logged questions in their order with other settings, without a model, starting
        with an empty cache.
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

/** A log of hashes cannot be replayed: questions must be logged with their text. */
function NoReplay({ error, onRetry }: NoReplayProps) {
  if (error.status !== 409) return <Problem error={error} onRetry={onRetry} />;
  const message = `${error.message} Set LOOKUP_LOG_TEXT=full to log the text of questions from now on.`;
  return <Problem error={{ message }} />;
}
