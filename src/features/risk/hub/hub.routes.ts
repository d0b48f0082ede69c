import { Router } from 'express';
import { notFound } from '#core/errors.ts';
import type { Platform } from '#platform/platform.ts';
import { actor } from '#web/express.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import type { Model } from '../models/loading.ts';
import { stages, type RiskModels } from '../models/shipped.ts';
import { hubPage } from './hub.view.ts';
import { modelCardPage } from './model-card.view.ts';

export interface HubParts {
  models: RiskModels;
  challenger: Model | undefined;
  platform: Platform;
  pages: Pages;
}

/** `/risk`: where everything about risk begins, and the card of each model at work. */
export function hubRoutes({ models, challenger, platform, pages }: HubParts): Router {
  const router = Router();
  router.get('/risk', permission('risk:view'), (_req, res) =>
    pages.show(res, { view: 'risk/hub/hub', model: hubPage(models, { actor: actor(res), challenger }) }),
  );
  router.get('/risk/models/:stage', permission('risk:view'), (req, res) => {
    const stage = stages.find((one) => one === req.params.stage);
    if (!stage) throw notFound('Model');
    const model = modelCardPage(models.models[stage], { stage, locale: platform.formats.locale });
    return pages.show(res, { view: 'risk/hub/model', model });
  });
  return router;
}
