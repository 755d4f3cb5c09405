interface Props {
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** What makes figures less than they seem, in the server's words. */
export function Warnings({ warnings }: Props) {
  return (
    <>
      {warnings.map(({ code, message }) => (
        <p key={code} class="notice">
          {message}
        </p>
      ))}
    </>
  );
}
