import type { Language } from '../text/text.ts';

/** Words that claim something about all others or about time; they may stand only where the model says them. */
export const CLAIMS: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:all|always|entirely|every|first|fully|highest|immediately|largest|lowest|most|never|no|none|nothing|only|smallest|strongest|worst)\b/iu,
  de: wordOf(
    'all(?:e[mnrs]?)?|immer|ganz|vollständig|jede[mnrs]?|erste[mnrs]?|höchste[mnrs]?|sofort|größte[mnrs]?|niedrigste[mnrs]?|meiste[mnrs]?|nie|niemals|kein(?:e[mnrs]?)?|nichts|nur|kleinste[mnrs]?|stärkste[mnrs]?|schlimmste[mnrs]?',
  ),
  es: wordOf(
    'tod[oa]s?|siempre|completamente|cada|primer(?:[oa]s?)?|más|mayor(?:es)?|menor(?:es)?|nunca|jamás|ningun[oa]s?|ningún|nada|sol[oa]|sólo|solamente|peor(?:es)?|inmediatamente|máxim[oa]s?|mínim[oa]s?',
  ),
  fr: wordOf(
    'tou(?:te?s?|s)|toujours|entièrement|chaque|premi(?:er|ère)s?|plus|maxim(?:um|ale?s?)|minim(?:um|ale?s?)|immédiatement|jamais|aucune?s?|rien|seule?(?:ment|s)?|pire',
  ),
  pt: wordOf(
    'tod[oa]s?|sempre|completamente|cada|primeir[oa]s?|mais|maior(?:es)?|menor(?:es)?|nunca|jamais|nenhum(?:as?)?|nada|só|somente|apenas|pior(?:es)?|imediatamente|máxim[oa]s?|mínim[oa]s?',
  ),
  ja: /すべて|全て|全部|常に|完全|毎|最初|初めて|最高|最大|最小|最低|最も|最悪|最強|直ちに|決して|一度も|なし|ない|のみ|だけ/u,
};

/** `\b` knows no letters with accents. */
function wordOf(words: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{M}])(?:${words})(?![\\p{L}\\p{M}])`, 'iu');
}
