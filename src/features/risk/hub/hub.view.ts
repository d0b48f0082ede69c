import { may, type Actor, type Permission } from '#core/roles.ts';
import { paths } from '#web/paths.ts';
import type { Model } from '../models/loading.ts';
import { stages, type RiskModels, type Stage } from '../models/shipped.ts';
import { stageWords } from '../trying/try.view.ts';
import { reportExtras } from './model-report.ts';

interface Place {
  title: string;
  text: string;
  needs: Permission;
  links: { href: string; text: string }[];
}

const places: readonly Place[] = [
  {
    title: 'Try a score',
    text: 'Score somebody who did not apply, or a whole file of them, and see what the score is made of.',
    needs: 'score:try',
    links: [
      { href: paths.riskTry, text: 'Try a score' },
      { href: paths.riskBatches, text: 'Score a file' },
    ],
  },
  {
    title: 'Credit policy',
    text: 'The rules, the pricing grid and the limits, in versions that two people publish.',
    needs: 'risk:view',
    links: [{ href: paths.riskPolicies, text: 'See the policies' }],
  },
  {
    title: 'Back-tests',
    text: 'What a draft policy or another model would have said of the applications we had.',
    needs: 'model:test',
    links: [{ href: paths.riskBackTests, text: 'See the back-tests' }],
  },
  {
    title: 'Monitoring',
    text: 'Whether the people who apply, and what becomes of them, are still those the model knows.',
    needs: 'model:watch',
    links: [{ href: paths.riskMonitoring, text: 'See the monitoring' }],
  },
];

/** `/risk`: what the reader may do with scores and policies, and which models are at work. */
export function hubPage(
  { models, scorecard }: RiskModels,
  facts: { actor: Pick<Actor, 'roles'>; challenger: Model | undefined },
) {
  const { actor, challenger } = facts;
  const loaded = stages.map((stage) => ({ stage, model: models[stage] }));
  return {
    title: 'Risk',
    head: { title: 'Risk', sub: 'Scores that can be explained, and policies that can be tested' },
    demonstration: loaded.some(({ model }) => model.demonstration)
      ? 'The models are demonstrations, trained on public data of no bank. They inform a person who decides, and must not decide on anybody’s loan.'
      : undefined,
    cards: places.filter(({ needs }) => may(actor, needs)),
    models: {
      table: modelsTable(loaded),
      note: `Scorecard ${scorecard.name}, version ${scorecard.version}. The figures are of rows kept out of training.`,
    },
    challenger: challenger
      ? `${challenger.name} ${challenger.sha256.slice(0, 12)}… says its word in the shadow (${stageName(challenger.stage)}). It decides nothing.`
      : 'No challenger is at work.',
    data: [...new Map(loaded.map(({ model }) => [model.report.provenance.dataSha256, model.report.title]))].map(
      ([value, title]) => ({ label: `${title}, data (SHA-256):`, value }),
    ),
  };
}

function stageName(stage: string): string {
  return stages.some((one) => one === stage) ? stageWords[stage as Stage].name.toLowerCase() : stage;
}

function modelsTable(loaded: readonly { stage: Stage; model: Model }[]) {
  return {
    caption: 'Models at work',
    captionHidden: true,
    columns: [
      { key: 'model', label: 'Model', grow: true },
      { key: 'auc', label: 'AUC', kind: 'num' },
      { key: 'ks', label: 'KS', kind: 'num' },
      { key: 'brier', label: 'Brier', kind: 'num', hideSmall: true },
      { key: 'score', label: 'R² of the score', kind: 'num', hideSmall: true },
      { key: 'rows', label: 'Trained on', kind: 'num', hideSmall: true },
    ],
    rows: loaded.map(({ stage, model }) => {
      const extras = reportExtras(model);
      const quality = model.report.quality.model;
      return {
        cells: {
          model: {
            text: stageWords[stage].name,
            href: paths.riskModel(stage),
            sub: model.sha256.slice(0, 12),
            ...(model.demonstration ? { badge: { kind: 'alert', text: 'Demonstration' } } : {}),
          },
          auc: figure(quality?.auc),
          ks: figure(quality?.ks),
          brier: figure(quality?.brier),
          score: figure(extras?.expectedScore?.model),
          rows: `${new Intl.NumberFormat('en-US').format(model.report.provenance.rows)} rows`,
        },
      };
    }),
  };
}

/** To four places, as the model card has it. */
export function figure(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(4);
}
