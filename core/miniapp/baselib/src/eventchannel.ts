/** The channel between a page and the page that opened it: what one end emits, the other end's listeners hear. */

type Listener = (...args: any[]) => void;

export interface EventChannel {
  on(event: string, listener: Listener): void;
  once(event: string, listener: Listener): void;
  off(event: string, listener?: Listener): void;
  emit(event: string, ...args: unknown[]): void;
}

interface End {
  channel: EventChannel;
  hear(event: string, args: unknown[]): void;
}

/** Both ends. They are plain objects of functions, so that the realm can hand one to the page that opens. */
export function channelPair(): [EventChannel, EventChannel] {
  const ends: [End, End] = [end(() => ends[1]), end(() => ends[0])];
  return [ends[0].channel, ends[1].channel];
}

function end(peer: () => End): End {
  const listeners: Record<string, { listener: Listener; once: boolean }[]> = {};
  const add = (event: string, listener: Listener, once: boolean): void => {
    (listeners[event] ??= []).push({ listener, once });
  };
  const off = (event: string, listener?: Listener): void => {
    listeners[event] = listener ? (listeners[event] ?? []).filter((l) => l.listener !== listener) : [];
  };
  return {
    channel: {
      on: (event, listener) => add(event, listener, false),
      once: (event, listener) => add(event, listener, true),
      off,
      emit: (event, ...args) => peer().hear(event, args),
    },
    hear(event, args) {
      for (const { listener, once } of [...(listeners[event] ?? [])]) {
        if (once) off(event, listener);
        listener(...args);
      }
    },
  };
}
