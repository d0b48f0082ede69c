/** What `/imports/sample.csv` gives: one line of each kind. Its account numbers are well formed and nobody's. */
export const sampleFile = [
  'external_id,account_number,date,kind,amount,reference,counter_account',
  'OLD-000001,100000000093,2025-12-31,opening,1250.00,balance at year end,',
  'OLD-000002,100000000093,2026-01-05,deposit,300.00,salary 2026-01,',
  'OLD-000003,100000000093,2026-01-12,withdrawal,-80.00,card 5512,',
  'OLD-000004,100000000093,2026-01-31,interest,1.07,2026-01,',
  'OLD-000005,100000000093,2026-01-31,fee,-2.50,account fee 2026-01,',
  'OLD-000006,100000000093,2026-02-02,transfer,-100.00,standing order 17,200000000088',
  '',
].join('\r\n');
