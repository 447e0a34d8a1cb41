module.exports = {
  projectName: "taro-sample", date: "2024-1-1", designWidth: 750, deviceRatio: { 640: 1.17, 750: 1, 828: 0.905 },
  sourceRoot: "src", outputRoot: "dist", plugins: [], defineConstants: {}, copy: { patterns: [], options: {} },
  framework: "react", compiler: { type: "webpack5", prebundle: { enable: false } }, cache: { enable: false }, mini: {}, h5: {},
};
