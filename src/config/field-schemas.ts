import { z } from 'zod';

/** Names of customers, brands, destinations and the like; also names of files. */
export const id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit',
  );

export const text = z.string().trim().min(1).max(300);

const SECRET_REFERENCE = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/;

/** A secret by reference. What stands here instead is never shown, since it may be the secret itself. */
export const secret = z
  .string()
  .superRefine((value, context) => {
    if (SECRET_REFERENCE.test(value)) return;
    context.addIssue({
      code: 'custom',
      message: 'must be env:NAME or file:/absolute/path; a secret never stands in a configuration file',
      input: false, // what is shown of the input
    });
  })
  .describe('Secret by reference: env:NAME or file:/absolute/path.');
