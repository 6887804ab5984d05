import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { type SimulatedAnswer, type Simulator, startSimulator } from './simulator.ts';
import { counter, emptyTicket, type SimulatedTickets, type TicketState } from './ticket-state.ts';

// Rules, from https://docs.aws.amazon.com/AmazonS3/latest/API/:
// - sigv4-auth-using-authorization-header: signature over method, path, query, headers and the digest of the body; 403 otherwise.
// - API_PutObject: x-amz-checksum-sha256 must be the digest of what arrived (400 BadDigest); the same key is overwritten.
// - API_HeadObject, API_GetObject: 404 when there is none. API_ListObjectsV2.

export interface SimulatedBucket extends Simulator, SimulatedTickets {}

export async function startBucket(options: {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly port?: number;
}): Promise<SimulatedBucket> {
  const nextId = counter(1);
  const ticket: TicketState = emptyTicket();
  const read = (name: string): Buffer | undefined => {
    const comment = ticket.comments.find(({ files }) => files[0] === name);
    return comment ? Buffer.from(comment.text) : ticket.files.find((file) => file.name === name)?.bytes;
  };
  const simulator = await startSimulator(async (request): Promise<SimulatedAnswer> => {
    const { method, path, headers } = request;
    const url = `http://${headers.get('host')}${path.split('/').map(encodeURIComponent).join('/')}${request.query.size > 0 ? `?${request.query}` : ''}`;
    const signed = await new AwsV4Signer({
      method,
      url,
      headers: Object.fromEntries([...headers].filter(([name]) => /^x-amz-(?!date)/.test(name))),
      accessKeyId: options.accessKeyId,
      secretAccessKey: options.secretAccessKey,
      region: options.region,
      service: 's3',
      datetime: headers.get('x-amz-date') ?? '',
    }).sign();
    const digest = createHash('sha256').update(request.body);
    if (signed.headers.get('authorization') !== headers.get('authorization'))
      return { status: 403, body: '<Code>SignatureDoesNotMatch</Code>' };
    if (method === 'PUT') {
      const told = headers.get('x-amz-checksum-sha256');
      if (told !== null && told !== digest.digest('base64')) return { status: 400, body: '<Code>BadDigest</Code>' };
      const name = path.split('/').at(-1) ?? '';
      // The same key is the same object.
      if (read(name) !== undefined) return { status: 200 };
      if (name.endsWith('.md'))
        ticket.comments.push({ id: nextId(), text: request.body.toString(), isPublic: false, files: [name] });
      else ticket.files.push({ id: nextId(), name, bytes: request.body });
      return { status: 200 };
    }
    if (request.query.has('list-type')) return { status: 200, body: '<ListBucketResult/>' };
    const object = read(path.split('/').at(-1) ?? '');
    return object ? { status: 200, body: object } : { status: 404, body: '<Code>NoSuchKey</Code>' };
  }, options.port);
  return { ...simulator, tickets: new Map([['acme', ticket]]) };
}
