import { describe, expect, it } from "vitest";
import { plainText } from "../../web/markdown/plain-text.ts";

describe("a passage as it is read", () => {
  it.each([
    ["**Wipe** the *disk* with `wipe --all`.", "Wipe the disk with wipe --all."],
    ["## Steps ##", "Steps"],
    ["1. **Open** it\n   - _slowly_", "1. Open it\n   - slowly"],
    ["```sh\nrm -rf **x**\n```\nThen `y`.", "rm -rf **x**\nThen y."],
    ["| **Plan** | Price |\n|---|---:|\n| a \\| b | $4 |", "Plan | Price\na | b | $4"],
    ["[help](https://larkfield.example) [no](javascript:x)", "help [no](javascript:x)"],
    ["2 * 3 * 4, snake_case_name, [1] and **open", "2 * 3 * 4, snake_case_name, [1] and **open"],
    ["**bold, `code` and *more* of it**", "bold, code and more of it"],
  ])("%j", (markdown, text) => {
    expect(plainText(markdown)).toBe(text);
  });
});
