import type { CustomerDestination, DestinationSystem } from '../../config/config.ts';
import type { Binding } from '../guard/binding.ts';
import type { Destination } from './destination.ts';
import { openFolder } from './folder.ts';
import { openJira } from './jira.ts';
import { openJiraServiceManagement } from './jira-service-management.ts';
import { openRedmine } from './redmine.ts';
import { openRequestTracker } from './request-tracker.ts';
import { openS3 } from './s3.ts';
import { openServiceNow } from './servicenow.ts';
import { openSlack } from './slack.ts';
import { openSmtp } from './smtp.ts';
import type { Toolbox } from './toolbox.ts';
import { openWebhook } from './webhook.ts';
import { openZendesk } from './zendesk.ts';

/** The adapter that speaks to a system, for one customer. Both halves of the configuration are of one kind, which was checked. */
export function openDestination(system: DestinationSystem, own: CustomerDestination, toolbox: Toolbox): Destination {
  if (system.kind === 'jira' && own.kind === system.kind) return openJira({ system, own }, toolbox);
  if (system.kind === 'jira-service-management' && own.kind === system.kind)
    return openJiraServiceManagement({ system, own }, toolbox);
  if (system.kind === 'redmine' && own.kind === system.kind) return openRedmine({ system, own }, toolbox);
  if (system.kind === 'request-tracker' && own.kind === system.kind)
    return openRequestTracker({ system, own }, toolbox);
  if (system.kind === 's3' && own.kind === system.kind) return openS3({ system, own }, toolbox);
  if (system.kind === 'servicenow' && own.kind === system.kind) return openServiceNow({ system, own }, toolbox);
  if (system.kind === 'slack' && own.kind === system.kind) return openSlack({ system, own }, toolbox);
  if (system.kind === 'smtp' && own.kind === system.kind) return openSmtp({ system, own }, toolbox);
  if (system.kind === 'webhook' && own.kind === system.kind) return openWebhook({ system, own }, toolbox);
  if (system.kind === 'zendesk' && own.kind === system.kind) return openZendesk({ system, own }, toolbox);
  if (system.kind === 'folder' && own.kind === system.kind) return openFolder({ system, own }, toolbox);
  throw new Error(`destination ${system.id} is ${system.kind} in one file and ${own.kind} in the other`);
}

/** Where a report goes at a destination: the ticket, or the place that is the customer’s. `undefined` when it lacks a ticket. */
export function targetOf(own: CustomerDestination, ticket: string | undefined, customerId: string): string | undefined {
  switch (own.kind) {
    case 'slack':
      return own.thread ?? own.channel;
    case 'smtp':
      return own.ticketTag === undefined ? own.to.join(',') : (ticket ?? own.ticket);
    case 'webhook':
      return own.id;
    case 'folder':
      return own.folder ?? customerId;
    case 's3':
      return own.prefix ?? customerId;
    default:
      return ticket ?? own.ticket;
  }
}

/** What a ticket of the customer must say; `undefined` where the place itself is the customer’s. */
export function bindingOf(own: CustomerDestination): Binding | undefined {
  switch (own.kind) {
    case 'request-tracker':
      return {
        ...(own.queue !== undefined && { queue: [own.queue] }),
        ...(own.requestors && { requestors: own.requestors }),
      };
    case 'redmine':
    case 'jira':
      return { project: [own.project] };
    case 'jira-service-management':
      return {
        ...(own.organization !== undefined && { organization: [own.organization] }),
        ...(own.reporters && { reporters: own.reporters }),
      };
    case 'zendesk':
      return { organization: [own.organization] };
    case 'servicenow':
      return { company: [own.company] };
    case 'slack':
      return { channel: [own.channel] };
    case 'smtp':
    case 'webhook':
    case 'folder':
    case 's3':
      return undefined;
    default:
      return own satisfies never;
  }
}
