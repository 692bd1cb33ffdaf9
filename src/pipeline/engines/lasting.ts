import type { ModelEntry } from '../catalogue.ts';
import { onDevice } from '../choose.ts';
import { OctaviaError } from '../errors.ts';
import type { EngineApi } from '../families/engine.ts';
import { familyNamed } from '../families/index.ts';
import type { Device } from '../ports.ts';
import { loadLimit, within, WorkerGone } from './limit.ts';
import { EnginePool } from './pool.ts';
import { startEngine, type Placed } from './start.ts';

/**
 * A running model. When its device fails, even while the model is loading, it restarts on the CPU and repeats the call.
 * On the CPU it does so only when its worker ended or was stuck, since an engine that refuses a call would refuse it
 * again.
 */
export class LastingEngine {
  readonly #pool: EnginePool;
  readonly #placed: Placed;
  #device: Device | undefined;
  #lost: Device | undefined;

  private constructor(placed: Placed, size: number) {
    this.#placed = placed;
    this.#pool = new EnginePool(size, async (signal) => {
      const model = this.#lost === undefined ? placed.model : onDevice(placed.model, 'cpu');
      const { worker, device } = await startEngine({ ...placed, model }, signal);
      this.#device = device;
      return worker;
    });
  }

  static async open(placed: Placed, signal: AbortSignal): Promise<LastingEngine> {
    const size = sideBySide(placed.model) ? placed.host.recognisers : 1;
    const engine = new LastingEngine(placed, size);
    await engine.run(loadLimit(0), () => Promise.resolve(), signal);
    return engine;
  }

  get device(): Device {
    return this.#device ?? 'cpu';
  }

  get lost(): Device | undefined {
    return this.#lost;
  }

  /** @param limit seconds after which the call counts as stuck, see limit.ts */
  async run<T>(limit: number, work: (engine: EngineApi) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const limited = (api: EngineApi) => within(this.#placed.host.every, limit, work(api));
    try {
      return await this.#pool.run(limited, signal);
    } catch (thrown) {
      if (!this.#mayGoOn(thrown)) throw thrown;
      return this.#pool.run(limited, signal);
    }
  }

  /** Whether the call may be repeated, elsewhere or in a new worker. */
  #mayGoOn(thrown: unknown): boolean {
    if (!(thrown instanceof OctaviaError) || thrown.code !== 'model.failed') return false;
    const device = this.#device ?? wishedGpu(this.#placed.model);
    if (this.#lost === undefined && device !== 'cpu') {
      this.#lost = device;
      return true;
    }
    const { cause } = thrown;
    if (!(cause instanceof WorkerGone)) return false;
    this.#placed.onRestart?.(cause.message);
    return true;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

function sideBySide({ runtime }: ModelEntry): boolean {
  const family = familyNamed(runtime);
  return family?.stage === 'recognise' && family.together === 'engines';
}

/** Where a model that could not be loaded was meant to run. */
function wishedGpu({ graphs = {} }: ModelEntry): Device {
  const wishes = Object.values(graphs).flatMap(({ devices }) => devices);
  return wishes.find((device) => device !== 'cpu') ?? 'cpu';
}
