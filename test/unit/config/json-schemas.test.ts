import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { composeJsonSchemas } from '../../../src/config/config.ts';

const FOLDER = new URL('../../../docs/schema/', import.meta.url);

test('every published schema is the one that the program checks with (cure: npm run schemas)', async () => {
  const schemas = composeJsonSchemas();
  expect([...schemas.keys()].sort()).toEqual(
    (await readdir(FOLDER)).filter((name) => name !== 'report.schema.json').sort(),
  );
  for (const [name, text] of schemas) expect(await readFile(new URL(name, FOLDER), 'utf8')).toBe(text);
});

test('a published schema knows the keys, the defaults and what must be there, and no other key', () => {
  const schema: unknown = JSON.parse(composeJsonSchemas().get('case.schema.json') ?? '');
  expect(schema).toMatchObject({
    title: 'Debrief case (incidents/<case>.yaml)',
    type: 'object',
    required: ['customer', 'id', 'title'],
    additionalProperties: false,
    properties: {
      tlp: { enum: ['RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR'] },
      traffic: { default: [], items: { required: ['file'], additionalProperties: false } },
    },
  });
});
