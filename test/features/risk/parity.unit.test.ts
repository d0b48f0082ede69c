import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { assess, decidedScore, loadShippedModels, stages } from '#features/risk/index.ts';

const shipped = loadShippedModels();
const tolerance = 1e-4;

function rowsOf(file: URL): Record<string, string>[] {
  return parse(readFileSync(file), { columns: true });
}

// Made-up rows, some exactly on the tables' cuts, and what the trainer itself said of them; docs/operations.md tells how
// they are made anew with a model.
describe.each(stages)('the model of the stage %s', (stage) => {
  it('agrees with the trainer’s own predictions', () => {
    const applicants = rowsOf(new URL('fixtures/applicants.csv', import.meta.url));
    const predictions = rowsOf(new URL(`fixtures/loan-${stage}.predictions.csv`, import.meta.url));
    expect(applicants.length).toBeGreaterThanOrEqual(100);
    expect(predictions).toHaveLength(applicants.length);
    const apart = applicants.map((row, at) => {
      const found = assess({ model: shipped.models[stage], scorecard: shipped.scorecard }, row);
      if (!found.ok) throw new Error(`Row ${at + 1}: ${found.refusal.field} ${found.refusal.message}`);
      return Math.abs(found.value.approvalProbability - Number(predictions[at]?.approvalProbability));
    });
    expect(Math.max(...apart)).toBeLessThanOrEqual(tolerance);
  });
});

const data = new URL('../../../../shared/data/credit/loan-train.csv', import.meta.url);
const isThere = existsSync(data);

describe(isThere ? 'the training data' : 'the training data (absent: ../shared/data/credit/loan-train.csv)', () => {
  it.skipIf(!isThere)('has the decided risk score exactly in every row', () => {
    const rows = rowsOf(data);
    expect(rows.length).toBe(16_000);
    const by = { model: shipped.models.quoted, scorecard: shipped.scorecard };
    const wrong = rows.filter((row) => {
      const found = assess(by, row);
      if (!found.ok) return true;
      const outcome = row.LoanApproved === '1' ? 'approved' : 'declined';
      return (
        Math.abs(
          decidedScore(shipped.scorecard, { riskScore: found.value.riskScore, outcome }) - Number(row.RiskScore),
        ) > 1e-9
      );
    });
    expect(wrong.length).toBe(0);
  });
});
