import { z } from 'zod';

/** Names of customers, brands, destinations and the like; also names of files. */
export const id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit',
  );

export const text = z.string().trim().min(1).max(300);
