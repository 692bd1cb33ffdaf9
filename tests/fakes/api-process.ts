import { serve } from '@hono/node-server';
import { pino } from 'pino';
import { openCloud } from '../../server/cloud.ts';
import { readConfig } from '../../server/settings/config.ts';

/** The API alone in a process of its own, without the page, to be killed and started again: `node api-process.ts PORT`. */
const cloud = await openCloud(readConfig(process.env), pino({ level: 'silent' }));
serve({ fetch: cloud.api.fetch, port: Number(process.argv[2]), hostname: '127.0.0.1' });
