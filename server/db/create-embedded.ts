import { PGlite } from '@electric-sql/pglite';

// Makes an embedded database in the folder named by the first argument: seconds of one processor, in a process of
// its own so that the server's answers do not wait for it, nor keep the memory it took.
const engine = await PGlite.create(process.argv[2] ?? '');
await engine.close();
