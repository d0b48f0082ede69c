/** What `/loan-imports/sample.csv` gives: a loan paid on time, and one whose payments are listed. Nobody is behind it. */
export const sampleFile = [
  'kind,loan,customer,product,principal,annual_rate,instalments,disbursed_on,first_due_on,paid_instalments,fee,expected_outstanding,account,on,amount,effect',
  'loan,OLD-1001,maria@example.test,personal,12000.00,9.6,24,2025-01-15,2025-02-15,6,120.00,,100000000093,,,',
  'loan,OLD-1002,omar@example.test,personal,5000.00,11.5,12,2025-03-01,2025-04-01,,,,,,,',
  'payment,OLD-1002,,,,,,,,,,,,2025-04-01,443.07,',
  'payment,OLD-1002,,,,,,,,,,,,2025-05-06,443.07,',
  'prepayment,OLD-1002,,,,,,,,,,,,2025-05-20,1000.00,shorten-term',
  '',
].join('\r\n');
