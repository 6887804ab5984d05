import { rfc3339 } from '../http/records.ts';
import type { Random } from '../random.ts';
import type { Cell } from './population.ts';
import { CAMPAIGN_ID, PREFIX, RULES, sampleIntervalOf } from './story.ts';

/** The L3/4 managed ruleset has the same id for every customer of the real product. */
const MANAGED_RULESET = '3b64149bfa6e4220bbbc2bd6db589552';
const CUSTOMER_RULESET = 'f13ab9d05e724c6d8a07be29c4d5160f';
const FLAG_NAMES: Readonly<Record<number, string>> = { 2: 'SYN', 16: 'ACK', 24: 'PSH-ACK' };

/** Keeps each packet of the cell with probability 1 / interval, as the sampler at the edge does, and writes what was kept. */
export function sampleCell(random: Random, cell: Cell): string[] {
  const { stream, treatment } = cell;
  const interval = sampleIntervalOf(treatment.system, treatment.outcome, stream.direction, cell.load);
  const kept = random.binomial(cell.packets, 1 / interval);
  return Array.from({ length: kept }, () => packetLine(random, cell, interval));
}

/** One line of Logpush `network_analytics_logs`, times in RFC 3339 with whole seconds. */
function packetLine(random: Random, cell: Cell, interval: number): string {
  const { stream, treatment, colo } = cell;
  const outside = stream.source(random);
  const [sourcePort, destinationPort] = stream.ports(random);
  const isIngress = stream.direction === 'ingress';
  const rule = treatment.rule === undefined ? undefined : RULES[treatment.rule];
  const isManaged = treatment.system === 'dosd';
  const abroad = {
    asn: outside.network?.asn ?? 0,
    name: outside.network?.name.toUpperCase().replaceAll(' ', '-') ?? '',
    country: outside.network?.country.toUpperCase() ?? '',
  };
  const bank = { asn: 65550, name: 'MERIDIAN-BANK', country: 'US' };
  const [source, destination] = isIngress ? [abroad, bank] : [bank, abroad];
  return JSON.stringify({
    Datetime: rfc3339(cell.t),
    AttackCampaignID: cell.attackId === '' ? '' : CAMPAIGN_ID,
    AttackID: cell.attackId,
    AttackVector: isManaged ? stream.vector : '',
    MitigationSystem: treatment.system,
    MitigationReason: treatment.reason,
    MitigationScope: treatment.scope,
    Outcome: treatment.outcome,
    Verdict: treatment.verdict,
    Direction: stream.direction,
    SampleInterval: interval,
    RuleID: rule?.id ?? '',
    RuleName: rule?.name ?? '',
    RulesetID: isManaged ? MANAGED_RULESET : rule ? CUSTOMER_RULESET : '',
    RulesetOverrideID: '',
    ProtocolState: treatment.system === 'flowtrackd' ? 'CLOSED' : '',
    IPSourceAddress: isIngress ? outside.address : cell.destination,
    IPSourceSubnet: isIngress ? subnetOf(outside.address) : PREFIX,
    IPDestinationAddress: isIngress ? cell.destination : outside.address,
    IPDestinationSubnet: isIngress ? PREFIX : subnetOf(outside.address),
    IPProtocol: stream.protocol === 'tcp' ? 6 : 17,
    IPProtocolName: stream.protocol,
    IPTotalLength: cell.length,
    IPHeaderLength: 20,
    IPTTL: outside.ttl,
    SourcePort: sourcePort,
    DestinationPort: destinationPort,
    TCPFlags: stream.flags,
    TCPFlagsString: FLAG_NAMES[stream.flags] ?? '',
    UDPPayloadLength: stream.protocol === 'udp' ? cell.length - 28 : 0,
    SourceASN: source.asn,
    SourceASNName: source.name,
    SourceCountry: source.country,
    DestinationASN: destination.asn,
    DestinationASNName: destination.name,
    DestinationCountry: destination.country,
    ColoCode: colo.code,
    ColoName: `${colo.code.toLowerCase()}01`,
    ColoCity: colo.city,
    ColoCountry: colo.country,
  });
}

function subnetOf(address: string): string {
  return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
}
