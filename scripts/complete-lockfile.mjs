// Adds to package-lock.json every optional platform package that npm left out because the registry in use lacks it.
// Without these entries `npm ci` fails elsewhere with "Missing: … from lock file". Run after each change of dependencies.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

const PLATFORM = /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)/;
const CPU = /(arm64|armv7|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64|wasm32)/;

/** Platform constraints that a package name of the form `…-linux-x64-musl` states. */
function constraintsOf(name) {
  const os = name.match(PLATFORM)?.[1];
  const cpu = name.match(CPU)?.[1];
  const libc = name.includes('musl') ? 'musl' : name.includes('gnu') ? 'glibc' : undefined;
  return {
    ...(cpu && { cpu: [cpu === 'armv7' ? 'arm' : cpu] }),
    ...(os && { os: [os] }),
    ...(libc && { libc: [libc] }),
  };
}

const added = [];
for (const [owner, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${owner}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[hoisted] || !PLATFORM.test(name)) continue;
    lock.packages[hoisted] = { version, ...constraintsOf(name), ...(entry.dev && { dev: true }), optional: true };
    added.push(hoisted);
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(added.length === 0 ? 'lockfile complete\n' : `added ${added.length}:\n${added.join('\n')}\n`);
