import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../components/field.tsx";
import { signIn } from "./session.ts";

/** The form for the API key. */
export function SignIn({ refused }: { readonly refused: boolean }) {
  const [key, setKey] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (key.trim() === "") return;
    void signIn(key.trim());
    setKey("");
    field.current?.focus();
  }

  return (
    <main class="alone">
      <form class="sign-in" autocomplete="off" onSubmit={submit}>
        <img src="/icon.svg" alt="" width="40" height="40" />
        <h1>Reprise</h1>
        <Field
          label="API key"
          hint="Stored until you close this tab. Ask your administrator for a key."
          error={
            refused ? "The server rejected this key. Check it for missing characters." : undefined
          }
        >
          {(ids) => (
            <input
              {...ids}
              ref={field}
              type="password"
              autocomplete="off"
              spellcheck={false}
              required
              value={key}
              onInput={(event) => setKey(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="main">
          Sign in
        </button>
      </form>
    </main>
  );
}
