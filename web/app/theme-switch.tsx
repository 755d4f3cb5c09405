import { Icon } from "../components/icon.tsx";
import { THEMES, theme, type Theme } from "./theme.ts";

const NAMES: Readonly<Record<Theme, string>> = {
  system: "System",
  light: "Light",
  dark: "Dark",
};

/** Light, dark or system theme. */
export function ThemeSwitch() {
  return (
    <fieldset class="theme-switch">
      <legend class="unseen">Colours</legend>
      {THEMES.map((name) => (
        <label key={name} title={NAMES[name]}>
          <input
            class="unseen"
            type="radio"
            name="theme"
            checked={theme.value === name}
            onChange={() => {
              theme.value = name;
            }}
          />
          <Icon name={name} />
          <span class="unseen">{NAMES[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}
