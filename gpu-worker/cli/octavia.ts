#!/usr/bin/env node
import { main } from './main.ts';
import { processTerminal } from './call/terminal.ts';

// Node warns on stderr that WASI and the like are experimental, but stderr is for the job's own messages.
process.removeAllListeners('warning');
process.exitCode = await main(process.argv.slice(2), processTerminal());
