/** What a network is for, as far as its name tells or the provider knows it. */
export const NETWORK_KINDS = ['hosting', 'access', 'mobile', 'education', 'business'] as const;
export type NetworkKind = (typeof NETWORK_KINDS)[number];

/** Kinds of networks by AS number, as the provider wrote them down. */
export type KnownNetworks = Readonly<Record<string, NetworkKind>>;

/** Words in the names of networks; the first kind with one of them. Names are short for their owners, so only whole words count. */
const WORDS: readonly (readonly [NetworkKind, RegExp])[] = [
  [
    'hosting',
    /^(hosting|hoster|host|cloud|vps|vserver|server|servers|dedicated|colo|colocation|datacenter|datacentre|datacamp|cdn|vpn|proxy|amazon|aws|google|microsoft|azure|digitalocean|ovh|hetzner|linode|akamai|alibaba|tencent|oracle|vultr|contabo|leaseweb|m247)$/,
  ],
  ['education', /^(university|universitaet|universite|universidad|college|school|campus|research|academic|edu)$/],
  ['mobile', /^(mobile|mobil|movil|wireless|cellular|gsm|lte)$/],
  [
    'access',
    /^(telecom|telecoms|telekom|telecommunications|telco|telefonica|broadband|breitband|cable|cablevision|fiber|fibre|fibra|dsl|adsl|ftth|isp|internet|communications|comcast|vodafone|orange|verizon|kpn|glasvezel|optic)$/,
  ],
  ['business', /^(bank|insurance|hospital|government|ministry|airlines|automotive|pharma)$/],
];

/** The kind of a network: what the provider wrote down for its number, else what a word of its name says; undefined when neither tells. */
export function kindOfNetwork(asn: string, name: string | undefined, known: KnownNetworks): NetworkKind | undefined {
  if (Object.hasOwn(known, asn)) return known[asn];
  const words = (name ?? '').toLowerCase().split(/[^\p{L}0-9]+/u);
  return WORDS.find(([, word]) => words.some((one) => word.test(one)))?.[0];
}
