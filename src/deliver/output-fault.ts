import { ReportError } from '../errors.ts';

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is not a folder',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'a link stands in the way',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

/**
 * A fault of the file system as `output-failed`, naming path and cause. Anything that is not one is a defect or a known
 * fault already and is returned unchanged.
 */
export function outputFault(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !('syscall' in error))
    return error;
  const at = 'path' in error && typeof error.path === 'string' ? error.path : path;
  return new ReportError(
    'output-failed',
    `${at} cannot be written: ${CAUSES[error.code] ?? 'the system refused'} (${error.code})`,
    {
      where: { file: at },
      hint: 'Free space or name another folder with --out; nothing was left behind.',
      cause: error,
    },
  );
}
