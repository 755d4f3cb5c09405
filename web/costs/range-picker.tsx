import { setQuery } from "../app/router.ts";
import { lastDays, PRESETS, toDay, type Range } from "./range.ts";

/** Chooses the period of the page. */
export function RangePicker({ range }: { readonly range: Range }) {
  const today = toDay(new Date());
  return (
    <div class="range" role="group" aria-label="Period">
      <div class="choice">
        {PRESETS.map(({ name, days }) => {
          const preset = lastDays(days);
          const isChosen = preset.from === range.from && preset.to === range.to;
          return (
            <button
              key={name}
              type="button"
              aria-pressed={isChosen}
              onClick={() => setQuery({ ...preset })}
            >
              {name}
            </button>
          );
        })}
      </div>
      <label>
        <span class="unseen">From</span>
        <input
          type="date"
          value={range.from}
          max={range.to}
          onChange={(event) => setQuery({ ...range, from: event.currentTarget.value })}
        />
      </label>
      <span aria-hidden="true">–</span>
      <label>
        <span class="unseen">To</span>
        <input
          type="date"
          value={range.to}
          min={range.from}
          max={today}
          onChange={(event) => setQuery({ ...range, to: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}
