import type { Case } from '../config/config.ts';
import { label, list } from '../model/inlines.ts';
import type { Phrase } from '../model/phrase.ts';
import { type MaskedKind, maskedKinds, type RedactionPolicy } from '../model/redaction.ts';
import type { Block } from './report-model.ts';

const KIND_WORDS: Readonly<Record<MaskedKind, string>> = {
  addresses: 'addresses',
  hosts: 'host names',
  paths: 'paths',
  rules: 'ids and names of rules',
  staff: 'names of people',
};

/** What this copy does not show, and how; nothing where it shows everything. */
export function redactionNote({ redaction, customer }: Pick<Case, 'redaction' | 'customer'>): Block[] {
  if (!redaction) return [];
  const { policy } = redaction;
  const kinds = maskedKinds(policy);
  if (kinds.length === 0) return [];
  const having = (mask: RedactionPolicy[MaskedKind]) => kinds.filter((kind) => policy[kind] === mask);
  const sentences: Phrase[] = [
    ...sentence(
      having('prefix'),
      ' are shortened to the network that they are in (/24, /48), so that one line may stand for several of them.',
    ),
    ...sentence(having('pseudonym'), ' stand under other names; the same name is the same value in every report to ', [
      label(customer.name),
      ', and only who has the key can lead it back.',
    ]),
    ...sentence(having('removed'), ' are left out.'),
    ...(policy.addresses === 'full'
      ? []
      : [[' Addresses that attacked are not kept for comparison with later incidents.']]),
    [
      ' Proposed rules that would show what is masked are only in a copy without masks. No number differs from that copy.',
    ],
  ];
  return [
    {
      kind: 'callout',
      tone: 'note',
      title: 'What this copy does not show',
      text: ['Masked by the profile ', label(policy.profile), ': ', ...sentences.flat()],
    },
  ];
}

function sentence(kinds: readonly MaskedKind[], words: string, rest: Phrase = []): Phrase[] {
  return kinds.length === 0 ? [] : [[...list(kinds.map((kind) => KIND_WORDS[kind])), words, ...rest, ' ']];
}
