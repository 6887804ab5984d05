import type { DocumentReader } from '../format.ts';
import { awsShieldReader } from './aws-shield.ts';
import { ddosWebhookReader } from './ddos-webhook.ts';
import { fastnetmonReader } from './fastnetmon.ts';
import { graphqlReader } from './graphql.ts';
import { jiraReader } from './jira.ts';
import { mappedReader } from './mapped.ts';
import { pagerdutyReader } from './pagerduty.ts';
import { sightlineReader } from './sightline.ts';
import { statuspageReader } from './statuspage.ts';
import { markdownTimelineReader } from './timeline-markdown.ts';
import { yamlTimelineReader } from './timeline-yaml.ts';
import { zendeskReader } from './zendesk.ts';

export { mergeAttacks, mergeTimeline } from './combine.ts';
export { materialise } from './materialise.ts';

/** Every reader of small documents, in the order in which they are asked; at most one recognises a document. */
export const documentReaders: readonly DocumentReader[] = [
  mappedReader,
  graphqlReader,
  ddosWebhookReader,
  awsShieldReader,
  fastnetmonReader,
  sightlineReader,
  pagerdutyReader,
  statuspageReader,
  zendeskReader,
  jiraReader,
  yamlTimelineReader,
  markdownTimelineReader,
];
