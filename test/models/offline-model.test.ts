import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { saysNotInDocuments } from "../../src/chat/citations.ts";
import { SMALL_TALK } from "../../src/models/extract-answer.ts";
import { OfflineModel } from "../../src/models/offline-model.ts";

const model = new OfflineModel({ count: () => 1, countPrompt: () => 1 });
const PASSAGES = [
  `<passage n="1" title="Guests &gt; Invite a guest">\nOpen a shared folder, press **Share** and enter the address.\n</passage>`,
  `<passage n="2" title="Guests &gt; Remove a guest">\nPress **Remove** beside the name.\n</passage>`,
  `<passage n="3" title="Refunds">\nA monthly plan can be refunded within 7 days of its first payment.\n</passage>`,
].join("\n");

const ask = async (question: string, system = PASSAGES, before?: readonly string[]) => {
  const [asked, answered] = before ?? [];
  const history =
    asked === undefined ? [] : [new HumanMessage(asked), new AIMessage(answered ?? "")];
  const messages = [new SystemMessage(system), ...history, new HumanMessage(question)];
  return (await model.invoke(messages)).text;
};

describe("the offline model", () => {
  it("answers with a cited sentence, also to a short question about the one before", async () => {
    expect(await ask("How do I invite a guest?")).toMatch(/press \*\*Share\*\*.*\[1\]/);
    expect(
      await ask("And remove?", PASSAGES, ["How do I invite a guest?", "Press Share. [1]"]),
    ).toBe("Press **Remove** beside the name. [2]");
  });

  it("greets with examples from different documents, in the language of the greeting", async () => {
    const system = `${SMALL_TALK}\n${PASSAGES}`;
    const english = await ask("hello there", system);
    expect(english).toContain("Hello");
    expect(english.match(/^- .*$/gm)).toEqual([
      "- What do the documents say about “Invite a guest”?",
      "- What do the documents say about “Refunds”?",
    ]);
    expect(english).not.toMatch(/\[\d/);
    expect(await ask("Danke schön für die Hilfe!", system)).toContain(
      "Was steht in den Dokumenten",
    );
    expect(await ask("hello there", SMALL_TALK)).not.toContain("example");
  });

  it.each([
    [
      "Wie lade ich einen Gast in einen Ordner ein?",
      "nicht finden. Die Dokumente sind auf Englisch",
    ],
    ["Comment inviter une personne extérieure dans un dossier ?", "Les documents sont en anglais"],
    ["¿Cómo invito a una persona externa a una carpeta?", "Los documentos están en inglés"],
    ["ゲストを招待するにはどうすればよいですか？", "文書は英語で書かれています"],
  ])("says in the language of %s that the documents are in another one", async (question, said) => {
    const answer = await ask(question);
    expect(answer).toContain(said);
    expect(saysNotInDocuments(answer)).toBe(true);
  });

  it("says in the documents' own language that they have no answer", async () => {
    const german = `<passage n="1" title="Gäste">\nEin Gast sieht nur die Ordner, die mit ihm geteilt wurden, und keine anderen Dateien.\n</passage>`;
    expect(await ask("Wie hoch ist der Eiffelturm in Paris?", german)).toBe(
      "Das konnte ich in den Dokumenten nicht finden.",
    );
    expect(await ask("dark mode")).toBe("I could not find that in the documents.");
  });
});
