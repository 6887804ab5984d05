import { z } from 'zod';
import { DeliveryFault } from '../fault.ts';
import { type Call, openHttp } from '../http/http.ts';
import { digestOf } from '../parcel/artifacts.ts';
import { renderComment } from '../parcel/comment.ts';
import { keyLine, type Parcel } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import type { Destination } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// ServiceNow, Attachment and Table API: https://www.servicenow.com/docs/r/zurich/api-reference/rest-apis/c_AttachmentAPI.html.
// Files are attached to the record first, each seen at once by everybody who sees the record; then a work note (for agents) or
// a comment (for the caller too) is added to it.

const reference = z
  .union([z.object({ value: z.string() }), z.string()])
  .transform((field) => (typeof field === 'string' ? field : field.value));
const recordsSchema = z.object({ result: z.array(z.object({ sys_id: z.string(), company: reference.default('') })) });
const attachmentsSchema = z.object({ result: z.array(z.object({ sys_id: z.string(), file_name: z.string() })) });
const journalSchema = z.object({ result: z.array(z.object({ element: z.string(), value: z.string() })) });

const LONGEST_COMMENT = 4_000;
const PER_PAGE = 100;
const FIELDS = { internal: 'work_notes', public: 'comments' } as const;

export function openServiceNow({ system, own }: Configured<'servicenow'>, toolbox: Toolbox): Destination {
  const http = openHttp({
    base: `${system.url}/api/now`,
    authorise: async () => ({ authorization: (await toolbox.readSecret(system.password)).basicFor(system.user) }),
    judge: (status, text) =>
      status === 400 && /maximum (?:file )?size/i.test(text)
        ? new DeliveryFault('rejected', 'too-large', 'ServiceNow takes no attachment of this size')
        : undefined,
    connection: toolbox.connection,
  });
  const field = FIELDS[own.visibility];
  const recordCall = (target: string): Call => ({
    method: 'GET',
    path: `/table/${system.table}?sysparm_query=${query(`number=${target}`)}&sysparm_fields=sys_id,company&sysparm_limit=2`,
    effect: 'look',
  });
  const readRecord = async (target: string) => {
    const { result } = (await http.send(recordCall(target))).json(recordsSchema);
    const [record, second] = result;
    if (!record || second)
      throw new DeliveryFault(
        'rejected',
        'not-found',
        `${system.table} has ${result.length === 0 ? 'no' : 'more than one'} record ${target}`,
      );
    return record;
  };
  const attachCall = (record: string, name: string, bytes: Uint8Array, type: string): Call => ({
    method: 'POST',
    path: `/attachment/file?table_name=${system.table}&table_sys_id=${record}&file_name=${encodeURIComponent(name)}`,
    effect: 'act',
    body: { bytes, type },
  });
  const noteCall = (record: string, text: string): Call => ({
    method: 'PATCH',
    path: `/table/${system.table}/${record}`,
    effect: 'act',
    body: { json: { [field]: text } },
  });
  const attachmentsOf = async (record: string, parcel: Parcel) => {
    const path = `/attachment?sysparm_query=${query(`table_sys_id=${record}^file_nameLIKE${parcel.key}`)}&sysparm_limit=${PER_PAGE}`;
    return (await http.send({ method: 'GET', path, effect: 'look' })).json(attachmentsSchema).result;
  };
  const notesOf = async (record: string, parcel: Parcel) => {
    const path = `/table/sys_journal_field?sysparm_query=${query(`element_id=${record}^valueLIKE${keyLine(parcel.key)}`)}&sysparm_fields=element,value&sysparm_limit=${PER_PAGE}`;
    return (await http.send({ method: 'GET', path, effect: 'look' })).json(journalSchema).result;
  };

  return {
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: true },
    probe: async (ticket) => {
      const path = `/table/sys_user?sysparm_query=${query(`user_name=${system.user}`)}&sysparm_fields=sys_id&sysparm_limit=1`;
      await http.send({ method: 'GET', path, effect: 'look' });
      const reached = { status: 'ok' as const, finding: `ServiceNow accepts ${system.user}` };
      if (ticket === undefined)
        return [reached, { status: 'warn', finding: 'rights show only on a record', cure: 'name one with --ticket' }];
      const record = await readRecord(ticket);
      await http.send({
        method: 'GET',
        path: `/attachment?sysparm_query=${query(`table_sys_id=${record.sys_id}`)}&sysparm_limit=1`,
        effect: 'look',
      });
      return [reached, { status: 'ok', finding: `may read ${ticket} and its attachments` }];
    },
    inspect: async (target) => {
      const { company } = await readRecord(target);
      return { company: company === '' ? [] : [company] };
    },
    steps: (parcel, target) => [
      ...parcel.files.map((file) => ({
        name: file.name,
        effect: 'act' as const,
        run: async () => {
          const { sys_id } = await readRecord(target);
          const answer = await http.send(attachCall(sys_id, file.name, await file.read(), file.type));
          return { attachment: answer.json(z.object({ result: z.object({ sys_id: z.string() }) })).result.sys_id };
        },
      })),
      {
        name: 'note',
        effect: 'act' as const,
        run: async () => {
          const { sys_id } = await readRecord(target);
          const answer = await http.send(noteCall(sys_id, renderComment(parcel, 'plain', LONGEST_COMMENT)));
          answer.json(z.object({ result: z.object({ sys_id: z.string() }) }));
          return {};
        },
      },
    ],
    find: async (parcel, target) => {
      const { sys_id } = await readRecord(target);
      const attached = await attachmentsOf(sys_id, parcel);
      const notes = await notesOf(sys_id, parcel);
      const there = attached.filter(({ file_name }) => parcel.files.some(({ name }) => name === file_name));
      return {
        ...Object.fromEntries(there.map(({ file_name, sys_id: attachment }) => [file_name, { attachment }])),
        ...(notes.length > 0 && { note: {} }),
      };
    },
    readBack: async (parcel, target) => {
      const { sys_id } = await readRecord(target);
      const notes = await notesOf(sys_id, parcel);
      const files = await Promise.all(
        (await attachmentsOf(sys_id, parcel)).map(async ({ sys_id: attachment, file_name }) => {
          const { bytes } = await http.send({ method: 'GET', path: `/attachment/${attachment}/file`, effect: 'look' });
          return { name: file_name, sha256: digestOf(bytes), bytes: bytes.byteLength };
        }),
      );
      const element = notes[0]?.element;
      return {
        files,
        comments: notes.length,
        ...(element !== undefined && { visibility: element === FIELDS.internal ? 'internal' : 'public' }),
      };
    },
    rehearse: (parcel, target) => [
      recordCall(target),
      ...parcel.files.flatMap(({ name, type }) => [
        recordCall(target),
        attachCall('‹record›', name, new Uint8Array(), type),
      ]),
      recordCall(target),
      noteCall('‹record›', ''),
      { does: 'read back the note and the attachments' },
    ],
  };
}

function query(text: string): string {
  return encodeURIComponent(text);
}
