import { lasting } from '../model/inlines.ts';
import type { Message, Phrase, Words } from '../model/phrase.ts';
import { say } from '../model/say.ts';

/**
 * The frozen definitions, printed word for word in every report. The same words stand at the functions that compute them. What
 * only packets or samples can show is not defined where there are none.
 */
export function definitionsFor(
  mergeGapMs: number,
  { hasPackets, hasSamples }: { readonly hasPackets: boolean; readonly hasSamples: boolean },
): readonly { readonly term: Words; readonly definition: Phrase }[] {
  const all: readonly {
    readonly term: Message;
    readonly definition: Phrase;
    readonly about?: 'packets' | 'samples';
  }[] = [
    {
      term: say`Peak`,
      definition: [
        say`The highest mean over a named window of 1, 10 or 60 seconds. Where traffic is sampled, the smallest window with at least 1,000 sampled rows, otherwise 60 seconds. The highest of several sampled means is too high on average: the peak is that mean less what its choice is expected to have added (parametric bootstrap of the maximum around means drawn together by empirical Bayes), and its lower bound holds for all windows together.`,
      ],
    },
    {
      term: say`Attack id, wave, incident`,
      definition: [
        say`An attack id of the source is one mitigation. Attack ids and bursts of this case whose times overlap or lie less than the merge gap (${lasting(mergeGapMs)}) apart are one wave, whichever of the customer’s targets they hit. An id that a log shows silent for longer counts each time it comes back. A burst is looked for in all traffic, in what the flood defences mitigated, and in the traffic of single values of what senders choose; there it counts as an attack when it was mitigated, when somebody says so, or when it is one tool on many machines. The waves of this case are one incident.`,
      ],
    },
    {
      term: say`Vector`,
      definition: [
        say`What the source names, or what the data shows: a kind of packet or request that takes at least 5 % of the excess and three times its usual share of the traffic, or at least 30 % of the excess and clearly more than usual. The excess is what goes beyond the traffic of the time before. Source ports of services are amplification only with long replies from many servers. Carpet bombing: at least 32 destination addresses, none with 20 % of the excess. Techniques are those of MITRE ATT&CK.`,
      ],
    },
    {
      term: say`Duration`,
      definition: [
        say`Calendar: end of the last wave minus start of the first. Under attack (active): the union of the waves; overlaps count once.`,
      ],
    },
    {
      term: say`Detected, mitigated, contained, ended, resolved`,
      definition: [
        say`First detection by a system; first mitigated attack packet or request; start of the first 10-second bucket with at least 95 % of the attack mitigated, held for 60 seconds; end of the last wave; the SOC closed the incident. Every time to … runs from the first attack traffic (T0): the first record that the signature matches, where one was found, else the beginning of the first wave. A wave begins where the attack passes 5 % of its peak, so a slow attack has sent before. Each clock states its resolution (±).`,
      ],
    },
    {
      term: say`Mitigated`,
      definition: [
        say`Blocked, challenged or rate limited: what was done, not what a system thought. A solved challenge counts as passed. What is not recorded stays “not recorded”.`,
      ],
    },
    {
      term: say`Leak, efficacy`,
      definition: [
        say`Leak is attack traffic that was not mitigated. The attack is what matches its signature, less what would have anyway; without one, what exceeds the level before. Efficacy is mitigated / (mitigated + leaked), undefined where the leak is not measured.`,
      ],
    },
    {
      term: say`Signature`,
      definition: [
        say`Conditions on single records, found on a sample of the waves and of the first 70 % of the time before the attack, judged on the other 30 % (hold-out), and counted over every record. One that matches more than 0.1 % of the hold-out, or speaks of the target alone, is not published; without a match in n records the bound is 3/n.`,
      ],
    },
    {
      term: say`Estimates`,
      about: 'samples',
      definition: [
        say`Counts from samples are scaled by the weight of each row and carry a 95 % score interval; shares carry a Wilson interval. Below 10 sampled rows no number is printed.`,
      ],
    },
    {
      term: say`Coverage, gap`,
      definition: [
        say`The share of the period that lies between the first and the last record and in no gap. A gap is at least three minutes, and at least three steps, without a single record in traffic that is otherwise continuous; less is silence.`,
      ],
    },
    {
      term: say`Shares`,
      definition: [
        say`Every list closes: listed items, all other and not recorded add up to 100 %; a list cut by its source says so.`,
      ],
    },
    { term: say`Percentiles`, definition: [say`Nearest rank.`] },
    {
      term: say`Units`,
      definition: [
        say`SI: 1 Gbps is 1,000,000,000 bits per second. Network volumes are IP bytes; application volumes are response bytes. The two are never added.`,
      ],
    },
    {
      term: say`Geography`,
      definition: [
        say`Network layer: the data centre that received the packet; senders are named only where spoofing is ruled out or cannot be told. Application layer: the country registered for the client address.`,
      ],
    },
    {
      term: say`Spoofing`,
      about: 'packets',
      definition: [
        say`Senders are consistent with spoofing when two of three signs agree: at least 1 % of the packets, and ten times the share before, come from addresses that nobody can announce; the TTL is spread as over 90 equally frequent values or more, and twice as many as before; of the records with an address not seen before at least 90 % have one of their own, and they are at least half. They are real when two signs disagree. Below 100 records nothing is said.`,
      ],
    },
  ];
  return all.filter(({ about }) => about === undefined || (about === 'packets' ? hasPackets : hasSamples));
}

/** Words that a reader outside the trade may not know. */
export const GLOSSARY: readonly {
  readonly term: Message;
  readonly definition: Message;
  /** A layer, a part of the name of a vector, or `samples`, without which the word is not used. */
  readonly about?: string;
}[] = [
  { term: say`ASN`, definition: say`Autonomous system number: the number of a network on the internet.` },
  { term: say`bps, pps, rps`, definition: say`Bits, packets, requests per second.` },
  {
    term: say`Challenge`,
    about: 'http',
    definition: say`A test that a browser passes by itself or with a click, and that most attack tools fail.`,
  },
  {
    term: say`DNS amplification`,
    about: 'dns',
    definition: say`Small DNS questions with a forged sender make open resolvers send large answers to the victim.`,
  },
  {
    term: say`NTP amplification`,
    about: 'ntp',
    definition: say`Small questions to time servers with a forged sender make them send large answers to the victim.`,
  },
  {
    term: say`Edge, origin`,
    definition: say`The provider’s data centres that receive traffic first; the customer’s own servers behind them.`,
  },
  {
    term: say`HTTP flood`,
    about: 'http',
    definition: say`So many web requests that the application cannot answer its users.`,
  },
  {
    term: say`JA3, JA4`,
    about: 'http',
    definition: say`Fingerprints of how a client opens an encrypted connection; the same tool gives the same fingerprint.`,
  },
  { term: say`L3/4, L7`, definition: say`Network and transport layer (packets); application layer (web requests).` },
  { term: say`Managed rule`, definition: say`A rule that the provider maintains and deploys by itself.` },
  {
    term: say`Sampling`,
    about: 'samples',
    definition: say`Only one of several packets or requests is recorded and stands for the others.`,
  },
  { term: say`SOC`, definition: say`Security operations centre: the engineers on shift.` },
  { term: say`SYN flood`, about: 'syn', definition: say`Requests to open connections that are never completed.` },
  { term: say`TLP`, definition: say`Traffic Light Protocol of FIRST: with whom this document may be shared.` },
  {
    term: say`UDP flood`,
    about: 'udp',
    definition: say`Packets that need no connection, as many as the line or the target can bear, and more.`,
  },
  { term: say`WAF`, about: 'http', definition: say`Web application firewall.` },
];
