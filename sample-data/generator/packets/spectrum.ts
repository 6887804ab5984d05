import { rfc3339 } from '../http/records.ts';
import { coloFor, ipv6Of, networkOf } from '../internet.ts';
import { createChooser, type Random } from '../random.ts';
import type { SpectrumTruth } from '../truth.ts';
import { MOBILE_API, PACKET_WAVES, PACKET_WINDOW, SPECTRUM_APPLICATION } from './story.ts';

const HOME = createChooser([
  [networkOf(64502), 5],
  [networkOf(64503), 4],
  [networkOf(65546), 2],
]);
/** Rented servers whose networks the SOC put on the application's block list. */
const RENTED = createChooser([
  [networkOf(65536), 4],
  [networkOf(65540), 3],
  [networkOf(65537), 2],
]);

/**
 * Spectrum events of the mobile API: phones that connect and disconnect, and in the waves connections of rented servers that
 * the IP firewall refuses (`clientFiltered`). A connection is one `connect`; a refused one has only its `clientFiltered`.
 */
export function drawSpectrum(random: Random): { lines: string[]; truth: SpectrumTruth } {
  const events: { readonly at: number; readonly line: string }[] = [];
  let connections = 0;
  let filtered = 0;
  const endedOrNever = new Date(0).getTime();
  for (let t = PACKET_WINDOW.start; t < PACKET_WINDOW.end; t += 1_000) {
    for (let n = random.poisson(0.22); n > 0; n--) {
      connections++;
      const phone = { network: HOME(random), number: random.int(40_000), port: 1_024 + random.int(64_000) };
      const closedAt = t + 2_000 + random.int(90_000);
      events.push({ at: t, line: eventLine(random.fork(`c${t}-${n}`), 'connect', t, t, endedOrNever, phone) });
      if (closedAt < PACKET_WINDOW.end)
        events.push({
          at: closedAt,
          line: eventLine(random.fork(`c${t}-${n}`), 'disconnect', closedAt, t, closedAt, phone),
        });
    }
    const isUnderAttack = PACKET_WAVES.some((wave) => t >= wave.start + 20_000 && t < wave.end);
    for (let n = isUnderAttack ? random.poisson(1.7) : 0; n > 0; n--) {
      filtered++;
      const bot = { network: RENTED(random), number: 500_000 + random.int(900), port: 1_024 + random.int(64_000) };
      events.push({ at: t, line: eventLine(random.fork(`f${t}-${n}`), 'clientFiltered', t, t, t, bot) });
    }
  }
  events.sort((a, b) => a.at - b.at);
  return { lines: events.map((event) => event.line), truth: { events: events.length, connections, filtered } };
}

function eventLine(
  random: Random,
  event: 'connect' | 'disconnect' | 'clientFiltered',
  at: number,
  connectedAt: number,
  disconnectedAt: number,
  client: { readonly network: ReturnType<typeof networkOf>; readonly number: number; readonly port: number },
): string {
  const isFiltered = event === 'clientFiltered';
  const isClosed = event === 'disconnect';
  return JSON.stringify({
    Application: SPECTRUM_APPLICATION,
    ClientAsn: client.network.asn,
    ClientBytes: isClosed ? 1_800 + random.int(9_000) : 0,
    ClientCountry: client.network.country,
    ClientIP: ipv6Of(client.network, client.number),
    ClientMatchedIpFirewall: isFiltered ? 'BLOCK_ASN' : 'UNKNOWN',
    ClientPort: client.port,
    ClientProto: 'tcp',
    ClientTcpRtt: isFiltered ? 0 : 18_000_000 + random.int(60_000_000),
    ClientTlsCipher: 'UNK',
    ClientTlsClientHelloServerName: '',
    ClientTlsProtocol: 'none',
    ClientTlsStatus: 'UNKNOWN',
    ColoCode: coloFor(client.network, random).code,
    ConnectTimestamp: rfc3339(connectedAt),
    DisconnectTimestamp: rfc3339(disconnectedAt),
    Event: event,
    IpFirewall: true,
    OriginBytes: isClosed ? 6_400 + random.int(48_000) : 0,
    OriginIP: MOBILE_API,
    OriginPort: 8_443,
    OriginProto: 'tcp',
    OriginTcpRtt: isFiltered ? 0 : 1_900_000 + random.int(900_000),
    OriginTlsCipher: 'UNK',
    OriginTlsFingerprint: '',
    OriginTlsMode: 'off',
    OriginTlsProtocol: 'none',
    OriginTlsStatus: 'UNKNOWN',
    ProxyProtocol: 'off',
    Status: 0,
    Timestamp: rfc3339(at),
  });
}
