module.exports = [
  {
    title: "reports acceleration, direction, rotation and motion until it is stopped",
    proves: [
      "startAccelerometer", "stopAccelerometer", "onAccelerometerChange", "offAccelerometerChange", "startCompass", "stopCompass",
      "onCompassChange", "offCompassChange", "startGyroscope", "stopGyroscope", "onGyroscopeChange", "offGyroscopeChange",
      "startDeviceMotionListening", "stopDeviceMotionListening", "onDeviceMotionChange", "offDeviceMotionChange",
    ],
    only: "headless",
    async run(t, api) {
      const sensors = [
        ["Accelerometer", "startAccelerometer", "stopAccelerometer", { x: 0.1, y: 0.2, z: 0.9 }],
        ["Compass", "startCompass", "stopCompass", { direction: 90, accuracy: "high" }],
        ["Gyroscope", "startGyroscope", "stopGyroscope", { x: 1, y: 2, z: 3 }],
        ["DeviceMotion", "startDeviceMotionListening", "stopDeviceMotionListening", { alpha: 1, beta: 2, gamma: 3 }],
      ];
      for (const [event, start, stop, want] of sensors) {
        t.equal(await t.heard(`on${event}Change`, () => t.works(start, { interval: "ui" })), want, event);
        await t.works(stop);
        api[`off${event}Change`]();
      }
    },
  },
];
