// The groups of cases. Truth comes last in no order: it looks at all others.
module.exports = {
  arguments: require("./arguments"),
  account: require("./account"),
  bars: require("./bars"),
  base: require("./base"),
  canvas: require("./canvas"),
  device: require("./device"),
  dialogs: require("./dialogs"),
  edit: require("./edit"),
  events: require("./events"),
  files: require("./files"),
  media: require("./media"),
  network: require("./network"),
  query: require("./query"),
  refused: require("./refused"),
  restart: require("./restart"),
  routes: require("./routes"),
  sensors: require("./sensors"),
  shapes: require("./shapes"),
  share: require("./share"),
  storage: require("./storage"),
};
module.exports.truth = require("./truth");
