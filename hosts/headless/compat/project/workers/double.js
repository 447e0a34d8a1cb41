worker.onMessage(({ number }) => worker.postMessage({ number: 2 * number }));
