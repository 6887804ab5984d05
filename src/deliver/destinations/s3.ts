import { AwsV4Signer } from 'aws4fetch';
import { DeliveryFault } from '../fault.ts';
import { type Call, openHttp } from '../http/http.ts';
import { digestOf } from '../parcel/artifacts.ts';
import { renderComment } from '../parcel/comment.ts';
import { type Parcel, parcelFileName } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import type { Destination } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// A bucket that speaks the S3 protocol, path style. An object is written under a name that says everything about it, so writing
// it again changes nothing. The server is told the digest and refuses other bytes. No access list is ever sent: the bucket's
// own rules hold. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html

const LONGEST_COMMENT = 100_000;

export function openS3({ system, own }: Configured<'s3'>, toolbox: Toolbox): Destination {
  const http = openHttp({
    base: system.url,
    authorise: async (call, body) => {
      const [accessKeyId, secretAccessKey] = await Promise.all([
        toolbox.readSecret(system.accessKeyId),
        toolbox.readSecret(system.secretAccessKey),
      ]);
      const signer = new AwsV4Signer({
        method: call.method,
        url: system.url + call.path,
        headers: { ...call.headers, 'x-amz-content-sha256': digestOf(body ?? '') },
        accessKeyId: accessKeyId.reveal(),
        secretAccessKey: secretAccessKey.reveal(),
        region: system.region,
        service: 's3',
      });
      const { headers } = await signer.sign();
      headers.delete('host'); // set by the connection
      return Object.fromEntries(headers);
    },
    judge: (status, text) => {
      if (/EntityTooLarge/.test(text))
        return new DeliveryFault('rejected', 'too-large', `the bucket refuses the size (${status})`);
      const refused = /<Code>(SignatureDoesNotMatch|InvalidAccessKeyId|ExpiredToken)<\/Code>/.exec(text)?.[1];
      if (refused === undefined) return undefined;
      return new DeliveryFault('rejected', 'not-authorised', `the bucket answers ${refused}`, { opensCircuit: true });
    },
    connection: toolbox.connection,
  });
  const pathOf = (parcel: Parcel, name: string) =>
    `/${system.bucket}/${[...(own.prefix ?? toolbox.customerId).split('/').filter(Boolean), parcel.reportId, name].map(encodeURIComponent).join('/')}`;
  const head = (parcel: Parcel, name: string): Call => ({
    method: 'HEAD',
    path: pathOf(parcel, name),
    effect: 'look',
    alsoFine: [404],
  });
  const put = (parcel: Parcel, name: string, bytes: Uint8Array, type: string): Call => ({
    method: 'PUT',
    path: pathOf(parcel, name),
    effect: 'prepare',
    headers: { 'x-amz-checksum-sha256': Buffer.from(digestOf(bytes), 'hex').toString('base64') },
    body: { bytes, type },
  });
  const commentName = (parcel: Parcel) => parcelFileName(parcel, 'md');

  return {
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: false },
    probe: async () => {
      await http.send({ method: 'GET', path: `/${system.bucket}?list-type=2&max-keys=1`, effect: 'look' });
      return [{ status: 'ok', finding: `bucket ${system.bucket} can be listed` }];
    },
    inspect: async () => ({}),
    steps: (parcel) => [
      ...parcel.files.map((file) => ({
        name: file.name,
        effect: 'act' as const,
        run: async () => {
          await http.send(put(parcel, file.name, await file.read(), file.type));
          return {};
        },
      })),
      {
        name: 'comment',
        effect: 'act' as const,
        run: async () => {
          await http.send(
            put(
              parcel,
              commentName(parcel),
              Buffer.from(renderComment(parcel, 'markdown', LONGEST_COMMENT)),
              'text/markdown',
            ),
          );
          return {};
        },
      },
    ],
    find: async (parcel) => {
      const steps = [
        ...parcel.files.map(({ name }) => [name, name] as const),
        ['comment', commentName(parcel)] as const,
      ];
      const answers = await Promise.all(
        steps.map(async ([step, name]) => ({ step, status: (await http.send(head(parcel, name))).status })),
      );
      return Object.fromEntries(answers.filter(({ status }) => status === 200).map(({ step }) => [step, {}]));
    },
    readBack: async (parcel) => {
      const files = await Promise.all(
        parcel.files.map(async ({ name }) => {
          const { bytes } = await http.send({ method: 'GET', path: pathOf(parcel, name), effect: 'look' });
          return { name, sha256: digestOf(bytes), bytes: bytes.byteLength };
        }),
      );
      const comment = await http.send(head(parcel, commentName(parcel)));
      return { files, comments: comment.status === 200 ? 1 : 0 };
    },
    rehearse: (parcel) => [
      ...[...parcel.files.map(({ name }) => name), commentName(parcel)].map((name) => ({
        method: 'PUT' as const,
        path: pathOf(parcel, name),
      })),
      ...parcel.files.map(({ name }) => ({ method: 'GET' as const, path: pathOf(parcel, name) })),
      { method: 'HEAD', path: pathOf(parcel, commentName(parcel)) },
    ],
  };
}
