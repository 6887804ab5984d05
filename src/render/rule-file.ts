import type { RuleFile } from '../report/report.ts';
import type { Writer } from '../text/text.ts';

/** A file of proposed rules as text. What is no rule is a comment of its language, and no value can end one. */
export function renderRuleFile(file: RuleFile, writer: Writer): string {
  const lines = file.parts.flatMap((part) =>
    'note' in part ? [`${file.comment} ${writer.phrase(part.note)}`.trimEnd()] : part.lines,
  );
  return `${lines.join('\n')}\n`;
}
