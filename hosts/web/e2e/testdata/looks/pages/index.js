Page({ data: { types: ["default", "primary", "warn"], days: ["一", "二", "三"] } })
