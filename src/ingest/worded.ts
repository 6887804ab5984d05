import type { Message } from '../model/phrase.ts';
import { english } from '../model/say.ts';

/** A warning in English, for logs and manifests, and as it is told in a report. */
export function worded(message: Message): { readonly message: string; readonly told: Message } {
  return { message: english(message), told: message };
}
