import { realpath, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { ReportError } from '../errors.ts';
import type { TlpLabel } from '../model/traffic.ts';
import { loadBrand, loadCustomerLogo } from './brand.ts';
import type { Case, ConfigFile } from './case.ts';
import { chooseRedaction } from './choose-redaction.ts';
import { loadCustomTemplates } from './custom-templates.ts';
import { type Fault, formatField, throwFaults } from './faults.ts';
import { findInputs } from './inputs.ts';
import { findUnknownRules, loadNoticeDeadlines } from './notice-deadlines.ts';
import { loadCustomer, loadProvider } from './profiles.ts';
import { findUnknownEdits, loadRecommendations } from './recommendations.ts';
import { caseSchema } from './schema.ts';
import { findRivals } from './workspace.ts';
import { findWorkspace, isInside, openWorkspace, readYamlFile } from './workspace-files.ts';

export interface LoadCaseOptions {
  /** Default: the nearest folder at or above the case file that holds debrief.yaml. */
  readonly workspaceDir?: string;
  /** Wins over the case file, the customer and the defaults. */
  readonly audience?: Case['audience'];
  readonly tlp?: TlpLabel;
  /** Folder in brands/ that wins over the customer and the defaults. */
  readonly brand?: string;
  readonly paper?: Case['paper'];
}

/**
 * Reads a case file and everything it stands on (debrief.yaml, customer, brand with logo, mappings), expands the patterns
 * of its inputs and fills in every default. The inputs themselves are found, not opened.
 * @throws ReportError `workspace-not-found`; `config-invalid`, `file-not-found` or `path-outside-workspace` with the faults
 * of all files, a line each.
 */
export async function loadCase(caseFile: string, options: LoadCaseOptions = {}): Promise<Case> {
  const absolutePath = await locate(caseFile);
  const root = await (options.workspaceDir === undefined
    ? findWorkspace(dirname(resolve(caseFile)))
    : openWorkspace(options.workspaceDir));
  if (!isInside(root, absolutePath))
    throw new ReportError('path-outside-workspace', `${absolutePath} is not in the workspace ${root}`, {
      where: { file: caseFile },
      hint: 'Move the case file into the workspace, or name its workspace with --workspace.',
    });
  const file = relative(root, absolutePath).split(sep).join('/');

  const provider = await loadProvider(root);
  const read = await readYamlFile({ path: file, absolutePath }, caseSchema);
  if ('faults' in provider || 'faults' in read)
    return refuse([...('faults' in provider ? provider.faults : []), ...('faults' in read ? read.faults : [])]);

  const { defaults } = provider.value;
  const spec = read.value;
  const faults: Fault[] = [];
  const customer = await loadCustomer(root, spec.customer);
  if ('faults' in customer)
    faults.push(
      ...customer.faults.map((fault) =>
        fault.code === 'file-not-found' ? { ...fault, file, ...read.placeOf(['customer']), field: 'customer' } : fault,
      ),
    );
  const brandId = 'faults' in customer ? undefined : (options.brand ?? customer.value.brand ?? defaults.brand);
  const brand = brandId === undefined ? undefined : await loadBrand(root, brandId, provider.value);
  if (brand && 'faults' in brand) faults.push(...brand.faults);
  const customerLogo = 'faults' in customer ? undefined : await loadCustomerLogo(root, customer.value);
  if (customerLogo && 'problem' in customerLogo && 'value' in customer)
    faults.push({ file: customer.file.path, ...customer.placeOf(['logo']), field: 'logo', ...customerLogo });

  const baseDir = dirname(absolutePath);
  const mappings: ConfigFile[] = [];
  const finder = { root, baseDir, file, placeOf: read.placeOf, faults, mappings };
  const traffic = await findInputs(finder, ['traffic'], spec.traffic);
  const timeline = await findInputs(finder, ['timeline'], spec.timeline);
  for (const list of ['traffic', 'timeline'] as const)
    for (const [index, { belongsTo }] of spec[list].entries())
      if (belongsTo !== undefined && belongsTo !== spec.customer)
        faults.push({
          file,
          ...read.placeOf([list, index, 'belongsTo']),
          field: formatField([list, index, 'belongsTo']),
          problem: `is "${belongsTo}", but this case is of "${spec.customer}"`,
        });
  const own = await loadRecommendations(root);
  faults.push(...own.faults, ...findUnknownEdits(spec.recommendations, own.ids, file, read.placeOf));
  const notices = await loadNoticeDeadlines(root);
  faults.push(...notices.faults);
  const custom = await loadCustomTemplates(root);
  faults.push(...custom.faults);
  const audience = options.audience ?? spec.audience ?? defaults.audience;
  const status = spec.status ?? defaults.status;
  faults.push(...approvalFaults(status, spec, file, read.placeOf));
  let redaction: Pick<Case, 'redaction'> = {};
  if (!('faults' in customer)) {
    const written = { ...customer, path: customer.file.path };
    const choice = chooseRedaction({ ...read, path: file }, written, audience);
    redaction = choice.chosen;
    faults.push(
      ...choice.faults,
      ...(await findRivals(root, customer.value)),
      ...findUnknownRules(customer.value.notices, notices.deadlines, written.path, customer.placeOf),
    );
  }
  if ('faults' in customer || !brand || 'faults' in brand || faults.length > 0) return refuse(faults);
  const coBrand = customerLogo && 'content' in customerLogo ? customerLogo : undefined;

  const profile = customer.value;
  return {
    workspaceDir: root,
    file,
    id: spec.id,
    title: spec.title,
    ...(spec.window && { window: { start: Date.parse(spec.window.start), end: Date.parse(spec.window.end) } }),
    traffic,
    timeline,
    recommendations: { own: own.recommendations, edits: spec.recommendations },
    notices: {
      deadlines: profile.notices.flatMap((rule) => notices.deadlines.filter((row) => row.rule === rule)),
      ...(spec.notices.awareAt !== undefined && { awareAt: Date.parse(spec.notices.awareAt) }),
      ...(spec.notices.classifiedAt !== undefined && { classifiedAt: Date.parse(spec.notices.classifiedAt) }),
    },
    notes: spec.notes,
    tickets: spec.tickets,
    customer: profile,
    provider: brand.provider,
    ...(custom.templates && { templates: custom.templates }),
    brand: { ...brand.brand, ...(coBrand && { customerLogo: coBrand.content }) },
    tlp: options.tlp ?? spec.tlp ?? profile.tlp ?? defaults.tlp,
    audience,
    ...redaction,
    ...(status !== undefined && { status }),
    ...(spec.reviewer !== undefined && { reviewer: spec.reviewer }),
    ...(spec.approval && { approval: { by: spec.approval.by, at: Date.parse(spec.approval.at) } }),
    ...(spec.revisionNote !== undefined && { revisionNote: spec.revisionNote }),
    timeZone: profile.timeZone,
    locale: profile.locale ?? defaults.locale,
    paper: options.paper ?? profile.paper ?? defaults.paper,
    preparedBy: brand.preparedBy,
    mergeGapMs: defaults.mergeGapSeconds * 1000,
    networks: provider.value.networks,
    industryContext: defaults.industryContext,
    remarks: brand.remarks,
    madeBy: inOrder([
      provider.file,
      read.file,
      customer.file,
      ...brand.files,
      ...(coBrand ? [coBrand.file] : []),
      ...mappings,
      ...own.files,
      ...notices.files,
      ...custom.files,
    ]),
  };
}

/** A final report names who approved it and when; whatever is not final was not approved. */
function approvalFaults(
  status: Case['status'],
  { approval }: { readonly approval?: unknown },
  file: string,
  placeOf: (path: readonly PropertyKey[]) => { readonly line?: number; readonly column?: number },
): Fault[] {
  if ((status === 'final') === (approval !== undefined)) return [];
  const problem =
    approval === undefined
      ? 'is missing; a final report names who approved it and when'
      : `is for final reports, and this one ${status === undefined ? 'states no status' : `has the status ${status}`}`;
  return [{ file, ...placeOf(['approval']), field: 'approval', problem }];
}

async function locate(caseFile: string): Promise<string> {
  const found = await stat(caseFile).catch(() => undefined);
  if (found?.isFile()) return realpath(caseFile);
  throw new ReportError('file-not-found', `${caseFile} ${found ? 'is not a regular file' : 'does not exist'}`, {
    where: { file: caseFile },
    hint: 'Name a case file such as incidents/INC-4821.yaml.',
  });
}

/** Each file once, by path. */
export function inOrder(files: readonly ConfigFile[]): ConfigFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function refuse(faults: readonly Fault[]): never {
  throwFaults(dedupe(faults));
  throw new Error('a refused case has at least one fault');
}

/** A mapping file that is used twice is at fault once. */
function dedupe(faults: readonly Fault[]): Fault[] {
  const seen = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  return [...seen.values()];
}
