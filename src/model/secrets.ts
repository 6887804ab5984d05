/** What stands in a text where a secret stood. */
const REDACTED = '[redacted]';

/** Names of parameters, headers and cookies whose value is a secret, whole or at the end of a longer name (`x-api-key`). */
const SECRET_NAME =
  '(?:[\\w.-]{0,40}[_.-])?(?:access_?token|id_?token|refresh_?token|token|secret|client_?secret|passw(?:or)?d|passwd|pwd|pass|api[ _-]?key|access[ _-]?key|secret[ _-]?key|private[ _-]?key|auth|authori[sz]ation|credentials?|session(?:_?id)?|sid|phpsessid|jsessionid|jwt|signature|sig|otp)';
/** Personal data of a user of the customer rather than a secret. */
const PERSONAL_NAME = '(?:e-?mail|user_?name|login)';
/** `name=value` of a query, a form or a cookie, also with the sign percent-encoded, and `"name": "value"` of JSON. */
const PARAMETER = new RegExp(
  `(?<![\\w.-])((?:${SECRET_NAME}|${PERSONAL_NAME})(?:=|%3D|"\\s{0,3}:\\s{0,3}"))(?!\\[redacted\\])[^\\s&;,"'#\\\\]+`,
  'giu',
);
/** Many a `key` is none; a long one is. */
const LONG_KEY = /(?<![\w.-])(key(?:=|%3D))[\w-]{16,}/giu;
const AUTHORIZATION = /\b((?:bearer|basic)(?:\s|%20|\+)+)(?!\[redacted\])[\w.~+/%=-]{8,}/giu;
/** A JSON Web Token, and the shapes of well-known keys. */
const TOKEN =
  /(?<![\w-])(?:eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?|(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|[sr]k_(?:live|test)_\w{16,}|AIza[\w-]{35})(?![\w-])/gu;
const USER_OF_URL = /(:\/\/)[^\s/?#@:]{0,128}:[^\s/?#@]{1,128}@(?=[\w[])/gu;
/** An address in a path or query; those of robots, in user agents, say whom to write to and stay. */
const MAILBOX = /(?<=[=?&]|(?<!\/)\/)[^\s/=?&@%]{1,64}(?=(?:@|%40)[\w-]+(?:\.[\w-]+)+)/giu;

/** Longest first, so that none is left in part. The secrets of this process are few and live as long as it does. */
let ownSecrets: readonly string[] = [];

/** From now on no text that `withoutSecrets` returns has this secret of our own in it, whatever it is called there. */
export function hideOwnSecret(secret: string): void {
  if (ownSecrets.includes(secret)) return;
  ownSecrets = [...ownSecrets, secret].sort((a, b) => b.length - a.length);
}

/**
 * Text without what nobody else may read: secrets of our own; and of text from input values of parameters that are secrets by
 * their name, bearer and basic credentials, tokens by their shape, passwords of URLs, mailboxes in paths. Applying it twice
 * changes nothing.
 */
export function withoutSecrets(text: string): string {
  const plain = ownSecrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  return plain
    .replace(AUTHORIZATION, `$1${REDACTED}`)
    .replace(PARAMETER, `$1${REDACTED}`)
    .replace(LONG_KEY, `$1${REDACTED}`)
    .replace(TOKEN, REDACTED)
    .replace(USER_OF_URL, `$1${REDACTED}@`)
    .replace(MAILBOX, (mailbox) => (mailbox === REDACTED ? mailbox : REDACTED));
}
