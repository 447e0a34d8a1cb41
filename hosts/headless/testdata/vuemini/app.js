import { createApp } from '@vue-mini/core'
createApp({ setup() { console.log('launch') } })
