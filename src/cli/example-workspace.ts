import { exampleTraffic } from './example-traffic.ts';

/** First line of a file that tells an editor which schema completes and checks it. */
function schemaLine(schema: string, depth: number): string {
  return `# yaml-language-server: $schema=${'../'.repeat(depth) || './'}node_modules/attack-debrief/docs/schema/${schema}.schema.json\n`;
}

const DEBRIEF = `${schemaLine('debrief', 0)}provider:
  name: Example Security Operations          # printed on every report
  contact: soc@provider.example
defaults:
  brand: example                             # folder in brands/
  tlp: AMBER
  audience: technical                        # whom reports are for: executive | technical | regulator
  locale: en-GB
  paper: A4                                  # A4 | Letter
# destinations:                              # systems that reports can be sent to; see docs/delivery.md
#   - { id: helpdesk, kind: request-tracker, url: "https://rt.provider.example", token: "env:RT_TOKEN" }
# browser:
#   executable: /usr/bin/chromium            # found by itself when left out; see: debrief doctor
`;

const CUSTOMER = `${schemaLine('customer', 1)}id: example                                  # must equal the name of this file
name: Example Shop
timeZone: Europe/Berlin                      # every time in the report is shown in it
# Whatever an input holds must belong to one of these, or the report is refused.
zones: [shop.example]
prefixes: [203.0.113.0/24]
capacity:
  originRequestsPerSecond: 500
sla:
  - clause: 4.2 Time to mitigate
    metric: time-to-mitigate
    target: 60
    unit: seconds
# destinations:                              # what at a system of debrief.yaml is this customer's; debrief deliver needs it
#   - { id: helpdesk, kind: request-tracker, requestors: ["@shop.example"] }
`;

const BRAND = `${schemaLine('brand', 2)}name: Example Security Operations
logo: logo.svg                               # SVG or PNG, at most 512 kB
colours:
  primary: "#12355b"
  accent: "#c8553d"
legal: Prepared from the data listed in the appendix. Times are those of the customer's zone unless stated.
`;

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32" width="120" height="32">
  <title>Example Security Operations</title>
  <path fill="#12355b" d="M16 1 29 6v10c0 8-6 13-13 15C9 29 3 24 3 16V6z"/>
  <path fill="none" stroke="#ffffff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" d="m10 16 5 5 8-10"/>
  <path fill="#12355b" d="M40 9h44v4H40zM40 19h64v4H40z"/>
</svg>
`;

const CASE = `${schemaLine('case', 1)}customer: example                            # customers/example.yaml
id: INC-1
title: HTTP flood against the shop's search
window: { start: 2026-11-17T14:00:00Z, end: 2026-11-17T14:20:00Z }
traffic:
  - file: INC-1/http_requests.ndjson         # the format is recognised from the content; * stands for any part of a name
timeline:
  - file: INC-1/timeline.yaml
`;

const TIMELINE = `${schemaLine('timeline', 2)}date: 2026-11-17
timeZone: Europe/Berlin                      # of the times below, which have no offset
entries:
  - at: "15:05:40"
    milestone: alerted
    title: Rate of requests to /search above its threshold
    actorKind: automatic
    visibility: customer                     # entries are internal unless they say so
  - at: "15:06:10"
    milestone: acknowledged
    title: Alert acknowledged by the engineer on shift
  - at: "15:08:00"
    milestone: customer_notified
    title: Customer informed by telephone
    visibility: customer
  - at: "15:14:00"
    milestone: resolved
    title: Traffic back to normal, rule kept in place
    visibility: customer
`;

const IGNORED = `.debrief/
reports/**/.*.partial/
node_modules/
`;

/** Path → content of a workspace with one customer, one brand and one case that makes a report as it stands. */
export function exampleWorkspace(): ReadonlyMap<string, string> {
  return new Map([
    ['debrief.yaml', DEBRIEF],
    ['customers/example.yaml', CUSTOMER],
    ['brands/example/brand.yaml', BRAND],
    ['brands/example/logo.svg', LOGO],
    ['incidents/INC-1.yaml', CASE],
    ['incidents/INC-1/timeline.yaml', TIMELINE],
    ['incidents/INC-1/http_requests.ndjson', exampleTraffic()],
    ['.gitignore', IGNORED],
  ]);
}
