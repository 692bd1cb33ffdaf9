#!/usr/bin/env node
import { main } from './main.ts';
import { processTerminal } from './call/terminal.ts';

// WASI and its like are marked experimental by Node on stderr, which belongs to the job's own words.
process.removeAllListeners('warning');
process.exitCode = await main(process.argv.slice(2), processTerminal());
