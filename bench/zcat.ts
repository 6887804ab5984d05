import { spawnSync } from 'node:child_process';

/*
 * Unpacks gzip files and counts their lines: the least that reading them costs.
 *
 * node zcat.js FILE...
 */

const { status } = spawnSync('sh', ['-c', 'zcat "$@" | wc -l', 'sh', ...process.argv.slice(2)], { stdio: 'ignore' });
process.exitCode = status ?? 1;
