import { startBucket } from './simulators/bucket.ts';
import { startJira } from './simulators/jira.ts';
import { startServiceNow } from './simulators/servicenow.ts';
import type { Simulator } from './simulators/simulator.ts';
import { startSlack } from './simulators/slack.ts';
import type { SimulatedTickets } from './simulators/ticket-state.ts';
import { startZendesk } from './simulators/zendesk.ts';

const SECRETS = { SIMULATED_SECRET: 'canary-b2d1f0c6e7', SIMULATED_KEY_ID: 'AKIDCANARY0123456789' } as const;
const USER = 'debrief@northwall.example';

/** A running simulator with the two halves of a configuration that reach it. */
export interface SimulatedSystem {
  readonly simulator: Simulator & SimulatedTickets;
  readonly system: object;
  /** Of a ticket of Acme. */
  readonly own: object;
  /** Of a ticket that is not Acme's; absent where a place is a customer's by itself. */
  readonly foreign?: object;
  /** Where the report arrives. */
  readonly place: string;
  /** The request that everybody sees, the last one if there are several. */
  readonly act: RegExp;
}

/** Secrets by environment, as a user would give them. */
export function setSimulatedSecrets(): void {
  Object.assign(process.env, SECRETS);
}

export const SIMULATED_SYSTEMS: readonly (readonly [string, (port?: number) => Promise<SimulatedSystem>])[] = [
  [
    'Zendesk',
    async (port) => {
      const simulator = await startZendesk({
        user: USER,
        token: SECRETS.SIMULATED_SECRET,
        organizations: { 4711: 360, 4712: 361 },
        ...(port && { port }),
      });
      const own = { id: 'desk', kind: 'zendesk', organization: 360, ticket: 4711 };
      return {
        simulator,
        system: { id: 'desk', kind: 'zendesk', url: simulator.url, user: USER, token: 'env:SIMULATED_SECRET' },
        own,
        foreign: { ...own, ticket: 4712 },
        place: '4711',
        act: /^PUT \/api\/v2\/tickets/,
      };
    },
  ],
  [
    'Jira',
    async (port) => {
      const simulator = await startJira({
        user: USER,
        token: SECRETS.SIMULATED_SECRET,
        issues: { 'ACME-7': 'x', 'LARK-8': 'y' },
        ...(port && { port }),
      });
      const own = { id: 'desk', kind: 'jira', project: 'ACME', ticket: 'ACME-7' };
      return {
        simulator,
        system: { id: 'desk', kind: 'jira', url: simulator.url, user: USER, token: 'env:SIMULATED_SECRET' },
        own,
        foreign: { ...own, ticket: 'LARK-8' },
        place: 'ACME-7',
        act: /^POST \/rest\/api\/3\/issue\/ACME-7\/comment/,
      };
    },
  ],
  [
    'Jira Service Management',
    async (port) => {
      const simulator = await startJira({
        user: USER,
        token: SECRETS.SIMULATED_SECRET,
        issues: { 'SOC-7': 'account-acme', 'SOC-8': 'account-larkspur' },
        organizations: { 12: ['account-other', 'account-acme'] },
        ...(port && { port }),
      });
      const own = { id: 'desk', kind: 'jira-service-management', organization: 12, ticket: 'SOC-7' };
      return {
        simulator,
        system: {
          id: 'desk',
          kind: 'jira-service-management',
          url: simulator.url,
          user: USER,
          token: 'env:SIMULATED_SECRET',
        },
        own,
        foreign: { ...own, ticket: 'SOC-8' },
        place: 'SOC-7',
        act: /^POST \/rest\/servicedeskapi\/request\/SOC-7\/attachment/,
      };
    },
  ],
  [
    'ServiceNow',
    async (port) => {
      const simulator = await startServiceNow({
        user: 'debrief',
        password: SECRETS.SIMULATED_SECRET,
        companies: { INC0010001: 'c0ffee', INC0010002: 'decaf' },
        ...(port && { port }),
      });
      const own = { id: 'desk', kind: 'servicenow', company: 'c0ffee', ticket: 'INC0010001', attachmentsVisible: true };
      return {
        simulator,
        system: {
          id: 'desk',
          kind: 'servicenow',
          url: simulator.url,
          user: 'debrief',
          password: 'env:SIMULATED_SECRET',
        },
        own,
        foreign: { ...own, ticket: 'INC0010002' },
        place: 'INC0010001',
        act: /^PATCH \/api\/now\/table/,
      };
    },
  ],
  [
    'Slack',
    async (port) => {
      const simulator = await startSlack({
        token: SECRETS.SIMULATED_SECRET,
        channels: ['C0ACME0001'],
        ...(port && { port }),
      });
      return {
        simulator,
        system: { id: 'desk', kind: 'slack', url: simulator.url, token: 'env:SIMULATED_SECRET' },
        own: { id: 'desk', kind: 'slack', channel: 'C0ACME0001' },
        place: 'C0ACME0001',
        act: /^POST \/api\/files\.completeUploadExternal/,
      };
    },
  ],
  [
    'an S3 bucket',
    async (port) => {
      const simulator = await startBucket({
        bucket: 'reports',
        region: 'eu-central-1',
        accessKeyId: SECRETS.SIMULATED_KEY_ID,
        secretAccessKey: SECRETS.SIMULATED_SECRET,
        ...(port && { port }),
      });
      return {
        simulator,
        system: {
          id: 'desk',
          kind: 's3',
          url: simulator.url,
          region: 'eu-central-1',
          bucket: 'reports',
          accessKeyId: 'env:SIMULATED_KEY_ID',
          secretAccessKey: 'env:SIMULATED_SECRET',
        },
        own: { id: 'desk', kind: 's3', prefix: 'acme' },
        place: 'acme',
        act: /^PUT .*\.md$/,
      };
    },
  ],
];
