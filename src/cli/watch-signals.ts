/**
 * Signals of the daemon, from its first moment on: without a handler SIGHUP ends a process, and a start may take seconds. What
 * comes before it can be acted on is remembered, and done when it can.
 */

export interface SignalActions {
  /** SIGTERM, SIGINT. The second one ends the process at once: whatever is not kept yet is read again. */
  stop(signal: NodeJS.Signals): void;
  /** SIGHUP. */
  reload(): void;
  /** SIGUSR1. */
  snapshot(): void;
}

export interface Signals {
  /** From now on they are acted on; what came before is done now. */
  act(actions: SignalActions): void;
  /** They are as they were before. */
  release(): void;
}

export function catchSignals(): Signals {
  let actions: SignalActions | null = null;
  let stopped: NodeJS.Signals | null = null;
  let isReloadWanted = false;
  const onStop = (signal: NodeJS.Signals) => {
    if (stopped !== null) process.exit(0);
    stopped = signal;
    actions?.stop(signal);
  };
  const onReload = () => {
    if (actions === null) isReloadWanted = true;
    else actions.reload();
  };
  const onSnapshot = () => actions?.snapshot();
  process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGHUP', onReload).on('SIGUSR1', onSnapshot);
  return {
    act(to) {
      actions = to;
      if (stopped !== null) to.stop(stopped);
      else if (isReloadWanted) to.reload();
    },
    release() {
      process.off('SIGTERM', onStop).off('SIGINT', onStop).off('SIGHUP', onReload).off('SIGUSR1', onSnapshot);
    },
  };
}
