const groups = require("../../groups/index");
Page({ data: { groups: Object.keys(groups) } });
