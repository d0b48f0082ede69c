// The image's health check: does the process itself answer (/livez)? Whether it may get traffic is /readyz, which the
// load balancer asks: a database that is away must not make the orchestrator end every instance.
import { get } from 'node:http';
import process from 'node:process';

const port = process.env.PORT ?? '3000';
const request = get({ host: '127.0.0.1', port, path: '/livez', timeout: 2500 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
});
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
