import { formatUsd, formatUsdPlaces, formatUsdShort, toNanoUsd } from "../format/money.ts";

interface Props {
  /** Decimal string of the API. */
  readonly usd: string;
  /** False where a model has no price: never shown as free. */
  readonly priced?: boolean;
  /** Decimal places, where amounts stand below one another; as many as it needs, otherwise. */
  readonly places?: number;
}

/** An amount in short; its whole digits are its title. */
export function Money({ usd, priced = true, places }: Props) {
  if (!priced) return <span class="money unpriced">not priced</span>;
  const amount = toNanoUsd(usd);
  return (
    <span class="money" title={formatUsd(amount)}>
      {places === undefined ? formatUsdShort(amount) : formatUsdPlaces(amount, places)}
    </span>
  );
}
