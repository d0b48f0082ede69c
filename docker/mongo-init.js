/* global rs, db, sleep, print */
// Run by mongosh once the three members are up; running it again changes nothing.
const members = ['mongo1', 'mongo2', 'mongo3'].map((name, index) => ({ _id: index, host: `${name}:27017` }));
try {
  rs.status();
  print('The replica set is there already.');
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  rs.initiate({ _id: 'rs0', members });
}
for (let second = 0; second < 60 && !db.hello().isWritablePrimary && !db.hello().primary; second += 1) sleep(1000);
if (!db.hello().primary) throw new Error('The replica set has no primary after 60 s');
print(`The primary is ${db.hello().primary}.`);
