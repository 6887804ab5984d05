import { rfc3339 } from '../http/records.ts';
import { coloFor } from '../internet.ts';
import type { Random } from '../random.ts';
import { createInternet } from './addresses.ts';
import type { LogRow } from './http-rows.ts';
import { createPacketAttacker, createUsers, type Packet, scan } from './packet-kinds.ts';
import type { NetworkAttack, Plan } from './plan.ts';
import type { Batch, Population, ScenarioOptions } from './scenario.ts';

/** The customer's prefix; a carpet covers the first addresses of it. */
export const PREFIX = '203.0.113.0/24';
const SERVICES = ['203.0.113.10', '203.0.113.10', '203.0.113.20', '203.0.113.30'];
const CARPET = 96;
const SCANS = 0.02;
const PROTOCOL_NUMBERS = { icmp: 1, tcp: 6, udp: 17 } as const;
const FLAG_NAMES: Readonly<Record<number, string>> = { 2: 'SYN', 16: 'ACK', 17: 'FIN-ACK', 24: 'PSH-ACK' };
/** What a source that labels its attacks calls them. */
const LABELS: Readonly<Record<NetworkAttack, string>> = {
  'syn-forged': 'SYN Flood',
  'syn-botnet': 'SYN Flood',
  'ack-forged': 'ACK Flood',
  'udp-mirai': 'UDP Flood',
  'udp-ttl': 'UDP Flood',
  'udp-ports': 'UDP Flood',
  'udp-single': 'UDP Flood',
  dns: 'DNS Amplification',
  ntp: 'NTP Amplification',
  cldap: 'CLDAP Amplification',
  icmp: 'ICMP Flood',
  mimic: 'Generic Flood',
};

/** Users, scanners and attackers of a scenario of packets. */
export function drawPackets(plan: Plan, options: ScenarioOptions): Population {
  const { shape } = plan;
  if (shape.layer !== 'network') throw new TypeError(`${plan.shapeName} is no network shape`);
  const attack = plan.tell as NetworkAttack; // the tells of a network shape are kinds of packets
  const internet = createInternet(plan.random.fork('internet'));
  const users = createUsers(plan.random.fork('users'), internet);
  const attacker = createPacketAttacker(plan.random.fork('attacker'), {
    attack,
    internet,
    shared: options.shared ?? [],
  });
  const isCarpet = shape.carpet ?? false;
  const attackId = plan.random.fork('ids').hex(32);
  const isSurge = shape.event === 'flash-crowd';
  return {
    signature: attacker.signature,
    vectors: attacker.vectors,
    spoofed: attacker.spoofed,
    split(random, slot) {
      const clients = random.poisson(slot.clients);
      const mistaken = slot.mitigating ? random.binomial(clients, plan.mistakes) : 0;
      const attackers = random.poisson(slot.attack);
      const caught = slot.mitigating ? random.binomial(attackers, plan.efficacy) : 0;
      const parts: readonly (readonly [Batch['sender'], number, boolean])[] = [
        ['client', mistaken, true],
        ['client', clients - mistaken, false],
        [
          'background',
          random.poisson((isSurge ? plan.demand * ((slot.to - slot.from) / 1_000) : slot.clients) * SCANS),
          true,
        ],
        ['attack', caught, true],
        ['attack', attackers - caught, false],
      ];
      return parts.flatMap(([sender, count, mitigated]) =>
        count === 0 ? [] : [{ slot, sender, count, mitigated, answer: 'edge' as const }],
      );
    },
    row(random, batch, at) {
      const { sender } = batch;
      const packet =
        sender === 'attack' ? attacker.draw(random) : sender === 'background' ? scan(random, internet) : users(random);
      const destination =
        sender === 'attack' && isCarpet
          ? `203.0.113.${1 + random.int(CARPET)}`
          : sender === 'attack'
            ? (SERVICES[0] ?? '')
            : random.pick(SERVICES);
      return packetRow(random, { plan, packet, destination, batch, at, attackId });
    },
  };

  function packetRow(
    random: Random,
    facts: { plan: Plan; packet: Packet; destination: string; batch: Batch; at: number; attackId: string },
  ): LogRow {
    const { packet, batch, at, destination } = facts;
    const isManaged = batch.mitigated && batch.sender !== 'background';
    const network = packet.source.network;
    // Forged packets enter near the machines that send them, wherever the address says they live.
    const colo = coloFor(network ?? internet.server(random).network, random);
    const named = isManaged && plan.labels;
    return {
      Datetime: plan.seed % 2 === 0 ? rfc3339(at) : toNanoseconds(at, random),
      AttackCampaignID: named ? attackId.slice(0, 16) : '',
      AttackID: named ? attackId : '',
      AttackVector: named ? LABELS[attack] : '',
      MitigationSystem: isManaged ? 'dosd' : batch.mitigated ? 'magic-firewall' : '',
      MitigationReason: batch.mitigated ? 'BLOCKED' : '',
      MitigationScope: isManaged ? random.pick(['local', 'global']) : '',
      Outcome: batch.mitigated ? 'drop' : 'pass',
      Verdict: batch.mitigated ? 'drop' : 'pass',
      Direction: 'ingress',
      RuleID: isManaged
        ? '9c0f61d7e2ab4d3583f7b1c46a05e8d2'
        : batch.mitigated
          ? '50d1e7f3a9b24c68871cf2e04ab96d37'
          : '',
      RuleName: plan.labels && batch.mitigated ? (isManaged ? LABELS[attack] : 'Closed ports') : '',
      RulesetID: isManaged ? '3b64149bfa6e4220bbbc2bd6db589552' : '',
      RulesetOverrideID: '',
      ProtocolState: '',
      IPSourceAddress: packet.source.ip,
      IPSourceSubnet: `${packet.source.ip.slice(0, packet.source.ip.lastIndexOf('.'))}.0/24`,
      IPDestinationAddress: destination,
      IPDestinationSubnet: PREFIX,
      IPProtocol: PROTOCOL_NUMBERS[packet.protocol],
      IPProtocolName: packet.protocol,
      IPTotalLength: packet.length,
      IPHeaderLength: 20,
      IPTTL: packet.source.ttl,
      IPv4Identification: random.int(65_536),
      SourcePort: packet.sourcePort,
      DestinationPort: packet.destinationPort,
      TCPFlags: packet.flags,
      TCPFlagsString: FLAG_NAMES[packet.flags] ?? '',
      TCPWindowSize: packet.window,
      TCPSequenceNumber: packet.protocol === 'tcp' ? random.int(0x100000000) : 0,
      UDPPayloadLength: packet.protocol === 'udp' ? packet.length - 28 : 0,
      ICMPType: packet.protocol === 'icmp' ? 8 : 0,
      ICMPCode: 0,
      SourceASN: network?.asn ?? 0,
      SourceASNName: network?.name.toUpperCase().replaceAll(' ', '-') ?? '',
      SourceCountry: network?.country.toUpperCase() ?? '',
      DestinationASN: 65_550,
      DestinationASNName: 'ALPINE-SHOP',
      DestinationCountry: 'AT',
      ColoCode: colo.code,
      ColoName: `${colo.code.toLowerCase()}01`,
      ColoCity: colo.city,
      ColoCountry: colo.country,
    };
  }
}

/** RFC 3339 to the nanosecond; whole seconds, the other form of the job, tell repeated records from equal ones no more. */
function toNanoseconds(at: number, random: Random): string {
  return `${new Date(at).toISOString().slice(0, 23)}${String(1 + random.int(999_999)).padStart(6, '0')}Z`;
}
