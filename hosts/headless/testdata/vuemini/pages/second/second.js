import { definePage, ref } from '@vue-mini/core'
definePage((q) => { const id = ref(q.id); return { id } })
