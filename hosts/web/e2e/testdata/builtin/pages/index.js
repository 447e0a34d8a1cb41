Page({ data: { pages: ['movable', 'wheels', 'layout', 'meta', 'controls', 'fields', 'scroll', 'map', 'editor', 'effects', 'camera', 'picture', 'pickers'], told: '' } })
