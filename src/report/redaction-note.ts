import type { Case } from '../config/config.ts';
import { label, list } from '../model/inlines.ts';
import type { Message, Phrase } from '../model/phrase.ts';
import { type MaskedKind, maskedKinds, type RedactionPolicy } from '../model/redaction.ts';
import { opening, say } from '../model/say.ts';
import type { Block } from './composed.ts';

const KIND_WORDS: Readonly<Record<MaskedKind, Message>> = {
  addresses: say`addresses`,
  hosts: say`host names`,
  paths: say`paths`,
  rules: say`ids and names of rules`,
  staff: say`names of people`,
};

/** What this copy does not show, and how; nothing where it shows everything. */
export function redactionNote({ redaction, customer }: Pick<Case, 'redaction' | 'customer'>): Block[] {
  if (!redaction) return [];
  const { policy } = redaction;
  const kinds = maskedKinds(policy);
  if (kinds.length === 0) return [];
  const named = (mask: RedactionPolicy[MaskedKind]): Message | undefined => {
    const having = kinds.filter((kind) => policy[kind] === mask);
    return having.length === 0 ? undefined : opening(list(having.map((kind) => KIND_WORDS[kind])));
  };
  const [shortened, renamed, removed] = [named('prefix'), named('pseudonym'), named('removed')];
  const sentences: Phrase = [
    ...(shortened
      ? [
          say` ${shortened} are shortened to the network that they are in (/24, /48), so that one line may stand for several of them.`,
        ]
      : []),
    ...(renamed
      ? [
          say` ${renamed} stand under other names; the same name is the same value in every report to ${label(customer.name)}, and only who has the key can lead it back.`,
        ]
      : []),
    ...(removed ? [say` ${removed} are left out.`] : []),
    ...(policy.addresses === 'full'
      ? []
      : [say` Addresses that attacked are not kept for comparison with later incidents.`]),
    say` Proposed rules that would show what is masked are only in a copy without masks. No number differs from that copy.`,
  ];
  return [
    {
      kind: 'callout',
      tone: 'note',
      title: say`What this copy does not show`,
      text: [say`Masked by the profile ${label(policy.profile)}.`, ...sentences],
    },
  ];
}
