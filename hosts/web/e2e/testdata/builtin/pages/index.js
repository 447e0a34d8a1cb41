Page({ data: { pages: ['movable', 'wheels', 'layout', 'meta', 'controls', 'fields', 'scroll'], told: '' } })
