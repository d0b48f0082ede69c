import type { Formats } from '#core/format.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { FormState } from '#web/forms.ts';
import type { ListedPolicy, PolicyVersion } from './policy-version.model.ts';
import { changesTable, policyTables } from './policy-tables.view.ts';
import { differences, type PolicyNames } from './policy-words.ts';

interface PolicyFacts {
  policy: PolicyVersion;
  /** The version before it, where there is one. */
  before: PolicyVersion | undefined;
  live: number;
  hasDraft: boolean;
  mayEdit: boolean;
  history: { versions: ListedPolicy[]; total: number; page: number };
  names: PolicyNames;
  formats: Formats;
  form: FormState;
}

export const policyCrumbs = [
  { text: 'Risk', href: paths.risk },
  { text: 'Credit policy', href: paths.riskPolicies },
];

/** `/risk/policies` and `/risk/policies/:version`: one version in full. */
export function policyPage(facts: PolicyFacts) {
  const { policy, before, live, mayEdit, names, formats, form } = facts;
  const isLive = policy.version === live;
  const changed = before ? differences({ before: before.content, after: policy.content }, { names, formats }) : [];
  return {
    title: isLive ? 'Credit policy' : `Credit policy, version ${policy.version}`,
    crumbs: isLive
      ? [{ text: 'Risk', href: paths.risk }, { text: 'Credit policy' }]
      : [...policyCrumbs, { text: `Version ${policy.version}` }],
    head: headOf(facts, isLive),
    form,
    about: 'A score informs, this policy says approve, refer or decline, and a person decides. The worst vote counts.',
    ...policyTables(policy.content, { names, formats }),
    changes: changesTable(changed, { before: `Version ${policy.version - 1}`, after: `Version ${policy.version}` }),
    restore:
      mayEdit && !isLive
        ? {
            action: paths.restoreRiskPolicy(policy.version),
            text: `It becomes a draft first. Version ${policy.version} decides again once a second person publishes it, under a new number.`,
          }
        : null,
    history: historyOf(facts),
  };
}

function headOf({ policy, hasDraft, mayEdit, formats }: PolicyFacts, isLive: boolean) {
  const { version, publishedOn, publishedBy } = policy;
  const by = publishedBy ? ` by ${publishedBy.name}` : '';
  const draft = hasDraft
    ? { href: paths.riskPolicyDraft, text: mayEdit ? 'Open the draft' : 'See the draft' }
    : { href: paths.riskPolicyDraft, text: 'Draft a change' };
  return {
    title: isLive ? 'Credit policy' : `Version ${version}`,
    badge: isLive ? { kind: 'ok', text: `Version ${version}, live` } : { kind: 'neutral', text: 'Former' },
    sub: `Published on ${formats.date(publishedOn)}${by}. A version never changes: a change is a new one`,
    ...(isLive && (mayEdit || hasDraft) ? { action: draft } : {}),
    ...(isLive && hasDraft ? { secondary: { href: paths.riskPolicyComparison, text: 'Compare the draft' } } : {}),
  };
}

function historyOf({ policy, live, history, formats }: PolicyFacts) {
  const path = policy.version === live ? paths.riskPolicies : paths.riskPolicy(policy.version);
  return {
    table: {
      caption: 'Versions',
      captionHidden: true,
      columns: [
        { key: 'version', label: 'Version' },
        { key: 'published', label: 'Published' },
      ],
      rows: history.versions.map((one) => ({
        state: one.version === policy.version ? 'now' : undefined,
        cells: {
          version: {
            text: `Version ${one.version}`,
            href: one.version === live ? paths.riskPolicies : paths.riskPolicy(one.version),
            sub: one.restores === null ? one.reason : `Brings back version ${one.restores}. ${one.reason}`,
          },
          published: { text: formats.date(one.publishedOn), sub: whoOf(one) },
        },
      })),
    },
    paging: pagingView({ page: history.page, total: history.total, path }),
  };
}

function whoOf({ asked, publishedBy }: ListedPolicy): string {
  return asked && publishedBy ? `Asked by ${asked.name}, published by ${publishedBy.name}` : 'With the first day';
}
