import { formatUsd, formatUsdPlaces, formatUsdShort, toNanoUsd } from "../format/money.ts";

interface Props {
  /** Decimal string of the API. */
  readonly usd: string;
  /** False if a model has no price: it is never shown as free. */
  readonly priced?: boolean;
  /** Decimal places for aligned columns; by default as many as needed. */
  readonly places?: number;
}

/** A short amount; its title has all digits. */
export function Money({ usd, priced = true, places }: Props) {
  if (!priced) return <span class="money unpriced">not priced</span>;
  const amount = toNanoUsd(usd);
  return (
    <span class="money" title={formatUsd(amount)}>
      {places === undefined ? formatUsdShort(amount) : formatUsdPlaces(amount, places)}
    </span>
  );
}
