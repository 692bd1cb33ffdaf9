import { PGlite } from '@electric-sql/pglite';

// Makes an embedded database in the folder named by the first argument: that takes seconds of CPU time, so it runs in a
// separate process. The server keeps answering and does not keep the memory.
const engine = await PGlite.create(process.argv[2] ?? '');
await engine.close();
