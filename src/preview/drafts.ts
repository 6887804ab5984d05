import { stat } from 'node:fs/promises';
import { type Case, loadCase, loadWorkspace } from '../config/config.ts';
import { type Analysed, analyseCase, composeReport } from '../generate.ts';
import { documentsOf, type GenerateEffects, timedPhases } from '../stages.ts';

/** How the page shall look; what is left out is as the case says. */
export interface Look {
  readonly audience?: Case['audience'];
  readonly brand?: string;
  readonly paper?: Case['paper'];
}

export interface Drafts {
  /** What can be chosen. Throws what is wrong with the workspace. */
  choices(): Promise<{ readonly brands: readonly string[]; readonly chosen: Required<Look> }>;
  screen(look: Look): Promise<string>;
  paper(look: Look): Promise<Uint8Array>;
}

export interface DraftsRequest {
  readonly caseFile: string;
  readonly workspaceDir?: string;
  readonly strict: boolean;
}

/**
 * Documents of a case as it is now, made again for each call; only the analysis is kept, for as long as neither the case nor one
 * of its inputs changes. Nothing is written and nothing of it is a report: drafts are number 0 of their incident.
 */
export function createDrafts(request: DraftsRequest, effects: GenerateEffects): Drafts {
  const timed = timedPhases(effects, []);
  let kept: { readonly key: string; readonly analysed: Promise<Analysed> } | undefined;

  const load = (look: Look): Promise<Case> =>
    loadCase(request.caseFile, {
      ...(request.workspaceDir !== undefined && { workspaceDir: request.workspaceDir }),
      ...(look.audience !== undefined && { audience: look.audience }),
      ...(look.brand !== undefined && { brand: look.brand }),
      ...(look.paper !== undefined && { paper: look.paper }),
    });

  const analysed = async (incident: Case): Promise<Analysed> => {
    const key = await keyOf(incident);
    if (kept?.key !== key) {
      const started = analyseCase(incident, request, effects, timed);
      kept = { key, analysed: started };
      // A failure is told by whoever waits for it, and tried again by the next.
      started.catch(() => {
        if (kept?.analysed === started) kept = undefined;
      });
    }
    return kept.analysed;
  };

  const documents = async (look: Look) => {
    const incident = await load(look);
    const { model } = await composeReport(incident, await analysed(incident), {
      reportId: `${incident.id}-r0`,
      revision: 0,
      createdAt: effects.now(),
    });
    const { renderDocument } = await documentsOf({
      model,
      brand: incident.brand,
      ...(incident.templates && { templates: incident.templates }),
      timed,
    });
    return { model, renderDocument };
  };

  return {
    choices: async () => {
      const incident = await load({});
      const { brands } = await loadWorkspace(incident.workspaceDir);
      const { audience, paper } = incident;
      return { brands: brands.map(({ id }) => id), chosen: { audience, paper, brand: incident.brand.id } };
    },
    screen: async (look) => {
      const { html, proof } = (await documents(look)).renderDocument('screen');
      proof();
      return html;
    },
    paper: async (look) => {
      const { model, renderDocument } = await documents(look);
      const { html, proof } = renderDocument('print');
      proof();
      return effects.browser.print(html, { meta: model.meta, signal: effects.signal });
    },
  };
}

/** Everything that an analysis rests on: the case without its looks, and each input as it lies there. */
async function keyOf(incident: Case): Promise<string> {
  const {
    brand: _brand,
    templates: _templates,
    paper: _paper,
    audience: _audience,
    madeBy: _madeBy,
    ...rest
  } = incident;
  const files = await Promise.all(
    [...incident.traffic, ...incident.timeline].map(async ({ absolutePath }) => {
      const found = await stat(absolutePath).catch(() => undefined);
      return [absolutePath, found?.size, found?.mtimeMs];
    }),
  );
  return JSON.stringify([rest, files]);
}
