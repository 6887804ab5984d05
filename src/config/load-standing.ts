import { dirname, join } from 'node:path';
import { DAY_MS, floorTo, type TimeWindow } from '../model/time.ts';
import { loadBrand, loadCustomerLogo } from './brand.ts';
import type { Case, CaseInput, ConfigFile, Standing } from './case.ts';
import { chooseRedaction } from './choose-redaction.ts';
import { loadCustomTemplates } from './custom-templates.ts';
import type { Fault } from './faults.ts';
import { findInputs } from './inputs.ts';
import { inOrder, refuse } from './load-case.ts';
import { loadCustomer, loadProvider } from './profiles.ts';
import { findRivals } from './workspace.ts';
import { openWorkspace } from './workspace-files.ts';

export interface LoadStandingOptions {
  readonly workspaceDir: string;
  readonly customerId: string;
  /** Period whose inputs are looked for. */
  readonly window: TimeWindow;
  /** Wins over the defaults. */
  readonly audience?: Case['audience'];
}

/**
 * Reads what the workspace says of one customer and finds the files of the customer's standing inputs for a period. They are
 * found, not opened; patterns without a file are no fault, since a log may not have been delivered.
 * @throws ReportError `workspace-not-found`; `config-invalid` or `path-outside-workspace` with the faults of all files.
 */
export async function loadStanding(options: LoadStandingOptions): Promise<Standing> {
  const root = await openWorkspace(options.workspaceDir);
  const provider = await loadProvider(root);
  const customer = await loadCustomer(root, options.customerId);
  const faults: Fault[] = [];
  if ('faults' in provider) faults.push(...provider.faults);
  if ('faults' in customer) faults.push(...customer.faults);
  if ('faults' in provider || 'faults' in customer) return refuse(faults);

  const { defaults } = provider.value;
  const profile = customer.value;
  const brand = await loadBrand(root, profile.brand ?? defaults.brand, provider.value);
  if ('faults' in brand) faults.push(...brand.faults);
  const customerLogo = await loadCustomerLogo(root, profile);
  if (customerLogo && 'problem' in customerLogo)
    faults.push({ file: customer.file.path, ...customer.placeOf(['logo']), field: 'logo', ...customerLogo });
  const file = `customers/${profile.id}.yaml`;
  const mappings: ConfigFile[] = [];
  const missing: string[] = [];
  const traffic: CaseInput[] = await findInputs(
    { root, baseDir: join(root, dirname(file)), file, placeOf: customer.placeOf, faults, mappings },
    ['weekly', 'traffic'],
    profile.weekly.traffic,
    { dates: datesOf(options.window), missing },
  );
  const audience = options.audience ?? defaults.audience;
  const written = { ...customer, path: customer.file.path };
  const redaction = chooseRedaction({ ...written, value: {} }, written, audience);
  faults.push(...redaction.faults, ...(await findRivals(root, profile)));
  const custom = await loadCustomTemplates(root);
  faults.push(...custom.faults);
  if ('faults' in brand || faults.length > 0) return refuse(faults);

  const coBrand = customerLogo && 'content' in customerLogo ? customerLogo : undefined;
  return {
    workspaceDir: root,
    file,
    customer: profile,
    provider: brand.provider,
    ...(custom.templates && { templates: custom.templates }),
    brand: { ...brand.brand, ...(coBrand && { customerLogo: coBrand.content }) },
    tlp: profile.tlp ?? defaults.tlp,
    audience,
    ...redaction.chosen,
    timeZone: profile.timeZone,
    locale: profile.locale ?? defaults.locale,
    paper: profile.paper ?? defaults.paper,
    preparedBy: brand.preparedBy,
    mergeGapMs: defaults.mergeGapSeconds * 1000,
    traffic,
    missing,
    remarks: brand.remarks,
    madeBy: inOrder([
      provider.file,
      customer.file,
      ...brand.files,
      ...(coBrand ? [coBrand.file] : []),
      ...mappings,
      ...custom.files,
    ]),
  };
}

/** UTC dates that a window touches, in order. */
function datesOf({ start, end }: TimeWindow): string[] {
  const dates: string[] = [];
  for (let day = floorTo(start, DAY_MS); day < end; day += DAY_MS) dates.push(new Date(day).toISOString().slice(0, 10));
  return dates;
}
