import type { ModelEntry } from './catalogue.ts';
import type { DubEvent, ListenRequest } from './job.ts';
import type { Device } from './ports.ts';
import type { Warning, WarningCode } from './report.ts';

/** What served a stage: a null model means arithmetic or the user's own text. */
export interface Served {
  readonly model: ModelEntry | null;
  readonly device?: Device;
  /** Where it ran at first, if that device was lost. */
  readonly lost?: Device | undefined;
}

/** What served a stage, according to its engine. */
export function servedBy(
  model: ModelEntry,
  { device, lost }: { readonly device: Device; readonly lost?: Device | undefined },
): Served {
  return { model, device, lost };
}

/** The problems of a run, each reported once and kept for the report. */
export interface Warnings {
  readonly warnings: readonly Warning[];
  warn(code: WarningCode, message: string): void;
  /** Warns when a device was lost, or when this model could not use the device the user asked for. */
  readonly tellFallback: (served: Served) => void;
  /** Warns that a model lost its device during the work. */
  readonly tellLost: (model: ModelEntry, device: Device) => void;
  /** Warns that a model's engine was restarted. */
  readonly tellRestart: (model: ModelEntry, reason: string) => void;
}

export function startWarnings(wished: ListenRequest['device'], emit: (event: DubEvent) => void): Warnings {
  const warnings: Warning[] = [];
  /** Ids of the models that lost their device. */
  const moved = new Set<string>();

  const warn = (code: WarningCode, message: string): void => {
    if (warnings.some((known) => known.code === code && known.message === message)) return;
    warnings.push({ code, message });
    emit({ type: 'warning', warning: { code, message } });
  };

  const tellLost = (model: ModelEntry, device: Device): void => {
    moved.add(model.id);
    warn('device.fallback', `"${model.title}" lost its device (${device}) and continued on the CPU.`);
  };

  return {
    warnings,
    warn,
    tellLost,
    tellRestart: (model, reason) => warn('engine.restarted', `"${model.title}" was restarted: ${reason}.`),
    tellFallback({ model, device = 'cpu', lost = device }) {
      if (!model?.graphs) return;
      if (lost !== device) tellLost(model, lost);
      if (moved.has(model.id) || wished === 'auto' || device === wished) return;
      warn('device.fallback', `"${model.title}" runs on ${device}: ${wished} is not available here.`);
    },
  };
}
