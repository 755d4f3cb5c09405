import { formatUsd, formatUsdShort, toNanoUsd } from "../format/money.ts";

interface Props {
  /** Decimal string of the API. */
  readonly usd: string;
  /** False where a model has no price: never shown as free. */
  readonly priced?: boolean;
}

/** An amount in short; its whole digits are its title. */
export function Money({ usd, priced = true }: Props) {
  if (!priced) return <span class="money unpriced">not priced</span>;
  const amount = toNanoUsd(usd);
  return (
    <span class="money" title={formatUsd(amount)}>
      {formatUsdShort(amount)}
    </span>
  );
}
