import type { GuardName } from "../../../src/cache/guards/types.ts";

/** A guard, and two questions that it must keep apart at any similarity. */
type Apart = readonly [guard: GuardName, one: string, other: string];

/** What the guards of a language must find, and where they must stay quiet. */
interface LanguagePairs {
  readonly apart: readonly Apart[];
  /** Questions with the same answer. */
  readonly alike: readonly (readonly [string, string])[];
}

export const languagePairs: Readonly<Record<string, LanguagePairs>> = {
  de: {
    apart: [
      ["negation", "Welche Gerichte enthalten Nüsse?", "Welche Gerichte enthalten keine Nüsse?"],
      ["negation", "Warum startet die Pumpe?", "Warum startet die Pumpe nicht?"],
      ["opposites", "Wie mache ich das Gartenlicht an?", "Wie mache ich das Gartenlicht aus?"],
      ["opposites", "Wie kann ich das Tor aufsperren?", "Wie kann ich das Tor zusperren?"],
      ["opposites", "Gilt der Tarif mit Kaution?", "Gilt der Tarif ohne Kaution?"],
      [
        "opposites",
        "Was ist das Mindestgewicht für Pakete?",
        "Was ist das Höchstgewicht für Pakete?",
      ],
      ["opposites", "Was tue ich vor dem Lackieren?", "Was tue ich nach dem Lackieren?"],
      ["numbers", "Reicht die Farbe für vier Wände?", "Reicht die Farbe für sieben Wände?"],
      ["units", "Wie viele Tage trocknet der Lack?", "Wie viele Stunden trocknet der Lack?"],
      ["dates", "Ist die Werkstatt im Februar offen?", "Ist die Werkstatt im Oktober offen?"],
      ["asks", "Wo wird der Lack gemischt?", "Wann wird der Lack gemischt?"],
      ["form", "Darf ich im Hof grillen?", "Muss ich im Hof grillen?"],
      ["form", "Nenne die Farben als Tabelle.", "Nenne die Farben als Liste."],
      ["form", "Erkläre die Pflege auf Englisch.", "Erkläre die Pflege auf Polnisch."],
      ["order", "Wie komme ich von Halle nach Gera?", "Wie komme ich von Gera nach Halle?"],
    ],
    alike: [
      ["Wie mache ich das Gartenlicht an?", "Wie kann man das Gartenlicht anmachen?"],
      ["Wo finde ich den Zählerstand?", "Wo kann ich den Zählerstand finden?"],
      ["Ist der Eintritt kostenlos?", "Ist der Eintritt gratis?"],
      ["Was kostet ein Eimer Farbe?", "Wie viel kostet ein Eimer Farbe?"],
    ],
  },
  fr: {
    apart: [
      [
        "negation",
        "Quels plats contiennent des noix ?",
        "Quels plats ne contiennent pas de noix ?",
      ],
      ["opposites", "Comment gonfler le matelas ?", "Comment dégonfler le matelas ?"],
      ["opposites", "Comment boucher le tuyau ?", "Comment déboucher le tuyau ?"],
      ["opposites", "Le tarif est-il avec caution ?", "Le tarif est-il sans caution ?"],
      [
        "opposites",
        "Quel est le poids minimum d'un colis ?",
        "Quel est le poids maximum d'un colis ?",
      ],
      ["opposites", "Que faire avant la peinture ?", "Que faire après la peinture ?"],
      [
        "numbers",
        "La peinture suffit-elle pour quatre murs ?",
        "La peinture suffit-elle pour sept murs ?",
      ],
      ["units", "Combien de jours sèche le vernis ?", "Combien d'heures sèche le vernis ?"],
      ["dates", "L'atelier est-il ouvert en février ?", "L'atelier est-il ouvert en octobre ?"],
      ["asks", "Où mélange-t-on le vernis ?", "Quand mélange-t-on le vernis ?"],
      ["form", "Puis-je griller dans la cour ?", "Dois-je griller dans la cour ?"],
      [
        "form",
        "Donne les couleurs sous forme de tableau.",
        "Donne les couleurs sous forme de liste.",
      ],
      ["form", "Explique l'entretien en anglais.", "Explique l'entretien en polonais."],
    ],
    alike: [
      ["Comment gonfler le matelas ?", "Comment est-ce que je gonfle le matelas ?"],
      ["Où se trouve le compteur ?", "Où est-ce que se trouve le compteur ?"],
      ["Peut-on peindre le balcon ?", "Est-il possible de peindre le balcon ?"],
    ],
  },
  es: {
    apart: [
      ["negation", "¿Qué platos llevan nueces?", "¿Qué platos no llevan nueces?"],
      ["opposites", "¿Cómo inflo el colchón?", "¿Cómo desinflo el colchón?"],
      ["opposites", "¿Cómo enciendo la luz del jardín?", "¿Cómo apago la luz del jardín?"],
      ["opposites", "¿La tarifa es con fianza?", "¿La tarifa es sin fianza?"],
      [
        "opposites",
        "¿Cuál es el peso mínimo de un paquete?",
        "¿Cuál es el peso máximo de un paquete?",
      ],
      ["opposites", "¿Qué hago antes de pintar?", "¿Qué hago después de pintar?"],
      [
        "numbers",
        "¿Basta la pintura para cuatro paredes?",
        "¿Basta la pintura para siete paredes?",
      ],
      ["units", "¿Cuántos días tarda el barniz?", "¿Cuántas horas tarda el barniz?"],
      ["dates", "¿El taller abre en febrero?", "¿El taller abre en octubre?"],
      ["asks", "¿Dónde se mezcla el barniz?", "¿Cuándo se mezcla el barniz?"],
      ["form", "¿Puedo hacer fuego en el patio?", "¿Debo hacer fuego en el patio?"],
      ["form", "Dame los colores en forma de tabla.", "Dame los colores en forma de lista."],
    ],
    alike: [
      ["¿Cómo inflo el colchón?", "¿Cómo se infla el colchón?"],
      ["¿Dónde encuentro el contador?", "¿Dónde puedo encontrar el contador?"],
      ["¿La entrada es gratis?", "¿Es gratuita la entrada?"],
    ],
  },
  it: {
    apart: [
      ["negation", "Quali piatti contengono noci?", "Quali piatti non contengono noci?"],
      ["opposites", "Come gonfio il materasso?", "Come sgonfio il materasso?"],
      ["opposites", "Come accendo la luce del giardino?", "Come spengo la luce del giardino?"],
      ["opposites", "La tariffa è con cauzione?", "La tariffa è senza cauzione?"],
      ["opposites", "Qual è il peso minimo di un pacco?", "Qual è il peso massimo di un pacco?"],
      ["numbers", "La vernice basta per quattro pareti?", "La vernice basta per sette pareti?"],
      ["units", "Quanti giorni asciuga la vernice?", "Quante ore asciuga la vernice?"],
      ["dates", "L'officina è aperta a febbraio?", "L'officina è aperta a ottobre?"],
      ["asks", "Dove si mescola la vernice?", "Quando si mescola la vernice?"],
      ["form", "Posso grigliare in cortile?", "Devo grigliare in cortile?"],
      ["form", "Dammi i colori in forma di tabella.", "Dammi i colori in forma di elenco."],
    ],
    alike: [
      ["Come gonfio il materasso?", "Come si gonfia il materasso?"],
      ["Dove trovo il contatore?", "Dove si trova il contatore?"],
      ["Quanto costa un secchio di vernice?", "Qual è il prezzo di un secchio di vernice?"],
    ],
  },
  pt: {
    apart: [
      ["negation", "Que pratos levam nozes?", "Que pratos não levam nozes?"],
      ["opposites", "Como ligo a luz do jardim?", "Como desligo a luz do jardim?"],
      ["opposites", "Como abro o portão?", "Como fecho o portão?"],
      ["opposites", "A tarifa é com caução?", "A tarifa é sem caução?"],
      [
        "opposites",
        "Qual é o peso mínimo de uma encomenda?",
        "Qual é o peso máximo de uma encomenda?",
      ],
      ["numbers", "A tinta chega para quatro paredes?", "A tinta chega para sete paredes?"],
      ["units", "Quantos dias seca o verniz?", "Quantas horas seca o verniz?"],
      ["dates", "A oficina abre em fevereiro?", "A oficina abre em outubro?"],
      ["asks", "Onde se mistura o verniz?", "Quando se mistura o verniz?"],
      ["form", "Posso fazer fogo no pátio?", "Devo fazer fogo no pátio?"],
      ["form", "Dá-me as cores em forma de tabela.", "Dá-me as cores em forma de lista."],
    ],
    alike: [
      ["Onde encontro o contador?", "Onde posso encontrar o contador?"],
      ["Quanto custa um balde de tinta?", "Qual é o preço de um balde de tinta?"],
      ["A entrada é grátis?", "A entrada é gratuita?"],
    ],
  },
  nl: {
    apart: [
      ["negation", "Welke gerechten bevatten noten?", "Welke gerechten bevatten geen noten?"],
      ["negation", "Waarom start de pomp?", "Waarom start de pomp niet?"],
      ["opposites", "Hoe doe ik de tuinlamp aan?", "Hoe doe ik de tuinlamp uit?"],
      ["opposites", "Hoe kan ik de tuinlamp aandoen?", "Hoe kan ik de tuinlamp uitdoen?"],
      ["opposites", "Geldt het tarief met borgsom?", "Geldt het tarief zonder borgsom?"],
      [
        "opposites",
        "Wat is het minimale gewicht van een pakket?",
        "Wat is het maximale gewicht van een pakket?",
      ],
      ["numbers", "Is de verf genoeg voor vier muren?", "Is de verf genoeg voor zeven muren?"],
      ["units", "Hoeveel dagen droogt de lak?", "Hoeveel uren droogt de lak?"],
      ["dates", "Is de werkplaats in februari open?", "Is de werkplaats in oktober open?"],
      ["asks", "Waar wordt de lak gemengd?", "Wanneer wordt de lak gemengd?"],
      ["form", "Mag ik op de binnenplaats barbecueën?", "Moet ik op de binnenplaats barbecueën?"],
      ["form", "Geef de kleuren als tabel.", "Geef de kleuren als lijst."],
    ],
    alike: [
      ["Hoe doe ik de tuinlamp aan?", "Hoe kan ik de tuinlamp aandoen?"],
      ["Waar vind ik de meterstand?", "Waar kan ik de meterstand vinden?"],
      ["Is de toegang gratis?", "Is de toegang kosteloos?"],
    ],
  },
  pl: {
    apart: [
      ["negation", "Które dania zawierają orzechy?", "Które dania nie zawierają orzechów?"],
      ["opposites", "Jak włączyć lampę w ogrodzie?", "Jak wyłączyć lampę w ogrodzie?"],
      ["opposites", "Jak otworzyć bramę?", "Jak zamknąć bramę?"],
      ["opposites", "Czy cena jest z kaucją?", "Czy cena jest bez kaucji?"],
      ["opposites", "Jaka jest minimalna waga paczki?", "Jaka jest maksymalna waga paczki?"],
      ["opposites", "Co zrobić przed malowaniem?", "Co zrobić po malowaniu?"],
      ["numbers", "Czy farby wystarczy na cztery ściany?", "Czy farby wystarczy na siedem ścian?"],
      ["units", "Ile dni schnie lakier?", "Ile godzin schnie lakier?"],
      ["dates", "Czy warsztat jest otwarty w lutym?", "Czy warsztat jest otwarty w październiku?"],
      ["asks", "Gdzie miesza się lakier?", "Kiedy miesza się lakier?"],
      ["form", "Czy mogę grillować na podwórku?", "Czy muszę grillować na podwórku?"],
      ["form", "Podaj kolory w formie tabeli.", "Podaj kolory w formie listy."],
    ],
    alike: [
      ["Jak włączyć lampę w ogrodzie?", "W jaki sposób włączyć lampę w ogrodzie?"],
      ["Gdzie znajdę licznik?", "Gdzie można znaleźć licznik?"],
      ["Ile kosztuje wiadro farby?", "Jaka jest cena wiadra farby?"],
    ],
  },
  zh: {
    apart: [
      ["opposites", "哪些菜含有坚果？", "哪些菜不含坚果？"],
      ["negation", "怎么预约油漆工？", "怎么取消预约油漆工？"],
      ["opposites", "怎么开启花园的灯？", "怎么关闭花园的灯？"],
      ["opposites", "包裹的最低重量是多少？", "包裹的最高重量是多少？"],
      ["opposites", "刷漆之前要做什么？", "刷漆之后要做什么？"],
      ["numbers", "油漆够刷四面墙吗？", "油漆够刷七面墙吗？"],
      ["opposites", "清漆要干多少天？", "清漆要干多少小时？"],
      ["dates", "作坊二月开门吗？", "作坊十月开门吗？"],
      ["asks", "清漆在哪里调配？", "清漆什么时候调配？"],
      ["form", "我可以在院子里烧烤吗？", "我必须在院子里烧烤吗？"],
      ["form", "用表格列出颜色。", "用列表列出颜色。"],
      ["form", "用英语说明保养方法。", "用法语说明保养方法。"],
    ],
    alike: [
      ["怎么开启花园的灯？", "如何打开花园的灯？"],
      ["电表在哪里？", "请问电表在哪儿？"],
      ["能不能在院子里烧烤？", "可以在院子里烧烤吗？"],
    ],
  },
  ja: {
    apart: [
      ["opposites", "ナッツを含む料理はどれですか。", "ナッツを含まない料理はどれですか。"],
      ["opposites", "庭の照明をオンにする方法は？", "庭の照明をオフにする方法は？"],
      ["opposites", "荷物の最小重量は？", "荷物の最大重量は？"],
      ["opposites", "塗装の前に何をしますか。", "塗装の後に何をしますか。"],
      ["opposites", "敷金ありの料金ですか。", "敷金なしの料金ですか。"],
      ["numbers", "塗料は4枚の壁に足りますか。", "塗料は7枚の壁に足りますか。"],
      ["opposites", "ニスは何日で乾きますか。", "ニスは何時間で乾きますか。"],
      ["dates", "工房は2月に開いていますか。", "工房は10月に開いていますか。"],
      ["asks", "ニスはどこで混ぜますか。", "ニスはいつ混ぜますか。"],
      ["form", "庭で焼肉をしてもいいですか。", "庭で焼肉をしなければなりませんか。"],
      ["form", "色を表で示してください。", "色を箇条書きで示してください。"],
      ["form", "手入れを英語で説明してください。", "手入れを韓国語で説明してください。"],
    ],
    alike: [
      ["庭の照明をオンにする方法は？", "庭の照明をオンにするにはどうすればいいですか。"],
      ["メーターはどこですか。", "メーターはどこにありますか。"],
      ["ファイルを消す方法は？", "ファイルを消すにはどうすればいいですか。"],
    ],
  },
};
